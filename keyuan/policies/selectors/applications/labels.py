"""Words for the codes of new business."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Status → (dot of ui.md, word).
STATUSES: dict[str, tuple[str, Any]] = {
    "DRAFT": ("off", _("Draft")),
    "SUBMITTED": ("warn", _("Handed in")),
    "RETURNED": ("bad", _("Sent back")),
    "UNDERWRITING": ("warn", _("In underwriting")),
    "EXAM": ("warn", _("Medical examination")),
    "OFFERED": ("warn", _("Other terms offered")),
    "ACCEPTED": ("ok", _("Accepted")),
    "ISSUED": ("ok", pgettext_lazy("application", "Issued")),
    "POSTPONED": ("off", _("Postponed")),
    "DECLINED": ("bad", _("Declined")),
    "WITHDRAWN": ("off", _("Withdrawn")),
    "CANCELLED": ("off", _("Cancelled as stale")),
}
CONCLUSIONS: dict[str, Any] = {
    "STANDARD": _("Standard terms"),
    "LOADED": _("Higher premium"),
    "EXCLUSION": _("Exclusion"),
    "REDUCED": _("Reduced sum"),
    "POSTPONED": _("Postponed"),
    "DECLINED": _("Declined"),
}
ACTS: dict[str, Any] = {
    "ENTER": _("Entered"),
    "CHANGE": pgettext_lazy("application", "Changed"),
    "SUBMIT": _("Hand in"),
    "RETURN": _("Send back"),
    "TAKE": _("Take the case"),
    "ORDER_EXAM": _("Book an examination"),
    "EXAM_REPORT": _("Receive the report"),
    "ACCEPT": _("Accept on standard terms"),
    "OFFER": _("Offer other terms"),
    "AGREE": _("The customer agrees"),
    "REFUSE_OFFER": _("The customer refuses"),
    "POSTPONE": _("Postpone"),
    "DECLINE": _("Decline"),
    "REOPEN": _("Take up again"),
    "ISSUE": _("Issue the policy"),
    "WITHDRAW": _("Withdraw"),
    "CANCEL": _("Cancelled as stale"),
}
CLOCKS: dict[str, Any] = {
    "DL-UW-FIX": _("Say what is missing"),
    "DL-ISSUE": _("Issue and deliver"),
    "DL-UW-RES": _("Underwriting result"),
}
MISMATCHES: dict[str, Any] = {
    "suit.need": _("The product meets none of the needs that were stated."),
    "suit.budget": _("The yearly premium is more than the customer wants to spend."),
    "suit.income": _("The yearly premium is more than a fifth of the yearly income."),
    "suit.duplicate": _("The customer has such cover already; what was spent is paid once only."),
    "suit.risk": _("The product carries more risk than the customer's risk test allows."),
    "suit.senior": _("The customer is 65 or older and the product is complex: explain it with care, on record."),
}
DOUBTS: dict[str, Any] = {
    "doubt.pair": _("Two answers hardly go together"),
    "doubt.body_mass": _("Body mass index outside of the usual"),
    "doubt.smoking": _("Does not smoke, yet states cigarettes"),
    "doubt.former": _("Was answered otherwise in an earlier application"),
    "doubt.claims": _("A claim was paid, yet no illness is declared"),
}
PAPERS: dict[str, Any] = {
    "form": _("Application form"),
    "identity": _("Identity document"),
    "consent": _("Insured's consent"),
    "finance": _("Proof of means"),
    "exam": _("Medical report"),
    "other": _("Other file"),
}
NOTICES: dict[str, Any] = {
    "SUPPLEMENT": _("What is missing"),
    "EXAM": _("Medical examination"),
    "FIRST_PREMIUM": _("First premium"),
    "LOADED": _("Higher premium"),
    "EXCLUSION": _("Exclusion"),
    "REDUCED": _("Reduced sum"),
    "POSTPONED": _("Postponed"),
    "DECLINED": _("Declined"),
    "REFUND": _("Refund"),
    "CANCELLED": _("Cancelled as stale"),
}
SIGNED_HOW: dict[str, Any] = {
    "PAPER": _("On paper"),
    "ELECTRONIC": _("Electronically"),
    "RECORDED": _("On a recorded call"),
}
RISK_LEVELS: dict[str, Any] = {str(level): f"C{level}" for level in range(1, 6)}
ANSWERS: dict[str, Any] = {"YES": _("Yes"), "NO": _("No")}
