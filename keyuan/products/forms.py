"""Shapes of the catalogue's forms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.products.selectors.labels import CHANNELS, KINDS, PAY_MODES, SALE_STATUSES


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ProductForm(forms.Form):
    """One product of the catalogue; the code is set once."""

    sections = [
        ("base", _("Basics"), ["code", "name", "short_name", "kind", "is_rider", "is_group", "is_long_term"]),
        ("terms", _("Terms"), ["issue_age_min", "issue_age_max", "pay_modes", "waiting_days", "cooling_off_days",
                               "grace_days", "renewal_window_days", "exclusions"]),
        ("sale", _("Sale"), ["sale_status", "sale_from", "sale_until", "sales_channels", "complexity", "seller_rank",
                             "version"]),
    ]  # fmt: skip

    code = forms.CharField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Product name"), max_length=80)
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    is_rider = forms.BooleanField(label=_("Rider"), required=False)
    is_group = forms.BooleanField(label=_("Group contract"), required=False)
    is_long_term = forms.BooleanField(label=_("Longer than one year"), required=False)
    issue_age_min = forms.IntegerField(label=_("Youngest issue age"), min_value=0, max_value=120, required=False)
    issue_age_max = forms.IntegerField(label=_("Oldest issue age"), min_value=0, max_value=120, required=False)
    pay_modes = forms.MultipleChoiceField(
        label=_("Payment frequencies"), choices=list(PAY_MODES.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    waiting_days = forms.IntegerField(label=_("Waiting period (days)"), min_value=0, max_value=3650)
    cooling_off_days = forms.IntegerField(label=_("Cooling-off period (days)"), min_value=0, max_value=365)
    grace_days = forms.IntegerField(label=_("Grace period (days)"), min_value=0, max_value=365)
    renewal_window_days = forms.IntegerField(label=_("Renewal window (days)"), min_value=0, max_value=365)
    exclusions = forms.CharField(label=_("Exclusions"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    sale_status = forms.ChoiceField(
        label=_("Sale status"), choices=[(code, words[1]) for code, words in SALE_STATUSES.items()]
    )
    sale_from = forms.DateField(label=_("On sale from"), required=False, widget=DayInput())
    sale_until = forms.DateField(label=_("On sale until"), required=False, widget=DayInput())
    sales_channels = forms.MultipleChoiceField(
        label=_("Sales channels"), choices=list(CHANNELS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    complexity = forms.IntegerField(label=_("Grade of complexity"), min_value=1, max_value=5)
    seller_rank = forms.IntegerField(label=_("Seller qualification needed"), min_value=1, max_value=5)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
