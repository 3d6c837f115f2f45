"""Forms of privacy requests and terms."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.contact.forms import privacy_words as words
from keyuan.contact.selectors import labels

SOURCES = [(key, label) for key, label in labels.SOURCES.items() if key not in ("RENEWED", "IMPORT")]


def choices(of: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return labels as choices."""
    return list(of.items())


class RequestForm(forms.Form):
    """A request as it came in."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=choices(words.KINDS))
    source = forms.ChoiceField(label=_("How it came"), choices=SOURCES)
    received_at = forms.DateTimeField(
        label=_("When it came"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("The clock of 15 working days begins with this day."),
    )
    applicant = forms.ChoiceField(label=_("Who asks"), choices=choices(words.APPLICANTS))
    applicant_name = forms.CharField(
        label=_("Name of the applicant"), max_length=60, required=False, help_text=_("If it is not the customer")
    )
    wish = forms.CharField(
        label=_("In the customer's words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, now: datetime) -> None:
        super().__init__(data, initial={"received_at": timezone.localtime(now), "source": "PHONE"})


class CheckForm(forms.Form):
    """How an identity was checked."""

    how = forms.ChoiceField(label=_("How the identity was checked"), choices=choices(words.CHECKS))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class PauseForm(forms.Form):
    """Why the clock stands still."""

    reason = forms.ChoiceField(label=_("Reason"), choices=choices(words.PAUSES))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class RefuseForm(forms.Form):
    """Why a request is refused, and what the customer is told."""

    reason = forms.ChoiceField(label=_("Reason"), choices=choices(words.REASONS))
    answer = forms.CharField(
        label=_("What the customer is told"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    """What the customer is told."""

    answer = forms.CharField(
        label=_("What the customer is told"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class HoldForm(forms.Form):
    """A legal hold."""

    reason = forms.CharField(label=_("Reason"), max_length=200)
    case_no = forms.CharField(label=_("Case number"), max_length=60, required=False)


class TermForm(forms.Form):
    """A term of retention."""

    months = forms.IntegerField(label=_("Months"), min_value=0, max_value=1200)
    is_active = forms.BooleanField(
        label=_("The nightly run takes out what is over"),
        required=False,
        help_text=_("Otherwise it only counts. What is taken out cannot be brought back."),
    )
    reason = forms.CharField(label=_("Reason of the change"), max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)
