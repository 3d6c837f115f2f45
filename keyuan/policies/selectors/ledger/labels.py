"""Words for accounts and kinds of entries."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.policies.rules.ledger import Account, EntryKind

ACCOUNTS: dict[str, Any] = {
    Account.BANK: _("Bank"),
    Account.RECEIVABLE: _("Receivable"),
    Account.LOAN: _("Policy loans"),
    Account.PREMIUM_LOAN: _("Premium loans"),
    Account.INTEREST_RECEIVABLE: _("Interest receivable"),
    Account.SUSPENSE: _("Suspense"),
    Account.ADVANCE: _("Premium in advance"),
    Account.REFUND_PAYABLE: _("Refunds payable"),
    Account.BENEFIT_PAYABLE: _("Benefits payable"),
    Account.DIVIDEND_PAYABLE: _("Dividends payable"),
    Account.POLICY_ACCOUNT: _("Policy accounts"),
    Account.PREMIUM: _("Premium income"),
    Account.INTEREST: _("Interest income"),
    Account.DOCUMENT_FEE: _("Document fees"),
    Account.CASH_VALUE: _("Cash value paid"),
    Account.BENEFIT: _("Benefits paid"),
    Account.DIVIDEND: _("Dividends"),
    Account.WRITTEN_OFF: _("Written off"),
}
KINDS: dict[str, Any] = {
    EntryKind.OPENING: _("Carried forward"),
    EntryKind.PREMIUM: pgettext_lazy("ledger", "Premium"),
    EntryKind.PREMIUM_REFUND: _("Premium refunded"),
    EntryKind.PREMIUM_LOAN: _("Premium paid by a loan"),
    EntryKind.FIRST_PREMIUM: _("Premium before the contract"),
    EntryKind.SUSPENSE: _("Into suspense"),
    EntryKind.REFUND_OWED: _("Refund owed"),
    EntryKind.REFUND_PAID: _("Refund paid out"),
    EntryKind.SURRENDER: pgettext_lazy("ledger", "Surrender"),
    EntryKind.LOAN: pgettext_lazy("ledger", "Policy loan"),
    EntryKind.LOAN_REPAID: _("Loan repaid"),
    EntryKind.INTEREST: pgettext_lazy("ledger", "Interest"),
    EntryKind.WITHDRAWAL: pgettext_lazy("ledger", "Withdrawal"),
    EntryKind.TOP_UP: pgettext_lazy("ledger", "Top-up"),
    EntryKind.BENEFIT: pgettext_lazy("ledger", "Benefit"),
    EntryKind.BENEFIT_PAID: _("Benefit paid out"),
    EntryKind.DIVIDEND: pgettext_lazy("ledger", "Dividend"),
    EntryKind.FEE: pgettext_lazy("ledger", "Fee"),
    EntryKind.WRITE_OFF: _("Written off"),
    EntryKind.REVERSAL: pgettext_lazy("ledger", "Reversal"),
}
