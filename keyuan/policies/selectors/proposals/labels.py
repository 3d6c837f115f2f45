"""Words for the codes of proposals."""

from typing import Any

from django.utils.translation import gettext_lazy as _

READINGS: dict[str, Any] = {
    "OPEN": _("Opened"),
    "PDF": _("Paper fetched"),
    "CONFIRM": _("Disclosures confirmed"),
}
