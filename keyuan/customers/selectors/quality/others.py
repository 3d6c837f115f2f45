"""What a record's quality takes from elsewhere: likely duplicates, shared numbers, calls nobody answered (CUS-11)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from keyuan.customers.models import ContactPoint, DuplicatePair, IdentityDocument, Interaction
from keyuan.customers.rules.quality import Column, Weights
from keyuan.kernel.codes import Sex
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers import parse_resident_id
from keyuan.organisation.models import Agent

#: Calls older than this say nothing about a number of today.
CALLS_BACK = timedelta(days=365)
CHUNK = 2000
#: Documents whose number tells birthday and sex.
RESIDENT = ("111", "112")
MOBILE = ContactPoint.Kind.MOBILE
FAILED = Q(kind=Interaction.Kind.CALL, outcome="NOT_REACHED")


@dataclass(frozen=True, slots=True)
class Others:
    """Customers in an open pair; by customer how many share a number and how many calls failed; agents' agencies."""

    doubled: Column
    shares: Mapping[int, int]
    failed_calls: Mapping[int, int]
    partners: Mapping[int, int]


def others_of(customer_ids: Sequence[int] | None, weights: Weights, now: datetime) -> Others:
    """Return what concerns ``customer_ids`` (≤ 2,000), or the whole book."""
    return Others(
        _doubled(customer_ids),
        _shares(customer_ids, weights.shared_by),
        _failed_calls(customer_ids, weights.failed_calls, now),
        dict(Agent.objects.filter(partner__isnull=False).values_list("pk", "partner_id")),
    )


def _doubled(customer_ids: Sequence[int] | None) -> Column:
    pairs = DuplicatePair.objects.filter(
        status=DuplicatePair.Status.OPEN, band__in=(DuplicatePair.Band.SURE, DuplicatePair.Band.LIKELY)
    )
    if customer_ids is None:
        found = [pk for pair in pairs.values_list("a_id", "b_id").iterator() for pk in pair]
    else:
        ids = list(customer_ids)
        # Two questions, each with its index: an OR reads the whole table.
        found = [*pairs.filter(a_id__in=ids).values_list("a_id", flat=True)]
        found += pairs.filter(b_id__in=ids).values_list("b_id", flat=True)
    return np.unique(np.array(found, dtype=np.int64))


def _shares(customer_ids: Sequence[int] | None, least: int) -> dict[int, int]:
    """Return how many customers use the mobile number that most others share, where they are ``least`` or more."""
    rows = ContactPoint.objects.filter(value_index__isnull=False)
    if customer_ids is None:
        counted = rows.order_by().values("value_index").annotate(n=Count("pk")).filter(n__gte=least)
        tokens = list(counted.values_list("value_index", flat=True))
    else:
        own = rows.filter(customer_id__in=list(customer_ids), kind=MOBILE, invalid_at__isnull=True)
        tokens = list(own.order_by().values_list("value_index", flat=True).distinct())
    owners: dict[Any, set[int]] = defaultdict(set)
    for some in in_parts(tokens):
        users = ContactPoint.objects.filter(value_index__in=some, kind=MOBILE, invalid_at__isnull=True)
        for token, customer_id in users.values_list("value_index", "customer_id").iterator():
            owners[token].add(customer_id)
    found: dict[int, int] = {}
    for customers in owners.values():
        if len(customers) >= least:
            found |= {pk: max(found.get(pk, 0), len(customers)) for pk in customers}
    return found


def _failed_calls(customer_ids: Sequence[int] | None, least: int, now: datetime) -> dict[int, int]:
    """Return how many calls failed since the customer was last reached or a phone of theirs confirmed or entered."""
    since = now - CALLS_BACK
    calls = Interaction.objects.filter(FAILED, occurred_at__gte=since).exclude(direction="IN")
    if customer_ids is not None:
        calls = calls.filter(customer_id__in=list(customer_ids))
    often = calls.order_by().values("customer_id").annotate(n=Count("pk")).filter(n__gte=least)
    found: dict[int, int] = {}
    for ids in in_parts(often.values_list("customer_id", flat=True)):
        heard = _last_heard(ids)
        failed = Interaction.objects.filter(FAILED, customer_id__in=ids, occurred_at__gte=since)
        for customer_id, at in failed.exclude(direction="IN").values_list("customer_id", "occurred_at"):
            if customer_id not in heard or at > heard[customer_id]:
                found[customer_id] = found.get(customer_id, 0) + 1
    return found


def _last_heard(ids: Sequence[int]) -> dict[int, datetime]:
    """Return when customers were last reached, or a phone of theirs confirmed or entered."""
    reached = Interaction.objects.filter(customer_id__in=ids).exclude(direction="NONE").exclude(outcome="NOT_REACHED")
    reached = reached.filter(Q(direction="IN") | ~Q(outcome=""))
    phones = ContactPoint.objects.filter(customer_id__in=ids, kind__in=(MOBILE, ContactPoint.Kind.LANDLINE))
    known = phones.annotate(known=Greatest("created_at", Coalesce("verified_at", "created_at")))
    heard: dict[int, datetime] = dict(reached.order_by().values_list("customer_id").annotate(at=Max("occurred_at")))
    for pk, at in known.order_by().values_list("customer_id").annotate(at=Max("known")):
        heard[pk] = max(at, heard.get(pk, at))
    return heard


def clashes(customer_ids: Sequence[int]) -> dict[int, bool]:
    """Tell of persons with a resident number (≤ 2,000) whether it contradicts their birthday or sex.

    The number stays under its seal: it is asked, not shown. A lunar birthday is not compared.
    """
    rows: QuerySet[IdentityDocument] = IdentityDocument.objects.filter(
        customer_id__in=list(customer_ids), document_type__in=RESIDENT, customer__kind="P"
    ).select_related("customer")
    rows = rows.only(
        "identity_number", "customer__birth_on", "customer__birth_is_lunar", "customer__sex", "customer_id"
    )
    found: dict[int, bool] = {}
    for row in rows:
        if row.identity_number:
            found[row.customer_id] = found.get(row.customer_id, False) or not row.identity_number.satisfies(
                lambda number, customer=row.customer: _agrees(number, customer)
            )
    return found


def _agrees(number: str, customer: Any) -> bool:
    sex = Sex(customer.sex) if customer.sex in {member.value for member in Sex} else None
    born = None if customer.birth_is_lunar else customer.birth_on
    try:
        parse_resident_id(number, sex=sex, birth_on=born)
    except Refused as error:
        return error.code not in {"resident_id.birth_mismatch", "resident_id.sex_mismatch"}
    return True


def in_parts(ids: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield ``ids`` in parts that one question takes."""
    waiting = iter(ids)
    while some := list(islice(waiting, CHUNK)):
        yield some
