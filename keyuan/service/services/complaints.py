"""Acknowledging, extending, deciding and reviewing complaints (SRV-4; domain.md §C)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import people
from keyuan.service import permissions
from keyuan.service.models import Accused, Complaint, Extension, OrderEntry, Review, WorkOrder
from keyuan.service.rules import complaints as rules
from keyuan.service.rules import kinds, machine
from keyuan.service.selectors.orders import access_order
from keyuan.service.services import deadlines
from keyuan.service.services.complaining import named, require_not_accused
from keyuan.service.services.histories import note_change, tell_people, write
from keyuan.service.services.improvement.items import from_complaint

UNDER_WORK = frozenset({machine.DISPATCHED, machine.IN_PROGRESS, machine.WAITING})


def _locked(actor: Actor, order_id: int, now: datetime, permission: str) -> tuple[WorkOrder, Complaint]:
    actor.require(permission)
    order = access_order(actor, order_id, now=now, lock=True)
    complaint = Complaint.objects.select_for_update().filter(pk=order.pk).first()
    if complaint is None:
        raise Refused("complaint.none")
    return order, complaint


def acknowledge(*, actor: Actor, order_id: int, how: str, text: str, now: datetime) -> Complaint:
    """Tell the claimant that the complaint is registered; the first response is given by it."""
    if how not in kinds.WAYS:
        raise Refused("order.how", field="how")
    with transaction.atomic():
        order, complaint = _locked(actor, order_id, now, permissions.WORK)
        if complaint.acknowledged_at is not None:
            raise Conflict("complaint.acknowledged")
        complaint.acknowledged_at = now
        complaint.save(update_fields=["acknowledged_at"])
        order.responded_at = order.responded_at or now
        order.save(update_fields=["responded_at"])
        write(actor, order, OrderEntry.Kind.REPLY, code="acknowledge", text=text, now=now)
        note_change(actor, order, {}, {"acknowledged": how}, now)
        deadlines.stop(order, (deadlines.ACKNOWLEDGE, deadlines.FIRST), actor=actor, now=now)
    return complaint


def name_accused(
    *, actor: Actor, order_id: int, agent_ids: Sequence[int], user_ids: Sequence[int], now: datetime
) -> Complaint:
    """Say whom the complaint is about; whoever handles it and is named gives it back to the desk at once."""
    with transaction.atomic():
        order, complaint = _locked(actor, order_id, now, permissions.WORK)
        known = set(complaint.accused.values_list("user_id", "agent_id"))
        for user_id, agent_id, name in named({"agent_ids": agent_ids, "user_ids": user_ids}):
            if (user_id, agent_id) not in known:
                Accused.objects.create(complaint=complaint, user_id=user_id, agent_id=agent_id, name=name[:80])
                write(actor, order, OrderEntry.Kind.NOTE, code="accused", text=name, now=now)
        barred = set(complaint.accused.values_list("user_id", flat=True))
        if order.owner_id in barred and order.owner_id is not None:
            order.owner_id, order.owner_name, order.pool_id = None, "", order.desk_id
            source, order.status = order.status, machine.DISPATCHED
            order.save(update_fields=["owner_id", "owner_name", "pool_id", "status"])
            write(actor, order, OrderEntry.Kind.MOVE, act=machine.TRANSFER, source=source, code="recusal", now=now)
            deadlines.resume(order, actor=actor, now=now)
        note_change(actor, order, {}, {"accused": complaint.accused.count()}, now)
    return complaint


def ask_extension(*, actor: Actor, order_id: int, reason: str, now: datetime) -> Extension:
    """Ask for the next longer term: 30 days for complexity, then 60 with the approval of the higher unit.

    Raises Refused without a reason or beyond 60 days, Conflict while another request stands or the case is decided.
    """
    if not reason.strip():
        raise Refused("order.reason", field="reason")
    with transaction.atomic():
        order, complaint = _locked(actor, order_id, now, permissions.WORK)
        term = rules.next_term(complaint.term)
        if term is None:
            raise Refused("complaint.no_longer", field="reason", most=rules.ESPECIALLY)
        if order.status not in UNDER_WORK:
            raise Conflict("order.moved_on", status=order.status)
        if complaint.extensions.filter(status="ASKED").exists():
            raise Conflict("complaint.extension_asked")
        asked = Extension.objects.create(
            complaint=complaint, term=term, reason=reason.strip()[:500], asked_by_id=actor.id,
            asked_by_name=actor.name[:80], asked_at=now,
        )  # fmt: skip
        write(actor, order, OrderEntry.Kind.NOTE, code="extension_asked", text=reason, now=now)
        note_change(actor, order, {}, {"extension_asked": term}, now)
        approver = permissions.SENIOR if rules.needs_senior(term) else permissions.APPROVE
        tell_people(actor, order, "complaint.extension_waits", people.holders_of(approver)[:20], now)
    return asked


def decide_extension(*, actor: Actor, order_id: int, approve: bool, note: str, now: datetime) -> Extension:
    """Approve or refuse the extension that was asked for; never one's own. The claimant is to be told.

    Raises Forbidden without the permission for the term, Refused for one's own request or a refusal without note.
    """
    with transaction.atomic():
        order, complaint = _locked(actor, order_id, now, permissions.VIEW)
        asked = complaint.extensions.filter(status="ASKED").first()
        if asked is None:
            raise Conflict("complaint.extension_gone")
        actor.require(permissions.SENIOR if rules.needs_senior(asked.term) else permissions.APPROVE)
        if asked.asked_by_id == actor.id:
            raise Refused("complaint.own_extension")
        if not approve and not note.strip():
            raise Refused("order.reason", field="note")
        asked.status = "APPROVED" if approve else "REFUSED"
        asked.decided_by_name, asked.decided_at, asked.note = actor.name[:80], now, note.strip()[:200]
        asked.save(update_fields=["status", "decided_by_name", "decided_at", "note"])
        if approve:
            complaint.term = asked.term
            complaint.save(update_fields=["term"])
            deadlines.extend_statute(order, asked.term, actor=actor, reason="EXTENSION", now=now)
        write(actor, order, OrderEntry.Kind.NOTE, code=f"extension_{asked.status}".lower()[:20], text=note, now=now)
        note_change(actor, order, {}, {"extension": asked.status, "term": asked.term}, now)
        tell_people(actor, order, "complaint.extension_decided", [asked.asked_by_id or 0, order.owner_id or 0], now)
    return asked


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided: facts checked, basis, remedies named (domain.md C.1), and what the house learns from it.

    ``compensation`` in minor units of CNY.
    """

    outcome: str
    facts: str
    basis: str
    remedies: tuple[str, ...]
    compensation: int = 0
    responsibility: str = ""
    improvement: str = ""
    improvement_owner: str = ""
    improvement_due_on: date | None = None


def decide(*, actor: Actor, order_id: int, decision: Decision, now: datetime) -> Complaint:
    """Decide a complaint under work that one may reach, also for a colleague. Whom it is about decides nothing (回避).

    Raises Refused for what is missing, Conflict where it is not under work or was decided already.
    """
    _check(decision, timezone.localdate(now))
    with transaction.atomic():
        order, complaint = _locked(actor, order_id, now, permissions.COMPLAINTS)
        require_not_accused(order, [actor.id])
        if order.status != machine.IN_PROGRESS or complaint.decision:
            raise Conflict("order.moved_on", status=order.status)
        complaint.decision, complaint.decided_at, complaint.decided_by = decision.outcome, now, actor.name[:80]
        complaint.decided_by_id = actor.id
        complaint.facts, complaint.basis = decision.facts.strip(), decision.basis.strip()
        complaint.remedies, complaint.compensation = list(decision.remedies), decision.compensation
        complaint.responsibility = decision.responsibility.strip()[:200]
        complaint.improvement = decision.improvement.strip()[:200]
        complaint.improvement_owner = decision.improvement_owner.strip()[:80]
        complaint.improvement_due_on = decision.improvement_due_on
        complaint.save()
        write(actor, order, OrderEntry.Kind.NOTE, code="decided", text=decision.facts, now=now)
        if complaint.improvement and complaint.improvement_due_on:
            from_complaint(
                actor=actor, order=order, title=complaint.improvement, owner=complaint.improvement_owner,
                cause=complaint.facts, due_on=complaint.improvement_due_on, now=now,
            )  # fmt: skip
        note_change(actor, order, {}, {"decision": decision.outcome, "compensation": decision.compensation}, now)
    return complaint


def _check(decision: Decision, today: date) -> None:
    if decision.outcome not in rules.DECISIONS:
        raise Refused("complaint.outcome", field="outcome")
    for field in ("facts", "basis"):
        if not getattr(decision, field).strip():
            raise Refused(f"complaint.{field}", field=field)
    if not decision.remedies or set(decision.remedies) - set(rules.REMEDIES):
        raise Refused("complaint.remedies", field="remedies")
    if decision.compensation < 0:
        raise Refused("complaint.compensation", field="compensation")
    if decision.improvement.strip() and not (decision.improvement_owner.strip() and decision.improvement_due_on):
        raise Refused("complaint.improvement", field="improvement_owner")
    if decision.improvement_due_on and decision.improvement_due_on < today:
        raise Refused("complaint.improvement_past", field="improvement_due_on")


def ask_review(*, actor: Actor, order_id: int, reason: str, now: datetime) -> Review:
    """Take in the claimant's wish for a review (核查), within 30 days of the decision.

    Raises Refused before a decision or too late, Conflict while a review is open.
    """
    if not reason.strip():
        raise Refused("order.reason", field="reason")
    with transaction.atomic():
        order, complaint = _locked(actor, order_id, now, permissions.WORK)
        if complaint.decided_at is None:
            raise Refused("complaint.undecided", field="reason")
        if now > complaint.decided_at + timedelta(days=rules.REVIEW_ASK):
            raise Refused("complaint.review_late", field="reason", days=rules.REVIEW_ASK)
        if complaint.reviews.filter(decided_at__isnull=True).exists():
            raise Conflict("complaint.review_open")
        review = Review.objects.create(complaint=complaint, reason=reason.strip()[:500], asked_at=now)
        write(actor, order, OrderEntry.Kind.NOTE, code="review_asked", text=reason, now=now)
        note_change(actor, order, {}, {"review": "ASKED"}, now)
        deadlines.start_review(order, actor=actor, now=now)
        tell_people(actor, order, "complaint.review_waits", people.holders_of(permissions.APPROVE)[:20], now)
    return review


def decide_review(*, actor: Actor, order_id: int, outcome: str, answer: str, now: datetime) -> Review:
    """Decide a review: by the higher unit, never by whoever decided the complaint or is complained of."""
    if outcome not in ("UPHELD", "CHANGED"):
        raise Refused("complaint.outcome", field="outcome")
    if not answer.strip():
        raise Refused("complaint.answer", field="answer")
    with transaction.atomic():
        order, complaint = _locked(actor, order_id, now, permissions.APPROVE)
        review = complaint.reviews.filter(decided_at__isnull=True).first()
        if review is None:
            raise Conflict("complaint.review_gone")
        require_not_accused(order, [actor.id])
        if complaint.decided_by_id == actor.id:
            raise Refused("complaint.own_decision")
        review.outcome, review.answer, review.decided_at = outcome, answer.strip(), now
        review.decided_by_id, review.decided_by_name = actor.id, actor.name[:80]
        review.save()
        write(actor, order, OrderEntry.Kind.REPLY, code="review_decided", text=answer, now=now)
        note_change(actor, order, {}, {"review": outcome}, now)
        deadlines.stop_reviews(order, actor=actor, now=now)
    return review
