"""What pages say of web chat: states, lines of the system, sentences of refusals (SRV-5)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.platform.wording import add_sentences
from keyuan.service.models import ChatSeat

Labels = Mapping[str, Any]
STATES = {
    "WAITING": (pgettext_lazy("chat", "Waiting"), "warn"),
    "ACTIVE": (pgettext_lazy("chat", "Under way"), "accent"),
    "ENDED": (pgettext_lazy("chat", "Ended"), "off"),
}
SEATS = {
    ChatSeat.State.ONLINE: (pgettext_lazy("chat seat", "Online"), "ok"),
    ChatSeat.State.BUSY: (pgettext_lazy("chat seat", "Busy"), "warn"),
    ChatSeat.State.AWAY: (pgettext_lazy("chat seat", "Away"), "off"),
    ChatSeat.State.OFFLINE: (pgettext_lazy("chat seat", "Offline"), "off"),
}
ENDINGS: Labels = {
    "STAFF": pgettext_lazy("chat ended by", "By the desk"),
    "VISITOR": pgettext_lazy("chat ended by", "By the customer"),
    "IDLE": pgettext_lazy("chat ended by", "By silence"),
    "LEFT": pgettext_lazy("chat ended by", "Left unanswered"),
    "HOURS": pgettext_lazy("chat ended by", "Turned into a work order"),
}
#: What lines of the system say, to both sides.
SYSTEM: Labels = {
    "begun": _("The conversation began"),
    "joined": _("%(who)s is at your service"),
    "helps": _("%(who)s joined the conversation"),
    "left_help": _("%(who)s left the conversation"),
    "given_back": _("Your representative had to leave; a colleague goes on with you, please wait a moment"),
    "handed_on": _("The conversation is handed on to a colleague, please wait a moment"),
    "moved": _("The conversation waits at another desk now"),
    "verified": _("The customer proved who they are"),
    "idle": _("Are you still there? Without an answer the conversation ends in %(minutes)s minutes"),
    "reopened": _("The conversation goes on"),
    "ended_staff": _("The representative ended the conversation"),
    "ended_visitor": _("The customer ended the conversation"),
    "ended_idle": _("The conversation ended because nobody wrote anything"),
    "ended_left": _("The conversation ended before it was answered"),
    "ended_hours": _("The desk has closed; what was asked was taken down and will be answered"),
}
SENTENCES: Labels = {
    "chat.not_found": _("There is no such conversation in your reach."),
    "chat.empty": _("Write something before you send it."),
    "chat.long": _("At most %(most)s characters at once; this has %(length)s. Please send it in two parts."),
    "chat.over": _("The conversation is over. Begin a new one, or go on with it where that is still offered."),
    "chat.waits": _("The conversation waits in the queue; take it before you answer."),
    "chat.name": _("Tell us how we may address you."),
    "chat.consent": _("Please agree to the notice; without it we may not keep what you write."),
    "chat.category": _("Choose a subject that is offered."),
    "chat.closed": _("The desk is closed now. Leave a message, and you will be answered when it opens."),
    "chat.contact": _("Leave a phone number or an e-mail address, so that we can answer."),
    "chat.files": _("At most %(most)s files in one conversation."),
    "chat.words": _("This promises what must not be promised: %(words)s. Change it, or confirm to send it as it is."),
    "chat.not_yours": _("%(by)s has this conversation. Ask to be invited, or take it over where you may."),
    "chat.taken": _("%(by)s has taken this conversation."),
    "chat.not_there": _("Take your seat first: choose “Online”."),
    "chat.other_desk": _("You do not sit at the desk where this conversation waits."),
    "chat.full": _("You have %(most)s conversations already; end one or hand it on first."),
    "chat.state": _("Choose one of the states offered."),
    "chat.no_desk": _("You sit at no desk. Ask whoever sets up the desk to add you."),
    "chat.no_seat": _("This person sits at no open desk; choose another."),
    "chat.receiver": _("Choose a person or a desk."),
    "chat.to_oneself": _("That person has the conversation already; choose another."),
    "chat.helpers": _("At most %(most)s people beside the owner."),
    "chat.capacity": _("Between 0 and %(most)s conversations at once."),
    "chat.verified": _("The customer proved to be somebody else; the proof stands."),
    "chat.mobile": _("Enter the mobile number that we hold of you."),
    "chat.codes": _("%(most)s codes were sent in this conversation; ask the representative to go on without."),
    "chat.code_soon": _("A code was sent a moment ago; wait a minute before you ask for another."),
    "chat.code_void": _("There is no code to check, or it is too old; ask for a new one."),
    "chat.code_wrong": _("This is not the code; %(left)s tries are left."),
    "chat.summary": _("Write how it was settled."),
    "chat.complaint": _("A complaint is decided in its work order; leave it open here."),
    "chat.too_late": _("That was too long ago to go on with; please begin a new conversation."),
    "chat.score": _("Choose one to five stars."),
    "chat.not_over": _("You can rate the conversation when it has been answered and ended."),
    "chat.hours": _("Choose one of the business calendars."),
    "chat.bounds": _("Enter a figure from %(least)s to %(most)s."),
    "chat.busy": _("You are writing faster than we can read; please wait a moment."),
}


def system_line(code: str, params: Mapping[str, Any]) -> str:
    """Return what a line of the system says, in the reader's language."""
    if code == "greeting":
        return str(params.get("text", ""))
    sentence = SYSTEM.get(code)
    return str(sentence) % dict(params) if sentence else code


def register() -> None:
    """Put the sentences into the table."""
    add_sentences(SENTENCES)
