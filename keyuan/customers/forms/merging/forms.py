"""Forms of the duplicates: proposing a pair, planning a batch (CUS-8)."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProposeForm(forms.Form):
    """Whom a customer may be the same as."""

    other = forms.CharField(label=_("Customer"), max_length=60, help_text=_("Name, customer number or phone number"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class BatchForm(forms.Form):
    """Which pairs a batch merges."""

    threshold = forms.DecimalField(
        label=_("Probability from"),
        min_value=0,
        max_value=1,
        decimal_places=6,
        max_digits=7,
        initial="0.99",
        help_text=_("Pairs below it stay in the queue. 0.99 means: one in a hundred may be wrong."),
        localize=False,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DecisionForm(forms.Form):
    """What the second person says of a batch."""

    note = forms.CharField(label=_("Note"), max_length=200, required=False)
