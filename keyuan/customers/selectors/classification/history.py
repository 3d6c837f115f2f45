"""Where one customer stands and stood: per axis, since when, and as of any day (CUS-5)."""

from dataclasses import dataclass
from datetime import date

from keyuan.customers.models import ClassChange, CustomerSummary
from keyuan.customers.rules.classification import AXIS_KEYS, decode

#: Changes that the panel lists.
RECENT = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """One axis on a day: the value and since when it holds."""

    axis: str
    value: str
    since: date


def standing_of(customer_id: int, on: date | None = None) -> list[Standing]:
    """Return where a customer stood at the end of day ``on`` (default: where they stand); empty before any record.

    Later changes are taken back one by one, the newest first.
    """
    summary = CustomerSummary.objects.filter(pk=customer_id).values_list("class_code", "opened_on").first()
    if summary is None or (on is not None and on < summary[1]):
        return []
    code, opened = summary
    values, since = decode(code), dict.fromkeys(AXIS_KEYS, opened)
    rows = ClassChange.objects.filter(customer_id=customer_id).order_by("-on", "-pk")
    settled: set[str] = set()
    for axis, old, day in rows.values_list("axis", "old", "on"):
        if on is not None and day > on:
            values[axis] = old
        elif axis not in settled:
            settled.add(axis)
            since[axis] = day
    return [Standing(axis, values[axis], since[axis]) for axis in AXIS_KEYS if axis in values]


def changes_of(customer_id: int) -> list[ClassChange]:
    """Return the last changes of a customer, the newest first."""
    return list(ClassChange.objects.filter(customer_id=customer_id).order_by("-on", "-pk")[:RECENT])
