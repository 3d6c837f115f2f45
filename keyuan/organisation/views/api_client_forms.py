"""Forms of API clients."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.organisation.forms import REACHES, SALES_CHANNELS, RoleChoice, UnitChoice
from keyuan.organisation.services.api_clients import MOST_A_MINUTE
from keyuan.platform.catalogue import catalogue

OVERLAPS = (
    ("0", _("none: the old one ends at once")),
    ("24", _("one day")),
    ("168", _("seven days")),
    ("720", _("thirty days")),
)
KINDS = (("OAUTH", _("OAuth secret, buys tokens")), ("KEY", _("API key, sent with each request")))


def permission_choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Return the catalogue in groups."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for entry in catalogue:
        groups.setdefault(str(entry.group), []).append((entry.key, entry.label))
    return list(groups.items())


class ClientForm(forms.Form):
    """What an administrator decides about a client besides its post."""

    name = forms.CharField(label=_("Name of the program"), max_length=40)
    description = forms.CharField(label=_("What for, and whom to ask"), max_length=200, required=False)
    rate_per_minute = forms.IntegerField(label=_("Calls a minute"), min_value=1, max_value=MOST_A_MINUTE, initial=600)
    networks = forms.CharField(
        label=_("Allowed networks"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, such as 10.20.0.0/16; empty means from anywhere"),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Only these permissions of the role"),
        choices=permission_choices,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Nothing chosen: all that the role holds"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NewClientForm(ClientForm):
    """A client with the post in which it stands."""

    role = RoleChoice(label=_("Role"), queryset=None)
    unit = UnitChoice(label=_("Unit"), queryset=None)
    reach = forms.ChoiceField(label=_("Reach"), choices=REACHES)
    sales_channel = forms.ChoiceField(label=_("Sales channel"), choices=SALES_CHANNELS, required=False)
    field_order = ("name", "description", "role", "unit", "reach", "sales_channel", "rate_per_minute", "networks")


class KeyForm(forms.Form):
    """A new secret or key."""

    kind = forms.ChoiceField(label=_("Kind of credential"), choices=KINDS)
    label = forms.CharField(label=_("Remark"), max_length=40, required=False)
    expires_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class RotateForm(forms.Form):
    """How long the old one goes on working beside the new one."""

    overlap = forms.ChoiceField(label=_("The old one works on for"), choices=OVERLAPS, initial="24")

    def span(self) -> timedelta:
        """Return the overlap."""
        return timedelta(hours=int(self.cleaned_data["overlap"]))
