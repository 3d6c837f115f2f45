"""What call-backs and follow-ups hang into the contexts below."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import MergeReference, Panel, merge_references, panels
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import Leaving, leavings
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.clocks import ClockKind, clock_kinds
from keyuan.platform.help import add_help
from keyuan.platform.keyboard import KeyAction, key_actions
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.policies.extensions import PolicyTab, policy_tabs
from keyuan.service import permissions
from keyuan.service.forms import follow_up_words as words
from keyuan.service.models import FollowUp
from keyuan.service.selectors.follow_ups import reading
from keyuan.service.services.follow_ups import keeping_data, problems, taking
from keyuan.service.services.follow_ups.histories import KIND
from keyuan.service.views.follow_ups.help import HELP
from keyuan.service.views.follow_ups.lists import FollowUpArchive, FollowUpQueue

LABEL = _("Call-backs and follow-ups")
PROGRAMS = {"follow-ups": LABEL, "questionnaire page": _("Questionnaire answered by link")}
#: Keys that choose an answer of the question at hand.
ANSWER_KEYS = 9


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    name_programs(PROGRAMS)
    words.register()
    keeping_data.register()
    merge_references.add(MergeReference("follow-up-customer", "service.FollowUp", "customer", label=LABEL))
    clock_kinds.add(ClockKind(KIND, problems.announce, problems.follow_clocks))
    subject_kinds.add(SubjectKind(KIND, _("Call-back or follow-up"), labels, address, access))
    leavings.add(Leaving("follow-ups", _left))
    lists.add(FollowUpQueue())
    lists.add(FollowUpArchive())
    add_help(HELP)
    panels.add(
        Panel("follow_ups", LABEL, "service:customer-follow-ups", permissions.FOLLOW_UPS, "right", 36, "follow_ups")
    )
    policy_tabs.add(PolicyTab("follow_ups", LABEL, "service:policy-follow-ups", permissions.FOLLOW_UPS))
    nav_items.add(
        NavItem(
            "follow_ups", LABEL, "service:follow-up-list", "phone-call", permissions.FOLLOW_UPS, "service", 15,
            count=_mine,
        )
    )  # fmt: skip
    nav_items.add(
        NavItem(
            "follow_up_plans", _("Plans and questionnaires"), "service:follow-up-plans", "clipboard-list",
            permissions.PLANS, "service", 91,
        )
    )  # fmt: skip
    _add_keys()


def _add_keys() -> None:
    group = _("Call-backs")
    for number in range(1, ANSWER_KEYS + 1):
        label = format_lazy(_("Answer {number} of the open question"), number=number)
        key_actions.add(KeyAction(f"answer-{number}", group, label, str(number)))
    key_actions.add(KeyAction("call-result", group, _("What came of the call"), "R"))


def _mine(actor: Actor) -> int | None:
    # Only whose work the calls are: the pages of all others ask nothing for it.
    calls = actor.may(permissions.CALLBACK) and not actor.may(permissions.SUPERVISE)
    return (reading.own_open(actor) or None) if calls else None


def _left(actor: Actor, user_id: int) -> None:
    taking.give_back_all(actor, user_id, now=clock.now())


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name follow-ups in reach by their plan."""
    return reading.labels(actor, ids, now=clock.now())


def address(follow_up_id: int) -> str:
    """Return the page of a follow-up."""
    return reverse("service:follow-up", args=[follow_up_id])


def access(actor: Actor, follow_up_id: int) -> FollowUp:
    """Return the follow-up; raises NotFound out of reach."""
    return reading.access_follow_up(actor, follow_up_id, now=clock.now())
