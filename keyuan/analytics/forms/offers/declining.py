"""The form in which a customer's "not interested" is noted (ANA-7)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.forms.offers import words
from keyuan.analytics.rules.offers.terms import PAUSES
from keyuan.customers.forms.inputs import choice, short


class DeclineForm(forms.Form):
    """Why, and for how long the family is not offered again."""

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        # Nothing is chosen to begin with: the first reason would stand for every hasty answer.
        self.fields["reason"] = choice(_("Why not"), [("", ""), *words.REFUSALS.items()], required=True)
        days = [(str(number), _("%(count)s days") % {"count": number}) for number in PAUSES]
        self.fields["pause"] = choice(_("Do not offer again for"), days, required=True)
        self.fields["pause"].initial = str(PAUSES[1])
        self.fields["note"] = short(_("Note"), 200)

    def until(self) -> date:
        """Return the last day on which the family is not offered."""
        return self.today + timedelta(days=int(self.cleaned_data["pause"]))
