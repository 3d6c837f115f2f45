"""The sentences of contacting: what was refused and what to do."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.contact.selectors import labels
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.wording import add_sentences, say_code

SENTENCES = {
    "permit.no_such_purpose": gettext_lazy("This purpose does not exist; choose one of the list"),
    "permit.no_such_channel": gettext_lazy("This contact channel does not exist; choose one of the list"),
    "permit.no_such_number": gettext_lazy("This number is not one of the customer's usable numbers"),
    "permit.key_long": gettext_lazy("The key is longer than %(limit)s characters"),
    "permit.key_reused": gettext_lazy("This key stood for another contact before; use a new one"),
    "permit.not_found": gettext_lazy("There is no such permit"),
    "permit.not_open": gettext_lazy("This permit was used, given back or refused; ask for a new one"),
    "permit.run_out": gettext_lazy("This permit has run out; ask for a new one"),
    "permit.of_another": gettext_lazy("This permit is for another customer or channel"),
    "purpose.not_found": gettext_lazy("There is no such purpose"),
    "purpose.key": gettext_lazy("The code takes Latin letters, digits and underscores, 20 at most"),
    "purpose.kind": gettext_lazy("Choose what the purpose is to the customer"),
    "purpose.basis": gettext_lazy("Choose the lawful basis"),
    "purpose.sales_need_consent": gettext_lazy("Selling takes consent as its basis (PIPL 13, Consumer Law 29)"),
    "purpose.no_channel": gettext_lazy("Choose at least one channel, or make it a use of data without contact"),
    "purpose.fields": gettext_lazy("One of the fields does not exist"),
    "purpose.sensitive": gettext_lazy("Selling may not use sensitive fields; take a separate consent for their use"),
    "purpose.no_name": gettext_lazy("Give the purpose a name"),
    "text.no_title": gettext_lazy("Give the text a title"),
    "text.no_body": gettext_lazy("Write the text"),
    "text.in_past": gettext_lazy("A text can begin today at the earliest"),
    "text.used": gettext_lazy("Somebody has agreed to this text, so it stays as it is; add a new version"),
    "text.not_found": gettext_lazy("There is no such text"),
    "consent.not_needed": gettext_lazy("This purpose does not rest on consent"),
    "consent.channel": gettext_lazy("The purpose is not open for one of these channels"),
    "consent.source": gettext_lazy("Choose how it was said"),
    "consent.in_future": gettext_lazy("This moment is still to come; enter when it was said"),
    "consent.expired": gettext_lazy("This day is over; enter a later one or leave it empty"),
    "consent.no_evidence": gettext_lazy("Say where the proof lies (form number, recording) or add the file"),
    "consent.no_text": gettext_lazy("A separate consent is given to a text of its own; choose it"),
    "consent.text_of_another": gettext_lazy("This text is of another purpose"),
    "consent.no_guardian": gettext_lazy("The customer is under 14: choose the parent or guardian who agreed"),
    "consent.not_guardian": gettext_lazy(
        "This person is not known as an adult parent or guardian; add the relation first"
    ),
    "consent.none_in_force": gettext_lazy("There is no such consent in force"),
    "consent.no_customer": gettext_lazy("No customer in your reach has this number"),
    "refusal.nobody": gettext_lazy("Give a customer number or a phone number"),
    "refusal.scope": gettext_lazy("Choose what was refused"),
    "refusal.too_short": gettext_lazy("A refusal binds for at least %(months)s months"),
    "refusal.reason_missing": gettext_lazy("Say why the refusal ends early"),
    "refusal.lifted_already": gettext_lazy("This refusal has ended already"),
    "refusal.not_found": gettext_lazy("There is no such entry"),
    "reservation.reason_missing": gettext_lazy("Say what the customers are kept for"),
    "reservation.no_unit": gettext_lazy("Your post has no unit that customers could be kept for"),
    "reservation.term": gettext_lazy("The term ends in the future and within %(days)s days"),
    "reservation.not_found": gettext_lazy("There is no such reservation"),
    "reservation.taken": gettext_lazy("Reserved already"),
    "rules.reason_missing": gettext_lazy("Say why"),
    "rules.dnc_too_short": gettext_lazy("The law's least term of a refusal is %(months)s months"),
    "rules.permit_hours": gettext_lazy("A permit is good for 1 to 744 hours"),
    "rules.reservation_days": gettext_lazy("A reservation lasts 1 to 366 days"),
    "rules.conflict_days": gettext_lazy("Enter 0 to 366 days"),
    "rules.quiet_too_short": gettext_lazy("Selling is quiet at least from 21:00 to 9:00; longer is allowed"),
    "rules.cap": gettext_lazy("Enter 0 to 999 contacts in 1 to 366 days"),
    "permit.reason.not_found": gettext_lazy("This customer does not exist or is out of your reach."),
    "permit.reason.customer_gone": gettext_lazy("The customer has died or the record was merged."),
    "permit.reason.purpose_closed": gettext_lazy("The purpose is closed, or not open for this channel."),
    "permit.reason.do_not_contact": gettext_lazy("The customer refused this until %(until)s."),
    "permit.reason.no_consent": gettext_lazy("The customer has not consented; record a consent with its proof first."),
    "permit.reason.consent_expired": gettext_lazy("The consent has run out; ask for a new one on the next occasion."),
    "permit.reason.no_guardian": gettext_lazy("The customer is under 14 and no guardian has consented."),
    "permit.reason.open_claim": gettext_lazy("A claim is open; service contacts remain possible."),
    "permit.reason.open_complaint": gettext_lazy("A complaint is open; service contacts remain possible."),
    "permit.reason.bereaved": gettext_lazy("There was a death in the family."),
    "permit.reason.on_hold": gettext_lazy("The customer is to be left in peace."),
    "permit.reason.resting": gettext_lazy("Rest of %(days)s days after a claim or complaint."),
    "permit.reason.reserved": gettext_lazy("The customer is reserved for %(holder)s."),
    "permit.reason.other_unit": gettext_lazy("Another unit contacted the customer within %(days)s days."),
    "permit.reason.over_budget": gettext_lazy("The budget of %(most)s contacts in %(days)s days is used up."),
    "permit.reason.quiet_hours": gettext_lazy("Quiet hours: nobody is contacted for this now."),
    "permit.reason.too_early": gettext_lazy(
        "Renewal calls open on %(on)s: before that, no contract of this customer may be called about."
    ),
}


def register() -> None:
    """Put the sentences into the registry."""
    add_sentences(SENTENCES)
    name_programs(labels.PROGRAMS)


def reason_sentence(code: str, params: dict[str, Any] | None = None) -> str:
    """Return one reason of a refusal as a sentence."""
    places = dict.fromkeys(("holder", "days", "most", "until", "on"), "")
    return say_code(f"permit.reason.{code}", places | (params or {}))


def until_words(until: datetime | None) -> str:
    """Say when a reason falls away."""
    if until is None:
        return ""
    return _("possible again from %(moment)s") % {"moment": f"{timezone.localtime(until):%Y-%m-%d %H:%M}"}


def reason_word(code: str) -> str:
    """Return a reason in a few words."""
    return labels.label_of(labels.REASONS, code)
