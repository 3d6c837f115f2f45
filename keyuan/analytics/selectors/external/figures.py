"""Figures from outside: public, the same for everybody who may see analyses (ANA-1)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from keyuan.analytics import permissions
from keyuan.analytics.models import ExternalFigure, RegionCell
from keyuan.analytics.rules.external.reading import COUNTRY
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound

#: Periods that a page shows.
PERIODS = 24
PROVINCE = "0000"
#: Minor units of CNY in one of a figure's unit.
MONEY_UNITS = {"元": 100, "万元": 1_000_000, "百万元": 100_000_000, "亿元": 10_000_000_000}


def figures_visible_to(actor: Actor) -> QuerySet[ExternalFigure]:
    """All figures; they tell of nobody."""
    return ExternalFigure.objects.all() if actor.may(permissions.VIEW) else ExternalFigure.objects.none()


def indicators(actor: Actor) -> list[str]:
    """Return the names of the indicators, in their order."""
    return list(figures_visible_to(actor).order_by("indicator").values_list("indicator", flat=True).distinct())


def figures_of(actor: Actor, indicator: str) -> list[ExternalFigure]:
    """Return the figures of an indicator's newest kind of period, the newest first. Raises NotFound."""
    rows = figures_visible_to(actor).filter(indicator=indicator)
    newest = rows.order_by("-last_on", "-id").first()
    if newest is None:
        raise NotFound
    days = rows.filter(kind=newest.kind).order_by("-first_on").values_list("first_on", flat=True).distinct()
    oldest = list(days[:PERIODS])[-1]
    return list(rows.filter(kind=newest.kind, first_on__gte=oldest).order_by("-first_on", "region_code"))


@dataclass(frozen=True, slots=True)
class Beside:
    """A region's figure beside the book: customers with cover, yearly premium (minor units of CNY).

    ``share`` is premium over the figure where that is an amount of yuan, else None.
    """

    figure: ExternalFigure
    customers: int
    premium: int
    share: float | None


def beside_the_book(figures: list[ExternalFigure]) -> list[Beside]:
    """Return provinces and the whole country of one period beside what the last night counted of the book there."""
    newest = RegionCell.objects.order_by("-day").values_list("day", flat=True).first()
    cells = {cell.region_code: cell for cell in RegionCell.objects.filter(day=newest)} if newest else {}
    whole = (sum(cell.customers for cell in cells.values()), sum(cell.premium for cell in cells.values()))
    found = []
    for figure in figures:
        cell = cells.get(figure.region_code)
        own = whole if figure.region_code == COUNTRY else (cell.customers, cell.premium) if cell else (0, 0)
        if figure.region_code.endswith(PROVINCE):
            found.append(Beside(figure, *own, _share(own[1], figure)))
    return found


def _share(premium: int, figure: ExternalFigure) -> float | None:
    minor = MONEY_UNITS.get(figure.unit)
    return float(premium / (figure.value * Decimal(minor))) if minor and figure.value > 0 else None
