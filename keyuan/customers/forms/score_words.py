"""What scores, groups, classes and tiers of value are called (ANA-2)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Group: word, tone, and what to do about it (domain.md §H).
GROUPS: dict[str, tuple[Any, str, Any]] = {
    "LOYAL": (
        pgettext_lazy("value group", "Loyal"),
        "ok",
        _("Holds several contracts and pays well: offer what fits beside them."),
    ),
    "POTENTIAL": (
        pgettext_lazy("value group", "Potential"),
        "accent",
        _("Bought lately or pays well for one contract: wake the next need."),
    ),
    "AT_RISK": (
        pgettext_lazy("value group", "At risk"),
        "warn",
        _("Pays well and has bought nothing for long: keep in touch before it ends."),
    ),
    "GENERAL": (pgettext_lazy("value group", "General"), "", _("Nothing stands out.")),
    "LOST": (
        pgettext_lazy("value group", "Lost"),
        "bad",
        _("Nothing is in force any more: find out why, and whether to win back."),
    ),
    "PROSPECT": (pgettext_lazy("value group", "Prospect"), "off", _("Has never bought.")),
}
TIERS: dict[str, Any] = {
    "TOP": pgettext_lazy("value tier", "Top"),
    "HIGH": pgettext_lazy("value tier", "High"),
    "MEDIUM": pgettext_lazy("value tier", "Medium"),
    "LOW": pgettext_lazy("value tier", "Low"),
    "NONE": pgettext_lazy("value tier", "None"),
}
CLASSES: dict[str, Any] = {"A": "A", "B": "B", "C": "C"}


def group_word(code: str) -> Any:
    """Return what a group is called."""
    return GROUPS[code][0] if code in GROUPS else code


def tone_of(code: str) -> str:
    """Return the colour in which a group stands."""
    return GROUPS[code][1] if code in GROUPS else ""
