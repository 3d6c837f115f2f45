"""Posting to the ledger: balanced, once for each reference, undone only by a mirror image (POL-3).

Called inside the transaction of whatever moves the money, which asks the permission and writes the trail.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.policies.models import LedgerEntry, LedgerLine, Payment, Policy
from keyuan.policies.rules.ledger import Account, EntryKind, Line, check_lines, mirrored, opening_lines

#: The result of a payment out of the cash value: no money came in.
PREMIUM_LOAN = "APL"


@dataclass(frozen=True, slots=True)
class Reference:
    """What an entry was posted for, as ``kind`` and id: ``Reference("payment", 17)``. The same one posts once."""

    kind: str
    id: int | str

    @property
    def key(self) -> str:
        """Return it as it stands in the entry."""
        return f"{self.kind}:{self.id}"


def post(
    *,
    actor: Actor,
    policy: Policy | None,
    on: date,
    kind: EntryKind,
    lines: Sequence[Line],
    reference: Reference,
    now: datetime,
    note: str = "",
    currency: str = "CNY",
) -> LedgerEntry:
    """Write an entry dated ``on`` for ``policy`` (None: money of no contract); the same reference again is the same.

    The first entry of a contract is preceded by one that carries forward what was paid before. Raises `Refused`
    ledger.empty, ledger.unbalanced, and `Conflict` ledger.key_taken for a reference posted with other lines.
    """
    found = check_lines(lines)
    known = _known(reference, found)
    if known is not None:
        return known
    if policy is not None:
        payment = int(reference.id) if reference.kind == "payment" else 0
        open_ledger(actor=actor, policy=policy, now=now, without=(payment,))
    entry = LedgerEntry(
        policy=policy,
        kind=kind,
        effective_on=on,
        currency=currency if policy is None else policy.currency,
        key=reference.key,
        note=note[:200],
        recorded_at=now,
        actor_id=actor.id,
        actor_name=actor.name[:40],
    )
    return _write(entry, found, reference)


def reverse(*, actor: Actor, entry: LedgerEntry, on: date, now: datetime, note: str = "") -> LedgerEntry:
    """Undo an entry by its mirror image; a second time gives the reversal of the first.

    Raises `Refused` ledger.is_reversal for an entry that undoes another: post the original anew instead.
    """
    if entry.reverses_id is not None:
        raise Refused("ledger.is_reversal")
    reference = Reference("reversal", entry.pk)
    lines = mirrored(lines_of(entry))
    known = _known(reference, lines)
    if known is not None:
        return known
    mirror = LedgerEntry(
        policy_id=entry.policy_id,
        kind=EntryKind.REVERSAL,
        effective_on=on,
        currency=entry.currency,
        key=reference.key,
        reverses=entry,
        note=note[:200],
        recorded_at=now,
        actor_id=actor.id,
        actor_name=actor.name[:40],
    )
    return _write(mirror, lines, reference)


def open_ledger(*, actor: Actor, policy: Policy, now: datetime, without: Collection[int] = ()) -> LedgerEntry | None:
    """Carry forward what was paid on a contract before its first entry, except the payments ``without``.

    Payments that a source keeps are in that source's books and stay out of this one (POL-7).
    """
    if LedgerEntry.objects.filter(policy=policy).exists():
        return None
    paid = Payment.objects.filter(policy=policy, source_name="").exclude(pk__in=without)
    sums = paid.aggregate(all=Sum("amount"), lent=Sum("amount", filter=Q(result=PREMIUM_LOAN)))
    lent = sums["lent"] or 0
    lines = opening_lines((sums["all"] or 0) - lent, lent)
    if not lines:
        return None
    entry = LedgerEntry(
        policy=policy,
        kind=EntryKind.OPENING,
        effective_on=now.date(),
        currency=policy.currency,
        key=Reference("opening", policy.pk).key,
        recorded_at=now,
        actor_name=actor.name[:40],
        actor_id=actor.id,
    )
    return _write(entry, lines, Reference("opening", policy.pk))


def lines_of(entry: LedgerEntry) -> tuple[Line, ...]:
    """Return the lines of an entry in the order in which they were written."""
    rows = LedgerLine.objects.filter(entry=entry).order_by("pk").values_list("account", "amount")
    return tuple(Line(Account(account), amount) for account, amount in rows)


def _known(reference: Reference, lines: Sequence[Line]) -> LedgerEntry | None:
    entry = LedgerEntry.objects.filter(key=reference.key).first()
    if entry is not None and sorted(lines_of(entry), key=repr) != sorted(lines, key=repr):
        raise Conflict("ledger.key_taken", key=reference.key)
    return entry


def _write(entry: LedgerEntry, lines: Sequence[Line], reference: Reference) -> LedgerEntry:
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
            rows = [
                LedgerLine(entry=entry, policy_id=entry.policy_id, account=line.account, amount=line.amount)
                for line in lines
            ]
            LedgerLine.objects.bulk_create(rows)
    except IntegrityError:
        # Somebody posted the same reference between our look and our write.
        known = _known(reference, lines)
        if known is None:
            raise
        return known
    return entry
