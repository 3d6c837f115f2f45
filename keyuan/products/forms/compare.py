"""The form of a comparison: two to four products, one person (PRD-4)."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.products.forms.inputs import YuanField
from keyuan.products.forms.packages import TermField
from keyuan.products.models import Product
from keyuan.products.selectors.labels import SEXES

PLACES = 4


class CompareForm(forms.Form):
    """What is compared, for whom."""

    def __init__(self, *args: Any, products: Iterable[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "--"), *((one.pk, f"{one.name} {one.code}") for one in products)]
        for place in range(1, PLACES + 1):
            self.fields[f"p{place}"] = forms.TypedChoiceField(
                label=_("Product %(n)s") % {"n": place}, coerce=int, choices=choices, empty_value=None,
                required=place <= 2,
            )  # fmt: skip
        self.fields["age"] = forms.IntegerField(label=_("Age"), min_value=0, max_value=120, initial=30)
        self.fields["sex"] = forms.ChoiceField(label=_("Sex"), choices=list(SEXES.items()))
        self.fields["sum_insured"] = YuanField(label=_("Sum insured (yuan)"), required=True, initial=30_000_000)
        self.fields["pay_term"] = TermField(label=_("Payment term"), required=False, max_length=12, initial="20年")
        self.fields["cover_term"] = TermField(label=_("Cover term"), required=False, max_length=12)

    def chosen(self) -> list[int]:
        """Return the products in order, each once."""
        values = [self.cleaned_data.get(f"p{place}") for place in range(1, PLACES + 1)]
        return list(dict.fromkeys(pk for pk in values if pk))

    def clean(self) -> dict[str, Any]:
        """Ask for two different products."""
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and len(self.chosen()) < 2:
            self.add_error("p2", _("Choose another product than the first."))
        return values
