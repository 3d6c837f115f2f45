"""Forms by which the desk is set up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.platform.choosing import offer
from keyuan.platform.clocks.timetables import calendar_defaults
from keyuan.service.forms import words
from keyuan.service.forms.orders import area, one_of
from keyuan.service.rules import kinds

KINDS = [(key, words.KINDS[key]) for key in kinds.TAKEN_IN]


class SetupForm(forms.Form):
    """What all of them have: the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class DeskForm(SetupForm):
    """A desk and its people."""

    name = forms.CharField(label=_("Name of the desk"), max_length=40)
    unit = forms.ChoiceField(label=_("Unit"))
    supervisor = forms.CharField(
        label=_("Staff number of the supervisor"), max_length=20, required=False,
        help_text=_("Hears first of what is overdue"),
    )  # fmt: skip
    members = area(
        _("People"), required=False, rows=6,
        help_text=_("One on each line: staff number, open orders at most, codes of skills; “-” before it is away"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("Takes orders"), required=False, initial=True)


class RuleForm(SetupForm):
    """A routing rule."""

    name = forms.CharField(label=_("Name of the rule"), max_length=60)
    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=9999, initial=100)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of orders"), choices=KINDS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked means all"),
    )  # fmt: skip
    categories = forms.CharField(
        label=_("Codes of categories"),
        max_length=400,
        required=False,
        help_text=_("Separated by commas; empty means all"),
    )
    channels = forms.MultipleChoiceField(
        label=_("How they came"), choices=list(words.CHANNELS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    tiers = forms.CharField(
        label=_("Codes of tiers"), max_length=200, required=False, help_text=_("Separated by commas; empty means all")
    )
    desk = forms.ChoiceField(label=_("Goes to the desk"))
    is_pushed = forms.BooleanField(
        label=_("Hand it to the least loaded person at once"), required=False,
        help_text=_("Otherwise it waits until somebody takes it"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)


class TargetForm(forms.Form):
    """Terms of a kind, category and tier."""

    kind = one_of(_("What kind of order"), KINDS)
    category_code = forms.CharField(label=_("Code of the category"), max_length=20, required=False)
    tier = forms.CharField(label=_("Code of the tier"), max_length=10, required=False)
    first = forms.IntegerField(label=_("First response within (working minutes)"), min_value=1, max_value=100_000)
    solution = forms.IntegerField(label=_("Solution within (working minutes)"), min_value=1, max_value=1_000_000)
    hours_key = forms.ChoiceField(label=_("Business calendar"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        offer(self, "hours_key", [(item.key, item.label) for item in calendar_defaults])


class CategoryForm(SetupForm):
    """A category."""

    name = forms.CharField(label=_("Name of the category"), max_length=40)
    parent = forms.ChoiceField(label=_("Below"), required=False)
    kind = one_of(_("What kind of order"), KINDS)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)


class MacroForm(SetupForm):
    """A canned answer."""

    name = forms.CharField(label=_("Name of the canned answer"), max_length=60)
    body = area(
        _("Text"), longest=1000, rows=5,
        help_text=_("{customer}, {number}, {title} and {me} are filled in; the text is shown before it is sent"),
    )  # fmt: skip
    is_reply = forms.BooleanField(label=_("For the customer"), required=False, initial=True)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
