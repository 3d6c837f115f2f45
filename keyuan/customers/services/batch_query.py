"""Batch query: entering the identifiers, and matching them in chunks inside the asker's reach (CUS-4)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.extensions import key_lookups
from keyuan.customers.models import (
    BatchQuery,
    BatchQueryRow,
    ContactPoint,
    Customer,
    CustomerSummary,
    IdentityDocument,
    NameKey,
)
from keyuan.customers.rules.identifiers import Identifier, identify
from keyuan.customers.selectors import visible_among
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.kernel.names import pinyin_readings
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import blind_index
from keyuan.platform.jobs import Progress, start_tracked
from keyuan.platform.locks import hold

JOB = "customers.batch_query"
MOST_LINES = 100_000
KEPT_DAYS = 30
CHUNK = 500
#: Customers named for an ambiguous row.
MOST_CANDIDATES = 20
FIELD_OF_KIND = {"identity": "identity_number", "phone": "phone"}
Pairs = dict[Any, set[int]]
Status = BatchQueryRow.Status


def ask_batch(*, actor: Actor, name: str, lines: Iterable[str], now: datetime, token: str = "") -> BatchQuery:
    """Store the identifiers and start matching them; the same ``token`` again is the same batch.

    Raises `Refused` batch.empty and batch.too_many.
    """
    actor.require(permissions.BATCH_QUERY)
    if known := _asked_before(actor, token):
        return known
    found = [identifier for identifier in (identify(line) for line in lines) if identifier is not None]
    if not found:
        raise Refused("batch.empty", field="lines")
    if len(found) > MOST_LINES:
        raise Refused("batch.too_many", field="lines", most=MOST_LINES)
    with transaction.atomic():
        # Of a double click the second half waits here for the first.
        hold(f"batch:{token}")
        if known := _asked_before(actor, token):
            return known
        query = BatchQuery.objects.create(
            user_id=actor.id or 0,
            token=token[:64] or None,
            name=name.strip()[:80] or f"{now:%Y-%m-%d %H:%M}",
            total=len(found),
            created_at=now,
            expires_on=now.date() + timedelta(days=KEPT_DAYS),
        )
        rows = (_row(query, number, identifier) for number, identifier in enumerate(found, start=1))
        BatchQueryRow.objects.bulk_create(rows, batch_size=2000)
        job = start_tracked(actor, JOB, total=len(found), query_id=query.pk)
        BatchQuery.objects.filter(pk=query.pk).update(job_id=job.pk)
        subject = Subject("batch_query", query.pk)
        record(actor, Action.CREATE, subject, after={"lines": len(found)}, now=now)
    query.job_id = job.pk
    return query


def _asked_before(actor: Actor, token: str) -> BatchQuery | None:
    return BatchQuery.objects.filter(user_id=actor.id or 0, token=token[:64]).first() if token else None


def _row(query: BatchQuery, number: int, identifier: Identifier) -> BatchQueryRow:
    field = FIELD_OF_KIND.get(identifier.kind)
    return BatchQueryRow(
        query=query,
        number=number,
        kind=identifier.kind,
        shown=identifier.shown[:60],
        text="" if field else identifier.value,
        token=blind_index(field, identifier.value) if field else None,
    )


def match_rows(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Match the next rows of a batch; counts and position are saved with each step."""
    query_id = job.kwargs["query_id"]
    while job.time_left():
        rows = list(
            BatchQueryRow.objects.filter(query_id=query_id, number__gt=state.get("last", 0)).order_by("number")[:CHUNK]
        )
        with job.step():
            if not rows:
                _close(query_id)
                job.finish(query_id=query_id)
                return
            _match(rows, job.actor, now)
            state["last"] = rows[-1].number
            job.advance(len(rows))


def _close(query_id: int) -> None:
    rows = BatchQueryRow.objects.filter(query_id=query_id)
    BatchQuery.objects.filter(pk=query_id).update(
        matched=rows.filter(status=Status.MATCHED).count(),
        ambiguous=rows.filter(status=Status.AMBIGUOUS).count(),
        unmatched=rows.filter(status=Status.UNMATCHED).count(),
        is_done=True,
    )


def _match(rows: list[BatchQueryRow], actor: Actor, now: datetime) -> None:
    by_kind: dict[str, list[BatchQueryRow]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    found = {row.pk: ids for kind, group in by_kind.items() for row, ids in FINDERS[kind](group)}
    everyone = sorted({pk for ids in found.values() for pk in ids})
    visible: set[int] = set()
    for start in range(0, len(everyone), CHUNK):
        visible.update(visible_among(actor, everyone[start : start + CHUNK], now=now))
    for row in rows:
        _settle(row, sorted(found.get(row.pk, set()) & visible))
    BatchQueryRow.objects.bulk_update(rows, ["status", "customer", "candidates"], batch_size=200)


def _settle(row: BatchQueryRow, ids: list[int]) -> None:
    row.customer_id = ids[0] if len(ids) == 1 else None
    row.candidates = ids[:MOST_CANDIDATES] if len(ids) > 1 else []
    row.status = Status.UNMATCHED if not ids else Status.MATCHED if len(ids) == 1 else Status.AMBIGUOUS


Matches = Iterable[tuple[BatchQueryRow, set[int]]]


def _grouped(pairs: Iterable[tuple[Any, int]]) -> Pairs:
    grouped: Pairs = defaultdict(set)
    for key, pk in pairs:
        grouped[key].add(pk)
    return grouped


def _by_phone(rows: list[BatchQueryRow]) -> Matches:
    points = ContactPoint.objects.filter(value_index__in=[row.token for row in rows])
    found = _grouped(points.values_list("value_index", "customer_id"))
    return [(row, found[row.token]) for row in rows]


def _by_identity(rows: list[BatchQueryRow]) -> Matches:
    documents = IdentityDocument.objects.filter(number_index__in=[row.token for row in rows])
    found = _grouped(documents.values_list("number_index", "customer_id"))
    return [(row, found[row.token]) for row in rows]


def _by_customer_no(rows: list[BatchQueryRow]) -> Matches:
    customers = Customer.objects.filter(customer_no__in=[row.text for row in rows])
    found = _grouped(customers.values_list("customer_no", "pk"))
    return [(row, found[row.text]) for row in rows]


def _by_code(rows: list[BatchQueryRow]) -> Matches:
    texts = [row.text for row in rows]
    pairs = [pair for lookup in key_lookups if lookup.find_many for pair in lookup.find_many(texts)]
    found = _grouped(pairs)
    return [(row, found[row.text]) for row in rows]


def _by_name(rows: list[BatchQueryRow]) -> Matches:
    """Names have no index of their own: spelling leads to candidates, whose names are compared."""
    keys = {full for row in rows for full, _initials in pinyin_readings(row.text)}
    spelled = NameKey.objects.filter(kind="F", key__in=sorted(keys)).values("customer_id")
    summaries = CustomerSummary.objects.filter(pk__in=spelled, name__in=[row.text for row in rows])
    found = _grouped(summaries.values_list("name", "pk"))
    return [(row, found[row.text]) for row in rows]


FINDERS = {
    "phone": _by_phone,
    "identity": _by_identity,
    "customer_no": _by_customer_no,
    "code": _by_code,
    "name": _by_name,
}


def drop_expired(now: datetime) -> int:
    """Delete batches past their day; return how many."""
    done = BatchQuery.objects.filter(expires_on__lt=now.date())
    count = done.count()
    BatchQueryRow.objects.filter(query__in=done).delete()
    done.delete()
    return count
