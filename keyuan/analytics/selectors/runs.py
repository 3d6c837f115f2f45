"""Reading nights: figures of the whole book, for whoever may see analyses (ANA-1)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from keyuan.analytics import permissions
from keyuan.analytics.models import NightRun, NightStep
from keyuan.analytics.rules.features.profile import WATCH, level_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def runs_visible_to(actor: Actor) -> QuerySet[NightRun]:
    """The nights; they tell of the book as a whole and of no customer."""
    if not actor.may(permissions.VIEW):
        return NightRun.objects.none()
    return NightRun.objects.all()


def with_sums(runs: QuerySet[NightRun]) -> QuerySet[Any]:
    """Add what the steps of each run took, made and changed together."""
    return runs.annotate(
        seconds=Sum("steps__seconds"), made=Count("steps"), changed=Sum("steps__changed"), read=Sum("steps__rows_in")
    )


def run_of(actor: Actor, run_id: int) -> NightRun:
    """Return a night. Raises NotFound."""
    run = runs_visible_to(actor).filter(pk=run_id).first()
    if run is None:
        raise NotFound
    return run


def steps_of(run: NightRun) -> list[NightStep]:
    """Return the steps of a night in order."""
    return list(run.steps.order_by("place"))


def run_before(run: NightRun) -> NightRun | None:
    """Return the last night before ``run`` that came to its end."""
    return NightRun.objects.filter(day__lt=run.day, status=NightRun.Status.DONE).order_by("-day").first()


@dataclass(frozen=True, slots=True)
class Moved:
    """A column that looks otherwise than the night before: its means, and the index of stability."""

    table: str
    column: str
    before: float | None
    now: float | None
    nulls_before: float
    nulls: float
    index: float
    level: str


def drift_of(steps: list[NightStep], before: list[NightStep]) -> list[Moved]:
    """Return every column with a figure of drift, the farthest first."""
    old = {name: facts for step in before for name, facts in step.tables.items()}
    found = [
        _moved(table, column, facts, old.get(table, {}).get("columns", {}).get(column, {}))
        for step in steps
        for table, made in step.tables.items()
        for column, facts in made["columns"].items()
        if "drift" in facts
    ]
    return sorted(found, key=lambda one: -one.index)


def _moved(table: str, column: str, facts: dict[str, Any], old: dict[str, Any]) -> Moved:
    index = facts["drift"]
    return Moved(
        table, column, old.get("mean"), facts["mean"], old.get("nulls", 0.0), facts["nulls"], index, level_of(index)
    )


def drifted(moved: list[Moved]) -> list[Moved]:
    """Return those that somebody should look at."""
    return [one for one in moved if one.index >= WATCH]
