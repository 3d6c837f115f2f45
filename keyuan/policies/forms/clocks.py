"""Which night is to be made."""

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import DayField


class NightForm(forms.Form):
    """One night; what is done already is not done again."""

    on = DayField(
        label=_("Night of"),
        required=True,
        help_text=_("Only what fell due up to this day and is not done yet is done; each step keeps its own day."),
    )
