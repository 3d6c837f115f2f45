"""Proving the ledger: every entry balances, and what contracts were paid is what it says (POL-3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Q, Sum

from keyuan.policies.models import LedgerEntry, LedgerLine, Payment
from keyuan.policies.rules.ledger import Account

CHUNK = 5_000
#: So many faults are named; the rest is counted.
NAMED = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not agree: an entry whose lines leave ``said`` over, or a contract whose payments sum to ``said``."""

    code: str
    id: int
    said: int
    found: int


def check_entries(after: int, limit: int = CHUNK) -> tuple[list[Fault], int]:
    """Return the entries behind id ``after`` that do not balance, and the id up to which was read (0: no more)."""
    ids = list(LedgerEntry.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])
    if not ids:
        return [], 0
    lines = LedgerLine.objects.filter(entry_id__gte=ids[0], entry_id__lte=ids[-1]).values_list("entry_id")
    sums = {pk: (total, count) for pk, total, count in lines.annotate(s=Sum("amount"), n=Count("pk")).order_by()}
    wrong = [Fault("unbalanced", pk, 0, sums.get(pk, (0, 0))[0]) for pk in ids if not _whole(sums.get(pk, (0, 0)))]
    return wrong, ids[-1]


def _whole(found: tuple[int, int]) -> bool:
    total, count = found
    # An entry has two sides.
    return total == 0 and count > 1


def check_contracts(after: int, limit: int = CHUNK) -> tuple[list[Fault], int]:
    """Return contracts behind id ``after`` whose premium in the ledger is not the sum of their payments.

    A contract without an entry has not been moved since the ledger began. Payments of a source are in its own books.
    """
    posted = LedgerLine.objects.filter(policy_id__gt=after).order_by("policy_id")
    ids = list(posted.values_list("policy_id", flat=True).distinct()[:limit])
    if not ids:
        return [], 0
    span = Q(policy_id__gte=ids[0], policy_id__lte=ids[-1])
    premium = LedgerLine.objects.filter(span, account=Account.PREMIUM).values_list("policy_id")
    said = dict(premium.annotate(s=Sum("amount")).order_by())
    paid = Payment.objects.filter(span, source_name="").values_list("policy_id").annotate(s=Sum("amount"))
    found = dict(paid.order_by())
    wrong = [
        Fault("payments", pk, found.get(pk, 0), -said.get(pk, 0))
        for pk in ids
        if pk is not None and found.get(pk, 0) != -said.get(pk, 0)
    ]
    return wrong, ids[-1] or 0


def faults() -> Iterator[Fault]:
    """Yield everything that does not agree, reading the ledger in chunks."""
    for check in (check_entries, check_contracts):
        after = 0
        while True:
            found, after = check(after)
            yield from found
            if not after:
                break


def entries_count() -> int:
    """Return how far the ledger goes: the highest id, cheap at any size."""
    return LedgerEntry.objects.aggregate(top=Max("pk"))["top"] or 0
