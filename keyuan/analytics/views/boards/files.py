"""A board as a file: CSV or XLSX, with who took it and when; that it was taken stands on the trail (ANA-12)."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from keyuan.analytics import permissions
from keyuan.analytics.forms.boards import words
from keyuan.analytics.rules.boards.indicators import BOARDS, CNY, Indicator
from keyuan.analytics.selectors.boards.figures import counted_day, figures_of
from keyuan.analytics.selectors.boards.telling import Told, board_told
from keyuan.analytics.selectors.boards.terms import target_unit, terms_by_indicator
from keyuan.analytics.services.boards.taking import note_taken
from keyuan.analytics.views.boards.asked import asked
from keyuan.customers.selectors.classification.places import place_of
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.lists.export.values import harmless
from keyuan.platform.lists.views.small_files import TYPES, mark_of, table_file
from keyuan.platform.permissions import EXPORT_RUN

FEN = 100
WIDTHS = (200, 80, 110, 110, 80, 110, 80, 110, 110, 110, 110, 110)


@require_GET
@allow(permissions.BOARDS)
def board_file(request: StaffRequest, key: str, form: str) -> HttpResponse:
    """Give the figures of a board as the page shows them for the same address."""
    request.actor.require(EXPORT_RUN)
    day = counted_day()
    if key not in BOARDS or form not in TYPES or day is None:
        raise NotFound
    ask = asked(request.GET, day)
    place = place_of(request.actor, ask.unit_id)
    terms = terms_by_indicator(target_unit(request.actor, place))
    found = board_told(key, figures_of(request.actor, place), ask.period, terms, day)
    now, title = clock.now(), str(words.BOARDS[key])
    period = f"{ask.period.first:%Y-%m} ～ {ask.period.last:%Y-%m}"
    unit = place.unit.name if place.unit else _("in your reach")
    mark = mark_of(request.actor, title=title, why=_("Figures of a board"), conditions=f"{unit}; {period}", now=now)
    note_taken(actor=request.actor, board=key, month=ask.period.last, rows=len(found), now=now)
    name = f"board-{key}-{ask.period.last:%Y-%m}"
    return table_file(name, form, mark, heads=_heads(), widths=WIDTHS, rows=map(_line, found))


def _heads() -> list[str]:
    return [
        _("Indicator"), _("Unit"), _("This period"), _("The period before"), pgettext("figure", "Change"),
        _("A year before"), _("Change in a year"), _("Target of the year"), _("Year so far"), _("Projection"),
        _("At least"), _("At most"),
    ]  # fmt: skip


def _line(one: Told) -> list[Any]:
    indicator, projection = one.indicator, one.outlook.projection
    values = [
        _number(indicator, one.value), _number(indicator, one.before), _change(one.change),
        _number(indicator, one.year_before), _change(one.year_change), _number(indicator, one.target),
        _number(indicator, one.outlook.so_far), _number(indicator, projection.value if projection else None),
        _number(indicator, projection.low if projection else None),
        _number(indicator, projection.high if projection else None),
    ]  # fmt: skip
    return [harmless(str(words.INDICATORS[indicator.key].name)), str(words.UNITS[indicator.unit]), *values]


def _number(indicator: Indicator, value: float | None) -> Decimal | str:
    """Return a figure for a file: amounts in yuan."""
    if value is None:
        return ""
    return Decimal(str(value / FEN if indicator.unit == CNY else value)).quantize(Decimal("0.01"))


def _change(value: float | None) -> Decimal | str:
    return "" if value is None else Decimal(str(value)).quantize(Decimal("0.01"))
