"""Permissions of the platform's own pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.catalogue import Permission, describe

AUDIT_VIEW = "platform.audit"
JOBS_VIEW = "platform.jobs"
JOBS_MANAGE = "platform.manage_jobs"
IMPORT_RUN = "platform.import"
EXPORT_RUN = "platform.export"
SHARE_VIEWS = "platform.share_views"
SETTINGS_EDIT = "platform.settings"
SYSTEM_VIEW = "platform.system"
BACKUP_MANAGE = "platform.backup"


def register() -> None:
    """Put the platform's permissions into the catalogue."""
    group = _("Platform")
    describe(
        Permission(AUDIT_VIEW, _("Read the audit trail"), group, sensitive=True),
        Permission(JOBS_VIEW, _("Watch and retry one's own background jobs"), group),
        Permission(JOBS_MANAGE, _("Manage everybody's background jobs and the timetable"), group, sensitive=True),
        Permission(IMPORT_RUN, _("Import files"), group, sensitive=True),
        Permission(EXPORT_RUN, _("Export lists"), group, sensitive=True),
        Permission(SHARE_VIEWS, _("Share list views with others"), group),
        Permission(SYSTEM_VIEW, _("See how the system is doing"), group),
        Permission(SETTINGS_EDIT, _("Change business settings"), group, sensitive=True),
        Permission(BACKUP_MANAGE, _("See backups, back up and verify"), group, sensitive=True),
    )
