"""Words for the codes of claims (domain.md §B.1)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: State → (dot of ui.md, word).
STATES: dict[str, tuple[str, Any]] = {
    "REPORTED": ("accent", _("Reported")),
    "AWAITING_DOCS": ("warn", _("Awaiting documents")),
    "REGISTERED": ("accent", _("Registered")),
    "INVESTIGATING": ("warn", _("Investigating")),
    "ASSESSED": ("accent", _("Assessed")),
    "CALCULATED": ("accent", _("Calculated")),
    "IN_REVIEW": ("accent", _("In review")),
    "APPROVED": ("ok", _("Approved")),
    "PARTIALLY_APPROVED": ("ok", _("Partially approved")),
    "DECLINED": ("bad", _("Claim declined")),
    "AGREED": ("ok", _("Agreed")),
    "PAYING": ("accent", _("Paying")),
    "PAID": ("ok", _("Claim paid")),
    "CLOSED": ("off", pgettext_lazy("claim", "Closed")),
    "WITHDRAWN": ("off", _("Claim withdrawn")),
    "REOPENED": ("warn", _("Reopened")),
    "APPEALED": ("warn", _("Appealed")),
}
#: States in which nothing more is to do.
ENDED = ("DECLINED", "PAID", "CLOSED", "WITHDRAWN")
UNKNOWN = ("off", _("Unknown"))
KINDS: dict[str, Any] = {
    "MEDICAL": _("Medical claim"),
    "CRITICAL_ILLNESS": _("Critical illness claim"),
    "DISABILITY": _("Disability claim"),
    "DEATH": _("Death claim"),
    "ACCIDENT": _("Accident claim"),
    "WAIVER": _("Premium waiver claim"),
    "MOTOR": _("Motor claim"),
    "MOTOR_DAMAGE": _("Motor damage"),
    "MOTOR_INJURY": _("Motor injury"),
    "PROPERTY": _("Property claim"),
}
#: Kinds whose cause tells of somebody's health.
BODILY = frozenset({"MEDICAL", "CRITICAL_ILLNESS", "DISABILITY", "DEATH", "ACCIDENT", "WAIVER"})
DECIDED = frozenset({"APPROVED", "PARTIALLY_APPROVED", "AGREED", "PAYING", "PAID", "CLOSED", "DECLINED"})
#: The steps a customer follows, each with the states that have reached it.
STEPS: tuple[tuple[Any, frozenset[str]], ...] = (
    (_("Reported"), frozenset(STATES)),
    (_("Registered"), frozenset(STATES) - {"REPORTED", "AWAITING_DOCS"}),
    (_("In review"), DECIDED | {"IN_REVIEW"}),
    (_("Decided"), DECIDED),
    (_("Paid out"), frozenset({"PAID", "CLOSED"})),
)  # fmt: skip
