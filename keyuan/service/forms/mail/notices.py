"""The letter that tells what was decided, in the language of whoever reads it (SRV-4; domain.md C.1)."""

from django.utils import translation
from django.utils.translation import gettext as _

from keyuan.service.forms import words
from keyuan.service.models import Complaint, WorkOrder
from keyuan.service.rules.complaints import REVIEW_ASK

#: The remedy that is a step of our own and has a term; all others lead elsewhere.
ASKED_OF_US = "REVIEW"


def decision_text(order: WorkOrder, complaint: Complaint | None, language: str) -> str:
    """Return what a customer is told: of a complaint outcome, facts, basis and remedies, else the solution."""
    with translation.override(language or "zh-hans"):
        lines = _of_complaint(order, complaint) if complaint is not None else _of_order(order)
    return "\n\n".join(line for line in lines if line)


def _of_order(order: WorkOrder) -> list[str]:
    return [
        _("Your matter %(number)s, “%(title)s”, is settled:") % {"number": order.number, "title": order.title},
        order.solution,
        _("If this does not settle it, please answer this mail."),
    ]


def _of_complaint(order: WorkOrder, complaint: Complaint) -> list[str]:
    further = [code for code in complaint.remedies if code != ASKED_OF_US]
    remedies = "、".join(words.word(words.REMEDIES, code) for code in further)
    outcome = words.word(words.DECISIONS, complaint.decision)
    return [
        _("Your complaint %(number)s is decided: %(outcome)s.") % {"number": order.number, "outcome": outcome},
        _("Facts: %(text)s") % {"text": complaint.facts},
        _("Basis: %(text)s") % {"text": complaint.basis},
        _("You may ask for a review within %(days)s days.") % {"days": REVIEW_ASK},
        _("Further ways: %(remedies)s.") % {"remedies": remedies} if remedies else "",
    ]
