"""Posting of nights and runs: many contracts by whole statements (POL-3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, Sum

from keyuan.kernel.actor import Actor
from keyuan.platform.imports.bulk import Same, insert, next_ids
from keyuan.policies.models import LedgerEntry, LedgerLine, Payment, Policy
from keyuan.policies.rules.ledger import Account, EntryKind, Line, move, opening_lines
from keyuan.policies.services.ledger.posting import PREMIUM_LOAN, Reference


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount of one contract (None: of no contract, in CNY), in minor units."""

    policy_id: int | None
    reference: Reference
    kind: EntryKind
    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class _Row:
    posting: Posting
    lines: tuple[Line, ...]


def post_many(actor: Actor, postings: Sequence[Posting], *, credit: Account, debit: Account, now: datetime) -> None:
    """Post each amount from ``credit`` to ``debit``; references that were posted already are left out.

    Inside the caller's transaction, which has locked the contracts. Ledgers that are not open yet are opened first.
    """
    keys = [one.reference.key for one in postings]
    known = set(LedgerEntry.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [one for one in postings if one.reference.key not in known]
    rows = [_Row(one, move(credit, debit, one.amount)) for one in fresh if one.amount]
    _write(actor, [*_openings([row.posting for row in rows], now), *rows], now)


def _openings(postings: Sequence[Posting], now: datetime) -> list[_Row]:
    """Return what is carried forward on contracts without an entry; payments posted in this run stay out."""
    ids = {one.policy_id for one in postings if one.policy_id is not None}
    opened = set(LedgerEntry.objects.filter(policy_id__in=ids).values_list("policy_id", flat=True))
    posted = [int(one.reference.id) for one in postings if one.reference.kind == "payment"]
    paid = Payment.objects.filter(policy_id__in=ids - opened, source_name="").exclude(pk__in=posted)
    sums = paid.values_list("policy_id").annotate(all=Sum("amount"), lent=Sum("amount", filter=Q(result=PREMIUM_LOAN)))
    found = []
    for policy, total, loans in sums.order_by():
        lines = opening_lines(total - (loans or 0), loans or 0)
        one = Posting(policy, Reference("opening", policy), EntryKind.OPENING, now.date(), total)
        if lines:
            found.append(_Row(one, lines))
    return found


def _write(actor: Actor, rows: Sequence[_Row], now: datetime) -> None:
    ids = next_ids(LedgerEntry, len(rows))
    policies = [row.posting.policy_id for row in rows]
    currencies: dict[int | None, str] = dict(
        Policy.objects.filter(pk__in=[pk for pk in policies if pk is not None]).values_list("pk", "currency")
    )
    entries: dict[str, Any] = {
        "id": ids,
        "policy_id": policies,
        "kind": [row.posting.kind.value for row in rows],
        "effective_on": [row.posting.on for row in rows],
        "currency": [currencies.get(pk, "CNY") for pk in policies],
        "key": [row.posting.reference.key for row in rows],
        "recorded_at": Same(now),
        "actor_id": Same(actor.id),
        "actor_name": Same(actor.name[:40]),
    }
    insert(LedgerEntry, entries, len(rows))
    lines = [(pk, row.posting.policy_id, line) for pk, row in zip(ids, rows, strict=True) for line in row.lines]
    columns: dict[str, Any] = {
        "entry_id": [pk for pk, *_ in lines],
        "policy_id": [policy for _, policy, _ in lines],
        "account": [line.account.value for *_, line in lines],
        "amount": [line.amount for *_, line in lines],
    }
    insert(LedgerLine, columns, len(lines))
