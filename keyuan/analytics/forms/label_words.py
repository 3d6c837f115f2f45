"""What suggested labels and segments are called, what they mean, and which products suit whom (ANA-3, ANA-5)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Label → name, meaning.
LABELS: Mapping[str, tuple[Any, Any]] = {
    "RISK_LAPSE": (
        pgettext_lazy("label", "Renewal at risk"),
        _("In grace, or suspended within the last year: talk before it ends."),
    ),
    "RISK_SILENT": (
        pgettext_lazy("label", "Long silent"),
        _("Holds contracts worth 5,000 yuan a year and has not been spoken to for a year."),
    ),
    "RISK_FADING": (
        pgettext_lazy("label", "Valuable and fading"),
        _("Pays well and has bought nothing for long, by the value group of the night."),
    ),
    "VALUE_TOP": (pgettext_lazy("label", "High value"), _("Lifetime value in the top or high tier.")),
    "VALUE_MULTI": (pgettext_lazy("label", "Several policies"), _("Three policies in force or more.")),
    "VALUE_GROWING": (
        pgettext_lazy("label", "Growing value"),
        _("Bought lately or pays well for one contract, by the value group of the night."),
    ),
    "NEED_HEALTH": (
        pgettext_lazy("label", "Needs health cover"),
        _("Between 25 and 55, with policies but none for illness or medical bills."),
    ),
    "NEED_FAMILY": (
        pgettext_lazy("label", "Needs family protection"),
        _("Married, between 25 and 55, without life cover here."),
    ),
    "NEED_PENSION": (
        pgettext_lazy("label", "Needs a pension"),
        _("Between 40 and 60, with policies but no annuity."),
    ),
}
#: Segment → name, whom it means, how products are positioned for them, and what of their needs is unmet.
SEGMENTS: Mapping[str, tuple[Any, Any, Any]] = {
    "WEALTHY": (
        pgettext_lazy("segment", "Wealthy families"),
        _("Diamond or platinum tier, 50,000 yuan of premium a year, or lifetime value in the top tier."),
        _("Cash flow, preservation, inheritance: annuities with early payments, participating whole life."),
    ),
    "UNCOVERED": (
        pgettext_lazy("segment", "Ordinary families without cover"),
        _("Working age without any policy in force here."),
        _("Cheap health cover first: medical and accident of a year; critical illness next."),
    ),
    "PARTLY_COVERED": (
        pgettext_lazy("segment", "Ordinary families with partial cover"),
        _("One or two policies of up to 5,000 yuan a year, none for illness or medical bills."),
        _("More protection: medical and critical illness beside what is there; a pension later."),
    ),
    "MIDDLE_CLASS": (
        pgettext_lazy("segment", "Middle class"),
        _("Married, between 30 and 55, paying 5,000 to 50,000 yuan a year."),
        _("Cash flow, a supplement to the pension, steady savings: annuities and endowments beside full protection."),
    ),
}


def name_of(code: str) -> str:
    """Return the name of a suggested label or segment."""
    return str((LABELS.get(code) or SEGMENTS[code])[0])


def meaning_of(code: str) -> str:
    """Return what a label means, or how products are positioned for a segment."""
    return str(LABELS[code][1] if code in LABELS else SEGMENTS[code][2])
