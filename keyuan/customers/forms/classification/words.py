"""Words of the axes and their values, and sentences about thresholds (CUS-5, domain.md §A.10)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.selectors import labels
from keyuan.platform.wording import add_sentences

AXES: dict[str, Any] = {
    "standing": _("Existing and prospective"),
    "source": _("Prospect source"),
    "channel": _("Sales channel"),
    "service": _("Service person"),
    "contact": _("Contact data"),
    "activity": _("Activity"),
    "touch": _("Touch point"),
    "near_vip": _("Near-VIP"),
    "mass_line": _("Small mass lines"),
}
NOTES: dict[str, Any] = {
    "standing": _("Holds or held a policy, or none yet"),
    "source": _("Where prospects come from"),
    "channel": _("Through which channel the customer is served"),
    "service": _("Orphans lost their person; bank and group customers of old never had one"),
    "contact": _("Whether a phone number can be used"),
    "activity": _("By months since the last purchase"),
    "touch": _("The occasion to speak now; the rarest wins where several apply"),
    "near_vip": _("Annual premium shortly below the VIP line"),
    "mass_line": _("Holds only cheap contracts of a year, such as student or family-planning accident cover"),
}
NOTHING = pgettext_lazy("classification", "None")
VALUES: dict[str, dict[str, Any]] = {
    "standing": {"POLICYHOLDER": _("Existing customers"), "PROSPECT": _("Prospects")},
    "source": {**labels.PROSPECT_SOURCES, "NONE": NOTHING, "UNKNOWN": _("Unknown")},
    "channel": {**labels.SALES_CHANNELS, "NONE": NOTHING, "OTHER": _("Other")},
    "service": {
        "SERVED": _("With a service person"),
        "ORPHAN": _("Orphans"),
        "BANK": _("Bank legacy without a person"),
        "GROUP": _("Group legacy without a person"),
        "UNASSIGNED": _("Prospects without a person"),
    },
    "contact": {"WITH": _("Usable contact data"), "WITHOUT": _("No usable contact data")},
    "activity": {**labels.ACTIVITIES, "NONE": _("Never bought")},
    "touch": {
        "NONE": _("No touch point"),
        "MATURITY": _("Maturity"),
        "LAPSE": _("Lapse"),
        "CLAIM": _("Claim"),
        "APPOINTMENT": _("Appointment"),
        "RENEWAL": _("Renewal"),
    },
    "near_vip": {"YES": _("Near-VIP"), "NO": _("Others")},
    "mass_line": {"YES": _("Small mass lines"), "NO": _("Others")},
}
CAUSES: dict[str, Any] = {
    "FACT": _("Something changed"),
    "TIME": _("Time went by"),
    "RULES": _("New thresholds"),
}


def value_word(axis: str, value: str) -> Any:
    """Return what ``value`` of ``axis`` is called; one that nobody named stands for itself."""
    return VALUES.get(axis, {}).get(value, value)


def register() -> None:
    """Word the codes of classification."""
    add_sentences(
        {
            "classify.running": _("A classification is under way. Wait for its end, then try again."),
            "class_rules.whole_book": _(
                "The thresholds count for the whole company. Ask somebody whose post reaches all of it."
            ),
            "class_rules.out_of_bounds": _("Enter a number from %(least)s to %(most)s."),
            "class_rules.months_order": _(
                "Semi-dormant has to end later than active does: enter more than %(months)s months."
            ),
            "class_rules.premium_order": _("Enter more than the lower limit of near-VIP."),
            "class_rules.touch_order": _("Put each touch point into the order once."),
            "class_rules.reason": _("Say why the thresholds change: the reason stays in the history."),
            "class_rules.unchanged": _("These are the thresholds in force. Change one of them first."),
        }
    )
