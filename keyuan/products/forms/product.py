"""The form of a product; the code is set once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.products.forms.inputs import TermsField, YuanField, day
from keyuan.products.models import Product
from keyuan.products.rules.terms import token_of
from keyuan.products.selectors.labels import CHANNELS, DESIGNS, FAMILIES, KINDS, NEEDS, PAY_MODES, term_words


class RegionsField(forms.CharField):
    """Region codes apart by commas."""

    def to_python(self, value: Any) -> Any:
        """Return the codes."""
        text = (super().to_python(value) or "").replace("，", ",").replace("、", ",")
        codes = [part.strip() for part in text.split(",") if part.strip()]
        for code in codes:
            if not (code.isdecimal() and code.isascii() and len(code) == 6):
                raise forms.ValidationError(_("Region codes have six digits, as 330000; correct this one."))
        return codes


class ProductForm(forms.Form):
    """One product of the catalogue."""

    sections = [
        ("base", _("Basics"), ["code", "name", "short_name", "kind", "design", "family", "is_rider", "is_group",
                               "is_long_term", "need_tags"]),
        ("terms", _("Terms"), ["issue_age_min", "issue_age_max", "sum_min", "sum_max", "cover_terms", "pay_terms",
                               "pay_modes", "waiting_days", "cooling_off_days", "grace_days", "renewal_window_days",
                               "exclusions"]),
        ("sale", _("Sale"), ["sale_from", "sale_until", "sales_channels", "regions", "complexity", "seller_rank",
                             "reason", "version"]),
    ]  # fmt: skip

    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Product name"), max_length=80)
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    design = forms.ChoiceField(label=_("Design"), choices=list(DESIGNS.items()), required=False)
    family = forms.ChoiceField(label=_("Product family"), choices=list(FAMILIES.items()), required=False)
    is_rider = forms.BooleanField(label=_("Rider"), required=False)
    is_group = forms.BooleanField(label=_("Group contract"), required=False)
    is_long_term = forms.BooleanField(label=_("Longer than one year"), required=False)
    need_tags = forms.MultipleChoiceField(
        label=_("Needs it meets"), choices=list(NEEDS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    issue_age_min = forms.IntegerField(label=_("Youngest issue age"), min_value=0, max_value=120, required=False)
    issue_age_max = forms.IntegerField(label=_("Oldest issue age"), min_value=0, max_value=120, required=False)
    sum_min = YuanField(label=_("Smallest sum insured (yuan)"))
    sum_max = YuanField(label=_("Largest sum insured (yuan)"))
    cover_terms = TermsField(label=_("Cover terms"), required=False, help_text=_("Apart by commas: 20年, 至70岁, 终身"))
    pay_terms = TermsField(label=_("Payment terms"), required=False, help_text=_("Apart by commas: 趸交, 10年, 20年"))
    pay_modes = forms.MultipleChoiceField(
        label=_("Payment frequencies"), choices=list(PAY_MODES.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    waiting_days = forms.IntegerField(label=_("Waiting period (days)"), min_value=0, max_value=3650)
    cooling_off_days = forms.IntegerField(label=_("Cooling-off period (days)"), min_value=0, max_value=365)
    grace_days = forms.IntegerField(label=_("Grace period (days)"), min_value=0, max_value=365)
    renewal_window_days = forms.IntegerField(label=_("Renewal window (days)"), min_value=0, max_value=365)
    exclusions = forms.CharField(label=_("Exclusions"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    sale_from = day(_("On sale from"))
    sale_until = day(_("On sale until"))
    sales_channels = forms.MultipleChoiceField(
        label=_("Sales channels"), choices=list(CHANNELS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    regions = RegionsField(
        label=_("Regions"), required=False, help_text=_("Region codes apart by commas; empty: everywhere.")
    )
    complexity = forms.IntegerField(label=_("Grade of complexity"), min_value=1, max_value=5)
    seller_rank = forms.IntegerField(label=_("Seller qualification needed"), min_value=1, max_value=5)
    reason = forms.CharField(
        label=_("Reason of the change"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The product is on sale: another person decides on the change before it holds."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = product is not None
        if product is None or product.sale_status != Product.SaleStatus.ON_SALE:
            del self.fields["reason"]


def terms_text(terms: list[list[Any]]) -> str:
    """Return stored terms as a person types them."""
    return ", ".join(TYPED.get(str(unit), "{n}").format(n=number) for unit, number in terms)


TYPED = {"Y": "{n}年", "M": "{n}月", "D": "{n}天", "W": "W{n}", "A": "至{n}岁", "O": "终身", "S": "趸交", "N": "N"}


def terms_words(terms: list[list[Any]]) -> list[str]:
    """Return stored terms in words."""
    return [term_words(token_of(str(unit), int(number or 0))) for unit, number in terms]
