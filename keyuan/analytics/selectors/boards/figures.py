"""Figures of a part of the book by month: kept ones for the book, branches and sub-branches, else counted (ANA-12)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from keyuan.analytics.models import BoardCell, NightStep
from keyuan.analytics.rules.boards.indicators import Figures
from keyuan.analytics.rules.boards.measures import READS, STATES
from keyuan.analytics.selectors.boards.facts import count_facts, facts_of
from keyuan.analytics.selectors.figures import kept_unit
from keyuan.customers.selectors.classification.places import WHOLE, Place
from keyuan.customers.selectors.scope import scope_terms
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import snapshots
from keyuan.platform.mart.engine import engine
from keyuan.platform.mart.shelf import DERIVED, Snapshot

STEP = "board_cells"
Row = tuple[date, Mapping[str, int], Mapping[str, int]]


def counted_day() -> date | None:
    """Return the day of the night that last counted the boards; None before the first."""
    done = NightStep.objects.filter(key=STEP, status=NightStep.Status.DONE)
    return done.order_by("-run__day").values_list("run__day", flat=True).first()


def figures_of(actor: Actor, place: Place) -> Figures:
    """Return the months of a part of the book with its measures, sales channels together."""
    unit = kept_unit(actor, place)
    if unit is None:
        return _added(_counted_now(actor, place))
    rows = BoardCell.objects.filter(unit_id=unit)
    rows = rows.filter(sales_channel=place.channel) if place.channel else rows
    return _added(rows.values_list("month", "figures", "states"))


def figures_of_units(unit_ids: Sequence[int], months: Iterable[date], channel: str = "") -> dict[int, Figures]:
    """Return some months of several branches or sub-branches; the caller was let see them."""
    rows = BoardCell.objects.filter(unit_id__in=unit_ids, month__in=list(months))
    rows = rows.filter(sales_channel=channel) if channel else rows
    found: dict[int, list[Row]] = defaultdict(list)
    for unit_id, *row in rows.values_list("unit_id", "month", "figures", "states"):
        found[unit_id].append((row[0], row[1], row[2]))
    return {unit_id: _added(of_unit) for unit_id, of_unit in found.items()}


def _added(rows: Iterable[Row]) -> Figures:
    """Add channels up. Where a night saw how things stand, a measure it did not name stood at 0."""
    found: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for month, figures, states in rows:
        into = found[month]
        for measure, value in (*figures.items(), *states.items()):
            into[measure] += value
        if states:
            for measure in STATES:
                into[measure] += 0
    return {month: dict(measures) for month, measures in found.items()}


def _counted_now(actor: Actor, place: Place) -> list[Row]:
    """Count a reach below sub-branches from the night's own tables; states are known for its month only."""
    terms, snapshot, day = scope_terms(actor), _counted_snapshot(), counted_day()
    if terms is None or snapshot is None or day is None:
        return []
    terms = [*terms, *([(LEVEL_COLUMNS[place.unit.level - 1], place.unit.pk)] if place.unit else [])]
    with engine(snapshot.folder) as mart:
        _narrow(mart, snapshot, terms)
        count_facts(mart, day)
        rows = facts_of(mart, WHOLE)
    return [(month, json.loads(figures), json.loads(states)) for _unit, _channel, month, figures, states in rows]


def _counted_snapshot() -> Snapshot | None:
    """Return the newest snapshot of which a night made every table."""
    return next((one for one in snapshots() if all(_path(one, table) is not None for table in READS)), None)


def _path(snapshot: Snapshot, table: str) -> Any:
    if table in snapshot.rows:
        return snapshot.path(table)
    derived = snapshot.folder / DERIVED / f"{table}.parquet"
    return derived if derived.exists() else None


def _narrow(mart: Any, snapshot: Snapshot, terms: Sequence[tuple[str, Any]]) -> None:
    """Make the tables of the measures with the rows of a reach alone."""
    where = " AND ".join(f'"{column}" = ?' for column, _value in terms) or "true"
    values = [value for _column, value in terms]
    for table in READS:
        # Scores have no place of their own: they are joined to the customers in reach.
        own = (where, values) if table != "scores" else ("true", [])
        mart.execute(
            f"CREATE TEMP TABLE \"{table}\" AS SELECT * FROM read_parquet('{_path(snapshot, table)}') WHERE {own[0]}",  # noqa: S608 - columns and folders are ours
            own[1],
        )
    mart.execute(
        f"CREATE TEMP TABLE holdings AS SELECT * FROM read_parquet('{_path(snapshot, 'policies')}')"  # noqa: S608 - as above
        " WHERE customer_id IN (SELECT customer_id FROM customers)"
    )
