"""Forms of proposals: what is proposed, and for how long a link works (PRD-5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import AmountField
from keyuan.policies.forms.applications import PEOPLE
from keyuan.policies.forms.choosing import chooser
from keyuan.products.forms.rates import offer_terms
from keyuan.products.models import Product
from keyuan.products.selectors.labels import DIMENSION_NAMES


class ProposalForm(forms.Form):
    """A proposal of one product."""

    sections = [
        ("person", _("Customer"), ["customer", "age", "version"]),
        ("plan", _("Sum and premium"), ["sum_insured", "cover_term", "pay_term", "pay_mode", "plan", "occupation"]),
        ("words", _("Words of the seller"), ["note"]),
    ]  # fmt: skip

    customer = chooser(_("Customer"), PEOPLE, required=True)
    age = forms.IntegerField(
        label=_("Age"), min_value=0, max_value=120, required=False, help_text=_("Only where no birth date is known.")
    )
    sum_insured = AmountField(label=_("Sum insured (yuan)"))
    cover_term = forms.ChoiceField(label=_("Cover term"), required=False)
    pay_term = forms.ChoiceField(label=_("Payment term"), required=False)
    pay_mode = forms.ChoiceField(label=_("Payment frequency"), required=False)
    plan = forms.CharField(label=DIMENSION_NAMES["plan"], max_length=20, required=False)
    occupation = forms.ChoiceField(
        label=_("Occupation class"), choices=[("", "--"), *((str(n), str(n)) for n in range(1, 7))], required=False
    )
    note = forms.CharField(
        label=_("Note to the customer"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Promises and superlatives are refused."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_terms(self, product)


class ShareForm(forms.Form):
    """How long a link works."""

    days = forms.IntegerField(label=_("Works for (days)"), min_value=1, max_value=90, initial=14)
