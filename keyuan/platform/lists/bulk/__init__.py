"""Bulk work: freeze a selection, say who qualifies, run in chunks, take it back (ui.md, Bulk actions)."""

from keyuan.platform.lists.bulk.preview import Preview, preview
from keyuan.platform.lists.bulk.running import access_run, run_bulk
from keyuan.platform.lists.bulk.selection import access_selection, freeze_selection
from keyuan.platform.lists.bulk.undoing import may_undo, undo_bulk

__all__ = [
    "Preview",
    "access_run",
    "access_selection",
    "freeze_selection",
    "may_undo",
    "preview",
    "run_bulk",
    "undo_bulk",
]
