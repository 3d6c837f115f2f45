"""What a customer agrees to while being entered (PLT-8): several purposes at once, one proof."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.contact.forms.asking import BY_HAND
from keyuan.contact.rules.agreeing import ConsentDraft
from keyuan.contact.rules.purposes import CHANNELS
from keyuan.contact.selectors import labels
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.consents import give_consent
from keyuan.kernel.actor import Actor


class EntryConsentForm(forms.Form):
    """What was agreed to, through which channels, how it was said, and where the proof lies; empty: nothing was."""

    purposes = forms.MultipleChoiceField(
        label=_("What was agreed to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: no consent is recorded. Separate consents are recorded on the customer's page."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Through which channels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code, labels.CHANNELS[code]) for code in CHANNELS],
        help_text=_("None means every channel of the purpose."),
    )
    source = forms.ChoiceField(
        label=_("How it was said"), required=False, choices=[(code, labels.SOURCES[code]) for code in BY_HAND]
    )
    evidence = forms.CharField(
        label=_("Where the proof lies"),
        max_length=200,
        required=False,
        help_text=_("Number of the form or of the recording."),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, prefix="consent")
        asked = [entry for entry in purposes().values() if entry.needs_consent and entry.is_active]
        offered = [(entry.key, labels.purpose_name(entry)) for entry in asked if not entry.is_separate]
        bound: Any = self.fields
        bound["purposes"].choices = offered

    def clean(self) -> dict[str, Any]:
        """A consent needs its proof, and a channel that its purpose offers: none at all would mean every one."""
        values: dict[str, Any] = super().clean() or {}
        terms, chosen = purposes(), set(values.get("channels", ()))
        if chosen and any(not chosen & set(terms[key].channels) for key in values.get("purposes", ())):
            self.add_error("channels", _("One of the purposes is not open for these channels. Choose others."))
        if values.get("purposes") and not values.get("evidence", "").strip():
            self.add_error("evidence", _("Say where the proof lies, or take the consent away."))
        return values


def entry_form(_actor: Actor, data: Any, _now: datetime) -> EntryConsentForm:
    """Return the section of the entry form."""
    return EntryConsentForm(data)


def save_entry(actor: Actor, customer_id: int, form: EntryConsentForm, now: datetime) -> None:
    """Record what was agreed to, in the transaction of the entry; raises what `give_consent` refuses."""
    values, terms = form.cleaned_data, purposes()
    for purpose in values["purposes"]:
        channels = tuple(code for code in values["channels"] if code in terms[purpose].channels)
        draft = ConsentDraft(purpose, values["source"] or BY_HAND[0], now, channels, values["evidence"])
        give_consent(actor=actor, customer_id=customer_id, draft=draft, now=now)
