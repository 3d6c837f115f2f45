"""The words for codes of contacting: purposes, channels, sources, states, reasons."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.contact.rules.purposes import Terms
from keyuan.customers.selectors.labels import CONTACT_WAYS

Labels = Mapping[str, Any]

CHANNELS: Labels = CONTACT_WAYS
PURPOSES: Labels = {
    "SERVICE": _("Policy service"),
    "NOTICE": _("Statutory notice"),
    "RENEWAL": _("Renewal reminder"),
    "SURVEY": _("Satisfaction survey"),
    "CARE": _("Customer care"),
    "MARKETING": _("Marketing"),
    "REFERRAL": _("Asking for referrals"),
    "PROFILING": _("Profiling for marketing"),
    "SHARING": _("Passing data to partners"),
    "HEALTH": _("Use of health data"),
    "FINANCE": _("Use of account and income data"),
    "BIOMETRICS": _("Use of biometric data"),
    "MINOR": _("Data of a child under 14"),
}
#: The short names of the panel beside the customer.
SHORT: Labels = {
    "PROFILING": _("Profiling"),
    "SHARING": _("Sharing"),
    "HEALTH": _("Health data"),
    "FINANCE": _("Account data"),
    "BIOMETRICS": _("Biometric data"),
    "MINOR": _("Data of children"),
    "REFERRAL": _("Referrals"),
}
KINDS: Labels = {
    "SERVICE": _("Serving the contract"),
    "CARE": _("Care without selling"),
    "SALES": _("Selling"),
    "USE": _("Use of data, no contact"),
}
BASES: Labels = {
    "CONSENT": _("Consent (PIPL 13 I 1)"),
    "CONTRACT": _("Performing the contract (PIPL 13 I 2)"),
    "LEGAL_DUTY": _("Legal duty (PIPL 13 I 3)"),
    "EMERGENCY": _("Emergency (PIPL 13 I 4)"),
    "NEWS": _("News in the public interest (PIPL 13 I 5)"),
    "PUBLIC": _("Data made public (PIPL 13 I 6)"),
    "OTHER_LAW": _("Another law (PIPL 13 I 7)"),
}
SOURCES: Labels = {
    "SIGNED": _("Signed form"),
    "PHONE": _("Said on the phone"),
    "PORTAL": _("Customer portal"),
    "WECHAT": _("Said on WeChat"),
    "COUNTER": _("At the counter"),
    "AGENT": _("Told the agent"),
    "IMPORT": _("Imported list"),
    "API": _("Another system"),
    "RENEWED": _("Replaced by a newer one"),
}
SCOPES: Labels = {
    "SALES": _("No selling"),
    "PROMOTION": _("No selling, no greetings"),
    "ALL": _("Nothing but statutory notices"),
}
HOLDS: Labels = {
    "CLAIM": _("Open claim"),
    "COMPLAINT": _("Open complaint"),
    "BEREAVED": _("Death in the family"),
    "OTHER": _("Other hold"),
}
STATES: Mapping[str, tuple[Any, str]] = {
    "GRANTED": (_("Permitted"), "accent"),
    "USED": (_("Contacted"), "ok"),
    "CANCELLED": (_("Given back"), "off"),
    "EXPIRED": (_("Ran out"), "off"),
    "REFUSED": (_("Not permitted"), "bad"),
}
#: Why a permit was refused, in a few words for lists and statistics.
REASONS: Labels = {
    "customer_gone": _("No longer a customer"),
    "purpose_closed": _("Purpose not open for this channel"),
    "do_not_contact": _("Do-not-contact"),
    "no_consent": _("No consent"),
    "consent_expired": _("Consent ran out"),
    "no_guardian": _("Guardian has not agreed"),
    "open_claim": _("Claim still open"),
    "open_complaint": _("Complaint still open"),
    "bereaved": _("Bereaved"),
    "on_hold": _("On hold"),
    "resting": _("Rest days"),
    "reserved": _("Reserved for others"),
    "other_unit": _("Another unit was first"),
    "over_budget": _("Contact budget used up"),
    "quiet_hours": _("Quiet hours"),
    "too_early": _("Too early for renewal calls"),
}
CLOSINGS: Labels = {
    "outranked": _("Another unit has priority"),
    "consent": _("Consent withdrawn"),
    "refusal": _("The customer refused"),
    "hold": _("The customer is to be left in peace"),
}


#: What acts by itself in the ledger and in the trail.
PROGRAMS: Labels = {
    "hand-over": _("Hand-over"),
    "messages": _("Outbox"),
    "contact budgets": _("Contact budget"),
    "privacy-copy": _("Copies for customers"),
    "privacy-erasure": _("Deletion"),
    "retention": _("Retention"),
    "unsubscribe": _("The customer, by the link in a mail"),
}


def label_of(labels: Labels, code: str) -> str:
    """Return the word for a code; one without a word stands for itself."""
    return str(labels.get(code, code))


def purpose_name(terms: Terms) -> str:
    """Return what a purpose is called: as somebody named it, or as it came."""
    return terms.name or label_of(PURPOSES, terms.key)


def channel_name(code: str) -> str:
    """Return a contact channel's name; the empty one is every channel."""
    return label_of(CHANNELS, code) if code else str(_("Every channel"))
