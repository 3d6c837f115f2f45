"""What call-backs and follow-ups hang into the contexts below."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers.extensions import MergeReference, merge_references
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import Leaving, leavings
from keyuan.platform import clock
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.clocks import ClockKind, clock_kinds
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.service.forms import follow_up_words as words
from keyuan.service.models import FollowUp
from keyuan.service.selectors.follow_ups import reading
from keyuan.service.services.follow_ups import keeping_data, problems, taking
from keyuan.service.services.follow_ups.histories import KIND

PROGRAMS = {"follow-ups": _("Call-backs and follow-ups")}


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    name_programs(PROGRAMS)
    words.register()
    keeping_data.register()
    merge_references.add(
        MergeReference("follow-up-customer", "service.FollowUp", "customer", label=_("Call-backs and follow-ups"))
    )
    clock_kinds.add(ClockKind(KIND, problems.announce, problems.follow_clocks))
    subject_kinds.add(SubjectKind(KIND, _("Call-back or follow-up"), labels, address, access))
    leavings.add(Leaving("follow-ups", _left))


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
