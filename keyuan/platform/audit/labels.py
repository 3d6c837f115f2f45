"""Words of the audit trail."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.platform.audit.actions import Action
from keyuan.platform.subjects import subject_kinds

#: Each act with the tone of its badge: what opened or moved data stands out.
ACTIONS: dict[str, tuple[Any, str]] = {
    Action.CREATE: (_("Created"), ""),
    Action.UPDATE: (_("Changed"), ""),
    Action.DELETE: (_("Deleted"), "bad"),
    Action.VIEW: (_("Opened"), ""),
    Action.REVEAL: (_("Revealed"), "warn"),
    Action.SEARCH: (_("Searched"), ""),
    Action.EXPORT: (_("Exported"), "warn"),
    Action.IMPORT: (_("Imported"), "accent"),
    Action.SIGN_IN: (_("Signed in"), ""),
    Action.SIGN_IN_FAILED: (_("Sign-in failed"), "bad"),
    Action.SIGN_OUT: (_("Signed out"), ""),
    Action.PERMISSION: (_("Permission changed"), "warn"),
    Action.JOB: (_("Job"), ""),
    Action.BULK: (_("Bulk change"), "accent"),
    Action.UNDO: (_("Undone"), ""),
    Action.OTHER: (_("Other"), ""),
}
#: Subjects that are no records with a page of their own.
KINDS: dict[str, Any] = {
    "schedule": _("Timetable"),
    "keyring": _("Key ring"),
    "batch": _("Batch"),
    "list": _("List"),
    "export": _("Export"),
    "import": _("Import"),
    "session": _("Session"),
    "search": _("Search"),
}


def action_label(action: str) -> Any:
    """Return the word of an act; one that this version does not know names itself."""
    return ACTIONS.get(action, (action, ""))[0]


def kind_label(kind: str) -> Any:
    """Return the word of a kind of subject."""
    known = subject_kinds.get(kind)
    return known.label if known else KINDS.get(kind, kind)
