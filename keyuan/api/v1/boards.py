"""Boards for programs: figures of a reach, definitions with owner and targets, months, the plan (ANA-12)."""

from datetime import date
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.forms.boards import words
from keyuan.analytics.rules.boards.indicators import BOARDS, BY_KEY, INDICATORS, figure_of, taken
from keyuan.analytics.rules.boards.outlook import Course
from keyuan.analytics.rules.boards.periods import LENGTHS, MONTH, Period, last_complete, period_of
from keyuan.analytics.selectors.boards.figures import counted_day, figures_of
from keyuan.analytics.selectors.boards.planning import Met, plan_rows
from keyuan.analytics.selectors.boards.telling import Told, board_told
from keyuan.analytics.selectors.boards.terms import plan_in_force, target_unit, terms_by_indicator
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.resource import Out, Resource
from keyuan.customers.selectors.classification.places import covers_all, place_of
from keyuan.platform import clock

router = Resource("Boards")
COURSES = ", ".join(course.value for course in Course)
BoardAsked = Annotated[str, OneOf(BOARDS, empty=False), Query("management", description=", ".join(BOARDS))]
PeriodAsked = Annotated[str, OneOf(LENGTHS, empty=False), Query(MONTH, description=", ".join(LENGTHS))]
UntilAsked = Annotated[date | None, Query(description="A day of the last month; the last whole period without one")]
UnitAsked = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A unit in reach")]
KeyAsked = Annotated[str, OneOf(BY_KEY, empty=False), Query(description="Key of the indicator")]


class IndicatorOut(Out):
    """An indicator: what is counted, of what, which direction is better, who answers, targets by year."""

    key: str
    name: str
    formula: str
    source: str
    unit: str = Field(description="cny: minor units; percent, per_ten_thousand, times, people, contracts, cases")
    rises: bool | None = Field(description="Whether more is better; empty: neither")
    owner: str
    targets: dict[str, float] = Field(description="By year, in the indicator's unit")


class BoardFigureOut(Out):
    """A figure in its indicator's unit with what it is compared with; empty where nothing is known."""

    key: str
    first_month: date
    last_month: date
    value: float | None
    before: float | None
    year_before: float | None
    target: float | None = Field(description="Of the year of the last month")
    so_far: float | None = Field(description="Of the year until the last whole month")
    projection: float | None = Field(description="Of the whole year")
    at_least: float | None = Field(description="Four of five projections of the past would have kept the bounds")
    at_most: float | None
    course: str | None = Field(description=f"{COURSES}: what the projection says of the target")


class IndicatorBoardOut(Out):
    """A board of the post's reach or a unit in it, as the night of `day` counted it."""

    day: date | None
    board: str
    figures: list[BoardFigureOut]


class IndicatorMonthOut(Out):
    """A month of an indicator; `top` and `bottom` are what it is divided of."""

    month: date
    value: float | None
    top: list[int | None]
    bottom: int | None


class PlanMetOut(Out):
    """What a year of the plan wants, what came, and the projection with its bounds."""

    target: float | None
    actual: float | None
    projection: float | None
    at_least: float | None
    at_most: float | None
    course: str | None


class PlanYearOut(Out):
    """A year of the five-year plan: long-term holders, and second purchases in per cent."""

    year: int
    focus: str
    holders: PlanMetOut
    second_purchase: PlanMetOut


@router.get("/analytics/indicators", permissions.BOARDS, list[IndicatorOut])
def list_indicators(request: ApiRequest, unit: UnitAsked = None) -> Any:
    """List every indicator, with owner and targets of the reach or of a unit in it."""
    terms = terms_by_indicator(target_unit(request.actor, place_of(request.actor, unit)))
    return [
        {
            "key": one.key,
            "name": str(words.INDICATORS[one.key].name),
            "formula": str(words.INDICATORS[one.key].formula),
            "source": str(words.INDICATORS[one.key].source),
            "unit": one.unit,
            "rises": one.rises,
            "owner": terms[one.key].owner_name if one.key in terms else "",
            "targets": terms[one.key].targets if one.key in terms else {},
        }
        for one in INDICATORS
    ]


@router.get("/analytics/boards", permissions.BOARDS, IndicatorBoardOut)
def get_board(
    request: ApiRequest,
    board: BoardAsked = "management",
    period: PeriodAsked = MONTH,
    until: UntilAsked = None,
    unit: UnitAsked = None,
) -> Any:
    """Get the figures of a board; none before the first night."""
    day, place = counted_day(), place_of(request.actor, unit)
    if day is None:
        return {"day": None, "board": board, "figures": []}
    span = period_of(period, until) if until else last_complete(day, period)
    terms = terms_by_indicator(target_unit(request.actor, place))
    found = board_told(board, figures_of(request.actor, place), span, terms, day)
    return {"day": day, "board": board, "figures": [_figure(one) for one in found]}


def _figure(one: Told) -> dict[str, Any]:
    return {
        "key": one.indicator.key,
        "first_month": one.period.first,
        "last_month": one.period.last,
        "value": one.value,
        "before": one.before,
        "year_before": one.year_before,
        "so_far": one.outlook.so_far,
        **_against(one),
    }


def _against(one: Told | Met) -> dict[str, Any]:
    projection = one.outlook.projection
    return {
        "target": one.target,
        "projection": projection.value if projection else None,
        "at_least": projection.low if projection else None,
        "at_most": projection.high if projection else None,
        "course": one.course.value if one.course else None,
    }


@router.get("/analytics/indicator-months", permissions.BOARDS, list[IndicatorMonthOut])
def list_indicator_months(request: ApiRequest, indicator: KeyAsked, unit: UnitAsked = None) -> Any:
    """List the months of an indicator, the oldest first, with the parts it is made of."""
    one = BY_KEY[indicator]
    figures = figures_of(request.actor, place_of(request.actor, unit))
    return [
        {
            "month": month,
            "value": figure_of(one, figures, Period(month, month)),
            "top": [taken(part, figures, Period(month, month)) for part in one.top],
            "bottom": taken(one.bottom, figures, Period(month, month)) if one.bottom else None,
        }
        for month in sorted(figures)
    ]


@router.get("/analytics/plan", permissions.BOARDS, list[PlanYearOut])
def get_plan(request: ApiRequest) -> Any:
    """Get the five-year plan of the whole book; none before one was set, nor for posts that reach a part of it."""
    found, day = plan_in_force(), counted_day()
    if found is None or not covers_all(request.actor):
        return []
    rows = plan_rows(found[0], figures_of(request.actor, place_of(request.actor)), day or clock.today())
    return [
        {
            "year": one.plan.year,
            "focus": one.plan.focus,
            "holders": {"actual": one.holders.actual, **_against(one.holders)},
            "second_purchase": {"actual": one.repeat.actual, **_against(one.repeat)},
        }
        for one in rows
    ]
