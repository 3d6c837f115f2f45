"""Words for benefits that fall due."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Any] = {
    "SURVIVAL": _("Survival benefit"),
    "ANNUITY": pgettext_lazy("benefit", "Annuity"),
    "MATURITY": _("Maturity benefit"),
    "DIVIDEND": _("Dividend"),
}
#: State → (dot of ui.md, word).
STATES: dict[str, tuple[str, Any]] = {
    "OPEN": ("warn", _("To be claimed")),
    "CLAIMED": ("accent", _("Claimed, to be approved")),
    "APPROVED": ("accent", _("Approved, to be paid")),
    "PAID": ("ok", pgettext_lazy("benefit", "Paid")),
    "KEPT": ("off", _("Left with the insurer")),
    "VOID": ("off", pgettext_lazy("benefit", "Void")),
}
AHEAD: tuple[str, Any] = ("off", _("Announced"))
PROOFS: dict[str, Any] = {
    "IN_PERSON": _("Came in person with identity document"),
    "VIDEO": _("Seen by video with face and document compared"),
    "CERTIFICATE": _("Certificate of life"),
    "CONTACT": _("Visited by our staff"),
}
OPTIONS: dict[str, Any] = {
    "CASH": _("Paid out in cash"),
    "ACCUMULATE": _("Left to accumulate with interest"),
    "PREMIUM": _("Set against premiums"),
    "PAID_UP": _("Paid-up additions"),
}
#: What a benefit is held back for.
HELD_FOR: dict[str, Any] = {
    "LOANS": pgettext_lazy("benefit", "Loans with interest"),
    "PREMIUMS": pgettext_lazy("benefit", "Premiums due"),
}
ACTS: dict[str, Any] = {
    "CLAIM": _("Take the claim"),
    "APPROVE": pgettext_lazy("benefit", "Approve"),
    "RETURN": _("Send the claim back"),
    "PAY": pgettext_lazy("benefit", "Paid"),
    "KEEP": _("Left with the insurer"),
    "VOID": pgettext_lazy("benefit", "Void"),
    "REMIND": _("Payee told"),
    "REOPEN": pgettext_lazy("benefit", "Open again"),
}
