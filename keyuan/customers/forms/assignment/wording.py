"""The words of allocation and hand-over: codes of reasons, states and refusals."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.wording import add_sentences

ORPHAN_REASONS: dict[str, Any] = {
    "AGENT_LEFT": _("Service person left"),
    "AGENT_MOVED": _("Service person moved"),
    "CONTRACT_ENDED": _("Intermediary's contract ended"),
    "BANK_LEGACY": _("Bank customer without a person"),
    "GROUP_LEGACY": _("Group customer without a person"),
    "NO_PERSON": _("Never had a person"),
}
NOTICE_BANDS: dict[str, tuple[Any, str]] = {
    "LATE": (_("Notice overdue"), "bad"),
    "URGENT": (_("Within 3 days"), "bad"),
    "SOON": (_("Within 10 days"), "warn"),
    "OK": (_("In time"), "ok"),
    "NONE": (_("No notice owed"), "off"),
    "TOLD": (_("Customer was told"), "ok"),
}
#: Why nobody takes a customer.
LEFT_OVER: dict[str, Any] = {
    "NO_RULE": _("No rule fits"),
    "NO_CANDIDATE": _("Nobody works in the region and channel"),
    "LICENCE": _("Nobody there has a valid licence"),
    "PAUSED": _("Everybody there takes a pause from receiving"),
    "COMPLAINT": _("Open complaints against everybody there"),
    "SKILL": _("Nobody there has the skill"),
    "LANGUAGE": _("Nobody there speaks the language"),
    "GRADE": _("The products need a higher qualification"),
    "LOAD_CAP": _("Everybody there serves as many as they may"),
    "QUOTA": _("The quota of this batch is used up"),
    "COOLING": _("Moved lately, or only former people are free"),
    "RELATIVE": _("Only relatives are free"),
    "CHOICE": _("The customer refuses who is free"),
    "SERVED": _("Served or merged in the meantime"),
}
RETURN_REASONS: dict[str, Any] = {
    "REGION": _("Not our region"),
    "CAPACITY": _("Nobody has room"),
    "QUALIFICATION": _("Nobody is qualified for the products"),
    "WISH": _("The customer wishes otherwise"),
    "OTHER": pgettext_lazy("return of customers", "Another reason"),
}
METHODS: dict[str, Any] = {
    "EVEN_COUNT": _("Evenly by number of customers"),
    "EVEN_VALUE": _("Evenly by premium"),
    "BY_DISTRICT": _("By district, then by number"),
}
LEVEL_WORDS: dict[str, Any] = {
    "team_id": _("Own team"),
    "section_id": _("Own section"),
    "sub_branch_id": _("Own sub-branch"),
    "branch_id": _("Own branch"),
}
BATCH_STATES: dict[str, tuple[Any, str]] = {
    "PLANNING": (_("Being planned"), "accent"),
    "READY": (_("Planned, to be given"), "warn"),
    "RUNNING": (_("Being given"), "accent"),
    "GIVEN": (pgettext_lazy("allocation", "Given"), "ok"),
    "UNDOING": (_("Being taken back"), "accent"),
    "UNDONE": (_("Taken back"), "off"),
    "DROPPED": (pgettext_lazy("allocation", "Given up"), "off"),
}
ITEM_STATES: dict[str, tuple[Any, str]] = {
    "CHOSEN": (pgettext_lazy("allocation", "Chosen"), "accent"),
    "PLANNED": (pgettext_lazy("allocation", "Planned"), "accent"),
    "LEFT_OVER": (_("Left over"), "warn"),
    "GIVEN": (_("Given, not answered"), "accent"),
    "SKIPPED": (_("Assigned otherwise meanwhile"), "off"),
    "ACCEPTED": (pgettext_lazy("allocation", "Accepted"), "ok"),
    "RETURNED": (pgettext_lazy("allocation", "Returned"), "bad"),
    "UNDONE": (_("Taken back"), "off"),
    "KEPT": (_("Kept: assigned anew since"), "off"),
}
RECEPTION_STATES: dict[str, tuple[Any, str]] = {
    "WAITING": (_("To be answered"), "warn"),
    "ESCALATED": (_("Passed to the unit above"), "bad"),
    "ACCEPTED": (pgettext_lazy("allocation", "Accepted"), "ok"),
    "RETURNED": (pgettext_lazy("allocation", "Returned"), "bad"),
    "PARTLY": (_("Accepted in part"), "ok"),
    "UNDONE": (_("Taken back"), "off"),
}
HANDOVER_STATES: dict[str, tuple[Any, str]] = {
    "RUNNING": (_("Being handed over"), "accent"),
    "DONE": (_("Handed over"), "ok"),
}
HANDOVER_ITEM_STATES: dict[str, tuple[Any, str]] = {
    "PLANNED": (_("To be moved"), "accent"),
    "MOVED": (pgettext_lazy("hand-over", "Handed over"), "ok"),
    "ENDED": (pgettext_lazy("hand-over", "Ended"), "off"),
    "SKIPPED": (_("Went with its customer"), "ok"),
    "NOBODY": (_("Nobody may take it: an orphan"), "bad"),
}
PAIRINGS: dict[str, Any] = {
    "PREFERRED": _("Wishes to be served by"),
    "REFUSED": _("Refuses to be served by"),
    "RELATIVE": _("Is a relative of"),
}
LANGUAGES: dict[str, Any] = {
    "zh": _("Mandarin"),
    "yue": _("Cantonese"),
    "en": _("English"),
    "ug": _("Uyghur"),
    "bo": _("Tibetan"),
    "mn": _("Mongolian"),
}
SKILLS: dict[str, Any] = {
    "ELDERLY": _("Elderly customers"),
    "HIGH_VALUE": _("Wealthy customers"),
    "GROUP": _("Companies"),
    "COLLECTION": _("Collecting renewal premiums"),
    "CLAIMS": _("Help with claims"),
}
SENTENCES: dict[str, Any] = {
    "assignment.blocked.LICENCE": _("%(agent)s has no valid licence: choose somebody else."),
    "assignment.blocked.PAUSED": _("%(agent)s takes a pause from receiving: choose somebody else or end the pause."),
    "assignment.blocked.COMPLAINT": _("A complaint against %(agent)s is open: choose somebody else."),
    "assignment.blocked.GRADE": _("The products of %(count)s customers need a higher rank than %(agent)s has."),
    "assignment.blocked.LOAD_CAP": _("%(agent)s serves as many customers as allowed: choose somebody else."),
    "assignment.blocked.RELATIVE": _("%(agent)s is a relative of %(count)s customers: choose somebody else."),
    "assignment.blocked.CHOICE": _("%(count)s customers refuse to be served by %(agent)s: choose somebody else."),
    "assignment.blocked.COOLING": _("%(agent)s served %(count)s of them until lately: choose somebody else."),
    "assignment.blocked.COOLING_CUSTOMER": _("%(count)s customers changed hands in the last 90 days: leave them out."),
    "assignment.blocked.QUOTA": _("The quota of this batch is used up"),
    "allocation.no_rules": _("No rule of allocation is active. Enter or switch on a rule first."),
    "allocation.empty": _("No customer without a service person fits. Widen the choice."),
    "allocation.too_many": _("At most %(most)s customers at once. Narrow the choice."),
    "allocation.no_unit": _("Your post has no unit that could allocate. Use a post over a unit."),
    "allocation.not_found": _("This batch does not exist, or not in your units."),
    "allocation.not_ready": _("This batch was given or given up already. Load the page again."),
    "allocation.not_given": _("Only a batch that was given can be taken back."),
    "allocation_rule.not_found": _("This rule was deleted."),
    "allocation_rule.no_name": _("Give the rule a name."),
    "allocation_rule.too_many": _("There are %(most)s rules already. Delete one first."),
    "allocation_rule.premium_range": _("The highest premium is below the lowest. Correct one of them."),
    "allocation_rule.method": _("Choose how customers are shared out."),
    "allocation_rule.levels": _("The widest circle must not be narrower than the nearest."),
    "allocation_rule.unit": _("This unit does not exist or was closed. Choose another."),
    "allocation_rule.number": _("Enter a number from 0 to 100,000."),
    "reception.not_found": _("This reception does not exist, or not in your units."),
    "reception.answered": _("This was answered or taken back already. Load the page again."),
    "reception.reason": _("Choose why the customers are returned."),
    "reception.note": _("Say in a few words why."),
    "reception.too_many": _("Return at most %(most)s customers at once."),
    "reception.waiting": _("%(count)s customers were allocated to %(unit)s: accept or return them"),
    "reception.escalated": _("%(unit)s has not answered for %(count)s customers: it is with you now"),
    "reception.returned": _("%(unit)s returned %(count)s customers"),
    "service_profile.pause_reason": _("Say why the person receives nobody."),
    "service_profile.districts": _("Enter region codes of up to six digits, one a line."),
    "service_pairing.kind": _("Choose what stands between them."),
    "backup.same_person": _("This person serves the customer already. The second contact must be somebody else."),
    "handover.reason": _("Say why the person leaves."),
    "handover.future": _("The last day lies in the future: access ends at once. Begin the hand-over on that day."),
    "handover.running": _("A hand-over of this person runs already."),
    "handover.no_unit": _("This person never had a post: there is nothing to hand over."),
    "handover.no_successor": _("A successor has left or works outside your units. Choose somebody else."),
    "handover.own_successor": _("The leaver cannot be the successor. Choose somebody else."),
    "handover.name_somebody": _("Name a successor: without an agent record no rule can choose one."),
    "handover.not_found": _("This hand-over does not exist, or not in your units."),
    "handover.outstanding": _("%(name)s has left. Hand over what they held."),
    "handover.done": _("The hand-over of %(name)s is done"),
}  # fmt: skip


def word_of(words: dict[str, Any], code: str) -> Any:
    """Return the word of a code; unknown codes stand for themselves."""
    found = words.get(code, code)
    return found[0] if isinstance(found, tuple) else found


def register() -> None:
    """Word our refusals and notices."""
    add_sentences(SENTENCES)
