"""Balances and entries of the ledger (POL-3)."""

from collections.abc import Iterable

from django.db.models import QuerySet, Sum

from keyuan.kernel.actor import Actor
from keyuan.policies.models import LedgerEntry, LedgerLine, Policy, RefundLine
from keyuan.policies.rules.ledger import Account, EntryKind
from keyuan.policies.selectors.refunds import sees_money


def balance(policy_id: int, account: Account) -> int:
    """Return what stands on one account of one contract: minor units, debits less credits."""
    rows = LedgerLine.objects.filter(policy_id=policy_id, account=account)
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def balances_of(policy_id: int) -> dict[Account, int]:
    """Return all accounts of a contract that do not stand at zero: debits less credits."""
    return _summed(LedgerLine.objects.filter(policy_id=policy_id))


def trial_balance() -> dict[Account, int]:
    """Return the accounts of the whole book; reads every line, for nightly checks only."""
    return _summed(LedgerLine.objects.all())


def without_contract() -> dict[Account, int]:
    """Return the accounts of money that belongs to no contract."""
    return _summed(LedgerLine.objects.filter(policy__isnull=True))


def _summed(lines: "QuerySet[LedgerLine]") -> dict[Account, int]:
    rows: Iterable[tuple[str, int]] = lines.values_list("account").annotate(sum=Sum("amount")).order_by("account")
    return {Account(account): total for account, total in rows if total}


def entries_of(policy: Policy) -> "QuerySet[LedgerEntry]":
    """Return the entries of a contract with their lines, the newest first."""
    rows = LedgerEntry.objects.filter(policy=policy).select_related("reverses", "reversed_by")
    return rows.prefetch_related("lines").order_by("-effective_on", "-id")


def entries_noted(number: str) -> list[LedgerEntry]:
    """Return what was posted to no contract for the document ``number``, the newest first, with refunds paid out."""
    rows = LedgerEntry.objects.select_related("reverses", "reversed_by").prefetch_related("lines")
    found = list(rows.filter(policy__isnull=True, note=number)) if number else []
    owed = [entry.key for entry in found if entry.kind == EntryKind.REFUND_OWED]
    if owed:
        lines = RefundLine.objects.filter(refund__key__in=owed, entry__isnull=False)
        found += rows.filter(pk__in=list(lines.values_list("entry_id", flat=True)))
    return sorted(found, key=lambda entry: (entry.effective_on, entry.pk), reverse=True)


def ledger_visible_to(actor: Actor) -> "QuerySet[LedgerEntry]":
    """Return the entries of the whole book with their lines, for posts that see its money."""
    rows = LedgerEntry.objects.select_related("policy").defer("policy__facts", "policy__debit_account")
    return rows.prefetch_related("lines") if sees_money(actor) else rows.none()


def moved(entry: LedgerEntry) -> int:
    """Return how much an entry moves: the sum of its debits, in minor units."""
    return sum(line.amount for line in entry.lines.all() if line.amount > 0)
