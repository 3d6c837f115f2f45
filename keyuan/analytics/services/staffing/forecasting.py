"""Forecasts of calls: from contacts of the book, from a file of the past, or as they were given (ANA-14)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from django.db import transaction

from keyuan.analytics import permissions
from keyuan.analytics.models import CallForecast
from keyuan.analytics.rules.calls.holidays import days_apart
from keyuan.analytics.rules.calls.judging import HORIZONS, Judged
from keyuan.analytics.rules.calls.running import run
from keyuan.analytics.rules.calls.series import CallSeries, build_series
from keyuan.analytics.rules.staffing.planning import Wish, minutes_of, plan
from keyuan.analytics.selectors.staffing.calls import calls_of_book
from keyuan.analytics.services.staffing.reading import as_json, checked, given_of, series_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.clocks import calendar_in_force
from keyuan.platform.jobs.tracking import start_tracked
from keyuan.platform.subjects import Subject

KIND = "call_forecast"
JOB = "analytics.calls"
Source, Status = CallForecast.Source, CallForecast.Status
LONGEST = 28
#: Reaches of which errors are kept, in days.
REACHES = HORIZONS
SHOWN = 60


@dataclass(frozen=True)
class ForecastDraft:
    """What is to be forecast: ``frame`` is the uploaded file, None for calls of the book in slots of ``minutes``."""

    title: str
    source: str
    horizon: int
    frame: pd.DataFrame | None = None
    minutes: int = 30


def start_forecast(*, actor: Actor, draft: ForecastDraft, now: datetime) -> CallForecast:
    """Keep what the forecast is made from and start it; given calls stand at once.

    Raises Refused staffing.title, staffing.horizon, staffing.file, staffing.load, forecast.too_short and those of
    `reading`.
    """
    actor.require(permissions.STAFFING)
    if not draft.title.strip():
        raise Refused("staffing.title", field="title")
    if not 1 <= draft.horizon <= LONGEST:
        raise Refused("staffing.horizon", field="horizon", most=LONGEST)
    facts = _facts(actor, draft, now)
    with transaction.atomic():
        made = CallForecast.objects.create(
            title=draft.title.strip()[:SHOWN], source=draft.source, horizon=draft.horizon, unit_id=actor.unit_id or 0,
            made_by_id=actor.id, made_by_name=actor.name[:40], made_at=now, **facts,
        )  # fmt: skip
        after = {"title": made.title, "source": made.source, "horizon": made.horizon}
        record(actor, Action.CREATE, Subject(KIND, made.pk), after=after, now=now)
        if made.status == Status.PENDING:
            start_tracked(actor, JOB, params={"title": made.title}, forecast_id=made.pk)
    return made


def _facts(actor: Actor, draft: ForecastDraft, now: datetime) -> dict[str, Any]:
    """Return the stored facts of a forecast: what it learns from, or the calls as they were given."""
    if draft.source == Source.BOOK:
        rows = calls_of_book(actor, draft.minutes, now)
        if not rows:
            raise Refused("staffing.no_calls", field="source")
        columns = [pd.Series(column) for column in zip(*rows, strict=True)]
        series = checked(build_series(pd.to_datetime(columns[0]), columns[1], columns[2].astype(float)))
        return {"history": as_json(_silent(series)), "minutes": float(draft.minutes)}
    if draft.frame is None:
        raise Refused("staffing.file", field="file")
    if draft.source == Source.PAST:
        series = series_of(draft.frame)
        return {"history": as_json(series), "minutes": minutes_of(series.intervals)}
    given = given_of(draft.frame, draft.horizon)
    minutes = minutes_of(given.intervals)
    plan(given.first, given.intervals, minutes, given.calls.tolist(), Wish())
    return {"days": as_json(given), "minutes": minutes, "first_day": given.first, "status": Status.READY}


def _silent(series: CallSeries) -> CallSeries:
    """Return the series of the book, where an interval without contacts had none."""
    return CallSeries(series.first, series.intervals, np.nan_to_num(series.calls), series.remarks)


def reckon(forecast_id: int) -> None:
    """Reckon a pending forecast and keep it; one that stands, or was taken away, is left alone."""
    found = CallForecast.objects.filter(pk=forecast_id, status=Status.PENDING).first()
    if found is None:
        return
    try:
        facts = _forecast(found)
    except Refused as error:
        params = {name: str(value) for name, value in error.params.items()}
        facts = {"status": Status.FAILED, "fault": error.code, "fault_params": params}
    CallForecast.objects.filter(pk=forecast_id, status=Status.PENDING).update(**facts)


def _forecast(found: CallForecast) -> dict[str, Any]:
    stored = found.history
    calls = np.array([[np.nan if one is None else one for one in row] for row in stored["calls"]], dtype=float)
    series = CallSeries(date.fromisoformat(stored["first"]), stored["intervals"], calls, ())
    until = series.days[-1]
    holidays = days_apart(calendar_in_force(), series.first, until, found.horizon)
    outcome = run(series, until, found.horizon, holidays)
    first = outcome.until + timedelta(days=1)
    mean = CallSeries(first, series.intervals, outcome.told.mean.round(4), ())
    return {
        "status": Status.READY, "days": as_json(mean), "first_day": first, "errors": _errors(outcome.rolling),
        "fault": "", "fault_params": {},
    }  # fmt: skip


def _errors(judged: Judged | None) -> dict[str, dict[str, float]]:
    """Return the weighted errors by way and reach in days; empty where the past is too short to judge."""
    if judged is None:
        return {}
    return {
        way: {str(days): round(tally.wape(days), 4) for days in REACHES if days <= len(tally.calls)}
        for way, tally in judged.tallies.items()
    }
