"""Entries of the ledger as pages show them."""

from typing import Any

from keyuan.customers.selectors.labels import label_of
from keyuan.policies.models import LedgerEntry
from keyuan.policies.selectors.ledger.labels import ACCOUNTS, KINDS


def entry_row(entry: LedgerEntry) -> dict[str, Any]:
    """Return an entry with its lines (account, debit, credit) in words, and how many there are."""
    lines = [
        (label_of(ACCOUNTS, line.account), max(line.amount, 0), max(-line.amount, 0)) for line in entry.lines.all()
    ]
    return {"row": entry, "kind": label_of(KINDS, entry.kind), "lines": lines, "span": len(lines)}
