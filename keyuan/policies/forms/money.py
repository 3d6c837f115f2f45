"""Forms of money: taking in, placing what lies in suspense, payees, refund batches, limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import AmountField, DayField
from keyuan.policies.rules.benefits.holding import DEBTS, HOLDABLE
from keyuan.policies.selectors.benefits.labels import HELD_FOR, KINDS
from keyuan.policies.selectors.labels import PAYMENT_METHODS
from keyuan.policies.services.money_rules import LimitsDraft

ACCOUNT_DIGITS = r"^[0-9]{8,30}$"


class AccountField(forms.RegexField):
    """A bank account: digits, typed with or without blanks."""

    def __init__(self) -> None:
        super().__init__(
            ACCOUNT_DIGITS,
            label=_("Account of the payee"),
            error_messages={"invalid": _("An account number has 8 to 30 digits; check it with the payee.")},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )

    def to_python(self, value: Any) -> str:
        """Take the blanks out."""
        return str(value or "").replace(" ", "").strip()


class TakeInForm(forms.Form):
    """Money of which nobody knows yet what it is for."""

    amount = AmountField(label=_("Amount (yuan)"), required=True)
    received_on = DayField(label=_("Received on"), required=True)
    method = forms.ChoiceField(label=_("Method"), choices=list(PAYMENT_METHODS.items()))
    payer_name = forms.CharField(label=_("Payer"), max_length=120, required=False)
    reference = forms.CharField(
        label=_("Bank's number of the transfer"),
        max_length=80,
        required=True,
        help_text=_("The same number is taken in once."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class AllocateForm(forms.Form):
    """Which contract the money belongs to."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    policy_no = forms.CharField(label=_("Policy number"), max_length=40)
    amount = AmountField(label=_("Amount (yuan)"), required=True)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=True)


class GiveBackForm(forms.Form):
    """To whom the money goes back."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    payee_name = forms.CharField(label=_("Payee"), max_length=120)
    payee_account = AccountField()
    amount = AmountField(label=_("Amount (yuan)"), required=True)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=True)


class PayeeForm(forms.Form):
    """To whom a refund goes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    payee_name = forms.CharField(label=_("Payee"), max_length=120)
    payee_account = AccountField()


class RefundBatchForm(forms.Form):
    """When the bank pays."""

    pay_on = DayField(
        label=_("Paid out on"),
        required=True,
        help_text=_("The batch takes everything payable that has an account, the most urgent first."),
    )


class LimitsForm(forms.Form):
    """Above which amount two people are needed, and the fee kept on cancellation in cooling-off."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    suspense_limit = AmountField(label=_("Two people from (yuan)"), required=True)
    document_fee = AmountField(
        label=_("Document fee (yuan)"),
        required=True,
        help_text=_("Kept when a contract is cancelled in its cooling-off period; at most 10 yuan."),
    )
    write_off_alone = AmountField(
        label=_("Write-offs by one person up to (yuan)"),
        required=True,
        help_text=_("Above this amount another person has to agree."),
    )
    write_off_small = AmountField(
        label=_("Largest remainder written off (yuan)"),
        required=True,
        help_text=_("On contracts that live on; what contracts that ended owe has no limit."),
    )
    held_kinds = forms.MultipleChoiceField(
        label=_("Benefits held back for debt"),
        choices=[(kind, KINDS[kind]) for kind in HOLDABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A maturity always pays off loans. The other benefits do so only where ticked."),
    )
    held_for = forms.MultipleChoiceField(
        label=_("Debt they are held back for"),
        choices=[(debt, HELD_FOR[debt]) for debt in DEBTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def draft(self) -> LimitsDraft:
        """Return what was entered."""
        return LimitsDraft(**{name: value for name, value in self.cleaned_data.items() if name != "version"})
