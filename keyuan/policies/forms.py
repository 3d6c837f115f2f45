"""Shapes of the policies' forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.errors import Refused
from keyuan.kernel.money import parse_money
from keyuan.platform.wording import say
from keyuan.policies.selectors.labels import PAYMENT_METHODS


class MoneyField(forms.CharField):
    """An amount as typed, cleaned to minor units of CNY."""

    def clean(self, value: Any) -> int | None:
        """Return minor units, None for an empty optional field."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_money(text).amount_minor
        except Refused as error:
            raise forms.ValidationError(say(error)) from error


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class StepForm(forms.Form):
    """A status change or sub-state switch: when and why."""

    kind = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(label=_("Date of the change"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class PaymentForm(forms.Form):
    """Money received, or refunded with a minus."""

    amount = MoneyField(label=_("Amount (yuan)"), help_text=_("A minus before the amount records a refund."))
    paid_on = forms.DateField(label=_("Paid on"), widget=DayInput())
    method = forms.ChoiceField(label=_("Method"), choices=list(PAYMENT_METHODS.items()))
    receipt_no = forms.CharField(label=_("Receipt number"), max_length=30, required=False)
    reference = forms.CharField(widget=forms.HiddenInput, required=False)
