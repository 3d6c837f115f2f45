"""Forms of work orders: taking in, and one form for each act."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.platform.choosing import offer
from keyuan.service.forms import words
from keyuan.service.rules import kinds

Choices = Iterable[tuple[Any, Any]]


def area(
    label: Any, *, required: bool = True, rows: int = 3, longest: int = 2000, help_text: Any = ""
) -> forms.CharField:
    """Return a field of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, help_text=help_text)


def one_of(label: Any, choices: Choices, *, required: bool = True) -> forms.ChoiceField:
    """Return a choice; one that may be left out begins with nothing chosen."""
    offered = list(choices) if required else [("", "--"), *choices]
    return forms.ChoiceField(label=label, choices=offered, required=required)


def indented(categories: Sequence[Any]) -> Choices:
    """Return the tree as choices."""
    return [(node.pk, "　" * node.depth + node.name) for node in categories]


class OrderForm(forms.Form):
    """An order as it comes in."""

    sections = (
        ("what", _("What it is about"), ["kind", "subtype", "category", "title", "description", "priority"]),
        ("who", _("Who asks"), ["policy", "caller_name", "contact_channel", "received_at"]),
        (
            "complaint",
            _("Only for complaints"),
            [
                "source", "regulator_no", "regulator_due_on", "line", "capacity", "claimant_name", "has_authority",
                "has_identity", "has_kinship", "representatives", "group_size", "callback_phone", "accused",
            ],
        ),
    )  # fmt: skip

    kind = one_of(_("What kind of order"), [(key, words.KINDS[key]) for key in kinds.TAKEN_IN])
    subtype = one_of(_("What is requested"), words.SUBTYPES.items(), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    title = forms.CharField(label=_("In a few words"), max_length=100)
    description = area(_("Description"), required=False, rows=4, longest=4000)
    priority = one_of(_("Priority"), words.PRIORITIES.items())
    policy = forms.ChoiceField(label=_("Policy"), required=False)
    caller_name = forms.CharField(
        label=_("Name of who asks"), max_length=60, required=False, help_text=_("If it is not the customer")
    )
    contact_channel = one_of(_("How it came"), words.CHANNELS.items())
    received_at = forms.DateTimeField(
        label=_("When it came"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    source = one_of(_("Source of the complaint"), words.SOURCES.items(), required=False)
    regulator_no = forms.CharField(label=_("Regulator's number"), max_length=40, required=False)
    regulator_due_on = forms.DateField(
        label=_("The regulator wants an answer by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    line = one_of(_("Line of business"), words.LINES_OF_BUSINESS.items(), required=False)
    capacity = one_of(_("In which capacity"), words.CAPACITIES.items(), required=False)
    claimant_name = forms.CharField(label=_("Name of the claimant"), max_length=60, required=False)
    has_authority = forms.BooleanField(label=_("Signed original authority seen"), required=False)
    has_identity = forms.BooleanField(label=_("Identity document of the proxy seen"), required=False)
    has_kinship = forms.BooleanField(label=_("Proof of kinship seen"), required=False)
    representatives = forms.IntegerField(label=_("Representatives"), required=False, min_value=0, max_value=99)
    group_size = forms.IntegerField(label=_("People who complain together"), required=False, min_value=1)
    callback_phone = forms.CharField(
        label=_("Number to call back"), required=False, max_length=30,
        help_text=_("One number behind the complaints of several customers is a sign of third parties"),
    )  # fmt: skip
    accused = forms.CharField(
        label=_("Whom it is about"),
        required=False,
        max_length=200,
        help_text=_("Staff or agent numbers, separated by commas; they can never handle it"),
    )

    def __init__(
        self, data: Any = None, *, now: datetime, categories: Sequence[Any], policies: Choices, initial: Any = None
    ) -> None:
        values = {"received_at": timezone.localtime(now), "priority": kinds.NORMAL, "contact_channel": "PHONE"}
        super().__init__(data, initial=values | (initial or {}))
        offer(self, "category", indented(categories), or_nothing=True)
        offer(self, "policy", policies, or_nothing=True)
        if not policies:
            del self.fields["policy"]


class ReasonForm(forms.Form):
    """A reason."""

    reason = area(_("Reason"), longest=500)


class NoteForm(forms.Form):
    """A note that may be left out."""

    note = area(_("Note"), required=False, longest=500)


class WaitForm(forms.Form):
    """What is waited for."""

    reason = one_of(_("What is waited for"), words.WAITS.items())
    note = area(_("Note"), required=False, longest=500)


class ClassifyForm(forms.Form):
    """What an order is about."""

    kind = one_of(_("What kind of order"), [(key, words.KINDS[key]) for key in kinds.TAKEN_IN])
    category_id = forms.ChoiceField(label=_("Category"))
    subtype = one_of(_("What is requested"), words.SUBTYPES.items(), required=False)


class TransferForm(forms.Form):
    """To whom an order goes."""

    user = forms.ChoiceField(label=_("Person"), required=False)
    desk = forms.ChoiceField(label=_("Or a desk"), required=False)
    reason = area(_("Reason"), longest=500)


class SolutionForm(forms.Form):
    """The solution."""

    solution = area(
        _("Solution"), rows=4,
        help_text=_("Mailed after two minutes to those who wrote by mail or prefer it; of complaints the decision"),
    )  # fmt: skip


class TellForm(forms.Form):
    """How and what the customer was told."""

    how = one_of(
        _("How the customer was told"), [(key, words.CHANNELS.get(key, words.WAYS.get(key))) for key in kinds.WAYS]
    )
    text = area(_("What the customer was told"), rows=4)


class ConfirmForm(forms.Form):
    """How it was confirmed."""

    how = one_of(_("How it was confirmed"), words.CONFIRMED.items())
    note = area(_("Note"), required=False, longest=500)


class CloseForm(forms.Form):
    """Conclusion and cause."""

    conclusion = area(_("Conclusion"), longest=500)
    cause = one_of(_("Cause of it"), words.CAUSES.items())


class OtherForm(forms.Form):
    """Another order, by its number."""

    other = forms.CharField(label=_("Number of the other order"), max_length=20)


class MergeForm(OtherForm):
    """The order that goes on, and why both are one matter."""

    reason = area(_("Reason"), required=False, longest=500)


class AccusedForm(forms.Form):
    """Whom a complaint is about."""

    accused = forms.CharField(
        label=_("Whom it is about"),
        max_length=200,
        help_text=_("Staff or agent numbers, separated by commas; they can never handle it"),
    )


class ExtensionForm(forms.Form):
    """The decision on more time."""

    approve = one_of(_("Decision"), [("1", _("Approve")), ("0", words.REFUSE)])
    note = area(_("Note"), required=False, longest=200)


class DecideForm(forms.Form):
    """The decision on a complaint."""

    outcome = one_of(_("Outcome"), words.DECISIONS.items())
    facts = area(_("Facts checked"), rows=4)
    basis = area(_("Basis and reasons"), rows=3)
    remedies = forms.MultipleChoiceField(
        label=_("What the claimant can do"), choices=list(words.REMEDIES.items()), widget=forms.CheckboxSelectMultiple
    )
    compensation = forms.DecimalField(
        label=_("Compensation (CNY)"), required=False, min_value=0, max_digits=13, decimal_places=2
    )
    responsibility = forms.CharField(label=_("Who is responsible"), max_length=200, required=False)
    improvement = forms.CharField(label=_("What is to be improved"), max_length=200, required=False)
    improvement_owner = forms.CharField(label=_("Who improves it"), max_length=80, required=False)
    improvement_due_on = forms.DateField(
        label=_("Improved by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class ReviewForm(forms.Form):
    """The decision on a review."""

    outcome = one_of(_("Outcome"), [("UPHELD", _("The decision stands")), ("CHANGED", _("The decision is changed"))])
    answer = area(_("What the claimant is told"), rows=4)


class LineForm(forms.Form):
    """A line of the conversation."""

    kind = forms.ChoiceField(choices=[("REPLY", words.ANSWER), ("NOTE", words.NOTE), ("INBOUND", words.INBOUND)])
    text = area(_("Text"), longest=4000)
