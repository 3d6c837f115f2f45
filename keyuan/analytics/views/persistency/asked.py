"""What a reader of persistency asks for, from the address; anything else counts as the default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from keyuan.analytics.rules.persistency.measuring import CUTS, MEASURES
from keyuan.analytics.rules.persistency.ratios import Choice
from keyuan.analytics.views.units import unit_asked
from keyuan.customers.selectors import labels

CUT_WORDS: Mapping[str, Any] = {
    "due_month": _("In the month due"),
    "first_grace": _("By the end of the first grace month"),
    "grace_end": _("By the end of grace"),
}
MEASURE_WORDS: Mapping[int, Any] = {13: _("13-month"), 25: _("25-month"), 37: _("37-month")}
#: Flags of the address and what they let count.
FLAGS = ("over_due", "count_apl", "count_reinstated")


@dataclass(frozen=True, slots=True)
class Asked:
    """Measure, choice, sales channel and unit."""

    months: int
    choice: Choice
    channel: str
    unit_id: int | None

    def address(self, **changed: str) -> str:
        """Return the query of the same view with some parts changed."""
        flags = {name: "1" for name in FLAGS if getattr(self.choice, name)}
        found = {"months": str(self.months), "cut": self.choice.cut, **flags}
        found |= {"channel": self.channel} if self.channel else {}
        found |= {"unit": str(self.unit_id)} if self.unit_id else {}
        return "?" + urlencode({**found, **changed})


def asked(query: Mapping[str, str]) -> Asked:
    """Read an address."""
    months, cut, channel = (query.get(name, "") for name in ("months", "cut", "channel"))
    chosen = Choice(cut if cut in CUTS else CUTS[-1], **{name: query.get(name) == "1" for name in FLAGS})
    return Asked(
        int(months) if months.isdecimal() and len(months) < 3 and int(months) in MEASURES else min(MEASURES),
        chosen,
        channel if channel in labels.SALES_CHANNELS else "",
        unit_asked(query),
    )
