"""The facts and present codes of customers as columns, from a few rows or from a stretch of the whole book."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Min, QuerySet
from django.utils import timezone

from keyuan.customers.models import ClassRules, Customer, CustomerSummary, Task
from keyuan.customers.rules.classification import DATE_FACTS, FACTS, Facts, Thresholds, from_json
from keyuan.customers.rules.classification.judging import NO_DAY, Column
from keyuan.platform.mart import Extract
from keyuan.platform.mart.extracts import statement_of

#: Tasks that a customer and we agreed on: their date is an appointment.
APPOINTMENTS = ("VISIT", "CALLBACK")
LOOKUPS = {name: name for name in FACTS} | {
    "source_of_prospect": "customer__prospect_source",
    "class_code": "class_code",
    "activity": "activity",
    "customer_id": "customer_id",
}
TEXTS = ("source_of_prospect", "sales_channel", "class_code", "activity")
FLAGS = ("is_policyholder", "is_orphan", "has_contact", "has_long_term")
Moment = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Customers side by side: ids in order, facts, and the codes that stand in the book (empty: none yet)."""

    ids: Column
    facts: Facts
    codes: Column

    def __len__(self) -> int:
        return len(self.ids)


def rules_in_force() -> tuple[Thresholds, ClassRules | None]:
    """Return the thresholds in force and their version; the defaults before anybody changed them."""
    newest = ClassRules.objects.order_by("-number").first()
    return (from_json(newest.content), newest) if newest else (Thresholds(), None)


def living() -> QuerySet[CustomerSummary]:
    """Return the customers that are classified: merged ones have moved into their survivors."""
    return CustomerSummary.objects.exclude(customer__status=Customer.Status.MERGED)


def stretch_of(customer_ids: Sequence[int], *, lock: bool = False) -> Stretch:
    """Return the facts of ``customer_ids`` as they stand, row-locked when they are about to change."""
    rows = living().filter(pk__in=customer_ids).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = list(rows.values_list(*LOOKUPS.values()))
    columns = zip(*found, strict=True) if found else ([] for _ in LOOKUPS)
    return _stretch({name: _array(name, values) for name, values in zip(LOOKUPS, columns, strict=True)})


def stretches(after: int, size: int, moment: Moment) -> Iterator[Stretch]:
    """Yield the customers behind id ``after``, about ``size`` of them at most, as they stood at one moment."""
    # Loaded here alone: a process that judges single customers needs no reader of columns.
    from keyuan.platform.mart.reading import batches  # noqa: PLC0415 - see above

    rows = living().filter(pk__gt=after)
    last = rows.order_by("pk").values_list("pk", flat=True)[size - 1 : size].first()
    rows = rows.filter(pk__lte=last) if last is not None else rows
    statement = statement_of(Extract("classification", lambda: rows, LOOKUPS))
    with moment() as opened:
        for batch in batches(opened, statement):
            columns = dict(zip(LOOKUPS, batch.columns, strict=True))
            yield _ordered(_stretch({name: _from_arrow(name, column) for name, column in columns.items()}))


def appointments(customer_ids: Sequence[int] | None = None) -> dict[int, Any]:
    """Return the next agreed date of customers (default: of everybody who has one)."""
    tasks = Task.objects.filter(kind__in=APPOINTMENTS, closed_at__isnull=True)
    if customer_ids is not None:
        tasks = tasks.filter(customer_id__in=customer_ids)
    found: dict[int, datetime] = dict(tasks.order_by().values_list("customer_id").annotate(at=Min("due_at")))
    return {pk: timezone.localtime(at).date() for pk, at in found.items()}


def are_appointments(task_ids: Sequence[int]) -> bool:
    """Tell whether one of the tasks is agreed with its customer."""
    return Task.objects.filter(pk__in=task_ids, kind__in=APPOINTMENTS).exists()


def unclassified(customer_ids: Sequence[int]) -> list[int]:
    """Return those of ``customer_ids`` that were never classified."""
    rows = CustomerSummary.objects.filter(pk__in=customer_ids, class_code__isnull=True)
    return list(rows.values_list("pk", flat=True))


def with_appointments(stretch: Stretch, agreed: dict[int, Any]) -> Stretch:
    """Return ``stretch`` with the dates of ``agreed`` in place of those that stand in the book."""
    days = _array("appointment_on", [agreed.get(pk) for pk in stretch.ids.tolist()])
    return Stretch(stretch.ids, {**stretch.facts, "appointment_on": days}, stretch.codes)


def _stretch(columns: dict[str, Column]) -> Stretch:
    return Stretch(columns["customer_id"], columns, columns["class_code"])


def _ordered(stretch: Stretch) -> Stretch:
    order = np.argsort(stretch.ids, kind="stable")
    facts = {name: column[order] for name, column in stretch.facts.items()}
    return Stretch(stretch.ids[order], facts, stretch.codes[order])


def _array(name: str, values: Sequence[Any]) -> Column:
    if name in DATE_FACTS:
        days = np.array(list(values), dtype="datetime64[D]")
        return np.where(np.isnat(days), NO_DAY, days.astype(np.int64))
    if name in TEXTS:
        return np.array([value or "" for value in values], dtype=str)
    if name in FLAGS:
        return np.array([bool(value) for value in values], dtype=np.bool_)
    return np.array([value or 0 for value in values], dtype=np.int64)


def _from_arrow(name: str, column: Any) -> Column:
    if name in DATE_FACTS:
        found: Column = column.cast("int32").fill_null(NO_DAY).to_numpy(zero_copy_only=False).astype(np.int64)
        return found
    if name in TEXTS:
        return np.asarray(column.fill_null("").to_pylist(), dtype=str)
    empty = False if name in FLAGS else 0
    plain: Column = column.fill_null(empty).to_numpy(zero_copy_only=False)
    return plain
