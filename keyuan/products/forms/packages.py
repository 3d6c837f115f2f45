"""The form of a package: facts, and up to six products with sum and terms."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.errors import Refused
from keyuan.platform.wording import say
from keyuan.products.forms.inputs import ShareField, YuanField, day
from keyuan.products.forms.rates import readable_term
from keyuan.products.models import Package, PackageItem, Product
from keyuan.products.selectors.labels import AUDIENCES, DIMENSION_NAMES
from keyuan.products.services.packages import ItemDraft

PLACES = 6


class TermField(forms.CharField):
    """One term as a person writes it: 20年, 至60岁, 终身."""

    def clean(self, value: Any) -> Any:
        """Return the token."""
        try:
            return readable_term(super().clean(value) or "")
        except Refused as error:
            raise ValidationError(say(error), code=error.code) from error


class PackageForm(forms.Form):
    """A package and its products."""

    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name of the package"), max_length=80)
    audience = forms.ChoiceField(label=_("Meant for"), choices=list(AUDIENCES.items()))
    is_tailored = forms.BooleanField(label=_("Made to measure for one client"), required=False)
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    discount = ShareField(label=_("Discount in percent"), initial=0, max_value=30)
    sale_from = day(_("On sale from"))
    sale_until = day(_("On sale until"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, products: Iterable[Product], package: Package | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "--"), *((one.pk, f"{one.name} {one.code}") for one in products)]
        self.fields["code"].disabled = package is not None
        self.sections: list[tuple[str, Any, list[str]]] = [
            ("base", _("Package"), ["code", "name", "audience", "is_tailored", "description", "discount", "sale_from",
                                    "sale_until", "version"])
        ]  # fmt: skip
        for place in range(1, PLACES + 1):
            names = self._row(place, choices)
            self.sections.append((f"item-{place}", _("Product %(n)s") % {"n": place}, names))

    def _row(self, place: int, choices: list[Any]) -> list[str]:
        fields: dict[str, forms.Field] = {
            "product": forms.TypedChoiceField(
                label=_("Product"), coerce=int, choices=choices, required=False, empty_value=None
            ),
            "sum": YuanField(label=_("Sum insured (yuan)")),
            "cover": TermField(label=_("Cover term"), required=False, max_length=12),
            "pay": TermField(label=_("Payment term"), required=False, max_length=12),
            "plan": forms.CharField(label=DIMENSION_NAMES["plan"], required=False, max_length=20),
        }
        self.fields |= {f"{name}_{place}": field for name, field in fields.items()}
        return [f"{name}_{place}" for name in fields]

    def items(self) -> tuple[ItemDraft, ...]:
        """Return the products that were chosen."""
        values = self.cleaned_data
        return tuple(
            ItemDraft(
                values[f"product_{place}"], values[f"sum_{place}"], values[f"cover_{place}"], values[f"pay_{place}"],
                values[f"plan_{place}"],
            )
            for place in range(1, PLACES + 1)
            if values[f"product_{place}"]
        )  # fmt: skip


def values_of(package: Package, items: list[PackageItem]) -> dict[str, Any]:
    """Return what the form shows of a package."""
    names = ("code", "name", "audience", "is_tailored", "description", "sale_from", "sale_until", "version")
    values = {name: getattr(package, name) for name in names} | {"discount": package.discount_bp}
    for place, item in enumerate(items[:PLACES], 1):
        values |= {
            f"product_{place}": item.product_id, f"sum_{place}": item.sum_insured, f"cover_{place}": item.cover_term,
            f"pay_{place}": item.pay_term, f"plan_{place}": item.plan,
        }  # fmt: skip
    return values
