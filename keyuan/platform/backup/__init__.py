"""Backups: consistent, sealed, at two places or more, each copy proven by restoring it (PLT-12, docs/backup.md)."""

from keyuan.platform.backup.report import DrillReport, drill_report

__all__ = ["DrillReport", "drill_report"]
