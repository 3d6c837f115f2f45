"""Words for the lines and bases of a reckoning of values."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Line of a refund → word.
LINES: dict[str, Any] = {
    "PREMIUMS": _("Premiums paid"),
    "FEE": _("Fee"),
    "LOANS": _("Loans outstanding"),
    "INTEREST": _("Interest on loans"),
    "PAID_OUT": _("Benefits already paid"),
    "VALUE": _("Cash value"),
    "KEPT": _("Left to accumulate, with interest"),
    "UNPAID": _("Premium for the days of grace"),
    "UNEXPIRED": _("Premium of the unexpired days"),
}
BASES: dict[str, Any] = {
    "TABLE": _("Surrender-value table of the product"),
    "FALLBACK": _("The product has no table: a share of the premiums paid"),
    "UNEXPIRED": _("Unexpired premium of a short cover, less its share of costs"),
    "NONE": _("This cover has no cash value"),
    "TOLD": _("As last told for this contract"),
}
REFUNDS: dict[str, Any] = {
    "WT": _("Cancellation in cooling-off"),
    "CT": pgettext_lazy("refund", "Surrender"),
    "PROPERTY": _("Cancellation of property cover"),
    "COMPULSORY": _("Cancellation of compulsory motor cover"),
}
NOTES: dict[str, Any] = {
    "ended": _("The contract has ended: these are the values of its last day."),
    "cooling_off": _("Cooling-off is running: every premium comes back, less a document fee of at most 10 yuan."),
    "receipt_missing": _("No receipt is recorded, so cooling-off has not begun to run out."),
    "suspended": _("The contract is suspended: its value stands where premiums were last paid."),
    "frozen": _("The contract is frozen: nothing can be lent or paid out."),
    "told": _("The value is not reckoned here; ask the core system for one of another day."),
    "compulsory": _("Only for a vehicle deregistered, taken out of use or lost (compulsory motor regulations, 16)."),
}
