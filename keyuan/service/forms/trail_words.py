"""What the audit trail calls what the desk records: its kinds of records, their fields and values (PLT-6)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.contact.selectors.labels import REASONS
from keyuan.platform.audit.labels import name_people, word_fields, word_kinds, word_values
from keyuan.service.forms import clusters, follow_up_words, improvement, knowledge, words
from keyuan.service.forms.chat import words as chat_words
from keyuan.service.forms.chat.acts import PolicyForm
from keyuan.service.forms.follow_up_plans import PlanForm
from keyuan.service.forms.mail import words as mail_words
from keyuan.service.forms.mail.forms import MailboxForm

#: Records without a page of their own.
KINDS = {
    "chat_policy": pgettext_lazy("service trail", "Web chat settings"),
    "chat_seat": pgettext_lazy("service trail", "Seat in web chat"),
    "complaint_cluster": _("Complaints that look alike"),
    "desk": _("Desk"),
    "follow_up_figures": _("Success of call-backs"),
    "follow_up_plan": pgettext_lazy("service trail", "Plan of follow-ups"),
    "knowledge_category": pgettext_lazy("service trail", "Category of articles"),
    "likeness_rule": pgettext_lazy("service trail", "Threshold of complaints that look alike"),
    "macro": pgettext_lazy("service trail", "Canned answer"),
    "mail_block": pgettext_lazy("service trail", "Blocked sender"),
    "mailbox": _("Mailbox"),
    "monthly_review": pgettext_lazy("service trail", "Monthly review"),
    "questionnaire": _("Questionnaire"),
    "routing_rule": _("Routing rule"),
    "search_miss": pgettext_lazy("service trail", "Search without an answer"),
    "service_category": pgettext_lazy("service trail", "Category of work orders"),
    "service_target": pgettext_lazy("service trail", "Target of the desk"),
    "star": _("Service star"),
    "synonyms": pgettext_lazy("service trail", "Synonyms"),
}
#: Fields that hold the number of a person, by kind of record.
PEOPLE = {"work_order": ("owner", "owner_id"), "follow_up": ("owner",), "chat": ("owner_id", "helper")}
FIELDS = {
    "accused": pgettext_lazy("service trail", "People complained of"),
    "acknowledged": pgettext_lazy("service trail", "Acknowledged by"),
    "act": pgettext_lazy("service trail", "Step"),
    "answered_by": pgettext_lazy("service trail", "Answered by"),
    "calls": pgettext_lazy("service trail", "Calls made"),
    "chased": pgettext_lazy("service trail", "Times pressed for it"),
    "chat": _("Chat"),
    "compensation": pgettext_lazy("service trail", "Compensation in fen"),
    "customer": _("Customer"),
    "customer_id": _("Customer"),
    "customers": pgettext_lazy("service trail", "Customers"),
    "decision": pgettext_lazy("service trail", "Decision on the complaint"),
    "desk_id": _("Desk"),
    "discarded": pgettext_lazy("service trail", "Draft thrown away"),
    "draft": pgettext_lazy("service trail", "Draft"),
    "dropped": pgettext_lazy("service trail", "Taken out"),
    "due_on": pgettext_lazy("service trail", "To be done by"),
    "extension": pgettext_lazy("service trail", "More time"),
    "extension_asked": pgettext_lazy("service trail", "Days asked for"),
    "first": pgettext_lazy("service trail", "Minutes to the first response"),
    "followed": pgettext_lazy("service trail", "Followed"),
    "handled": pgettext_lazy("service trail", "Comment dealt with"),
    "helper": pgettext_lazy("service trail", "Helper"),
    "line": pgettext_lazy("service trail", "Entry"),
    "link": pgettext_lazy("service trail", "Link"),
    "look": pgettext_lazy("service trail", "Looked for mail"),
    "mail": pgettext_lazy("service trail", "Mail"),
    "members": pgettext_lazy("service trail", "People at the desk"),
    "month": pgettext_lazy("service trail", "Month"),
    "not_sent": pgettext_lazy("service trail", "Not sent because"),
    "number": _("Version"),
    "on_request": pgettext_lazy("service trail", "Called in quiet hours at the customer's wish"),
    "order": _("Work order"),
    "order_id": _("Work order"),
    "owner": pgettext_lazy("service trail", "In whose hands"),
    "owner_id": pgettext_lazy("service trail", "In whose hands"),
    "parent": pgettext_lazy("service trail", "Work order above"),
    "place": pgettext_lazy("service trail", "Used in"),
    "position": pgettext_lazy("service trail", "Place in the order"),
    "published": pgettext_lazy("service trail", "Version put in use"),
    "questions": pgettext_lazy("service trail", "Questions"),
    "rating": pgettext_lazy("service trail", "Marks given"),
    "recipients": pgettext_lazy("service trail", "Recipients"),
    "restored": pgettext_lazy("service trail", "Version brought back"),
    "result": pgettext_lazy("service trail", "Result"),
    "review": pgettext_lazy("service trail", "Review of the decision"),
    "review_on": pgettext_lazy("service trail", "To be looked at again on"),
    "revision": pgettext_lazy("service trail", "Revision"),
    "solution": pgettext_lazy("service trail", "Minutes to the solution"),
    "state": pgettext_lazy("service trail", "State"),
    "term": pgettext_lazy("service trail", "Term in days"),
    "tried": pgettext_lazy("service trail", "Trial of the servers"),
    "useful": pgettext_lazy("service trail", "Found useful"),
    "verified_at": pgettext_lazy("service trail", "Identity proved at"),
    "version": _("Version"),
    "voted": pgettext_lazy("service trail", "Voted"),
    "way": pgettext_lazy("service trail", "Way"),
    "words": pgettext_lazy("service trail", "Words of one meaning"),
}
ENTRIES = {
    "NOTE": pgettext_lazy("service trail", "Note"),
    "REPLY": pgettext_lazy("service trail", "Answer to the customer"),
    "INBOUND": pgettext_lazy("service trail", "From the customer"),
}
EXTENSIONS = {
    "APPROVED": words.LINES["extension_approved"],
    "REFUSED": words.LINES["extension_refused"],
}
MAIL_ACTS = {
    "release": pgettext_lazy("service trail", "Let through"),
    "block": pgettext_lazy("service trail", "Sender blocked"),
    "went_out": pgettext_lazy("service trail", "Counted as sent"),
    "again": pgettext_lazy("service trail", "Sent again"),
}
ARTICLE_ACTS = {
    "submit": pgettext_lazy("service trail", "Handed in for approval"),
    "approve": pgettext_lazy("service trail", "Approved"),
    "send_back": pgettext_lazy("service trail", "Sent back"),
    "publish": pgettext_lazy("service trail", "Published"),
}
MISSES = {
    "OPEN": pgettext_lazy("service trail", "Open"),
    "WRITTEN": pgettext_lazy("service trail", "Answered by an article"),
    "DROPPED": pgettext_lazy("service trail", "Needs no article"),
}


def _plain(states: Mapping[Any, tuple[Any, str]]) -> dict[str, Any]:
    return {str(key): word for key, (word, _tone) in states.items()}


#: Words of values: kind of record → field → values. The same code means one thing there and another elsewhere.
VALUES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "work_order": {
        "status": _plain(words.STATES), "act": words.ACTS, "kind": {**words.KINDS, **mail_words.KINDS},
        "decision": words.DECISIONS, "review": {"ASKED": words.LINES["review_asked"], **words.REVIEWS},
        "acknowledged": {**words.CHANNELS, **words.WAYS}, "line": ENTRIES, "extension": EXTENSIONS,
        "code": {**words.WAITS, **words.CAUSES, **words.CONFIRMED},
    },
    "follow_up": {
        "status": _plain(follow_up_words.STATES), "result": follow_up_words.RESULTS, "way": follow_up_words.WAYS,
        "answered_by": follow_up_words.WAYS, "not_sent": {**REASONS, **follow_up_words.LINK_REASONS},
    },
    "follow_up_plan": {
        "trigger": follow_up_words.TRIGGERS, "ways": follow_up_words.WAYS, "items": follow_up_words.SURRENDER_ITEMS,
    },
    "chat": {"status": _plain(chat_words.STATES)},
    "chat_seat": {"state": _plain(chat_words.SEATS)},
    "improvement": {"state": _plain(improvement.STATES), "act": improvement.ACTS},
    "article": {"state": _plain(knowledge.STATES), "act": ARTICLE_ACTS, "place": knowledge.PLACES},
    "search_miss": {"state": MISSES},
    "complaint_cluster": {"status": _plain(clusters.STATES)},
    "likeness_rule": {"kind": clusters.KINDS},
    "service_target": {"kind": words.KINDS},
    "mail": {"mail": MAIL_ACTS},
    "mailbox": {
        "password": {"same": pgettext_lazy("service trail", "not changed")},
        "tried": {"": pgettext_lazy("service trail", "in order"), **mail_words.FAULTS},
    },
}  # fmt: skip


def register() -> None:
    """Put the words into the registries of the trail; called once when Django is ready."""
    word_kinds(KINDS)
    word_fields(FIELDS)
    for kind, people in PEOPLE.items():
        name_people(kind, *people)
    for form in (PlanForm, MailboxForm, PolicyForm):
        word_fields({name: field.label for name, field in form.base_fields.items()})
    for kind, fields in VALUES.items():
        for field, said in fields.items():
            word_values(field, said, kind=kind)
