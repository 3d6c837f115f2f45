"""Forecasts of calls and the staff they need, for programs that make rosters (ANA-14)."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from keyuan.analytics import permissions
from keyuan.analytics.models import CallForecast
from keyuan.analytics.rules.staffing.planning import Wish
from keyuan.analytics.selectors.staffing.forecasts import access_forecast, forecasts_visible_to, plan_of
from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.resource import Out, Resource, RowId

router = Resource("Staffing")
LISTED = 100
# One `Query` a parameter: a shared one takes the default of the last.
Handling = Annotated[float, Query(gt=0, le=7200, description="Mean handling time in seconds")]
Within = Annotated[float, Query(ge=0, le=3600, description="Answered within so many seconds is in time")]
InTime = Annotated[float, Query(gt=0, lt=1, description="Share of calls to be answered in time")]
Shrinkage = Annotated[float, Query(ge=0, lt=1, description="Share of paid time not on calls")]
Occupancy = Annotated[float, Query(gt=0, le=1, description="Most of their time that agents are busy")]


class CallForecastOut(Out):
    """A forecast of calls by interval; `errors` are weighted errors of such forecasts by way and reach in days."""

    id: int
    title: str
    source: str = Field(description=", ".join(CallForecast.Source.values))
    status: str = Field(description=", ".join(CallForecast.Status.values))
    horizon: int
    first_day: date | None
    minutes: float
    errors: dict[str, dict[str, float]]
    made_by_name: str
    made_at: datetime


class StaffedOut(Out):
    """An interval: calls expected, people on calls, people to plan; waits in seconds, shares from 0 to 1."""

    day: date
    interval: str
    calls: float
    agents: int
    staff: int
    waiting: float
    service_level: float
    mean_wait: float
    occupancy: float


class StaffingOut(CallForecastOut):
    """A forecast with the plan of every interval."""

    plan: list[StaffedOut]


def _forecast(row: CallForecast) -> dict[str, Any]:
    return {"id": row.pk} | {name: getattr(row, name) for name in CallForecastOut.model_fields if name != "id"}


@router.get("/analytics/staffing", permissions.STAFFING, list[CallForecastOut])
def list_call_forecasts(request: ApiRequest) -> Any:
    """List the last hundred forecasts of the post's unit, the newest first."""
    return [_forecast(row) for row in forecasts_visible_to(request.actor).defer("history", "days")[:LISTED]]


@router.get("/analytics/staffing/{int:forecast_id}", permissions.STAFFING, StaffingOut)
def get_staffing(
    request: ApiRequest, forecast_id: RowId, handling: Handling = 180, share: InTime = 0.8, within: Within = 20,
    shrinkage: Shrinkage = 0.3, occupancy: Occupancy = 0.85,
) -> Any:  # fmt: skip
    """Get the staff of each interval by Erlang C; the plan is empty until the forecast is ready."""
    found = access_forecast(request.actor, forecast_id)
    days = plan_of(found, Wish(handling, share, within, shrinkage, occupancy))
    plan = [
        {
            "day": one.day, "interval": slot.interval, "calls": slot.calls, "agents": slot.need.queue.agents,
            "staff": slot.need.staff,
            **{name: getattr(slot.need.queue, name) for name in ("waiting", "service_level", "mean_wait", "occupancy")},
        }
        for one in days
        for slot in one.slots
    ]  # fmt: skip
    return {**_forecast(found), "plan": plan}
