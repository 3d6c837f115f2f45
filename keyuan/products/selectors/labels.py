"""Words for the codes of the catalogue."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Any] = {
    "LIFE": _("Life"),
    "ANNUITY": _("Annuity"),
    "ENDOWMENT": _("Endowment"),
    "CRITICAL_ILLNESS": _("Critical illness"),
    "MEDICAL": _("Medical"),
    "ACCIDENT": _("Accident"),
    "GROUP": _("Group"),
    "MOTOR": _("Motor"),
    "PROPERTY": _("Property"),
    "OTHER": pgettext_lazy("product kind", "Other"),
}
#: Sale status → (dot of ui.md, word).
SALE_STATUSES: dict[str, tuple[str, Any]] = {
    "DRAFT": ("off", _("Draft")),
    "ON_SALE": ("ok", _("On sale")),
    "STOPPED": ("off", _("Sale stopped")),
}
PAY_MODES: dict[str, Any] = {
    "01": pgettext_lazy("pay mode", "Single"),
    "02": _("Monthly"),
    "03": _("Quarterly"),
    "04": _("Half-yearly"),
    "05": _("Yearly"),
    "06": _("Irregular"),
    "99": pgettext_lazy("pay mode", "Other"),
}
CHANNELS: dict[str, Any] = {
    "INDIVIDUAL": _("Individual agents"),
    "BANCASSURANCE": _("Bancassurance"),
    "GROUP": pgettext_lazy("sales channel", "Group"),
    "TELESALES": _("Telesales"),
    "ONLINE": _("Online"),
    "BROKERAGE": _("Agencies and brokers"),
}
