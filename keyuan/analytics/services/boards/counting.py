"""The step of the night that keeps the figures of boards: only what differs is written (ANA-12)."""

import json
from datetime import date
from typing import Any

from django.db import transaction

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import BoardCell
from keyuan.analytics.rules.boards.measures import READS
from keyuan.analytics.selectors.boards.facts import count_facts, facts_of
from keyuan.analytics.services.night.work import Night
from keyuan.platform.imports.bulk import Column, Same, insert, update

WRITE = 2_000
Key = tuple[int, str, date]
Told = tuple[str, str]


def count_boards(night: Night) -> Done:
    """Count every measure of the copy and bring the kept figures up to it."""
    with night.opened() as mart:
        mart.execute("CREATE TEMP VIEW holdings AS FROM policies")
        count_facts(mart, night.day)
        made = {(unit, channel, month): (figures, states) for unit, channel, month, figures, states in facts_of(mart)}
    changed = _keep(made, night.day)
    return Done(READS, (), night.rows(*READS), len(made), changed)


def _keep(made: dict[Key, Told], day: date) -> int:
    """Let the cells be ``made``; states of months gone by stay as their own nights saw them."""
    this_month = day.replace(day=1)
    stand = {(row[1], row[2], row[3]): row for row in _standing()}
    fresh: list[tuple[Any, ...]] = []
    differing: list[tuple[int, str, str]] = []
    for key, (figures, states) in made.items():
        old = stand.pop(key, None)
        if old is None:
            fresh.append((*key, figures, states))
            continue
        now = states if key[2] == this_month else _text(old[5])
        if (figures, now) != (_text(old[4]), _text(old[5])):
            differing.append((old[0], figures, now))
    gone = [row[0] for row in stand.values()]
    _write(fresh, differing, gone, day)
    return len(fresh) + len(differing) + len(gone)


def _standing() -> list[tuple[Any, ...]]:
    names = ("pk", "unit_id", "sales_channel", "month", "figures", "states")
    return list(BoardCell.objects.values_list(*names))


def _text(content: dict[str, int]) -> str:
    """Write figures as DuckDB writes them, so that equal ones are equal texts."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def _write(fresh: list[Any], differing: list[Any], gone: list[int], day: date) -> None:
    """Write in short transactions; a killed one is made good by the next run, which finds less to change."""
    for part in _parts(fresh):
        units, channels, months, figures, states = zip(*part, strict=True)
        columns: dict[str, Column] = {
            "unit_id": units, "sales_channel": channels, "month": months, "figures": figures, "states": states,
            "counted_on": Same(day),
        }  # fmt: skip
        with transaction.atomic():
            insert(BoardCell, columns, len(part))
    for part in _parts(differing):
        ids, figures, states = zip(*part, strict=True)
        with transaction.atomic():
            update(BoardCell, ids, {"figures": figures, "states": states, "counted_on": Same(day)})
    for part in _parts(gone):
        with transaction.atomic():
            BoardCell.objects.filter(pk__in=part).delete()


def _parts(rows: list[Any]) -> list[list[Any]]:
    return [rows[start : start + WRITE] for start in range(0, len(rows), WRITE)]
