"""The ledger of a contract with what was posted for its application, so that it balances for a reader (POL-3)."""

from collections import Counter
from dataclasses import dataclass

from keyuan.policies.models import Application, LedgerEntry, Policy
from keyuan.policies.rules.ledger import Account
from keyuan.policies.selectors.applications.money import entries_of_application
from keyuan.policies.selectors.ledger import balances_of, entries_of


@dataclass(frozen=True, slots=True)
class Story:
    """Accounts that do not stand at zero (debits less credits), entries the newest first.

    ``application`` is the one whose entries are among them: the first premium came in before there was a contract.
    """

    balances: dict[Account, int]
    entries: list[LedgerEntry]
    application: Application | None = None


def story_of(policy: Policy, most: int) -> Story:
    """Return the accounts of a contract and its newest entries, at most ``most`` besides those of its application."""
    application = Application.objects.filter(policy=policy).order_by("-pk").first()
    before = entries_of_application(application) if application else []
    sums = Counter[Account](balances_of(policy.pk))
    for line in (line for entry in before for line in entry.lines.all()):
        sums[Account(line.account)] += line.amount
    entries = sorted([*entries_of(policy)[:most], *before], key=lambda one: (one.effective_on, one.pk), reverse=True)
    balances = {account: sums[account] for account in sorted(sums) if sums[account]}
    return Story(balances, entries, application if before else None)
