"""Audit events as the page of a customer shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.customers.forms.display import EDITORS, OPTIONS, amount
from keyuan.customers.selectors import labels
from keyuan.kernel.actor import Actor
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.platform.crypto.presenter import present
from keyuan.platform.models.audit_event import EventRecord

#: Fields of the trail that no editor names.
NAMES: Mapping[str, Any] = {
    "name": gettext_lazy("Name"),
    "birth_is_lunar": gettext_lazy("Keeps the lunar birthday"),
    "lunar_month": gettext_lazy("Lunar month"),
    "lunar_day": gettext_lazy("Lunar day"),
    "death_on": gettext_lazy("Date of death"),
    "region_code": gettext_lazy("Region"),
    "servicing_agent_id": gettext_lazy("Service person"),
    "health_notes": gettext_lazy("Health notes"),
    "status": gettext_lazy("Status"),
    "due_at": gettext_lazy("Deadline"),
    "kind": gettext_lazy("Category"),
    "verified_at": gettext_lazy("Verified at"),
    "invalid_at": gettext_lazy("Noted as invalid at"),
    "invalid_reason": gettext_lazy("Why invalid"),
}
#: Parts whose rows changed, as `detail` names them.
PARTS: Mapping[str, Any] = {
    "contacts": gettext_lazy("Ways to reach the customer"),
    "documents": gettext_lazy("Documents"),
    "accounts": gettext_lazy("Bank accounts"),
    "needs": gettext_lazy("Needs"),
    "other_covers": gettext_lazy("Cover elsewhere"),
    "life_events": gettext_lazy("Life events"),
    "feedback": gettext_lazy("Opinions"),
    "organisation_years": gettext_lazy("Yearly figures"),
    "household": gettext_lazy("Household"),
    "relation": gettext_lazy("Relations"),
    "contact": gettext_lazy("Ways to reach the customer"),
    "file": gettext_lazy("Files"),
}
FACES: Mapping[str, Any] = {
    "page": gettext_lazy("the page"),
    "panel": gettext_lazy("the side panel"),
    "print": gettext_lazy("the printable summary"),
    "edit": gettext_lazy("the form"),
}
FIELDS: Mapping[str, Any] = {
    "phone": gettext_lazy("Phone number"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
    "identity_number": gettext_lazy("Document number"),
    "bank_account": gettext_lazy("Bank account"),
    "social_account": gettext_lazy("Social account"),
    "health": gettext_lazy("Health notes"),
}
DIGEST = "#"


@dataclass(frozen=True, slots=True)
class Change:
    """One field: before and after."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of the trail in words."""

    at: datetime
    who: str
    post: str
    what: str
    reason: str
    changes: list[Change] = field(default_factory=list)


def _value(actor: Actor, name: str, value: Any) -> str:
    if value in (None, ""):
        return "--"
    if isinstance(value, str) and value.startswith(DIGEST):
        return _("(sealed)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in PERSONAL_FIELDS and isinstance(value, str):
        return present(actor, value, name)
    if name in OPTIONS:
        return labels.label_of(OPTIONS[name], str(value))
    return amount(value) if name == "income" and isinstance(value, int) else str(value)


def _label(name: str) -> Any:
    return EDITORS[name][0] if name in EDITORS else NAMES.get(name, name)


def _row(event: EventRecord, what: str, changes: list[Change]) -> EventRow:
    return EventRow(event.at, event.actor_name, event.post_label, what, event.reason, changes)


def change_row(actor: Actor, event: EventRecord) -> EventRow:
    """Return a change in words: the act, and each field before and after, as ``actor`` may read it."""
    changes = [
        Change(_label(name), _value(actor, name, before), _value(actor, name, after))
        for name, (before, after) in event.changed.items()
    ]
    parts = dict.fromkeys(str(PARTS[part]) for part in event.facts if part in PARTS)
    acts = {"create": _("Entered"), "update": _("Change"), "delete": _("Removed"), "import": _("Imported")}
    subjects = {"interaction": _("a contact"), "task": _("a task")}
    words = [acts.get(event.action, event.action), subjects.get(event.subject_kind, "")]
    what = " ".join(word for word in words if word)
    return _row(event, _("%(act)s: %(parts)s") % {"act": what, "parts": "、".join(parts)} if parts else what, changes)


def look_row(event: EventRecord) -> EventRow:
    """Return a look in words: which page was opened, or which field was shown whole."""
    detail = event.facts
    if event.action == "reveal":
        name = str(FIELDS.get(str(detail.get("field")), detail.get("field", "")))
        return _row(event, _("Revealed: %(field)s") % {"field": name}, [])
    face = FACES.get(str(detail.get("face")), FACES["page"])
    return _row(event, _("Opened %(face)s") % {"face": face}, [])
