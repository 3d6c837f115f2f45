"""Listings on the claims watch list and appeals against them, by two people each (CUS-10; PIPL art. 24)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import WatchAppeal, WatchListing
from keyuan.customers.rules.second_person import APPEAL, LISTING, step_of
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.watching import CRITERIA, access_listing
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.audit import Action, Subject, record

LONGEST_REVIEW = timedelta(days=366)
#: What a program that proposes a listing has to say, so that a person can be given the reasons (PIPL art. 24).
MODEL_FACTS = ("model", "version", "score", "reasons")


@dataclass(frozen=True, slots=True)
class ListingDraft:
    """What is proposed: grade, criterion, reason, effects, day of review; ``model_facts`` where a program did."""

    grade: str
    criterion: str
    reason: str
    review_on: date
    monitors_underwriting: bool = True
    escalates_claims: bool = True
    model_facts: dict[str, Any] = field(default_factory=dict)


def propose_listing(*, actor: Actor, customer_id: int, draft: ListingDraft, now: datetime) -> WatchListing:
    """Propose a customer for the watch list; it has no effect until another person confirms it.

    Raises `Invalid` by field, `Refused` while another listing of the customer lives.
    """
    actor.require(permissions.WATCH_PROPOSE)
    customer = access_customer(actor, customer_id, now=now)
    _check(draft, now.date())
    with transaction.atomic():
        live = WatchListing.objects.select_for_update().filter(customer=customer, status__in=("PROPOSED", "IN_FORCE"))
        if live.exists():
            raise Refused("watch.there_already")
        row = WatchListing.objects.create(
            customer=customer,
            grade=draft.grade,
            criterion=draft.criterion,
            reason=draft.reason.strip(),
            review_on=draft.review_on,
            monitors_underwriting=draft.monitors_underwriting,
            escalates_claims=draft.escalates_claims,
            is_automated=bool(draft.model_facts),
            model_facts=draft.model_facts,
            proposed_by_id=actor.id,
            proposed_by_name=actor.name[:40],
            proposed_at=now,
        )
        _note(actor, Action.CREATE, row, "", now)
    return row


def _check(draft: ListingDraft, today: date) -> None:
    errors = []
    if draft.grade not in WatchListing.Grade.values:
        errors.append(Refused("field.choice", field="grade"))
    if draft.criterion not in CRITERIA:
        errors.append(Refused("field.choice", field="criterion"))
    if not draft.reason.strip():
        errors.append(Refused("watch.reason", field="reason"))
    if not today < draft.review_on <= today + LONGEST_REVIEW:
        errors.append(Refused("watch.review", field="review_on"))
    if not (draft.monitors_underwriting or draft.escalates_claims):
        errors.append(Refused("watch.no_effect", field="escalates_claims"))
    if draft.model_facts and not set(MODEL_FACTS) <= set(draft.model_facts):
        errors.append(Refused("watch.model_facts", field="model_facts"))
    if errors:
        raise Invalid(errors)


def decide_listing(*, actor: Actor, listing_id: int, act: str, note: str, now: datetime) -> WatchListing:
    """Confirm, refuse, withdraw or lift a listing, each with its reason.

    Raises `Refused` for whoever proposed it, `Conflict` when it was decided already.
    """
    actor.require(permissions.WATCH_PROPOSE if act == "withdraw" else permissions.WATCH_DECIDE)
    if not note.strip():
        raise Refused("watch.note", field="note")
    with transaction.atomic():
        row = access_listing(actor, listing_id, now=now, lock=True)
        step = step_of(LISTING, act, row.status, actor_id=actor.id, involved=(row.proposed_by_id,))
        _move(actor, row, step.target, note, now)
    return row


def _move(actor: Actor, row: WatchListing, target: str, note: str, now: datetime) -> None:
    before = row.status
    row.status, row.version = target, row.version + 1
    if before == "PROPOSED":
        row.decided_by_id, row.decided_by_name, row.decided_at = actor.id, actor.name[:40], now
        row.decision_note = note.strip()[:200]
    if target != "IN_FORCE":
        row.ended_at, row.end_reason = now, note.strip()[:200]
    row.save()
    _note(actor, Action.UPDATE, row, before, now, note)


def renew_review(*, actor: Actor, listing_id: int, review_on: date, note: str, now: datetime) -> WatchListing:
    """Keep a listing in force after its review, until the next one; another person than the proposer decides."""
    actor.require(permissions.WATCH_DECIDE)
    if not note.strip():
        raise Refused("watch.note", field="note")
    if not now.date() < review_on <= now.date() + LONGEST_REVIEW:
        raise Refused("watch.review", field="review_on")
    with transaction.atomic():
        row = access_listing(actor, listing_id, now=now, lock=True)
        step_of({"renew": LISTING["lift"]}, "renew", row.status, actor_id=actor.id, involved=())
        row.review_on, row.version = review_on, row.version + 1
        row.save(update_fields=["review_on", "version"])
        _note(actor, Action.UPDATE, row, row.status, now, note)
    return row


def receive_appeal(*, actor: Actor, listing_id: int, grounds: str, on: date, now: datetime) -> WatchAppeal:
    """Take down the customer's appeal; one at a time, against a listing in force."""
    actor.require(permissions.WATCH_PROPOSE)
    if not grounds.strip():
        raise Refused("watch.grounds", field="grounds")
    if on > now.date():
        raise Refused("watch.received_future", field="received_on")
    with transaction.atomic():
        row = access_listing(actor, listing_id, now=now, lock=True)
        if row.status != WatchListing.Status.IN_FORCE:
            raise Refused("watch.not_in_force")
        if row.appeals.filter(outcome="OPEN").exists():
            raise Refused("watch.appeal_open")
        appeal = WatchAppeal.objects.create(
            listing=row, received_on=on, grounds=grounds.strip(), recorded_by_id=actor.id,
            recorded_by_name=actor.name[:40], recorded_at=now,
        )  # fmt: skip
        subject = Subject("watch_listing", row.pk)
        record(actor, Action.CREATE, subject, after={"appeal": appeal.pk}, customer_id=row.customer_id, now=now)
    return appeal


def decide_appeal(*, actor: Actor, listing_id: int, act: str, note: str, now: datetime) -> WatchAppeal:
    """Uphold the listing or lift it; whoever proposed or confirmed it decides nothing (PIPL art. 24: a human anew)."""
    actor.require(permissions.WATCH_DECIDE)
    if not note.strip():
        raise Refused("watch.note", field="note")
    with transaction.atomic():
        row = access_listing(actor, listing_id, now=now, lock=True)
        appeal = row.appeals.filter(outcome="OPEN").first()
        if appeal is None:
            raise Refused("watch.no_appeal")
        involved = (row.proposed_by_id, row.decided_by_id)
        step = step_of(APPEAL, act, appeal.outcome, actor_id=actor.id, involved=involved)
        appeal.outcome, appeal.note = step.target, note.strip()[:200]
        appeal.decided_by_id, appeal.decided_by_name, appeal.decided_at = actor.id, actor.name[:40], now
        appeal.save()
        if step.target == WatchAppeal.Outcome.LIFTED:
            _move(actor, row, WatchListing.Status.LIFTED, note, now)
        else:
            _note(actor, Action.UPDATE, row, row.status, now, note)
    return appeal


def _note(actor: Actor, action: Action, row: WatchListing, before: str, now: datetime, reason: str = "") -> None:
    subject = Subject("watch_listing", row.pk)
    after = {"status": row.status, "grade": row.grade, "review_on": row.review_on.isoformat()}
    record(
        actor, action, subject, before={"status": before} if before else None, after=after, reason=reason or row.reason,
        customer_id=row.customer_id, now=now,
    )  # fmt: skip
