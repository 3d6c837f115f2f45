"""Forms about a renewal premium: a call, a promise, a note; the steps on which the night reminds."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.inputs import DayField
from keyuan.policies.rules.renewal_premiums import LADDER
from keyuan.policies.selectors.renewal_premiums import KINDS, OUTCOMES
from keyuan.policies.selectors.renewal_premiums.words import step_word

BY_HAND = ("CALL", "PROMISE", "NOTE")


class ActForm(forms.Form):
    """What was done about the premium."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("premium", "What was done"), choices=[(kind, KINDS[kind]) for kind in BY_HAND]
    )
    outcome = forms.ChoiceField(label=_("Result of the call"), choices=[("", "—"), *OUTCOMES.items()], required=False)
    promised_on = DayField(label=_("Promised to pay on"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """A call has a result; what belongs to another kind is left out."""
        values = super().clean() or {}
        kind = values.get("kind")
        if kind == "CALL" and not values.get("outcome"):
            self.add_error("outcome", _("Choose the result of the call."))
        values["outcome"] = values.get("outcome", "") if kind == "CALL" else ""
        values["promised_on"] = values.get("promised_on") if kind == "PROMISE" else None
        return values


class LadderForm(forms.Form):
    """On which steps reminders go out by themselves."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    days = forms.TypedMultipleChoiceField(
        label=_("Reminders sent by the night"),
        choices=[(day, step_word(day)) for day in LADDER],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Messages take a permit each. Call tasks on these days are made by the task rules."),
    )
