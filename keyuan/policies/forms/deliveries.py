"""Forms of deliveries: an envelope, sending it, what became of it, many numbers at once, a link (POL-8)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.inputs import DayField
from keyuan.policies.rules.deliveries.states import Paper, State
from keyuan.policies.selectors.deliveries.labels import CARRIERS, PAPERS, STATES

#: What may be recorded by hand.
BY_HAND = (State.DELIVERED, State.SIGNED, State.RETURNED, State.LOST, State.CANCELLED)


class PrepareForm(forms.Form):
    """What goes into the envelope."""

    papers = forms.MultipleChoiceField(
        label=pgettext_lazy("courier", "Papers"), widget=forms.CheckboxSelectMultiple, choices=list(PAPERS.items())
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, for_policy: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = list(PAPERS) if for_policy else [Paper.APPLICATION, Paper.NOTICE]
        self.fields["papers"] = forms.MultipleChoiceField(
            label=pgettext_lazy("courier", "Papers"), widget=forms.CheckboxSelectMultiple,
            choices=[(code, PAPERS[code]) for code in fitting],
        )  # fmt: skip


class SendForm(forms.Form):
    """By which courier it goes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    carrier = forms.ChoiceField(label=pgettext_lazy("courier", "Courier"), choices=list(CARRIERS.items()))
    tracking_no = forms.CharField(label=pgettext_lazy("courier", "Tracking number"), max_length=40)
    on = DayField(label=pgettext_lazy("courier", "Sent on"), required=True)


class NewsForm(forms.Form):
    """What became of it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("State"))
    on = DayField(
        label=pgettext_lazy("courier", "On"), required=True,
        help_text=pgettext_lazy("courier", "For a signed receipt: the day on which the customer signed."),
    )  # fmt: skip
    words = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, states: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"] = forms.ChoiceField(
            label=_("State"), choices=[(state, STATES[state][1]) for state in BY_HAND if state in states]
        )


class NumbersForm(forms.Form):
    """Tracking numbers of many shipments at once."""

    carrier = forms.ChoiceField(label=pgettext_lazy("courier", "Courier"), choices=list(CARRIERS.items()))
    on = DayField(label=pgettext_lazy("courier", "Sent on"), required=True)
    lines = forms.CharField(
        label=pgettext_lazy("courier", "Shipments and numbers"), max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=pgettext_lazy(
            "courier", "One shipment a line: shipment number and tracking number, as copied from a spreadsheet."
        ),
    )  # fmt: skip


class LinkForm(forms.Form):
    """How long the link to an e-policy works."""

    days = forms.IntegerField(label=_("Works for (days)"), min_value=1, max_value=90, initial=30)
