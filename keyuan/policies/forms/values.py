"""The day on which a contract is valued."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import DayField

#: Cover that anybody asks about lies between these years.
EARLIEST, LATEST = date(1980, 1, 1), date(2150, 12, 31)


class DayForm(forms.Form):
    """One day, past or to come."""

    on = DayField(label=_("Values on"), required=True)

    def clean_on(self) -> date:
        """Refuse days that no contract knows."""
        day: date = self.cleaned_data["on"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Enter a day between 1980 and 2150."))
        return day
