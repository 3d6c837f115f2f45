"""Which contracts or customers stand behind a figure: what the address of a list says, and back (ANA-10)."""

from dataclasses import dataclass, fields
from datetime import date

from keyuan.analytics.rules.features.rates import MEASURES as RATES
from keyuan.analytics.rules.features.rates import RENEWED
from keyuan.analytics.rules.persistency.measuring import CUTS, MEASURES
from keyuan.analytics.rules.persistency.ratios import Choice

#: Sides of a persistency figure, and of a ratio.
MISSED, RECEIVED, COUNTED = "missed", "received", "counted"
PART, REST, WHOLE = "part", "rest", "whole"
FLAGS = tuple(field.name for field in fields(Choice))[1:]
SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class CohortSide:
    """The contracts of a month by what came in of their premium in a later year."""

    months: int
    cohort: date
    choice: Choice
    side: str = MISSED
    unit_id: int | None = None
    channel: str = ""

    @property
    def text(self) -> str:
        """Return it as an address says it."""
        flags = "".join("1" if getattr(self.choice, name) else "0" for name in FLAGS)
        parts = (str(self.months), f"{self.cohort:%Y-%m}", self.choice.cut, flags, self.side)
        return SEPARATOR.join((*parts, str(self.unit_id or ""), self.channel))

    @property
    def condition(self) -> str:
        """Return the rows of ``premium_years`` on this side, as SQL over our own columns."""
        amounts = [self.choice.cut]
        if self.choice.cut == CUTS[-1]:
            amounts += ["by_loan"] if self.choice.count_apl else []
            amounts += ["reinstated"] if self.choice.count_reinstated else []
        received = " + ".join(amounts)
        based = "due_base > 0 AND " if self.choice.over_due else ""
        sides = {MISSED: f"{received} = 0", RECEIVED: f"{received} > 0", COUNTED: "true"}
        return f"{based}{sides[self.side]}"


@dataclass(frozen=True, slots=True)
class RateSide:
    """The customers (of renewals: contracts) on one side of a ratio of the last year."""

    measure: str
    side: str
    unit_id: int | None = None

    @property
    def text(self) -> str:
        """Return it as an address says it."""
        return SEPARATOR.join((self.measure, self.side, str(self.unit_id or "")))

    @property
    def is_about_policies(self) -> bool:
        """Tell whether it counts contracts."""
        return self.measure == RENEWED

    @property
    def condition(self) -> str:
        """Return the rows of ``rate_members`` on this side, as SQL over our own columns."""
        return {PART: "part > 0", REST: "whole > 0 AND part = 0", WHOLE: "whole > 0"}[self.side]


Side = CohortSide | RateSide


def read(text: str) -> Side | None:
    """Return what an address says; None for what no page of ours writes."""
    parts = text.split(SEPARATOR)
    if len(parts) == 3 and parts[0] in RATES and parts[1] in (PART, REST, WHOLE):
        return RateSide(parts[0], parts[1], _unit(parts[2]))
    return _cohort(parts) if len(parts) == 7 else None


def _cohort(parts: list[str]) -> CohortSide | None:
    months, month, cut, flags, side, unit, channel = parts
    try:
        cohort = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    known = months.isdecimal() and len(months) < 3 and int(months) in MEASURES and cut in CUTS
    if not known or set(flags) - {"0", "1"} or len(flags) != len(FLAGS) or side not in (MISSED, RECEIVED, COUNTED):
        return None
    choice = Choice(cut, **{name: flag == "1" for name, flag in zip(FLAGS, flags, strict=True)})
    return CohortSide(int(months), cohort, choice, side, _unit(unit), channel)


def _unit(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
