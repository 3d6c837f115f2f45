"""What pages say of call-backs and follow-ups (SRV-8)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from keyuan.contact.selectors.labels import CHANNELS as CONTACT_CHANNELS
from keyuan.contact.selectors.labels import REASONS
from keyuan.platform.lists import Status
from keyuan.platform.wording import add_sentences, say_code
from keyuan.policies.selectors.service_items.labels import ITEMS as SERVICE_ITEMS
from keyuan.service.models import FollowUpLink
from keyuan.service.rules.follow_ups import plans, ways

Labels = Mapping[str, Any]
KINDS: Labels = {
    "CALLBACK": _("New-business call-back"),
    "VISIT": pgettext_lazy("follow-up", "Follow-up"),
    "RESAMPLE": _("Second call on a sample"),
}
STATES = {
    "ASKED": (_("Asked by questionnaire"), "accent"),
    "WAITING": (_("To be called"), "warn"),
    "APPOINTED": (_("Call agreed"), "accent"),
    "RECHECK": (_("To be checked again"), "warn"),
    "PROBLEM": (_("Problem case"), "bad"),
    "LETTER_DUE": (_("Letter due"), "warn"),
    "LETTER": (_("Letter on its way"), "accent"),
    "DONE": (pgettext_lazy("follow-up", "Successful"), "ok"),
    "UNREACHED": (_("Never reached"), "bad"),
    "DROPPED": (pgettext_lazy("follow-up", "Dropped"), "off"),
}
RESULTS: Labels = {
    "SUCCESS": pgettext_lazy("call result", "Success"),
    "NO_ANSWER": pgettext_lazy("call result", "No answer"),
    "WRONG_NUMBER": pgettext_lazy("call result", "Wrong number"),
    "REFUSED": pgettext_lazy("call result", "Refused"),
    "APPOINTED": pgettext_lazy("call result", "Call agreed for later"),
    "PROXY_ANSWERED": pgettext_lazy("call result", "Somebody else answered"),
    "PROBLEM": pgettext_lazy("call result", "Problem"),
    "FOREIGN_LANGUAGE": pgettext_lazy("call result", "Other language"),
    "LETTER_SENT": pgettext_lazy("call result", "Letter sent"),
}
TRIGGERS: Labels = {
    "RECEIPT": _("Receipt of a new contract signed"),
    "CLAIM_CLOSED": _("Claim closed"),
    "COMPLAINT_CLOSED": _("Complaint closed"),
    "ORDER_CLOSED": _("Other work order closed"),
    "SURRENDER_ATTEMPT": _("The customer wants to surrender"),
    "SURRENDERED": _("Contract surrendered"),
    "AFTER_PURCHASE": _("Days after the purchase"),
    "DORMANT": _("Days without contact"),
}
WAYS: Labels = {key: CONTACT_CHANNELS[key] for key in (*ways.WAYS, ways.LETTER)}
SURRENDER_ITEMS: Labels = {key: SERVICE_ITEMS[key] for key in plans.SURRENDER_ITEMS}
QUESTION_KINDS: Labels = {
    "SINGLE": _("One of several"),
    "MULTIPLE": _("Some of several"),
    "SCALE": _("Marks from 0 to 10"),
    "TEXT": _("Words"),
    "BIRTH": _("Date of birth, compared"),
}
BIRTH_ANSWERS: Labels = {
    "MATCH": _("Same as on record"),
    "DIFFERS": _("Differs from the record"),
    "UNKNOWN": _("None on record"),
}
VERSION_STATES = {
    "DRAFT": (pgettext_lazy("follow-up", "Draft"), "warn"),
    "PUBLISHED": (pgettext_lazy("follow-up", "In use"), "ok"),
    "REPLACED": (pgettext_lazy("follow-up", "Replaced"), "off"),
}
END_REASONS: Labels = {
    "ended": _("The contract is no longer in force"),
    "settled": _("The request to surrender is settled"),
    "refused": _("The customer does not want to be contacted"),
    "unanswered": _("The questionnaire was not answered"),
}
#: Why a questionnaire did not go out, or ended without an answer; other codes are those of permits and messages.
LINK_REASONS: Labels = {
    "unlawful": _("This call-back takes a phone call"),
    "no_public_url": _("The public address of Keyuan is not set"),
    "birth": _("The date of birth was wrong three times"),
    "undeliverable": _("The message could not be delivered"),
    "ended": _("Ended"),
    "replaced": _("Another one was sent"),
    "message.no_address": _("No address for this way"),
    "message.no_version": _("No approved template for this way"),
}


def word(labels: Mapping[Any, Any], code: Any) -> str:
    """Return what a code is called."""
    return str(labels.get(code, code))


def reason_of(code: str) -> str:
    """Say why a questionnaire did not go out or ended: a reason of ours, of a permit, or of the outbox."""
    known = LINK_REASONS.get(code) or REASONS.get(code)
    return str(known) if known else say_code(code, {})


def link_state(link: FollowUpLink) -> Status:
    """Say what became of a questionnaire that was sent."""
    if link.not_sent_because:
        return Status(_("Not sent"), "off")
    if link.answered_at:
        return Status(pgettext("questionnaire", "Answered"), "ok")
    if link.ended_at:
        return Status(pgettext("questionnaire", "Ended"), "off")
    opened = pgettext("questionnaire", "Opened")
    return Status(opened if link.opened_at else pgettext("questionnaire", "Sent"), "accent")


def state_of(status: str) -> Status:
    """Say where a follow-up stands."""
    return Status(*STATES[status])


def version_state(status: str) -> Status:
    """Say where a version of a questionnaire stands."""
    return Status(*VERSION_STATES[status])


SENTENCES = {
    "follow_up.not_found": _("There is no such call-back, or it is not within your reach."),
    "follow_up.none_waits": _("Nobody is to be called at your desks now."),
    "follow_up.taken": _("%(by)s has taken this call-back before you."),
    "follow_up.not_yours": _("Take this call-back first; the answers belong to whoever has it in hand."),
    "follow_up.moved_on": _("This call-back moved on in the meantime. Look at where it stands now."),
    "follow_up.own_sale": _("Whoever sold or serves the contract does not make its call-back. Give it back."),
    "follow_up.own_call": _("This call checks one of yours; somebody else has to make it. Give it back."),
    "follow_up.number_changed": _(
        "The number held is no longer valid, and the new one was not changed through policy service. Have it changed "
        "there, or send a letter."
    ),
    "follow_up.no_number": _(
        "No phone number is on record. Have one entered through policy service, or send a letter."
    ),
    "follow_up.wrong_number": _(
        "The number held is wrong. Have it changed through policy service, or send a letter."
    ),
    "follow_up.not_permitted": _("The customer must not be contacted now. Open the contact rules of the customer."),
    "follow_up.quiet": _("Quiet hours: the customer may be called from %(moment)s on, or when they ask for it."),
    "follow_up.all_quiet": _("Quiet hours: nobody is called before %(moment)s, unless it was agreed."),
    "follow_up.result": _("Choose what came of the call."),
    "follow_up.note": _("Write down what was said."),
    "follow_up.appointed_at": _("Enter for when the call was agreed."),
    "follow_up.appointed_past": _("This moment is over. Enter one that is still to come."),
    "follow_up.letter_no": _("Enter the number of the letter."),
    "follow_up.reason": _("Give the reason."),
    "follow_up.letter_first": _("Send a letter first; only then can it be closed without having been reached."),
    "follow_up.not_over": _("It can still be kept until %(day)s. Close it after that day."),
    "follow_up.problem_open": _("Work order %(number)s about the problem is still open. Finish it first."),
    "follow_up.not_as_required": _(
        "%(count)s answers are not as required. Record a problem instead, or correct the answers."
    ),
    "follow_up.unanswered": _("%(count)s questions have no answer yet. Ask them first."),
    "follow_up.question": _("This question is not part of the questionnaire."),
    "follow_up.answer": _("Choose one of the answers."),
    "follow_up.scale": _("Enter a number from 0 to 10."),
    "follow_up.text_long": _("This is longer than %(most)s characters. Shorten it."),
    "follow_up.birth": _("Enter the whole date of birth as the customer says it: year, month and day."),
    "follow_up.misselling_near": _("%(plan)s: the mis-selling found is to be settled by %(day)s."),
    "follow_up.misselling_late": _("%(plan)s: the mis-selling found was to be settled by %(day)s."),
    "follow_up.nightly": _("%(desk)s: %(late)s call-backs are late, %(near)s end within two days."),
    "plan.not_found": _("There is no such plan."),
    "plan.name": _("Enter a name."),
    "plan.trigger": _("Choose what sets it going."),
    "plan.ways": _("Choose at least one way, and each only once."),
    "plan.phone_last": _("The phone comes last: after failed calls no message is sent. Change the order."),
    "plan.ways_law": _(
        "New contracts are called back by text message or phone to the number held, and always as far as the phone. "
        "Choose “text message, then phone” or the phone alone."
    ),
    "plan.attempt": _("Choose what counts as an attempt to surrender: requests, or categories of work orders."),
    "plan.categories": _("There is no category of work orders with the code %(codes)s. Correct it."),
    "plan.number": _("Enter a number within the limits of this field."),
    "plan.delay": _("Enter after how many days."),
    "plan.days": _("The last day lies before the first. Correct one of them."),
    "plan.questionnaire": _("Choose a questionnaire that is in use."),
    "plan.same_person": _("Somebody else than who wrote it has to publish it."),
    "plan.no_draft": _("Nothing waits to be published. Somebody else may have done it."),
    "plan.desk": _("Choose a desk that is open."),
    "plan.published": _("A plan with follow-ups stays. End it by its last day."),
    "plan.law": _("The call-back of new contracts is required by law; it cannot be stopped."),
    "follow_up.way": _("Choose by which way the questionnaire is sent."),
    "follow_up.not_sent": _("The questionnaire was not sent. The list of questionnaires says why."),
    "follow_up.link_over": _("This link works no more."),
    "follow_up.birth_wrong": _("This is not the date of birth on record. Check year, month and day."),
    "follow_up.required": _("Please answer this question."),
    "questionnaire.not_found": _("There is no such questionnaire."),
    "questionnaire.published": _("What is published does not change any more. Begin a new version."),
    "questionnaire.empty": _("Add at least one question."),
    "questionnaire.long": _("At most %(most)s questions fit into a questionnaire."),
    "questionnaire.key": _("Question %(number)s: enter a short code that no other question has."),
    "questionnaire.kind": _("Question %(number)s: choose how it is answered."),
    "questionnaire.text": _("Question %(number)s: write what is asked."),
    "questionnaire.options": _("Question %(number)s: enter two to twenty answers, each as a code and words."),
    "questionnaire.wanted": _("Question %(number)s: the answers required are to be among its answers."),
    "questionnaire.after": _("Question %(number)s: it can only depend on an answer of a question before it."),
    "questionnaire.seven": _(
        "The seven questions required by law and the date of birth cannot be left out: %(keys)s is missing."
    ),
    "questionnaire.line": _("Line %(line)s cannot be read. Write a code, a colon and the words."),
    "questionnaire.code": _("A questionnaire with this code exists already. Choose another code."),
}  # fmt: skip


def register() -> None:
    """Put the sentences into the registry."""
    add_sentences(SENTENCES)
