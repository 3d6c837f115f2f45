"""The trail and the timeline of follow-ups (SRV-8, CUS-12)."""

from datetime import datetime
from typing import Any

from keyuan.customers.services.interactions import InteractionDraft, add_interaction
from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.service.models import FollowUp
from keyuan.service.rules.follow_ups import plans

KIND = "follow_up"


def subject_of(follow_up: FollowUp) -> Subject:
    """Return the follow-up as a subject."""
    return Subject(KIND, follow_up.pk)


def address(follow_up_id: int) -> str:
    """Return the address of a follow-up's page; notices keep it."""
    return f"/service/follow-ups/{follow_up_id}/"


def note_change(
    actor: Actor, follow_up: FollowUp, before: dict[str, Any], after: dict[str, Any], now: datetime, reason: str = ""
) -> None:
    """Put a change on the trail."""
    record(
        actor, Action.UPDATE, subject_of(follow_up), before=before, after=after, reason=reason,
        customer_id=follow_up.customer_id, now=now,
    )  # fmt: skip


#: What the timeline calls the results.
OUTCOMES = {
    "SUCCESS": "DONE", "NO_ANSWER": "NOT_REACHED", "WRONG_NUMBER": "NOT_REACHED", "REFUSED": "REFUSED",
    "APPOINTED": "FOLLOW_UP", "PROXY_ANSWERED": "NOT_REACHED", "PROBLEM": "FOLLOW_UP", "FOREIGN_LANGUAGE": "FOLLOW_UP",
}  # fmt: skip


def tell_timeline(
    actor: Actor, follow_up: FollowUp, *, kind: str, direction: str, result: str, note: str, seconds: int | None,
    now: datetime,
) -> int:  # fmt: skip
    """Put a call or letter on the customer's timeline; return its entry."""
    draft = InteractionDraft(
        kind=kind, direction=direction, occurred_at=now, summary=str(follow_up.plan), detail=note,
        purpose="CARE" if follow_up.kind == "VISIT" else "INFORM", outcome=OUTCOMES.get(result, ""), seconds=seconds,
        subject_kind=KIND, subject_id=follow_up.pk,
    )  # fmt: skip
    return int(add_interaction(customer_id=follow_up.customer_id, draft=draft, actor=actor).pk)


def purpose_of(follow_up: FollowUp) -> str:
    """Return what a permit for a follow-up is asked for."""
    return plans.purpose_of(follow_up.kind, follow_up.plan.trigger)
