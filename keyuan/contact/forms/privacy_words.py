"""What pages say of privacy requests and terms."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.contact.rules.privacy import requests as rules
from keyuan.platform.lists import Status
from keyuan.platform.wording import add_sentences

Labels = Mapping[str, Any]
KINDS: Labels = {
    rules.ACCESS: pgettext_lazy("privacy", "See"),
    rules.COPY: pgettext_lazy("privacy", "Get a copy"),
    rules.CORRECT: pgettext_lazy("privacy", "Correct"),
    rules.DELETE: pgettext_lazy("privacy", "Delete"),
    rules.WITHDRAW: pgettext_lazy("privacy", "Withdraw consent"),
    rules.EXPLAIN: pgettext_lazy("privacy", "Explain"),
    rules.TRANSFER: pgettext_lazy("privacy", "Transfer"),
    rules.DECEASED: pgettext_lazy("privacy", "Relatives of a deceased person"),
}
STATES = {
    rules.RECEIVED: (_("Identity to be checked"), "warn"),
    rules.WORKING: (_("Being worked on"), "accent"),
    rules.PAUSED: (pgettext_lazy("privacy", "Clock stopped"), "off"),
    rules.DONE: (_("Answered"), "ok"),
    rules.REFUSED: (pgettext_lazy("privacy", "Refused"), "bad"),
    rules.DROPPED: (_("Taken back by the customer"), "off"),
}
APPLICANTS: Labels = {
    rules.SELF: _("The customer"),
    rules.GUARDIAN: _("A parent or guardian"),
    rules.AGENT: _("Somebody with a power of attorney"),
    rules.RELATIVE: _("A close relative of the deceased"),
}
CHECKS: Labels = {
    "DOCUMENT": _("Identity document seen"),
    "PHONE_CODE": _("Code to the phone on record"),
    "POLICY_DETAILS": _("Details of the policies"),
    "VIDEO": _("Video call"),
    "POWER_OF_ATTORNEY": _("Power of attorney seen"),
    "DEATH_AND_KINSHIP": _("Proof of death and kinship seen"),
}
PAUSES: Labels = {
    "IDENTITY": _("Waits for proof of identity"),
    "MORE_DETAIL": _("Waits for what exactly is wanted"),
    "DOCUMENTS": _("Waits for documents"),
}
REASONS: Labels = {
    "NOT_IDENTIFIED": _("Identity could not be proved"),
    "NOT_ENTITLED": _("The applicant is not entitled"),
    "NO_DATA": _("No such data is held"),
    "LEGAL_DUTY": _("The law obliges to keep or to keep silent"),
    "SECRET": _("A state or trade secret stands against it"),
    "RIGHTS_OF_OTHERS": _("Rights of others stand against it"),
    "REPEATED": _("Repeated without a new reason"),
}
STEPS: Labels = {
    "received": _("Taken in"),
    "checked": _("Identity checked"),
    "taken": _("Taken over"),
    "paused": pgettext_lazy("privacy", "Clock stopped"),
    "resumed": _("Clock runs again"),
    "copied": _("Copy made"),
    "copy_fetched": _("Copy downloaded"),
    "copy_expired": _("Copy deleted, its days were over"),
    "erased": _("Data taken out"),
    "refused": pgettext_lazy("privacy", "Refused"),
    "finished": _("Answered"),
    "dropped": _("Taken back by the customer"),
}
CODES: Labels = {**KINDS, **CHECKS, **PAUSES, **REASONS}
SENTENCES = {
    "privacy.not_found": _("There is no such request."),
    "privacy.kind": _("Choose what is asked for."),
    "privacy.applicant": _("Choose who asks."),
    "privacy.in_future": _("This moment is still to come. Enter when the request came."),
    "privacy.applicant_name": _("Enter the name of the applicant."),
    "privacy.relative": _(
        "Relatives ask for “relatives of a deceased person”, and nobody else does. Correct one of them."
    ),
    "privacy.alive": _("The customer is not recorded as deceased. Record the death first."),
    "privacy.how": _("Choose how the identity was checked."),
    "privacy.closed": _("The request is closed already."),
    "privacy.pause_reason": _("Choose why the clock stands still."),
    "privacy.not_paused": _("The clock runs already."),
    "privacy.refusal": _("Choose the reason of the refusal."),
    "privacy.answer": _("Write what the customer is told."),
    "privacy.no_copy": _("Make the copy first, then close the request."),
    "privacy.not_erased": _("Take the data out first, then close the request, or refuse it with a reason."),
    "privacy.moved_on": _("Somebody moved the request on in the meantime. Look at where it stands now."),
    "privacy.copy_gone": _("There is no copy any more. Make it anew."),
    "privacy.no_copy_wanted": _("This request asks for no copy."),
    "privacy.not_identified": _("Check the identity of the applicant first."),
    "privacy.reason": _("Give the reason."),
    "privacy.held": _(
        "A legal hold stands on the customer: nothing may go. Tell the applicant, or lift the hold first."
    ),
    "privacy.hold_lifted": _("The hold was lifted already."),
    "privacy.due": _("Privacy request %(number)s has to be answered by %(day)s."),
    "retention.not_found": _("There is no such record type."),
    "retention.months": _("Enter %(least)s to %(most)s months; the law asks for at least %(least)s."),
    "retention.dry_first": _("Make a dry run first and look at its report, then switch it on."),
    "retention.moved_on": _("Somebody changed the term in the meantime. Look at where it stands now."),
}


def register() -> None:
    """Put the sentences into the registry."""
    add_sentences(SENTENCES)


def request_state(status: str) -> Status:
    """Say where a request stands."""
    return Status(*STATES[status])


def word(labels: Labels, code: str) -> str:
    """Return what a code is called."""
    return str(labels.get(code, code))
