"""Forms about a renewal premium: a call, a promise, a note; the steps on which the night reminds."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.inputs import DayField
from keyuan.kernel.width import half_width
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
    """The days of the ladder, and on which of them reminders go out by themselves."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    steps = forms.CharField(
        label=_("Days of the ladder"),
        max_length=80,
        help_text=_("Days around the due day with commas between them; a minus means before: -30, -7, 0, 7."),
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Reminders sent by the night"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Messages take a permit each. Call tasks on these days are made by the task rules."),
    )

    def __init__(self, *args: Any, ladder: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["days"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(day, step_word(day)) for day in ladder]

    def clean_steps(self) -> list[int]:
        """Read the days; a blank, a comma of either width or a semicolon parts them."""
        typed = half_width(self.cleaned_data["steps"]).replace("−", "-").replace("、", ",").replace(";", ",")
        try:
            return [int(part) for part in typed.replace(" ", ",").split(",") if part]
        except ValueError:
            raise forms.ValidationError(_("Enter whole days with commas between them, as -30, -7, 0, 7.")) from None

    def clean(self) -> dict[str, Any]:
        """A day that was taken off the ladder sends nothing any more."""
        values = super().clean() or {}
        steps = values.get("steps") or []
        values["days"] = [day for day in values.get("days", []) if day in steps]
        return values
