"""Importing published figures: new ones, and those that were published anew (ANA-1, PLT-9)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from keyuan.analytics.models import ExternalFigure
from keyuan.analytics.rules.external.reading import COUNTRY, parse_period
from keyuan.platform.imports import Chunk, ImportContext, Outcome, RowIssue

#: What a figure has beside its key; the file decides about those that it has a column for.
SAID = ("value", "unit", "published_by", "known_on")
Key = tuple[str, str, str, date]


@dataclass(slots=True)
class Plan:
    """Rows that are new, and by row the figure that a row says otherwise."""

    new: list[int] = field(default_factory=list)
    changed: dict[int, ExternalFigure] = field(default_factory=dict)


def check_figures(chunk: Chunk, context: ImportContext) -> Outcome:
    """Tell which rows are new, say something new or are refused; reads only."""
    outcome, plan = Outcome(), Plan()
    outcome.plan = plan
    today = timezone.localdate(context.now)
    known = _known(chunk)
    for index in range(len(chunk)):
        problem = _problem(chunk, index, today)
        found = known.get(_key(chunk, index))
        if problem:
            outcome.issues.append(RowIssue(index, *problem))
        elif found is None:
            plan.new.append(index)
        elif all(getattr(found, name) == value for name, value in _said(chunk, index).items()):
            outcome.unchanged += 1
        else:
            plan.changed[index] = found
    outcome.created, outcome.updated = len(plan.new), len(plan.changed)
    return outcome


def write_figures(chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Write what the check planned, in the caller's transaction; a figure published anew keeps its former value."""
    plan: Plan = outcome.plan
    by = {
        "source_name": context.source[:40], "imported_by": context.actor.name[:40], "imported_at": context.now,
    }  # fmt: skip
    # Another file, under another source's name, may have brought the same figures meanwhile: the later one counts.
    ExternalFigure.objects.bulk_create(
        [_figure(chunk, index, by) for index in plan.new], batch_size=500, update_conflicts=True,
        unique_fields=["indicator", "region_code", "kind", "first_on"], update_fields=[*SAID, *by],
    )  # fmt: skip
    for index, figure in plan.changed.items():
        said = _said(chunk, index)
        if figure.value != said["value"]:
            figure.former = figure.value
        for name, value in {**said, **by}.items():
            setattr(figure, name, value)
    ExternalFigure.objects.bulk_update(plan.changed.values(), [*SAID, "former", *by], batch_size=500)


def _problem(chunk: Chunk, index: int, today: date) -> tuple[str, str] | None:
    period = parse_period(chunk.get("period")[index])
    if period.first > today:
        return "period", "external.period_ahead"
    published = chunk.get("published_on")[index]
    if published and published > today:
        return "published_on", "external.published_ahead"
    return ("published_on", "external.published_early") if published and published < period.first else None


def _key(chunk: Chunk, index: int) -> Key:
    period = parse_period(chunk.get("period")[index])
    return chunk.get("indicator")[index], chunk.get("region")[index] or COUNTRY, period.kind, period.first


def _known(chunk: Chunk) -> dict[Key, ExternalFigure]:
    """Return the figures that the chunk may speak of, by what identifies them."""
    keys = [_key(chunk, index) for index in range(len(chunk))]
    if not keys:
        return {}
    days = [key[-1] for key in keys]
    rows = ExternalFigure.objects.filter(indicator__in={key[0] for key in keys}, first_on__range=(min(days), max(days)))
    return {(row.indicator, row.region_code, row.kind, row.first_on): row for row in rows}


def _said(chunk: Chunk, index: int) -> dict[str, Any]:
    """Return what the row says; what a file leaves out stays as it is."""
    value: Decimal = chunk.get("value")[index]
    said: dict[str, Any] = {"value": value}
    said |= {name: chunk.get(name)[index] for name in ("unit", "published_by") if chunk.get(name)[index]}
    published = chunk.get("published_on")[index]
    return said | ({"known_on": published} if published else {})


def _figure(chunk: Chunk, index: int, by: dict[str, Any]) -> ExternalFigure:
    indicator, region, _kind, _first = _key(chunk, index)
    period = parse_period(chunk.get("period")[index])
    said = {"known_on": period.last + timedelta(days=1)} | _said(chunk, index)
    return ExternalFigure(
        indicator=indicator, region_code=region, kind=period.kind, first_on=period.first, last_on=period.last,
        **said, **by,
    )  # fmt: skip
