"""What a customer said of automated decisions: when, how, in which words (ANA-11; PIPL 24)."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from keyuan.analytics.services.objections.noting import LONGEST, WAYS, Said
from keyuan.contact.selectors.labels import SOURCES
from keyuan.customers.forms.inputs import DayField


class SaidForm(forms.Form):
    """Day, way and words; where an objection ends, the words are asked for."""

    on = DayField(label=pgettext_lazy("objection", "Said on"), required=True)
    channel = forms.ChoiceField(
        label=pgettext_lazy("objection", "How"), choices=[("", ""), *((key, SOURCES[key]) for key in WAYS)]
    )
    note = forms.CharField(
        label=pgettext_lazy("objection", "Customer's words"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, today: date, ends: bool = False) -> None:
        super().__init__(data, initial={"on": today})
        if ends:
            note = self.fields["note"]
            note.label, note.required = pgettext("objection", "Why it ends"), True

    @property
    def said(self) -> Said:
        """What was typed; only of a valid form."""
        data = self.cleaned_data
        return Said(data["on"], data["channel"], data["note"])
