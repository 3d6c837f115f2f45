"""Reading forecasts of calls and the staff they need (ANA-14)."""

from django.db.models import QuerySet

from keyuan.analytics import permissions
from keyuan.analytics.models import CallForecast, StaffingScenario
from keyuan.analytics.rules.staffing.planning import DayPlan, Wish, plan
from keyuan.customers.selectors.classification.places import covers_all
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def forecasts_visible_to(actor: Actor) -> QuerySet[CallForecast]:
    """The forecasts of the actor's own unit; all of them for a post that reaches the whole book."""
    if not actor.may(permissions.STAFFING):
        return CallForecast.objects.none()
    rows = CallForecast.objects.order_by("-made_at", "-pk")
    return rows if covers_all(actor) else rows.filter(unit_id=actor.unit_id or 0)


def access_forecast(actor: Actor, forecast_id: int) -> CallForecast:
    """Return one forecast. Raises NotFound out of reach."""
    found = forecasts_visible_to(actor).defer("history").filter(pk=forecast_id).first()
    if found is None:
        raise NotFound
    return found


def scenarios_of(forecast: CallForecast) -> list[StaffingScenario]:
    """Return the scenarios of a forecast in the order of their making."""
    return list(forecast.scenarios.order_by("made_at", "pk"))


def wish_of(scenario: StaffingScenario) -> Wish:
    """Return how a scenario answers."""
    names = ("handling", "share", "seconds", "shrinkage", "occupancy")
    return Wish(**{name: getattr(scenario, name) for name in names})


def plan_of(forecast: CallForecast, wish: Wish) -> list[DayPlan]:
    """Return the plan of each day; none while the forecast is reckoned. Raises Refused as `plan`."""
    if forecast.status != CallForecast.Status.READY or forecast.first_day is None:
        return []
    days = forecast.days
    return plan(forecast.first_day, days["intervals"], forecast.minutes, days["calls"], wish)


def titles_of(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of forecasts in reach, by id."""
    return dict(forecasts_visible_to(actor).filter(pk__in=ids).values_list("pk", "title"))
