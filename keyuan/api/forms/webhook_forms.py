"""Forms of webhooks: shape and field errors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.api.events import PUBLIC
from keyuan.organisation.forms import SALES_CHANNELS, UnitChoice

EVENTS = [(event.name, event.label) for event in PUBLIC]


class EndpointForm(forms.Form):
    """Where events go, which of them, and of which rows."""

    name = forms.CharField(label=_("Name of the receiver"), max_length=60)
    url = forms.CharField(
        label=_("Receiving address"),
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Begins with https:// and leads to the public internet, unless operations allow the host."),
    )
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    event_types = forms.MultipleChoiceField(
        label=_("Kinds of events"),
        choices=EVENTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked means all, including those that later versions add."),
    )
    unit = UnitChoice(
        label=_("Unit"),
        queryset=None,
        required=False,
        empty_label=_("The whole company"),
        help_text=_("Only what this unit and the units below serve is announced."),
    )
    sales_channel = forms.ChoiceField(label=_("Sales channel"), choices=SALES_CHANNELS, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    sections = (
        ("to", _("Receiver"), ("name", "url", "description")),
        ("what", _("What is sent"), ("event_types", "unit", "sales_channel")),
    )

    def clean_event_types(self) -> tuple[str, ...]:
        """All ticked is said as all, so that later kinds come along."""
        chosen = tuple(self.cleaned_data["event_types"])
        return () if len(chosen) == len(EVENTS) else chosen

    def contents(self) -> dict[str, Any]:
        """Return what was filled in, as the services take it."""
        data = dict(self.cleaned_data)
        unit = data.pop("unit")
        data.pop("version")
        return data | {"unit_id": unit.pk if unit else None}


class ReplayForm(forms.Form):
    """From when on, and whether all or what failed only."""

    since = forms.DateTimeField(
        label=_("From when on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
        input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"],
    )
    failed_only = forms.BooleanField(label=_("Only what failed"), required=False)


class PolicyForm(forms.Form):
    """What counts for all endpoints."""

    keep_days = forms.IntegerField(label=_("Days that the log is kept"), min_value=1, max_value=365)
    overlap_hours = forms.IntegerField(label=_("Hours that a replaced secret still signs"), min_value=0, max_value=720)
    give_up_days = forms.IntegerField(
        label=_("Days of failing after which a receiver is switched off"), min_value=1, max_value=30
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
