"""Boxes in which one types and chooses a customer or an agent from what is found (static/policies/js/choose.js)."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

PEOPLE = reverse_lazy("policies:people")
AGENTS = reverse_lazy("policies:agents")


def chooser(label: Any, address: Any, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """Return a box whose suggestions come from ``address``; the choice ends in the number of who was chosen."""
    attrs = {
        "data-choose": address,
        "role": "combobox",
        "aria-expanded": "false",
        "aria-autocomplete": "list",
        "autocomplete": "off",
        "placeholder": _("Name, pinyin or number"),
    }
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, required=required, max_length=160, widget=widget, help_text=help_text)


def monitored_field() -> forms.CharField:
    """Return the field for what was checked of people under monitoring; it is asked for only where there are any."""
    return forms.CharField(
        label=_("Underwriting check"),
        max_length=200,
        required=False,
        help_text=_("Only where people are under monitoring: what was checked, and what came of it."),
    )
