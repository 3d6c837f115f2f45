"""Words of the audit trail."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.platform import people
from keyuan.platform.audit.actions import Action
from keyuan.platform.catalogue import catalogue
from keyuan.platform.crypto.presenter import present
from keyuan.platform.formats import MISSING
from keyuan.platform.models.audit_event import EventRecord
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
#: Who acts where no person is known yet, or none is at work.
SYSTEM_ACTORS: dict[str, Any] = {
    "sign-in": _("Somebody at the sign-in page"),
    "set-up": _("Set-up"),
    "virus scan": _("Virus scan"),
    "system": _("The system"),
    "keyuan backup": _("Backup"),
    "keyuan restore": _("Restore"),
    "keyuan keys": _("Key ring"),
    "keyuan demo": _("Demo book"),
    "demo": _("Demo book"),
    "operator": _("Operator at the command line"),
}
#: A failed sign-in in a sentence: why, and whether the number is anybody's.
FAILURES: dict[tuple[str, bool], Any] = {
    ("password", True): _("Wrong password for this account"),
    ("password", False): _("Wrong password for a staff number that nobody has"),
    ("password_again", True): _("Wrong password of somebody who was signed in"),
    ("second_factor", True): _("Right password, wrong code"),
}
#: Subjects that are no records with a page of their own.
KINDS: dict[str, Any] = {
    "schedule": _("Timetable"),
    "keyring": _("Key ring"),
    "batch": _("Batch"),
    "list": _("List"),
    "export": _("Export"),
    "import": _("Import"),
    "customer_search": _("Search"),
    "session": _("Session"),
    "search": _("Search"),
}
#: Words of recorded fields; contexts add their own by `word_fields`.
_FIELDS: dict[str, Any] = {
    "action": _("Act"),
    "agent_id": _("Agent"),
    "code": _("Code"),
    "columns": _("Columns"),
    "cron": _("Rule"),
    "default_reach": _("Default reach"),
    "description": _("Description"),
    "due_at": _("Deadline"),
    "email": _("E-mail"),
    "account": _("User account"),
    "face": _("Face"),
    "known": _("Known staff number"),
    "password": _("Password"),
    "recovery_code": _("Recovery code"),
    "recovery_codes": _("Recovery codes"),
    "why": _("Why it failed"),
    "field": _("Field"),
    "fields": _("Field levels"),
    "file": _("File"),
    "filter": _("Filter"),
    "hits": _("Hits"),
    "household": _("Household"),
    "is_active": pgettext_lazy("field", "Active"),
    "is_primary": _("Primary post"),
    "joined_on": _("Joined on"),
    "kind": _("Type"),
    "list": _("List"),
    "name": pgettext_lazy("field", "Name"),
    "note": _("Note"),
    "outsourced": _("Outsourced"),
    "permissions": _("Permissions"),
    "phone": _("Phone"),
    "post": _("Post"),
    "product": _("Product"),
    "reach": _("Reach"),
    "relation": _("Relation"),
    "requires_totp": _("Second factor required"),
    "reveal_quota": _("Reveals a day"),
    "role": _("Role"),
    "rows": _("Rows"),
    "sales_channel": _("Sales channel"),
    "second_factor": _("Second factor"),
    "servicing_agent_id": _("Served by"),
    "size": _("Bytes"),
    "staff_no": _("Staff number"),
    "status": _("Status"),
    "tag": _("Tags"),
    "tier": _("Tier"),
    "title": _("Title"),
    "unit_id": _("Unit"),
    "user_id": _("Person"),
    "valid_from": _("Valid from"),
    "virus": _("Virus"),
}


#: Words of recorded values, by field; what is not here is a name or a figure and stands as it is. Codes that mean
#: something else in the records of one kind stand under ``kind.field``.
_VALUES: dict[str, dict[str, Any]] = {
    "face": {"page": _("page"), "panel": _("side panel"), "print": _("printable summary"), "edit": _("form")},
    "why": {
        "password": _("wrong password"),
        "password_again": _("wrong password while signed in"),
        "second_factor": _("wrong code"),
    },
    "second_factor": {"on": _("set up"), "off": _("removed"), "reset": _("reset")},
    "password": {"changed": _("changed"), "reset": _("reset")},
    "account": {"locked": _("locked"), "unlocked": _("unlocked")},
    "post": {"switched": _("switched")},
    "recovery_codes": {"new": _("made anew")},
    "recovery_code": {"used": _("used")},
}
#: Fields whose recorded numbers are people, everywhere or as ``kind.field``; contexts add theirs by `name_people`.
_PEOPLE = {"user_id"}
#: Mark at the beginning of a keyed digest.
DIGEST = "#"


def actor_label(event: EventRecord) -> str:
    """Return who acted: a person by name, the program by what it was doing."""
    if event.actor_kind != ActorKind.SYSTEM:
        return str(event.actor_name)
    return program_name(event.actor_name)


def program_name(name: str) -> str:
    """Return what the program is called that acted as ``name``; the name of a person stands for itself."""
    return str(SYSTEM_ACTORS.get(name, name))


def name_programs(names: Mapping[str, Any]) -> None:
    """Say what programs of a context are called that act by themselves."""
    SYSTEM_ACTORS.update(names)


def failure_sentence(event: EventRecord) -> str:
    """Return a failed sign-in as a sentence; empty for whatever is none."""
    if event.action != Action.SIGN_IN_FAILED:
        return ""
    facts = event.facts
    return str(FAILURES.get((facts.get("why", ""), bool(facts.get("known"))), ""))


def word_values(field: str, words: Mapping[str, Any], *, kind: str = "") -> None:
    """Say what the recorded values of ``field`` are called, everywhere or in the records of one kind."""
    _VALUES.setdefault(f"{kind}.{field}" if kind else field, {}).update(words)


def word_kinds(words: Mapping[str, Any]) -> None:
    """Say what kinds of records without a page of their own are called."""
    KINDS.update(words)


def name_people(kind: str, *fields: str) -> None:
    """Name the fields whose recorded numbers are people in the records of one kind: elsewhere they may be others."""
    _PEOPLE.update(f"{kind}.{field}" for field in fields)


def people_in(kind: str, values: Mapping[str, Any]) -> set[int]:
    """Return the ids of the people whom the plain values of a record of ``kind`` name, for asking for them at once."""
    return {value for field, value in values.items() if _is_person(kind, field, value)}


def _is_person(kind: str, field: str, value: Any) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and (field in _PEOPLE or f"{kind}.{field}" in _PEOPLE)


def said(actor: Actor, field: str, value: Any, kind: str = "", *, staff: Mapping[int, str] | None = None) -> str:
    """Return a recorded value in words, a personal one as ``actor`` may read it; a digest only says that it is one.

    ``kind`` is that of the record. ``staff`` holds the names of `people_in` many records; without it each is asked for.
    """
    known = _word_of(field, value, kind, staff)
    if known is not None:
        return str(known)
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, str) and value.startswith(DIGEST):
        return str(_("(sealed)"))
    if isinstance(value, dict):
        return "、".join(f"{field_label(key)}: {said(actor, key, part, kind)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return "、".join(said(actor, field, part, kind) for part in value)
    personal = field in PERSONAL_FIELDS and isinstance(value, str)
    return present(actor, value, field) if personal else str(value)


def _word_of(field: str, value: Any, kind: str, staff: Mapping[int, str] | None) -> Any:
    """Return the word of a code or the name of a person; None for whatever stands for itself."""
    if _is_person(kind, field, value):
        return (people.names_of([value]) if staff is None else staff).get(value)
    if not isinstance(value, str | int):
        return None
    for words in (_VALUES.get(f"{kind}.{field}", {}), _VALUES.get(field, {})):
        if str(value) in words:
            return words[str(value)]
    return _permission(value) if field == "permissions" else None


def _permission(key: Any) -> Any:
    found = catalogue.get(str(key))
    return found.label if found else None


def said_pair(actor: Actor, field: str, before: Any, after: Any, kind: str = "") -> tuple[str, str]:
    """Return what a field held before and after, in words; of two lists, only where they differ."""
    if isinstance(before, list) and isinstance(after, list):
        gone, come = ([part for part in one if part not in other] for one, other in ((before, after), (after, before)))
        return said(actor, field, gone, kind) or MISSING, said(actor, field, come, kind) or MISSING
    return said(actor, field, before, kind), said(actor, field, after, kind)


def word_fields(words: Mapping[str, Any]) -> None:
    """Say what recorded fields are called; the first word of a field stands."""
    for field, word in words.items():
        _FIELDS.setdefault(field, word)


def field_label(field: str) -> Any:
    """Return the word of a recorded field; one that nobody worded names itself."""
    return _FIELDS.get(field, field)


def action_label(action: str) -> Any:
    """Return the word of an act; one that this version does not know names itself."""
    return ACTIONS.get(action, (action, ""))[0]


def kind_label(kind: str) -> Any:
    """Return the word of a kind of subject."""
    known = subject_kinds.get(kind)
    return known.label if known else KINDS.get(kind, kind)
