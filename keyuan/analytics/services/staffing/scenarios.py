"""Scenarios of a forecast, side by side (ANA-14)."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.models import CallForecast, StaffingScenario
from keyuan.analytics.rules.staffing.planning import Wish
from keyuan.analytics.selectors.staffing.forecasts import access_forecast, plan_of
from keyuan.analytics.services.staffing.forecasting import KIND
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.locks import hold
from keyuan.platform.subjects import Subject

MOST = 8


def save_scenario(*, actor: Actor, forecast_id: int, name: str, wish: Wish, now: datetime) -> StaffingScenario:
    """Keep a scenario under a name; saved again under it, the newer one stands.

    Raises NotFound, Refused staffing.name, staffing.too_many, staffing.targets, staffing.load.
    """
    actor.require(permissions.STAFFING)
    forecast = access_forecast(actor, forecast_id)
    if not name.strip():
        raise Refused("staffing.name", field="name")
    plan_of(forecast, wish)
    with transaction.atomic():
        hold(f"staffing {forecast_id}")
        known = forecast.scenarios.filter(name=name.strip()[:40]).first()
        if known is None and forecast.scenarios.count() >= MOST:
            raise Refused("staffing.too_many", most=MOST)
        facts = {**asdict(wish), "made_by_name": actor.name[:40], "made_at": now}
        made, _new = StaffingScenario.objects.update_or_create(
            forecast=forecast, name=name.strip()[:40], defaults=facts
        )
        after = {"scenario": made.name, **asdict(wish)}
        record(actor, Action.UPDATE, Subject(KIND, forecast.pk), after=after, now=now)
    return made


def drop_scenario(*, actor: Actor, forecast_id: int, scenario_id: int, now: datetime) -> None:
    """Take a scenario away; taken away twice, nothing more happens. Raises NotFound."""
    actor.require(permissions.STAFFING)
    forecast = access_forecast(actor, forecast_id)
    with transaction.atomic():
        found = forecast.scenarios.filter(pk=scenario_id).first()
        if found is None:
            return
        name = found.name
        found.delete()
        record(actor, Action.DELETE, Subject(KIND, forecast.pk), before={"scenario": name}, now=now)


def drop_forecast(*, actor: Actor, forecast_id: int, now: datetime) -> None:
    """Take a forecast away with its scenarios; only whoever made it. Raises NotFound, Refused staffing.not_own."""
    actor.require(permissions.STAFFING)
    forecast = access_forecast(actor, forecast_id)
    if forecast.made_by_id != actor.id:
        raise Refused("staffing.not_own", by=forecast.made_by_name)
    with transaction.atomic():
        if not CallForecast.objects.filter(pk=forecast_id).delete()[0]:
            raise NotFound
        record(actor, Action.DELETE, Subject(KIND, forecast_id), before={"title": forecast.title}, now=now)
