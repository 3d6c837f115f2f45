"""Conditions against the book itself, for a bounded list of customers: asked at the moment of contact (decision 21)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from keyuan.customers.models import CustomerSummary, SegmentMember
from keyuan.customers.rules.segments.resolving import AllOf, AnyOf, Exists, Members, Not, Predicate, Test
from keyuan.customers.selectors.scope import visible_among
from keyuan.kernel.actor import Actor
from keyuan.platform import clock

CHUNK = 1_000
LOOKUPS = {
    "ge": "gte",
    "gt": "gt",
    "le": "lte",
    "lt": "lt",
    "in": "in",
    "prefix": "startswith",
    "contains": "icontains",
}
EVERYBODY, NOBODY = Q(pk__isnull=False), Q(pk__in=())


def members_among(condition: Predicate, customer_ids: Sequence[int], *, actor: Actor, now: datetime) -> list[int]:
    """Return those of ``customer_ids`` that the actor sees and that meet ``condition`` now, in the order asked.

    Merged customers are nobody's members.
    """
    found: list[int] = []
    for start in range(0, len(customer_ids), CHUNK):
        visible = visible_among(actor, customer_ids[start : start + CHUNK], now=now)
        met = set(_meeting(condition, visible)) if visible else set()
        found += [pk for pk in visible if pk in met]
    return found


def _meeting(condition: Predicate, ids: list[int]) -> QuerySet[CustomerSummary, int]:
    rows = CustomerSummary.objects.filter(pk__in=ids).exclude(customer__status="MERGED")
    return rows.filter(_q(condition, ids)).order_by().values_list("pk", flat=True)


def _q(node: Predicate, ids: list[int]) -> Q:
    if isinstance(node, Test):
        return _test(node)
    if isinstance(node, Exists):
        return Q(pk__in=_owners(node, ids))
    if isinstance(node, Members):
        kept = SegmentMember.objects.filter(segment_id=node.segment_id, customer_id__in=ids)
        return Q(pk__in=kept.values("customer_id"))
    if isinstance(node, Not):
        return ~_q(node.part, ids)
    return _joined(node, ids)


def _joined(node: AllOf | AnyOf, ids: list[int]) -> Q:
    parts = [_q(part, ids) for part in node.parts]
    if isinstance(node, AllOf):
        return reduce(and_, parts, EVERYBODY) if parts else EVERYBODY
    return reduce(or_, parts) if parts else NOBODY


def _test(test: Test) -> Q:
    if test.op == "null":
        return Q(**{f"{test.path}__isnull": True})
    if test.op == "true":
        return Q(**{test.path: True})
    found = Q(**{f"{test.path}__{LOOKUPS[test.op]}": test.value})
    if test.op == "in" and test.absent is not None and test.absent in test.value:
        found |= Q(**{f"{test.path}__isnull": True})
    return found


def _owners(node: Exists, ids: list[int]) -> QuerySet[Any, Any]:
    """Return the customers among ``ids`` whose records meet the condition: each read is bounded by them."""
    customer = node.entity.customer
    rows: QuerySet[Any, Any] = node.entity.rows().filter(**{f"{customer}__in": ids}).order_by()
    rows = rows.filter(_rows_q(node.where, rows.model))
    if (node.op, node.amount, node.measure) != ("ge", 1, None):
        total: Any = Coalesce(Sum(node.measure.lookup), 0) if node.measure else Count("pk")
        rows = rows.values(customer).annotate(total=total).filter(**{f"total__{LOOKUPS[node.op]}": node.amount})
    return rows.values(customer)


def _rows_q(node: Predicate, model: Any) -> Q:
    if isinstance(node, Test):
        return _test(_at_first_instant(node, model))
    if isinstance(node, Not):
        return ~_rows_q(node.part, model)
    if isinstance(node, AllOf | AnyOf):
        parts = [_rows_q(part, model) for part in node.parts]
        empty = EVERYBODY if isinstance(node, AllOf) else NOBODY
        return reduce(and_ if isinstance(node, AllOf) else or_, parts) if parts else empty
    raise TypeError(type(node).__name__)


def _at_first_instant(test: Test, model: Any) -> Test:
    """Let a day against a moment mean its first instant in the book's own time."""
    is_day = isinstance(test.value, date) and not isinstance(test.value, datetime)
    if not is_day or "__" in test.path or model._meta.get_field(test.path).get_internal_type() != "DateTimeField":
        return test
    return replace(test, value=clock.start_of(test.value))
