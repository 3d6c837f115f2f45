"""What making cleansing tasks asks (CUS-11)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class CleansingForm(forms.Form):
    """By when the records are to be put right."""

    due_on = forms.DateField(label=_("Due by"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, today: date, days: int) -> None:
        super().__init__(data, initial={"due_on": today + timedelta(days=days)})
        self._today = today

    def clean_due_on(self) -> str:
        """Return the day as JSON takes it."""
        day: date = self.cleaned_data["due_on"]
        if day < self._today:
            raise ValidationError(_("Choose today or a later day."))
        return day.isoformat()
