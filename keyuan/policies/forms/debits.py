"""Forms of direct debit: a new batch, a result file."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import DayField


class BatchForm(forms.Form):
    """Which premiums, and when the bank collects them."""

    collect_on = DayField(label=_("Collected on"), required=True)
    due_until = DayField(
        label=_("Premiums due until"),
        required=True,
        help_text=_("Contracts in force with an account, whose premium is due by then and does not wait elsewhere."),
    )


class ResultsForm(forms.Form):
    """The bank's answer."""

    file = forms.FileField(label=_("Result file of the bank"))
