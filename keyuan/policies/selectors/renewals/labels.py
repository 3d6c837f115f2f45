"""Words of renewals."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.policies.rules.renewals.stages import Reason, Stage
from keyuan.policies.rules.renewals.underwriting import AtOnce

STAGES: dict[str, tuple[str, Any]] = {
    Stage.OPEN: ("warn", pgettext_lazy("renewal", "To do")),
    Stage.CONTACTED: ("accent", pgettext_lazy("renewal", "Contacted")),
    Stage.QUOTED: ("accent", pgettext_lazy("renewal", "Quoted")),
    Stage.ACCEPTED: ("gold", pgettext_lazy("renewal", "Accepted, to be issued")),
    Stage.WON: ("ok", pgettext_lazy("renewal", "Renewed")),
    Stage.LOST: ("off", pgettext_lazy("renewal", "Not renewed")),
}
REASONS: dict[str, Any] = {
    Reason.PRICE: pgettext_lazy("renewal", "Price"),
    Reason.SERVICE: pgettext_lazy("renewal", "Service"),
    Reason.COMPETITOR: pgettext_lazy("renewal", "Went to another insurer"),
    Reason.NO_NEED: pgettext_lazy("renewal", "Cover no longer needed"),
    Reason.NOT_REACHED: pgettext_lazy("renewal", "Could not be reached"),
    Reason.DECLINED: pgettext_lazy("renewal", "We declined"),
    Reason.SOLD: pgettext_lazy("renewal", "Vehicle sold"),
    Reason.SCRAPPED: pgettext_lazy("renewal", "Vehicle scrapped"),
    Reason.TOTAL_LOSS: pgettext_lazy("renewal", "Total loss"),
    Reason.STOPPED: pgettext_lazy("renewal", "The customer asked not to be renewed"),
    Reason.LAPSED: pgettext_lazy("renewal", "Window passed"),
    Reason.ENDED: pgettext_lazy("renewal", "Contract ended early"),
    Reason.OTHER: pgettext_lazy("renewal", "Other reason"),
}
ACTS: dict[str, Any] = {
    "CONTACT": pgettext_lazy("renewal", "Contact recorded"),
    "QUOTE": pgettext_lazy("renewal", "Quote made"),
    "ACCEPT": pgettext_lazy("renewal", "Quote accepted"),
    "WITHDRAW": pgettext_lazy("renewal", "Acceptance taken back"),
    "ISSUE": pgettext_lazy("renewal", "New contract issued"),
    "RENEWED": pgettext_lazy("renewal", "Renewed by another way"),
    "LOSE": pgettext_lazy("renewal", "Not renewed"),
    "REOPEN": pgettext_lazy("renewal", "Taken up again"),
    "STOP": pgettext_lazy("renewal", "Renewal stopped by the customer"),
    "RESUME": pgettext_lazy("renewal", "The customer wants renewal again"),
    "ASSIGN": pgettext_lazy("renewal", "Assigned"),
    "REMIND": pgettext_lazy("renewal", "Reminder sent"),
}
#: How the customer said that renewal is to stop.
STOP_WAYS: dict[str, Any] = {
    "PHONE": pgettext_lazy("renewal", "By phone"),
    "WRITTEN": pgettext_lazy("renewal", "In writing"),
    "ONLINE": pgettext_lazy("renewal", "Online"),
    "COUNTER": pgettext_lazy("renewal", "At the counter"),
}
CONTACT_RESULTS: dict[str, Any] = {
    "REACHED": pgettext_lazy("renewal", "Reached"),
    "THINKING": pgettext_lazy("renewal", "Thinks it over"),
    "NO_ANSWER": pgettext_lazy("renewal", "No answer"),
    "WRONG_NUMBER": pgettext_lazy("renewal", "Wrong number"),
    "LATER": pgettext_lazy("renewal", "Wants to be called later"),
}
BASES: dict[str, Any] = {
    "TABLE": pgettext_lazy("renewal", "Rate table"),
    "MTPL": pgettext_lazy("renewal", "Compulsory motor tariff"),
    "MOTOR": pgettext_lazy("renewal", "Commercial motor: base and factors"),
    "HAND": pgettext_lazy("renewal", "Agreed by hand"),
}
#: Why a renewed contract was issued without an application.
AT_ONCE: dict[str, Any] = {
    AtOnce.NOT_ASKED: pgettext_lazy("renewal", "Not needed: the product asks no declaration"),
    AtOnce.SAME_COVER: pgettext_lazy("renewal", "Not needed: the same cover goes on, without a gap and not raised"),
}
#: Said on every quote for short-term health cover (domain.md §A.8).
HEALTH_NOTICE = _(
    "This cover ends with its term. Renewal is an application that we may decline; conditions and price may change."
)
#: What the renewal rate is grouped by.
GROUP_WORDS = {
    "branch": pgettext_lazy("renewal", "Branch"),
    "sub_branch": pgettext_lazy("renewal", "Sub-branch"),
    "team": pgettext_lazy("renewal", "Team"),
    "channel": pgettext_lazy("renewal", "Channel"),
    "kind": pgettext_lazy("renewal", "Kind"),
    "product": pgettext_lazy("renewal", "Product"),
}
