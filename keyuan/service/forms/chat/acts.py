"""Forms of web chat: the visitor's, and one for each act of the desk."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.platform.choosing import offer
from keyuan.platform.clocks.timetables import calendar_defaults
from keyuan.service.forms.chat.words import SENTENCES
from keyuan.service.forms.orders import Choices, area, indented
from keyuan.service.services.chat.setting_up import LIMITS
from keyuan.service.services.chat.writing import LONGEST


class StartForm(forms.Form):
    """How a visitor begins; outside hours with a way to answer."""

    name = forms.CharField(label=_("How may we address you"), max_length=30)
    category = forms.ChoiceField(label=_("What it is about"), required=False)
    question = area(_("Your question"), longest=LONGEST, rows=4)
    contact = forms.CharField(label=_("Phone number or e-mail address for our answer"), max_length=60, required=False)
    consent = forms.BooleanField(
        label=_("I have read the notice and agree"), error_messages={"required": SENTENCES["chat.consent"]}
    )

    def __init__(self, data: Any = None, *, subjects: Choices, closed: bool, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offer(self, "category", [("", _("Something else")), *subjects])
        if not closed:
            del self.fields["contact"]


class TransferForm(forms.Form):
    """To whom, and what they should know."""

    user = forms.ChoiceField(label=_("Person"), required=False)
    desk = forms.ChoiceField(label=_("Desk"), required=False)
    category = forms.ChoiceField(
        label=_("Skill"), required=False, help_text=_("Who answers for this subject gets the conversation")
    )
    note = area(_("What the colleague should know"), longest=500)

    def __init__(self, data: Any, *, people: Choices, desks: Choices, categories: Sequence[Any]) -> None:
        super().__init__(data)
        offer(self, "user", people, or_nothing=True)
        offer(self, "desk", desks, or_nothing=True)
        offer(self, "category", indented(categories), or_nothing=True)


class InviteForm(forms.Form):
    """Whom to ask in."""

    user = forms.ChoiceField(label=_("Person"))

    def __init__(self, data: Any, *, people: Choices) -> None:
        super().__init__(data)
        offer(self, "user", people)


class AttachForm(forms.Form):
    """Which customer it is."""

    customer = forms.CharField(
        label=_("Customer"), max_length=60, help_text=_("Customer number, whole name, phone or identity number")
    )


class CloseForm(forms.Form):
    """What came of it."""

    category = forms.ChoiceField(label=_("Category"))
    title = forms.CharField(label=_("In a few words"), max_length=100)
    summary = area(_("How it was settled, or what is still to do"), required=False, longest=1000)
    is_settled = forms.BooleanField(
        label=_("Settled in the conversation"), required=False, initial=True,
        help_text=_("Otherwise the work order goes to its desk"),
    )  # fmt: skip

    def __init__(self, data: Any, *, categories: Sequence[Any], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offer(self, "category", indented(categories), or_nothing=True)


class ReasonForm(forms.Form):
    """Why a supervisor steps in."""

    reason = area(_("Reason"), longest=500)


class CapacityForm(forms.Form):
    """How many conversations a person has at once."""

    capacity = forms.IntegerField(
        label=_("Conversations at once"), required=False, min_value=0, help_text=_("Empty: as set for the house")
    )


class PolicyForm(forms.Form):
    """How the desk chats."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    is_on = forms.BooleanField(label=_("Visitors may chat"), required=False)
    hours_key = forms.ChoiceField(label=_("Business calendar"))
    capacity = forms.IntegerField(label=_("Conversations at once for each person"))
    warn_minutes = forms.IntegerField(label=_("Minutes of silence until the visitor is warned"))
    end_minutes = forms.IntegerField(label=_("Minutes from the warning to the end"))
    reopen_minutes = forms.IntegerField(label=_("Minutes within which a visitor may come back"))
    greeting = area(_("Greeting"), required=False, longest=300)
    notice = area(_("Notice on personal information"), required=False, longest=600, rows=5)

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        offer(self, "hours_key", [(item.key, item.label) for item in calendar_defaults])
        for field, (least, most) in LIMITS.items():
            self.fields[field].widget.attrs.update({"min": least, "max": most})
