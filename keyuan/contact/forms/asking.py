"""What the dialogs of contacting ask: consents, refusals, contacts and what came of them, reservations."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.contact.rules.agreeing import SCOPES, ConsentDraft, RefusalDraft
from keyuan.contact.rules.purposes import CHANNELS, Terms
from keyuan.contact.selectors import labels
from keyuan.customers.forms.contact import moment_input
from keyuan.customers.selectors.labels import OUTCOMES, choices_of
from keyuan.customers.services.interactions import InteractionDraft

#: How people in front of a customer hear something; lists and systems say it for themselves.
BY_HAND = ("SIGNED", "PHONE", "WECHAT", "COUNTER", "AGENT")


def _sources() -> list[tuple[str, Any]]:
    return [(code, labels.SOURCES[code]) for code in BY_HAND]


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), required=False, **more)


class ConsentForm(forms.Form):
    """What the customer agreed to, how, when, and the proof."""

    purpose = forms.ChoiceField(label=_("What was agreed to"))
    channels = forms.MultipleChoiceField(
        label=_("Through which channels"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None means every channel of the purpose."),
    )  # fmt: skip
    source = forms.ChoiceField(label=_("How it was said"), choices=_sources)
    granted_at = forms.DateTimeField(label=_("When it was said"), widget=moment_input())
    text_id = forms.TypedChoiceField(
        label=_("Text that was shown"), coerce=int, empty_value=None, required=False,
        help_text=_("A separate consent (health, accounts, children, sharing) needs its text."),
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Where the proof lies"), max_length=200, required=False,
        help_text=_("Number of the form, of the recording, or the file below."),
    )  # fmt: skip
    file = forms.FileField(label=_("File of the proof"), required=False)
    expires_on = _day(_("Ends on"), help_text=_("Empty: until it is withdrawn."))
    guardian_id = forms.TypedChoiceField(label=_("Guardian who agreed"), coerce=int, empty_value=None, required=False)

    def __init__(
        self, data: Any, files: Any, *, now: datetime, purposes: list[Terms], texts: list[Any],
        guardians: list[tuple[int, str]], purpose: str = "", channel: str = "",
    ) -> None:  # fmt: skip
        initial = {
            "granted_at": timezone.localtime(now),
            "purpose": purpose,
            "channels": [channel] if channel else [],
            "text_id": next((text.pk for text in texts if text.purpose == purpose), None),
        }
        super().__init__(data, files, initial=initial)
        bound: Any = self.fields
        bound["purpose"].choices = [(terms.key, labels.purpose_name(terms)) for terms in purposes]
        bound["channels"].choices = [(code, labels.CHANNELS[code]) for code in CHANNELS]
        bound["text_id"].choices = [("", "--"), *((text.pk, f"{text.title} v{text.version}") for text in texts)]
        bound["guardian_id"].choices = [("", "--"), *guardians]
        if not guardians:
            del self.fields["guardian_id"]

    def draft(self) -> ConsentDraft:
        """Return what the service records."""
        values = self.cleaned_data
        return ConsentDraft(
            values["purpose"], values["source"], values["granted_at"], tuple(values["channels"]), values["evidence"],
            values["text_id"], values["expires_on"], values.get("guardian_id"),
        )  # fmt: skip


class RefusalForm(forms.Form):
    """What the customer does not want, in which words, until when."""

    channel = forms.ChoiceField(
        label=_("Channel"), required=False, choices=[("", _("Every channel")), *labels.CHANNELS.items()]
    )
    scope = forms.ChoiceField(label=_("What was refused"), choices=[(code, labels.SCOPES[code]) for code in SCOPES])
    source = forms.ChoiceField(label=_("How it was said"), choices=_sources, initial="PHONE")
    refused_at = forms.DateTimeField(label=_("When it was said"), widget=moment_input())
    until = _day(_("Binds until"), help_text=_("Empty: the usual term; never less than six months."))
    words = forms.CharField(label=_("In the customer's words"), max_length=200, required=False)

    def __init__(self, data: Any, *, now: datetime, channel: str = "") -> None:
        super().__init__(data, initial={"refused_at": timezone.localtime(now), "channel": channel})

    def draft(self) -> RefusalDraft:
        """Return what the service records."""
        return RefusalDraft(**self.cleaned_data)


class StartForm(forms.Form):
    """How and what for somebody wants to contact a customer."""

    channel = forms.ChoiceField(label=_("Channel"), choices=list(labels.CHANNELS.items()))
    purpose = forms.ChoiceField(label=_("What for"))
    contact_point_id = forms.TypedChoiceField(
        label=_("Which number"), coerce=int, empty_value=None, required=False, choices=[]
    )
    on_request = forms.BooleanField(label=_("The customer asked to be contacted at this time"), required=False)

    def __init__(self, data: Any, *, purposes: list[Terms], numbers: list[tuple[int, str]], purpose: str = "") -> None:
        super().__init__(data, initial={"purpose": purpose})
        bound: Any = self.fields
        bound["purpose"].choices = [(terms.key, labels.purpose_name(terms)) for terms in purposes]
        bound["contact_point_id"].choices = [("", _("Main number")), *numbers]
        if len(numbers) < 2:
            del self.fields["contact_point_id"]


class OutcomeForm(forms.Form):
    """What came of a contact that was permitted."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=choices_of(OUTCOMES, empty=False))
    summary = forms.CharField(label=_("Summary"), max_length=200)
    detail = forms.CharField(
        label=_("Details"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    close_task = forms.BooleanField(label=_("The task is done"), required=False, initial=True)
    refused = forms.BooleanField(label=_("The customer does not want such contacts any more"), required=False)

    def __init__(self, data: Any, *, task_id: int | None, may_refuse: bool) -> None:
        super().__init__(data)
        if task_id is None:
            del self.fields["close_task"]
        if not may_refuse:
            del self.fields["refused"]

    def draft(self, *, kind: str, purpose: str, now: datetime) -> InteractionDraft:
        """Return the entry of the timeline."""
        values = self.cleaned_data
        return InteractionDraft(
            kind, "OUT", now, values["summary"], values["detail"], purpose=purpose, outcome=values["outcome"]
        )

    def refusal(self, *, channel: str, now: datetime) -> RefusalDraft | None:
        """Return what the customer refused on this occasion."""
        if not self.cleaned_data.get("refused"):
            return None
        source = channel if channel in ("PHONE", "WECHAT") else "AGENT"
        return RefusalDraft(source, now, channel, words=self.cleaned_data["summary"])


class ReserveForm(forms.Form):
    """What customers are kept for, and until when."""

    until = forms.DateField(label=_("Kept until"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("What for"), max_length=200)
    for_post = forms.BooleanField(label=_("For my post alone, not for the whole unit"), required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"until": today + timedelta(days=30)})

    def clean_until(self) -> str:
        """Return the day as JSON takes it."""
        return str(self.cleaned_data["until"].isoformat())
