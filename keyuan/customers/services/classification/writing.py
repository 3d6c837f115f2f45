"""Judging some customers anew inside the caller's transaction: what moved is written and noted (CUS-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from keyuan.customers.models import ClassChange, CustomerSummary
from keyuan.customers.rules.classification import Thresholds, classify, decode
from keyuan.customers.selectors.classification.columns import Stretch, appointments, stretch_of, with_appointments
from keyuan.platform.imports.bulk import Same, insert, update

#: Where an axis stands in the summary besides the code; the common value is NULL there.
OWN_COLUMNS = ("service_kind", "touch_point", "prospect_source", "is_near_vip", "is_mass_line")
COMMON = frozenset({"NONE", "SERVED"})


def judge(customer_ids: Sequence[int], thresholds: Thresholds, today: date, cause: str) -> int:
    """Judge ``customer_ids`` (≤ 2,000) by the facts as they stand, locked; return how many moved.

    Doubles change nothing: who stands where the code says is not written.
    """
    stretch = stretch_of(customer_ids, lock=True)
    if not len(stretch):
        return 0
    agreed = appointments(customer_ids)
    fresh = with_appointments(stretch, agreed)
    codes = classify(fresh.facts, thresholds, today)
    moved = np.flatnonzero(codes != stretch.codes)
    _write_appointments(stretch, fresh)
    _write_codes(stretch, codes, moved, today, cause)
    return len(moved)


def _write_appointments(stretch: Stretch, fresh: Stretch) -> None:
    places = np.flatnonzero(stretch.facts["appointment_on"] != fresh.facts["appointment_on"]).tolist()
    days = [_day(fresh.facts["appointment_on"][place]) for place in places]
    update(CustomerSummary, [int(stretch.ids[place]) for place in places], {"appointment_on": days})


def _day(days: Any) -> date | None:
    found: date | None = None if days < 0 else np.datetime64(int(days), "D").astype(object)
    return found


def _write_codes(stretch: Stretch, codes: Any, moved: Any, today: date, cause: str) -> None:
    """Write by the columns that change: a column that is named makes its indexes new, changed or not."""
    groups: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = {}
    changes: list[tuple[int, str, str, str]] = []
    steps: dict[tuple[str, str, str], Step] = {}
    for place in moved.tolist():
        pk = int(stretch.ids[place])
        key = str(stretch.codes[place]), str(codes[place]), str(stretch.facts["activity"][place])
        step = steps.get(key) or steps.setdefault(key, _step(*key))
        groups.setdefault(step.names, []).append((pk, step.columns))
        changes += [(pk, *change) for change in step.changes]
    for names, rows in groups.items():
        written = {name: [columns[name] for _pk, columns in rows] for name in names}
        update(CustomerSummary, [pk for pk, _columns in rows], written)
    _note(changes, today, cause)


@dataclass(frozen=True, slots=True)
class Step:
    """What going from one code to another writes; many customers take the same one."""

    names: tuple[str, ...]
    columns: dict[str, Any]
    changes: list[tuple[str, str, str]]


def _step(old: str, new: str, activity: str) -> Step:
    before, after = decode(old), decode(new)
    columns = summary_columns(new, after)
    # Of those who were never classified only the activity is known: it stands in most indexes.
    was = summary_columns(old, before) if old else {"activity": activity}
    names = tuple(name for name, value in columns.items() if name not in was or was[name] != value)
    return Step(names, columns, [(axis, before[axis], after[axis]) for axis in before if before[axis] != after[axis]])


def summary_columns(code: str, values: dict[str, str]) -> dict[str, Any]:
    """Return what the summary shows of a code, by column."""
    activity = values["activity"]
    return {
        "class_code": code,
        "activity": "" if activity in COMMON else activity,
        "service_kind": _rare(values["service"]),
        "touch_point": _rare(values["touch"]),
        "prospect_source": _rare(values["source"]),
        "is_near_vip": values["near_vip"] == "YES",
        "is_mass_line": values["mass_line"] == "YES",
    }


def _rare(value: str) -> str | None:
    return None if value in COMMON else value


def _note(changes: list[tuple[int, str, str, str]], today: date, cause: str) -> None:
    if not changes:
        return
    customers, axes, olds, news = (list(column) for column in zip(*changes, strict=True))
    columns: dict[str, Any] = {"customer_id": customers, "axis": axes, "old": olds, "new": news}
    insert(ClassChange, columns | {"on": Same(today), "cause": Same(cause)}, len(changes))
