"""What pages say of work orders."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.lists import Status
from keyuan.platform.wording import add_sentences
from keyuan.service.rules import machine

Labels = Mapping[str, Any]
KINDS: Labels = {
    "CONSULT": pgettext_lazy("work order", "Consultation"),
    "REQUEST": pgettext_lazy("work order", "Request"),
    "COMPLAINT": pgettext_lazy("work order", "Complaint"),
    "SUGGESTION": pgettext_lazy("work order", "Suggestion"),
    "PRAISE": pgettext_lazy("work order", "Praise"),
    "REPORT": pgettext_lazy("work order", "Report of misconduct"),
}
SUBTYPES: Labels = {
    "CLAIM_REPORT": _("Claim report"),
    "POLICY_SERVICE": _("Policy service"),
    "APPOINTMENT": _("Appointment"),
    "OTHER": pgettext_lazy("work order", "Other"),
}
CHANNELS: Labels = {
    "PHONE": pgettext_lazy("work order", "Phone"),
    "EMAIL": pgettext_lazy("work order", "E-mail"),
    "CHAT": pgettext_lazy("work order", "Web chat"),
    "PORTAL": pgettext_lazy("work order", "Portal"),
    "VISIT": pgettext_lazy("work order", "Visit"),
    "LETTER": pgettext_lazy("work order", "Letter"),
    "WECHAT": pgettext_lazy("work order", "WeChat"),
    "REGULATOR": pgettext_lazy("work order", "Regulator"),
}
PRIORITIES = {
    1: pgettext_lazy("work order", "Urgent"),
    2: pgettext_lazy("work order", "High"),
    3: pgettext_lazy("work order", "Normal"),
    4: pgettext_lazy("work order", "Low"),
}
STATES = {
    machine.RECEIVED: (pgettext_lazy("work order", "Received"), "warn"),
    machine.CLASSIFIED: (pgettext_lazy("work order", "Classified"), "warn"),
    machine.DISPATCHED: (pgettext_lazy("work order", "Dispatched"), "warn"),
    machine.IN_PROGRESS: (pgettext_lazy("work order", "In progress"), "accent"),
    machine.WAITING: (pgettext_lazy("work order", "Waiting for the customer"), "off"),
    machine.RESOLVED: (pgettext_lazy("work order", "Resolved"), "ok"),
    machine.TOLD: (pgettext_lazy("work order", "Customer told"), "ok"),
    machine.CONFIRMED: (pgettext_lazy("work order", "Confirmed"), "ok"),
    machine.CLOSED: (pgettext_lazy("work order", "Closed"), "off"),
    machine.WITHDRAWN: (pgettext_lazy("work order", "Taken back"), "off"),
    machine.MERGED: (pgettext_lazy("work order", "Merged"), "off"),
}
ACTS: Labels = {
    "receive": pgettext_lazy("work order act", "Took in"),
    "classify": pgettext_lazy("work order act", "Classified"),
    "dispatch": pgettext_lazy("work order act", "Sent to the desk"),
    "take": pgettext_lazy("work order act", "Took over"),
    "give_back": pgettext_lazy("work order act", "Gave back"),
    "transfer": pgettext_lazy("work order act", "Handed on"),
    "untransfer": pgettext_lazy("work order act", "Came back, handing on undone"),
    "wait": pgettext_lazy("work order act", "Waits for the customer"),
    "resume": pgettext_lazy("work order act", "Went on"),
    "resolve": pgettext_lazy("work order act", "Resolved"),
    "rework": pgettext_lazy("work order act", "Works on it again"),
    "tell": pgettext_lazy("work order act", "Told the customer"),
    "confirm": pgettext_lazy("work order act", "Confirmed"),
    "close": pgettext_lazy("work order act", "Closed"),
    "reopen": pgettext_lazy("work order act", "Opened again"),
    "withdraw": pgettext_lazy("work order act", "Taken back by the customer"),
    "merge": pgettext_lazy("work order act", "Merged"),
    "clock": pgettext_lazy("work order act", "Deadline"),
}
CLOCKS: Labels = {
    "FIRST": _("First response"),
    "SOLUTION": _("Solution"),
    "ACK": _("Acknowledgement"),
    "STATUTE": _("Decision by law"),
    "REVIEW": _("Decision on the review"),
}
WAITS: Labels = {
    "DOCUMENTS": pgettext_lazy("work order wait", "Documents"),
    "INFORMATION": pgettext_lazy("work order wait", "Information"),
    "APPOINTMENT": pgettext_lazy("work order wait", "Agreed date"),
    "UNREACHABLE": pgettext_lazy("work order wait", "Cannot be reached"),
}
CONFIRMED: Labels = {
    "CUSTOMER": _("The customer confirmed it"),
    "SILENCE": _("No answer after being told"),
}
CAUSES: Labels = {
    "MISLEADING_SALE": _("Misleading sale"),
    "PRODUCT_RULE": _("Product or clause"),
    "PROCESS": _("Process"),
    "TIMELINESS": _("Too slow"),
    "ATTITUDE": _("Attitude of staff"),
    "SYSTEM": _("System fault"),
    "COMMUNICATION": _("Misunderstanding"),
    "PRIVACY": _("Leak or nuisance"),
    "CUSTOMER_SIDE": _("On the customer's side"),
    "OTHER": pgettext_lazy("work order", "Other"),
}
WAYS: Labels = {"SMS": _("Text message")}
ANSWER, NOTE, INBOUND = _("Answer to the customer"), _("Note for colleagues"), _("Words of the customer")
REFUSE = pgettext_lazy("extension", "Refuse")
SOURCES: Labels = {
    "CUSTOMER": _("The customer"),
    "REGULATOR_12378": _("Regulator's hotline 12378"),
    "REGULATOR_LETTER": _("Regulator's letter"),
    "MEDIA": _("Media"),
    "ASSOCIATION": _("Industry association"),
}
LINES_OF_BUSINESS: Labels = {
    "MOTOR": _("Motor insurance"),
    "GUARANTEE": _("Guarantee insurance"),
    "ORDINARY_LIFE": _("Ordinary life"),
    "PARTICIPATING": _("Participating"),
    "ILLNESS": _("Illness insurance"),
    "ACCIDENT": _("Accident insurance"),
    "MEDICAL": _("Medical insurance"),
    "ANNUITY": pgettext_lazy("line of business", "Annuity"),
    "OTHER": pgettext_lazy("work order", "Other"),
}
CAPACITIES: Labels = {
    "SELF": _("For themselves"),
    "PROXY": _("As a proxy"),
    "HEIR": _("As an heir"),
    "GROUP": _("As representatives of a group"),
    "ANONYMOUS": _("Without a name"),
}
#: What an extension gives (domain.md C.1): the days in all, and who approves it.
TERMS: Mapping[int | None, Any] = {
    30: _("To 30 calendar days in all, with the approval of the director or compliance."),
    60: _("To 60 calendar days in all, the most the law allows, with the approval of senior management."),
}
LEVELS: Labels = {"GENERAL": _("General complaint"), "GROUP": _("Group complaint"), "MAJOR": _("Major complaint")}
DECISIONS: Labels = {
    "UPHELD": _("Justified"),
    "PARTLY": _("Partly justified"),
    "REJECTED": _("Not justified"),
    "SETTLED": _("Settled with the customer"),
}
REVIEWS: Labels = {"UPHELD": _("The decision stands"), "CHANGED": _("The decision is changed")}
REMEDIES: Labels = {
    "REVIEW": _("Review by the higher unit"),
    "MEDIATION": _("Mediation"),
    "ARBITRATION": _("Arbitration"),
    "COURT": _("Court"),
}
#: Codes of lines that are no moves.
LINES: Labels = {
    "chase": _("Pressed for it"),
    "acknowledge": _("Acknowledged"),
    "accused": _("Complained of"),
    "extension_asked": _("Asked for more time"),
    "extension_approved": _("More time approved"),
    "extension_refused": _("More time refused"),
    "decided": _("Decided"),
    "review_asked": _("Review asked for"),
    "review_decided": _("Review decided"),
    "merged_in": _("Merged in"),
    "parent": _("Belongs to"),
    "child": _("Has a part"),
    "parent_left": _("No longer belongs to"),
    "child_left": _("No longer has a part"),
    "recusal": _("Recusal"),
    "left": _("Left the company"),
}
STEPS = {"1": _("Warning"), "2": _("Term is over")}
ESCALATED = _("Reached the next level")


def word(labels: Mapping[Any, Any], code: Any) -> str:
    """Return what a code is called."""
    return str(labels.get(code, code))


CALENDAR: Labels = {
    "month": pgettext_lazy("calendar", "Month"),
    "week": pgettext_lazy("calendar", "Week"),
    "day": pgettext_lazy("calendar", "Day"),
}


def clock_word(key: str) -> str:
    """Return what a clock is called; reviews are numbered."""
    return word(CLOCKS, key.rstrip("0123456789") if key.startswith("REVIEW") else key)


def state_of(status: str) -> Status:
    """Say where an order stands."""
    return Status(*STATES[status])


def line_code(act: str, code: str) -> str:
    """Say the detail of a line of the history."""
    for labels in (LINES, WAITS, CHANNELS, CONFIRMED, CAUSES):
        if code in labels:
            return str(labels[code])
    return clock_word(code) if act == "clock" else code


SENTENCES = {
    "order.not_found": _("There is no such work order, or it is not within your reach."),
    "order.kind": _("Choose what kind of order it is."),
    "order.kind_fixed": _("A complaint stays a complaint. Withdraw it, or take in another order."),
    "order.subtype": _("Choose what is requested."),
    "order.channel": _("Choose how it came in."),
    "order.priority": _("Choose a priority."),
    "order.title": _("Say in a few words what it is about."),
    "order.in_future": _("This moment is still to come. Enter when it came in."),
    "order.long_ago": _("This moment is too long ago. Enter when it came in."),
    "order.nobody": _("Choose the customer, or enter the name of who asks."),
    "order.category": _("Choose a category that is in use."),
    "order.policy": _("This policy belongs to another customer. Choose one of this customer's."),
    "order.no_desk": _("No desk is open yet. Ask whoever sets up the service desk."),
    "order.moved_on": _("Somebody moved this order on in the meantime. Look at where it stands now."),
    "order.taken": _("%(by)s has taken %(number)s before you."),
    "order.reason": _("Give the reason."),
    "order.wait": _("Choose what is waited for."),
    "order.solution": _("Write down the solution."),
    "order.how": _("Choose how the customer was told."),
    "order.told": _("Write what the customer was told."),
    "order.confirmed": _("Choose how it was confirmed."),
    "order.conclusion": _("Write the conclusion."),
    "order.cause": _("Choose the cause."),
    "order.no_seat": _("This person sits at no desk. Choose somebody who does."),
    "order.receiver": _("Choose a person or a desk."),
    "order.line": _("Choose a note, an answer, or words of the customer."),
    "order.text": _("Write something first."),
    "order.text_long": _("This is longer than %(most)s characters. Shorten it, or attach a file."),
    "order.other": _("Enter the number of another order within your reach."),
    "order.other_customer": _("The two orders are about different customers, so they cannot be merged."),
    "order.complaint_stays": _("A complaint can only go into another complaint."),
    "order.circle": _("The other order belongs below this one already."),
    "order.none_waits": _("Nothing waits in the queues of your desks."),
    "order.followed": _("%(number)s %(title)s moved on (%(by)s)."),
    "order.given": _("%(by)s gave you %(number)s %(title)s."),
    "order.came_back": _("%(by)s took the handing on of %(number)s %(title)s back."),
    "order.chased": _("%(by)s presses for %(number)s %(title)s."),
    "order.mentioned": _("%(by)s named you in %(number)s %(title)s."),
    "order.warned": _("%(number)s %(title)s: the term is nearly over."),
    "order.late": _("%(number)s %(title)s: the term is over."),
    "complaint.none": _("This order is no complaint."),
    "complaint.capacity": _("Choose in which capacity they complain."),
    "complaint.proxy_papers": _(
        "A proxy needs the signed original authority and an identity document. Tick both once seen."
    ),
    "complaint.kinship": _("Heirs complain with proof of kinship. Tick it once seen."),
    "complaint.representatives": _("A group sends one to five representatives. Enter how many."),
    "complaint.regulator_no": _("Enter the number under which the regulator sent it."),
    "complaint.recusal": _("Complaint %(number)s is about this person, who cannot handle it."),
    "complaint.unknown_person": _("Nobody has the number %(number)s. Correct it."),
    "complaint.undecided": _("Decide the complaint first."),
    "complaint.in_writing": _("A complaint is answered in writing: by letter, e-mail or portal."),
    "complaint.acknowledged": _("The complaint is acknowledged already."),
    "complaint.no_longer": _("The law gives no more than %(most)s days."),
    "complaint.extension_asked": _("More time is asked for already. Wait for the decision."),
    "complaint.extension_gone": _("Nobody asks for more time any longer."),
    "complaint.own_extension": _("Somebody else has to decide on what you asked for."),
    "complaint.extension_waits": _("%(by)s asks for more time for %(number)s %(title)s."),
    "complaint.extension_decided": _("%(by)s decided on more time for %(number)s %(title)s."),
    "complaint.outcome": _("Choose the outcome."),
    "complaint.facts": _("Write which facts were checked."),
    "complaint.basis": _("Write on what the decision rests."),
    "complaint.remedies": _("Tick what the claimant can do against the decision."),
    "complaint.compensation": _("Enter an amount of zero or more."),
    "complaint.improvement": _("Say who improves it, and by when."),
    "complaint.improvement_past": _("This day is over; say a day from today on."),
    "complaint.review_late": _("A review can be asked for within %(days)s days of the decision."),
    "complaint.review_open": _("A review is open already."),
    "complaint.review_gone": _("No review is open."),
    "complaint.review_waits": _("A review is asked for: %(number)s %(title)s (%(by)s)."),
    "complaint.own_decision": _("Somebody else than who decided has to review it."),
    "complaint.answer": _("Write what the claimant is told."),
    "setup.moved_on": _("Somebody else changed this in the meantime. Look at it anew, then save again."),
    "setup.name": _("Enter a name."),
    "setup.body": _("Write the text."),
    "setup.person": _("Every person may stand at a desk once. Take the second entry out."),
    "setup.staff_no": _("Nobody at work has the staff number %(number)s."),
    "setup.line": _("Line %(line)s cannot be read. Write a staff number and how many orders at most."),
    "setup.skill": _("Line %(line)s: there is no category %(code)s."),
    "setup.unit": _("Choose a unit."),
    "setup.desk": _("Choose a desk that is open."),
    "setup.last_desk": _("This is the last open desk; orders need one."),
    "setup.hours": _("Choose a business calendar."),
    "setup.minutes": _("The first response comes before the solution. Correct the minutes."),
    "setup.circle": _("A category cannot stand below itself."),
    "setup.not_found": _("This entry does not exist any more."),
}  # fmt: skip


def register() -> None:
    """Put the sentences into the registry."""
    add_sentences(SENTENCES)
