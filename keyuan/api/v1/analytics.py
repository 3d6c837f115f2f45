"""Analytics for programs: scores of a customer, persistency and value of a reach, night runs (ANA-1, ANA-2, ANA-10)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.models import NightRun, PersistencyCell, ValueCell
from keyuan.analytics.rules.persistency.measuring import CUTS, MEASURES
from keyuan.analytics.rules.persistency.ratios import Choice, Ratio
from keyuan.analytics.selectors.cohorts import cohorts_of
from keyuan.analytics.selectors.figures import counted_day, persistency_of, ratios_of, value_of
from keyuan.analytics.selectors.runs import run_of, steps_of
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Out, Resource, RowId
from keyuan.customers import permissions as customer_permissions
from keyuan.customers.forms.score_words import CLASSES, GROUPS, TIERS
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.classification.places import place_of
from keyuan.customers.selectors.scores import score_of
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Analytics")
RUNS, OUTSIDE = lists["night-runs"], lists["external-figures"]
UnitAsked = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A unit in reach")]
MeasureAsked = Annotated[str, OneOf(MEASURES, empty=False), Query("13", description=", ".join(map(str, MEASURES)))]
CutAsked = Annotated[str, OneOf(CUTS, empty=False), Query("grace_end", description=", ".join(CUTS))]
BY = ("value_group", "abc", "value_tier")


class CustomerScoreOut(Out):
    """What the last night reckoned of a customer; scores from 1 to 5, amounts in minor units of CNY."""

    line: str
    recency: int
    frequency: int
    monetary: int
    contact: int
    value_group: str = Field(description=", ".join(GROUPS))
    abc: str = Field(description=f"{', '.join(CLASSES)}; empty without a premium in force")
    value_tier: str = Field(description=", ".join(TIERS))
    lifetime_value: int
    premium: int
    contracts: int
    last_bought_on: date | None
    last_contact_on: date | None
    active_from: date | None
    active_until: date | None
    scored_on: date


class CohortRatioOut(Out):
    """The contracts of a month: base and what of it came in, minor units of CNY; `share` is empty without a base."""

    month: date
    contracts: int
    base: int
    received: int
    share: float | None
    is_complete: bool
    total_share: float | None = Field(description="Together with the eleven complete cohorts before")


class PersistencyOut(Out):
    """Persistency of the post's reach or a unit in it, the oldest cohort first, and the ratios of the last year."""

    day: date | None
    months: int
    cut: str
    cohorts: list[CohortRatioOut]
    ratios: dict[str, tuple[int, int]] = Field(description="Part and whole, by measure")


class ValuePartOut(Out):
    """Customers of a group, class or tier; amounts in minor units of CNY."""

    by: str = Field(description=", ".join(BY))
    code: str
    customers: int
    premium: int
    lifetime_value: int


class ValueBoardOut(Out):
    """Value of the post's reach or a unit in it."""

    day: date | None
    parts: list[ValuePartOut]


class ExternalFigureOut(Out):
    """A published figure of an indicator, a region (GB/T 2260; 000000: the whole country) and a period."""

    id: int
    indicator: str
    region_code: str
    kind: str = Field(description="Y, Q, M")
    first_on: date
    last_on: date
    known_on: date = Field(description="Models know it from this day on")
    value: Decimal
    unit: str
    published_by: str
    former: Decimal | None = Field(description="What it was before it was published anew")


class NightRunOut(Out):
    """A night: which copy of the book it read, and how it ended."""

    id: int
    day: date
    status: str = Field(description=", ".join(NightRun.Status.values))
    engine: str
    snapshot: str
    as_of: datetime | None
    started_at: datetime
    finished_at: datetime | None
    fault: str


class NightStepOut(Out):
    """A step: tables read and made (rows, digest, profile of each column), rows of the book changed."""

    key: str
    status: str
    seconds: float
    rows_in: int
    rows_out: int
    changed: int
    reads: list[str]
    tables: dict[str, Any]


class NightRunDetailOut(NightRunOut):
    """A night with its steps in order."""

    steps: list[NightStepOut]


@router.get("/customers/{int:customer_id}/score", customer_permissions.SCORES, CustomerScoreOut)
def get_customer_score(request: ApiRequest, customer_id: RowId) -> Any:
    """Get the scores of a customer; 404 before the first night."""
    access_customer(request.actor, customer_id, now=clock.now())
    row = score_of(customer_id)
    if row is None:
        raise NotFound
    return {name: getattr(row, name) for name in CustomerScoreOut.model_fields}


@router.get("/analytics/persistency", permissions.VIEW, PersistencyOut)
def get_persistency(
    request: ApiRequest, months: MeasureAsked = "13", cut: CutAsked = "grace_end", unit: UnitAsked = None
) -> Any:
    """Get persistency by cohort."""
    place, day = place_of(request.actor, unit), counted_day(PersistencyCell)
    cohorts = cohorts_of(persistency_of(request.actor, place), int(months), Choice(cut), day) if day else []
    rows = [
        {
            "month": one.month,
            **_ratio(one.ratio),
            "is_complete": one.is_complete,
            "total_share": one.total.share,
        }
        for one in cohorts
    ]
    return {"day": day, "months": int(months), "cut": cut, "cohorts": rows, "ratios": ratios_of(request.actor, place)}


def _ratio(ratio: Ratio) -> dict[str, Any]:
    return {"contracts": ratio.contracts, "base": ratio.base, "received": ratio.received, "share": ratio.share}


@router.get("/analytics/value", permissions.VIEW, ValueBoardOut)
def get_value(request: ApiRequest, unit: UnitAsked = None) -> Any:
    """Get customers, premium and lifetime value by group, class and tier."""
    place = place_of(request.actor, unit)
    parts = [
        {
            "by": by,
            "code": cell[by],
            "customers": cell["customers"],
            "premium": cell["paid"],
            "lifetime_value": cell["value"],
        }
        for by in BY
        for cell in value_of(request.actor, place, by)
    ]
    return {"day": counted_day(ValueCell), "parts": parts}


@router.get("/external-figures", permissions.VIEW, Page[ExternalFigureOut], parameters=parameters_of(OUTSIDE))
def list_external_figures(request: ApiRequest) -> Any:
    """List published figures from outside the book, the newest period first."""
    found = read_list(request, OUTSIDE)
    names = ExternalFigureOut.model_fields
    return {"rows": [{name: getattr(row, name) for name in names} for row in found.records], **found.more}


@router.get("/night-runs", permissions.VIEW, Page[NightRunOut], parameters=parameters_of(RUNS))
def list_night_runs(request: ApiRequest) -> Any:
    """List nights, the newest first."""
    found = read_list(request, RUNS)
    return {"rows": [_run(row) for row in found.records], **found.more}


@router.get("/night-runs/{int:run_id}", permissions.VIEW, NightRunDetailOut)
def get_night_run(request: ApiRequest, run_id: RowId) -> Any:
    """Get a night with its steps."""
    run = run_of(request.actor, run_id)
    steps = [{name: getattr(step, name) for name in NightStepOut.model_fields} for step in steps_of(run)]
    return {**_run(run), "steps": steps}


def _run(run: NightRun) -> dict[str, Any]:
    return {name: getattr(run, name) for name in NightRunOut.model_fields}
