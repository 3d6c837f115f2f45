"""What actions on many tasks ask, and the supervisor's board in words (CUS-13)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.bulk import AssignForm
from keyuan.customers.rules.deadlines import deadline_on
from keyuan.customers.selectors import labels


class DoneForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=labels.choices_of(labels.OUTCOMES), required=False)


class ReasonForm(forms.Form):
    """Why it is not needed."""

    reason = forms.CharField(label=_("Reason"), max_length=100)


class PostponeForm(forms.Form):
    """To which day."""

    due_on = forms.DateField(label=_("New day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, now: datetime) -> None:
        super().__init__(data, initial={"due_on": now.date() + timedelta(days=1)})
        self._now = now

    def clean_due_on(self) -> str:
        """Return the new deadline as JSON takes it."""
        day = self.cleaned_data["due_on"]
        if day <= self._now.date():
            raise ValidationError(_("Choose a day after today."))
        return deadline_on(day, self._now).isoformat()


class ReassignForm(AssignForm):
    """To whom the tasks go, and why."""
