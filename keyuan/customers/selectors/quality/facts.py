"""The facts that quality follows from, for a few records or for a stretch of the whole book, in the same columns.

Nothing sealed is read but the identity number, which is compared under its seal (`clashes`). What stands in other
tables is added up there and laid beside the customers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db.models import Case, Count, DateField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from keyuan.customers.models import (
    ContactPoint,
    Customer,
    CustomerSummary,
    IdentityDocument,
    SourceKey,
)
from keyuan.customers.rules.quality.judging import EPOCH, NO_DAY, Column, Facts
from keyuan.customers.rules.quality.suppliers import supplier_of
from keyuan.customers.selectors.quality.others import Others
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import Extract
from keyuan.platform.mart.extracts import statement_of

Moment = Callable[[], AbstractContextManager[Any]]
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
#: What is read of a customer besides its place: name here → lookup of the summary.
HEAD = {
    "customer_id": "customer_id",
    "is_org": "is_org",
    "name": "name",
    "birth": "birth_on",
    "death": "customer__death_on",
    "has_occupation": "has_occupation",
    "uscc": "customer__organisation_profile__uscc",
    "has_legal_rep": "has_legal_rep",
    "last_contact": "last_contact_on",
    "opened": "opened_on",
    "came_from": "customer__prospect_source",
    "entered_by": "customer__created_by_id",
}
#: What stands in the book of the verdict, to tell what changed.
KEPT = {
    "old_findings": "customer__quality__findings",
    "old_score": "customer__quality__score",
    "old_level": "customer__quality__level",
    "old_supplier": "customer__quality__supplier",
    "old_clash": "customer__quality__clash",
    **{f"old_{name}": f"customer__quality__{name}" for name in PLACE},
}
LOOKUPS = {**HEAD, **{name: name for name in PLACE}, **KEPT}
DAYS = frozenset({"birth", "death", "last_contact", "opened", "document_until", "point_verified", "paper_verified"})
WORDS = frozenset({"name", "uscc", "came_from", "sales_channel", "old_level", "old_supplier", "old_sales_channel"})
FLAGS = frozenset({"is_org", "has_occupation", "has_legal_rep"})
#: Stands for NULL in columns of numbers.
NONE = -1
FOREVER = date(9999, 12, 31)
POINTS = ("usable_phones", "verified_phones", "dead_phones", "dead_emails", "dead_addresses", "usable_addresses")
PHONES = (ContactPoint.Kind.MOBILE, ContactPoint.Kind.LANDLINE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Customers side by side, by ascending id: facts, and what stands in the book of them."""

    ids: Column
    facts: Facts
    suppliers: Column

    def __len__(self) -> int:
        return len(self.ids)

    def at(self, places: Column) -> "Stretch":
        """Return the customers at ``places`` alone."""
        facts = {name: column[places] for name, column in self.facts.items()}
        return Stretch(self.ids[places], facts, self.suppliers[places])


def living() -> QuerySet[Any]:
    """Return the customers whose records are judged: active ones."""
    filled = {
        "is_org": Q(kind="O"),
        "has_occupation": ~Q(customer__occupation="", customer__occupation_code=""),
        "has_legal_rep": Q(customer__organisation_profile__legal_representative__gt=""),
    }
    flags = {name: Case(When(condition, then=Value(1)), default=Value(0)) for name, condition in filled.items()}
    return CustomerSummary.objects.filter(customer__status=Customer.Status.ACTIVE).annotate(**flags)


def _points(within: Q) -> QuerySet[Any]:
    usable, phone = Q(invalid_at__isnull=True), Q(kind__in=PHONES)
    address = Q(kind=ContactPoint.Kind.ADDRESS)
    counted = {
        "usable_phones": phone & usable,
        "verified_phones": phone & usable & Q(verified_at__isnull=False),
        "dead_phones": phone & ~usable,
        "dead_emails": Q(kind=ContactPoint.Kind.EMAIL) & ~usable,
        "dead_addresses": address & ~usable,
        "usable_addresses": address & usable,
    }
    counts = {name: Count("pk", filter=condition) for name, condition in counted.items()}
    rows = ContactPoint.objects.filter(within).order_by().values("customer_id")
    return rows.annotate(**counts, point_verified=Max("verified_at"))


def _papers(within: Q) -> QuerySet[Any]:
    until = Case(
        When(Q(is_long_term=True) | Q(valid_until__isnull=True), then=Cast(Value(FOREVER.isoformat()), DateField())),
        default="valid_until",
        output_field=DateField(),
    )
    rows = IdentityDocument.objects.filter(within).order_by().values("customer_id")
    return rows.annotate(documents=Count("pk"), document_until=Max(until), paper_verified=Max("verified_at"))


POINT_COLUMNS = ("customer_id", *POINTS, "point_verified")
PAPER_COLUMNS = ("customer_id", "documents", "document_until", "paper_verified")


def stretch_of(customer_ids: Sequence[int], others: Others) -> Stretch:
    """Return the facts of ``customer_ids`` (≤ 2,000) as they stand."""
    ids = list(customer_ids)
    head = _from_rows(living().filter(pk__in=ids).order_by("pk").values_list(*LOOKUPS.values()), tuple(LOOKUPS))
    within = Q(customer_id__in=ids)
    points = _from_rows(_points(within).values_list(*POINT_COLUMNS), POINT_COLUMNS)
    papers = _from_rows(_papers(within).values_list(*PAPER_COLUMNS), PAPER_COLUMNS)
    return _joined(head, points, papers, _sources(within), others)


def stretches(after: int, size: int, moment: Moment, others: Others) -> Iterator[Stretch]:
    """Yield the customers behind id ``after``, ``size`` of them at most, as they stood at one moment."""
    rows = living().filter(pk__gt=after)
    last = rows.order_by("pk").values_list("pk", flat=True)[size - 1 : size].first()
    rows = rows.filter(pk__lte=last) if last is not None else rows
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["last"] is None:
        return
    within = Q(customer_id__gte=ends["first"], customer_id__lte=ends["last"])
    with moment() as opened:
        head = _from_book(opened, lambda: rows, LOOKUPS)
        points = _from_book(opened, lambda: _points(within), {name: name for name in POINT_COLUMNS})
        papers = _from_book(opened, lambda: _papers(within), {name: name for name in PAPER_COLUMNS})
        sources = _sources(within)
    yield _joined(head, points, papers, sources, others)


def _sources(within: Q) -> dict[int, str]:
    """Return the source that brought each customer first."""
    found: dict[int, str] = {}
    for customer_id, source in SourceKey.objects.filter(within).order_by("pk").values_list("customer_id", "source"):
        found.setdefault(customer_id, source)
    return found


def _from_rows(rows: Iterable[Any], names: Sequence[str]) -> dict[str, Column]:
    found = list(rows)
    columns = zip(*found, strict=True) if found else ([] for _ in names)
    return {name: _array(name, values) for name, values in zip(names, columns, strict=True)}


def _array(name: str, values: Sequence[Any]) -> Column:
    if name in DAYS:
        return np.array([_day(value) for value in values], dtype=np.int64)
    if name in WORDS:
        return np.array([value or "" for value in values], dtype=object)
    if name in FLAGS:
        return np.array([bool(value) for value in values], dtype=np.bool_)
    return np.array([NONE if value is None else int(value) for value in values], dtype=np.int64)


def _day(value: date | datetime | None) -> int:
    if value is None:
        return NO_DAY
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return (day - EPOCH).days


def _from_book(opened: Any, query: Callable[[], QuerySet[Any]], columns: Mapping[str, str]) -> dict[str, Column]:
    # Loaded here alone: a process that judges single records needs no reader of columns.
    import pyarrow as pa  # noqa: PLC0415 - see above

    from keyuan.platform.mart.reading import batches, schema_of  # noqa: PLC0415 - see above

    statement = statement_of(Extract("quality", query, columns))
    table = pa.Table.from_batches(batches(opened, statement), schema_of(statement))
    return {name: _from_arrow(name, table.column(name).combine_chunks()) for name in columns}


def _from_arrow(name: str, column: Any) -> Column:
    if name in DAYS:
        # A moment stands in the book's own time already.
        days: Column = column.cast("date32").cast("int32").fill_null(NO_DAY).to_numpy(zero_copy_only=False)
        return days.astype(np.int64)
    if name in WORDS:
        words: Column = column.fill_null("").to_numpy(zero_copy_only=False)
        return words
    if name in FLAGS:
        flags: Column = column.cast("int32").fill_null(0).to_numpy(zero_copy_only=False)
        return flags.astype(np.bool_)
    numbers: Column = column.cast("int64").fill_null(NONE).to_numpy(zero_copy_only=False)
    return numbers


def _joined(
    head: dict[str, Column],
    points: dict[str, Column],
    papers: dict[str, Column],
    sources: Mapping[int, str],
    others: Others,
) -> Stretch:
    order = np.argsort(head["customer_id"], kind="stable")
    facts = {name: column[order] for name, column in head.items()}
    ids = facts["customer_id"]
    for table in (points, papers):
        facts |= _beside(ids, table)
    known = (facts["last_contact"], facts["opened"], facts["point_verified"], facts["paper_verified"])
    facts["confirmed"] = np.maximum.reduce(known)
    facts["has_pair"] = np.isin(ids, others.doubled)
    facts["shares"] = _looked_up(ids, others.shares)
    facts["failed_calls"] = _looked_up(ids, others.failed_calls)
    facts["clash"] = facts["old_clash"].copy()
    return Stretch(ids, facts, _suppliers(facts, sources, others.partners))


def _beside(ids: Column, table: dict[str, Column]) -> dict[str, Column]:
    """Return the columns of ``table`` in the order of ``ids``; who is not in it has nothing."""
    keys = table.pop("customer_id")
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    places = np.searchsorted(keys, ids)
    there = places < len(keys)
    there[there] = keys[places[there]] == ids[there]
    found = {}
    for name, column in table.items():
        values = np.full(len(ids), NO_DAY if name in DAYS else 0, dtype=np.int64)
        values[there] = column[order][places[there]]
        found[name] = values
    return found


def _looked_up(ids: Column, values: Mapping[int, int]) -> Column:
    if not values:
        return np.zeros(len(ids), dtype=np.int64)
    return np.array([values.get(pk, 0) for pk in ids.tolist()], dtype=np.int64)


def _suppliers(facts: Facts, sources: Mapping[int, str], partners: Mapping[int, int]) -> Column:
    """Return the suppliers; the few combinations there are are spelled once."""
    rows = zip(
        facts["customer_id"].tolist(),
        facts["servicing_agent_id"].tolist(),
        facts["came_from"].tolist(),
        facts["sales_channel"].tolist(),
        strict=True,
    )
    made: dict[tuple[str, int | None, str, str], str] = {}
    found = []
    for pk, agent, came_from, channel in rows:
        key = (sources.get(pk, ""), partners.get(agent), came_from, channel)
        word = made.get(key)
        if word is None:
            word = made.setdefault(key, supplier_of(*key))
        found.append(word)
    return np.array(found, dtype=object)
