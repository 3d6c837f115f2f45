"""The history of a record from the audit trail, in words."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Subject, events_of_subject
from keyuan.platform.audit.labels import actor_label, failure_sentence
from keyuan.platform.catalogue import catalogue

ACTIONS = {
    "create": _("Created"),
    "update": _("Changed"),
    "permission": _("Rights changed"),
    "sign_in": _("Signed in"),
    "sign_in_failed": _("Sign-in failed"),
    "sign_out": _("Signed out"),
}
FIELDS = {
    "name": _("Name"),
    "permissions": _("Permissions"),
    "fields": _("Personal fields"),
    "default_reach": _("Usual reach"),
    "outsourced": _("Outsourced"),
    "reveal_quota": _("Reveals a day"),
    "requires_totp": _("Second factor required"),
    "description": _("Description"),
    "parent_id": _("Upper unit"),
    "sales_channel": _("Sales channel"),
    "region_code": _("Region code"),
    "closed_on": _("Closed on"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "is_active": _("State of the account"),
    "left_on": _("Left on"),
    "joined_on": _("Joined on"),
    "valid_until": _("Until"),
    "is_primary": _("Primary post"),
}
DETAILS = {
    ("password", "changed"): _("Password changed"),
    ("password", "reset"): _("Password reset"),
    ("second_factor", "on"): _("Second factor set up"),
    ("second_factor", "off"): _("Second factor removed"),
    ("second_factor", "reset"): _("Second factor reset"),
    ("passkey", "added"): _("Passkey added"),
    ("passkey", "removed"): _("Passkey removed"),
    ("recovery_codes", "new"): _("New recovery codes"),
    ("recovery_code", "used"): _("Recovery code used"),
    ("account", "locked"): _("Account locked"),
    ("account", "unlocked"): _("Account unlocked"),
    ("account", "stale"): _("Account locked because nobody used it"),
    ("reason", "release"): _("Came with a new version"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a page shows it."""

    at: datetime
    who: str
    post: str
    action: Any
    text: str
    reason: str


def history_of(actor: Actor, kind: str, key: int, *, limit: int = 20) -> list[Line]:
    """Return the latest events of a record, newest first. Raises NotFound out of reach."""
    return [line_of(event) for event in events_of_subject(actor, Subject(kind, key), limit=limit)]


def line_of(event: Any) -> Line:
    """Return one event in words."""
    changes = _loaded(event.changes)
    detail = _loaded(event.detail)
    parts = [*change_words(changes), *(str(word) for word in detail_words(detail))]
    return Line(
        at=event.at,
        who=actor_label(event),
        post=event.post_label,
        action=failure_sentence(event) or ACTIONS.get(event.action, event.action),
        text="；".join(parts),
        reason=event.reason,
    )


def _loaded(text: Any) -> dict[str, Any]:
    if isinstance(text, dict):
        return text
    return dict(json.loads(text)) if text else {}


def change_words(changes: dict[str, Any]) -> Iterable[str]:
    """Say which fields changed; permissions by their names."""
    for key, pair in changes.items():
        before, after = pair
        if key == "permissions" and isinstance(before, list) and isinstance(after, list):
            yield from _permission_words(set(before), set(after))
        elif before is not None:
            yield str(FIELDS.get(key, key))


def _permission_words(before: set[str], after: set[str]) -> Iterable[str]:
    for sign, keys in (("+", after - before), ("−", before - after)):
        yield from (f"{sign}{permission_label(key)}" for key in sorted(keys))


def permission_label(key: str) -> str:
    """Return the name of a permission."""
    found = catalogue.get(key)
    return str(found.label) if found else key


def detail_words(detail: dict[str, Any]) -> Iterable[Any]:
    """Say what an event tells beside its changes."""
    return (DETAILS[pair] for pair in detail.items() if isinstance(pair[1], str) and pair in DETAILS)
