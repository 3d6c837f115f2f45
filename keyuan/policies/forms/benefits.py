"""Forms of benefits: a claim, a refusal, how dividends are taken, a declared rate, a span to look at again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.inputs import DayField
from keyuan.platform.choosing import offer
from keyuan.policies.selectors.benefits import participating_products
from keyuan.policies.selectors.benefits.labels import OPTIONS, PROOFS


class ClaimForm(forms.Form):
    """The payee's claim."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    claimed_on = DayField(label=_("Claimed on"), required=True)
    proof = forms.ChoiceField(label=_("How life was proven"), choices=[("", "--"), *PROOFS.items()], required=False)
    proof_on = DayField(
        label=_("Life proven on"),
        help_text=_("On or after the day the benefit fell due, at most 30 days before the claim."),
    )
    account_name = forms.CharField(
        label=_("Account runs under the name"), max_length=120, help_text=_("It must be the payee's own account.")
    )
    account = forms.CharField(
        label=_("Account number"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    institution = forms.CharField(label=pgettext_lazy("account", "Bank"), max_length=60, required=False)

    def __init__(self, *args: Any, needs_proof: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_proof:
            del self.fields["proof"], self.fields["proof_on"]


class ReturnForm(forms.Form):
    """Why a claim is sent back."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class OptionForm(forms.Form):
    """How dividends are taken."""

    option = forms.ChoiceField(label=_("Dividends are"), choices=list(OPTIONS.items()), widget=forms.RadioSelect)


class RateForm(forms.Form):
    """A dividend rate for one product and year."""

    product = forms.TypedChoiceField(label=_("Product"), coerce=int)
    year = forms.IntegerField(label=_("Calendar year"))
    rate = forms.DecimalField(
        label=_("Dividend in percent of the cash value"), min_value=0, max_value=20, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = participating_products()
        offer(self, "product", [(row.pk, row.name) for row in products])


class SpanForm(forms.Form):
    """The days on which benefits fell due that are to be looked at again."""

    first = DayField(label=_("Fell due from"), required=True)
    last = DayField(
        label=pgettext_lazy("benefits", "Until"),
        required=True,
        help_text=_("What is open already stays as it is; payees are told of what is opened."),
    )
