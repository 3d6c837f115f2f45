"""Small forms about one policy: a step, a payment, the receipt, who serves it, a member who joins or leaves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import AmountField, DayField
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.wording import say
from keyuan.policies.forms.choosing import AGENTS, PEOPLE, chooser, monitored_field
from keyuan.policies.selectors.labels import PAYMENT_METHODS


class StepForm(forms.Form):
    """A status change or sub-state switch: when and why; ``target`` tells steps of one name apart."""

    target = forms.CharField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DayField(label=_("Date of the change"), required=True)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    known_on = DayField(
        label=_("Reason known since"),
        required=False,
        help_text=_("The insurer may rescind within 30 days of learning the reason, and never after two years."),
    )
    monitored = monitored_field()


class PaymentForm(forms.Form):
    """Money received, or refunded with a minus."""

    amount = AmountField(
        label=_("Amount (yuan)"), help_text=_("A minus before the amount records a refund."), required=True
    )
    paid_on = DayField(label=_("Paid on"), required=True)
    method = forms.ChoiceField(label=_("Method"), choices=list(PAYMENT_METHODS.items()))
    receipt_no = forms.CharField(label=_("Receipt number"), max_length=30, required=False)
    to_suspense = forms.BooleanField(
        label=_("What is more than due goes to suspense"),
        required=False,
        help_text=_("Head office puts it onto another contract or gives it back."),
    )
    reference = forms.CharField(widget=forms.HiddenInput, required=False)


class ReceiptForm(forms.Form):
    """The day on which the receipt was signed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    signed_on = DayField(label=_("Receipt signed on"), required=True, help_text=_("Cooling-off counts from this day."))


class AgentForm(forms.Form):
    """Who serves the policy from today."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    agent = chooser(_("New service person"), AGENTS, required=True)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class MemberForm(forms.Form):
    """A person who joins a group contract."""

    member_no = forms.CharField(label=_("Member number"), max_length=20)
    person = chooser(_("Name"), PEOPLE, required=True)
    joined_on = DayField(label=_("Joined"), required=True)
    sum_insured = AmountField(label=_("Sum insured (yuan)"))
    premium = AmountField(label=_("Premium (yuan)"))


class LeaveForm(forms.Form):
    """The last day of a member's cover."""

    left_on = DayField(label=_("Last day of cover"), required=True)


#: Column of a beneficiary in the rules → the field of their row in a form with numbered places.
PLACED = {"name": "ben_", "share": "ben_share_"}


def put_errors(form: Any, error: Refused) -> None:
    """Show a refusal at its field, or over the form; one about all shares at every share of a beneficiary."""
    for part in error.errors if isinstance(error, Invalid) else [error]:
        for name in _fields_of(form, part.field or "") or (None,):
            form.add_error(name, say(part))


def _fields_of(form: Any, field: str) -> list[str]:
    """Return the fields of a form that ``field`` of the rules means: itself, or those of numbered beneficiaries."""
    if field in form.fields:
        return [field]
    listed, _dash, rest = field.partition("-")
    if listed != "beneficiaries":
        return []
    position, _dash, column = rest.partition("-")
    # The rules count those who are named, the form its places.
    places = [name.removeprefix("ben_") for name in form.fields if name.removeprefix("ben_").isdecimal()]
    named = [place for place in places if form.data.get(f"ben_{place}", "").strip()]
    if position.isdecimal():
        named = named[int(position) : int(position) + 1]
    return [f"{PLACED.get(column, PLACED['share'])}{place}" for place in named]
