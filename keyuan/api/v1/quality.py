"""Data quality: one customer's record, the board of a unit, the weights (CUS-11)."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.customers import permissions
from keyuan.customers.rules.quality import CODES, DIMENSIONS, LEVELS, Weights, codes_of, from_json, to_json
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.quality.board import Totals, board_of
from keyuan.customers.selectors.quality.rows import quality_of, weights_in_force
from keyuan.customers.services.quality.rules import save_weights
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock

router = Resource("Data quality")
UnitAsked = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="A unit in reach")]
Whole = Annotated[int, Field(ge=0, le=10**6, strict=True)]
DEFAULT = Weights()
FINDING_LIST = ", ".join(CODES)


class RecordQualityOut(Out):
    """The verdict on a customer's record; scores from 0 to 100."""

    score: int
    level: str = Field(description=", ".join(LEVELS))
    dimensions: dict[str, int] = Field(description=", ".join(DIMENSIONS))
    findings: list[str] = Field(description=f"Of {FINDING_LIST}")
    supplier: str = Field(description="key:…, partner:…, from:… or channel:…; empty where nothing is known")
    changed_on: date


class TotalsOut(Out):
    """What records add up to: mean scores, and how many stand at each level and have each finding."""

    records: int
    score: float | None
    dimensions: dict[str, float | None]
    levels: dict[str, int]
    findings: dict[str, int]


class PartOut(Out):
    """A unit, a person or a supplier: ``bad`` are poor and bad records, of suppliers those that are not valid."""

    key: int | str
    name: str
    records: int
    score: float
    bad: int
    change: float | None = Field(description="Movement of the mean score in 30 days")


class QualityBoardOut(Out):
    """The board of the post's reach or of a unit in it; ``day`` is empty where records were added up just now."""

    day: date | None
    judged_at: datetime | None
    now: TotalsOut
    earlier: dict[int, TotalsOut] = Field(description="By days back: 30, 90")
    units: list[PartOut]
    suppliers: list[PartOut]


class WeightsOut(Out):
    """The weights in force. ``number`` is 0 for those the system came with."""

    number: int
    weights: dict[str, Any]


class WeightsIn(In):
    """New weights, after which version, and why. What is left out takes its default."""

    number: Whole
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    dimensions: Annotated[dict[str, Whole], Field(max_length=len(DIMENSIONS))] = {}
    findings: Annotated[dict[str, Whole], Field(max_length=len(CODES))] = {}
    good_from: Whole = DEFAULT.good_from
    fair_from: Whole = DEFAULT.fair_from
    poor_from: Whole = DEFAULT.poor_from
    stale_months: Whole = DEFAULT.stale_months
    failed_calls: Whole = DEFAULT.failed_calls
    shared_by: Whole = DEFAULT.shared_by
    task_cap: Whole = DEFAULT.task_cap
    task_pause_days: Whole = DEFAULT.task_pause_days
    task_due_days: Whole = DEFAULT.task_due_days
    task_findings: Annotated[list[Annotated[str, OneOf(CODES, empty=False)]], Field(max_length=len(CODES))] = list(
        DEFAULT.task_findings
    )


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "records": totals.records,
        "score": totals.mean("score"),
        "dimensions": {name: totals.mean(name) for name in DIMENSIONS},
        "levels": {level: totals.sums[level] for level in LEVELS},
        "findings": {code: totals.sums[code] for code in CODES},
    }


@router.get("/customers/{int:customer_id}/quality", permissions.QUALITY, RecordQualityOut)
def get_customer_quality(request: ApiRequest, customer_id: RowId) -> Any:
    """Get the verdict on a customer's record."""
    access_customer(request.actor, customer_id, now=clock.now())
    row = quality_of(customer_id)
    if row is None:
        raise NotFound
    dimensions = {name: getattr(row, name) for name in DIMENSIONS}
    return {
        "score": row.score,
        "level": row.level,
        "dimensions": dimensions,
        "findings": codes_of(row.findings),
        "supplier": row.supplier,
        "changed_on": row.changed_on,
    }


@router.get("/quality/board", permissions.QUALITY, QualityBoardOut)
def get_quality_board(request: ApiRequest, unit: UnitAsked = None) -> Any:
    """Get scores, levels and findings of the post's reach or a unit in it, with its worst units and suppliers."""
    found = board_of(request.actor, unit)
    return {
        "day": found.day,
        "judged_at": found.run_at,
        "now": _totals(found.now),
        "earlier": {back: _totals(totals) for back, totals in found.earlier.items()},
        "units": found.units,
        "suppliers": found.suppliers,
    }


@router.get("/quality/weights", permissions.QUALITY, WeightsOut)
def get_quality_weights(request: ApiRequest) -> Any:
    """Get the weights in force."""
    del request
    weights, version = weights_in_force()
    return {"number": version.number if version else 0, "weights": to_json(weights)}


@router.post("/quality/weights", permissions.QUALITY_RULES, WeightsOut)
def set_quality_weights(request: ApiRequest, body: WeightsIn) -> Any:
    """Put weights in force as the version after `number`, and judge all records anew."""
    weights = from_json(body.model_dump(exclude={"number", "reason"}))
    made = save_weights(actor=request.actor, number=body.number, weights=weights, reason=body.reason, now=clock.now())
    return {"number": made.number, "weights": to_json(weights)}
