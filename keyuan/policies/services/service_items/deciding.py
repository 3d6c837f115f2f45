"""Reviewing and deciding: papers asked for once, two people where it weighs, effect or refusal (POL-5, POL-7)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.policies import permissions
from keyuan.policies.models import Policy, ServiceRequest
from keyuan.policies.rules.service_items.catalogue import ALWAYS_TWO, EXTRA
from keyuan.policies.rules.service_items.codes import Second, State, needs_second, step_of
from keyuan.policies.selectors.service_items import item_of, rule_for
from keyuan.policies.selectors.service_items.facts import wanted_of
from keyuan.policies.selectors.service_items.money import amount_of
from keyuan.policies.selectors.service_items.papers import missing_of
from keyuan.policies.selectors.service_items.pricing import priced_for, settled_premium, still_priced
from keyuan.policies.selectors.sources import keeper_of
from keyuan.policies.services.service_items import clocks
from keyuan.policies.services.service_items.applying import apply, check, locked_policy
from keyuan.policies.services.service_items.entering import DUE
from keyuan.policies.services.service_items.notices import give_notice
from keyuan.policies.services.service_items.recording import locked, take_step

PASSED = ("new_premium", "passed_at", "amount", "asked")
REVIEWER = ("reviewer_id", "reviewer_name")
EFFECT = ("image", "result", "effective_on", "decided_at", "former_account", "former_number", "amount", "is_reversed")


def ask_papers(*, actor: Actor, request_id: int, version: int | None, reason: str, now: datetime) -> ServiceRequest:
    """Tell the applicant once, with everything that is missing (DL-POS-FIX; 销售办法 40).

    Raises `Refused` request.asked_before for a second time, request.no_such_step, request.reason_missing, `Conflict`.
    """
    actor.require(permissions.SERVICE_APPLY)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        if request.papers_asked_at is not None:
            raise Refused("request.asked_before")
        request.papers_asked_at = now
        request.awaits_approval = False
        request.missing = missing_of(request, request.policy)
        clocks.stop(request, (clocks.FIX,), actor=actor, now=now)
        columns = ("papers_asked_at", "awaits_approval", "missing", *DUE)
        take_step(actor, request, "ASK_PAPERS", now, reason=reason, columns=columns)
        give_notice(request, "PAPERS", now)
    return request


def take_request(*, actor: Actor, request_id: int, version: int | None, now: datetime) -> ServiceRequest:
    """Take a request for review; of two people at once one gets it."""
    actor.require(permissions.SERVICE_REVIEW)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        _take(actor, request, now)
    return request


def _take(actor: Actor, request: ServiceRequest, now: datetime) -> None:
    request.reviewer_id, request.reviewer_name = actor.id, actor.name[:40]
    take_step(actor, request, "TAKE", now, columns=REVIEWER)


def take_many(actor: Actor, request_ids: list[int], now: datetime) -> list[int]:
    """Take those of the requests that still wait, in the caller's transaction; returns which."""
    actor.require(permissions.SERVICE_REVIEW)
    taken = []
    for pk in sorted(request_ids):
        request = locked(actor, pk, None)
        if request.status == State.WAITING:
            _take(actor, request, now)
            taken.append(pk)
    return taken


def give_back_many(actor: Actor, request_ids: list[int], now: datetime) -> int:
    """Put back those that the actor still reviews, in the caller's transaction."""
    count = 0
    for pk in sorted(request_ids):
        request = locked(actor, pk, None)
        if request.status == State.REVIEWING and request.reviewer_id == actor.id and not request.awaits_approval:
            _give_back(actor, request, now)
            count += 1
    return count


def give_back(*, actor: Actor, request_id: int, version: int | None, now: datetime) -> ServiceRequest:
    """Put a request back into the queue. Raises `Refused` request.awaits once it was passed."""
    actor.require(permissions.SERVICE_REVIEW)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        if request.awaits_approval or request.sent_at is not None:
            raise Refused("request.awaits")
        _give_back(actor, request, now)
    return request


def _give_back(actor: Actor, request: ServiceRequest, now: datetime) -> None:
    request.reviewer_id, request.reviewer_name = None, ""
    take_step(actor, request, "GIVE_BACK", now, columns=REVIEWER)


def pass_request(
    *, actor: Actor, request_id: int, version: int | None, now: datetime, new_premium: int | None = None,
    extra_paid_on: date | None = None, monitored: str = "", reason: str = "",
) -> ServiceRequest:  # fmt: skip
    """Pass the review: it takes effect at once, goes to a second person, or out to the system that keeps the contract.

    ``new_premium`` (分) confirms the one reckoned, or is another where underwriting may ask for it; ``extra_paid_on``
    is when a difference came in. Raises `Invalid` with what forbids it on the contract as it stands now, `Refused`
    request.awaits, request.not_reviewer, those of `pricing.settled_premium`, and `Conflict`.
    """
    actor.require(permissions.SERVICE_REVIEW)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        step_of("PASS", request.status)
        if request.awaits_approval or request.sent_at is not None:
            raise Refused("request.awaits")
        if request.reviewer_id != actor.id:
            raise Refused("request.not_reviewer", name=request.reviewer_name)
        item, policy = item_of(request), locked_policy(request)
        if extra_paid_on is not None and EXTRA in item.asks:
            request.asked = {**request.asked, EXTRA.key: extra_paid_on.isoformat()}
        check(request, policy, now)
        values = wanted_of(request, item).values
        request.new_premium = settled_premium(item, priced_for(policy, item, values, now.date()), new_premium)
        request.passed_at, request.amount = now, amount_of(policy, item, values, now.date())
        _offered, rule, limit = rule_for(item)
        if needs_second(_at_least(item.second, rule, request), limit, request.amount):
            request.awaits_approval = True
            take_step(actor, request, "PASS", now, reason=reason, columns=(*PASSED, "awaits_approval"))
            return request
        _carry_out(actor, request, policy, "PASS", now, monitored, reason, PASSED)
    return request


def _at_least(default: Second, rule: str, request: ServiceRequest) -> str:
    """Return the rule; some items always take two people, whatever was settled."""
    return default if request.item in ALWAYS_TWO else rule


def approve_request(
    *, actor: Actor, request_id: int, version: int | None, now: datetime, monitored: str = "", reason: str = ""
) -> ServiceRequest:
    """Approve what somebody else reviewed; it takes effect in the same transaction.

    Raises `Refused` request.own for whoever entered or reviewed it, request.not_awaiting, and as `pass_request`.
    """
    actor.require(permissions.SERVICE_APPROVE)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        _may_approve(actor, request)
        request.approver_id, request.approver_name = actor.id, actor.name[:40]
        request.awaits_approval = False
        columns = ("approver_id", "approver_name", "awaits_approval")
        policy, item = locked_policy(request), item_of(request)
        still_priced(item, priced_for(policy, item, wanted_of(request, item).values, now.date()), request.new_premium)
        _carry_out(actor, request, policy, "APPROVE", now, monitored, reason, columns)
    return request


def send_back(*, actor: Actor, request_id: int, version: int | None, reason: str, now: datetime) -> ServiceRequest:
    """Send a request back to its reviewer instead of approving it."""
    actor.require(permissions.SERVICE_APPROVE)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        _may_approve(actor, request)
        request.awaits_approval, request.passed_at = False, None
        take_step(actor, request, "SEND_BACK", now, reason=reason, columns=("awaits_approval", "passed_at"))
    return request


def _may_approve(actor: Actor, request: ServiceRequest) -> None:
    if not request.awaits_approval:
        raise Refused("request.not_awaiting")
    if actor.id is not None and actor.id in (request.entered_by_id, request.reviewer_id):
        raise Refused("request.own")


def _carry_out(
    actor: Actor, request: ServiceRequest, policy: Policy, act: str, now: datetime, monitored: str, reason: str,
    columns: tuple[str, ...],
) -> None:  # fmt: skip
    """Let the request take effect here, or ask the system that keeps the contract (POL-7)."""
    keeper = keeper_of(policy)
    if keeper is not None:
        check(request, policy, now)
        request.sent_at = now
        clocks.start_finish(request, actor=actor, now=now)
        columns = (*columns, "sent_at", *DUE)
        take_step(actor, request, act, now, reason=reason, columns=columns, event="SENT")
        return
    apply(actor=actor, request=request, policy=policy, monitored=monitored, now=now)
    request.decided_at = now
    clocks.end(request, void=False, actor=actor, now=now)
    event = "REVERSED" if request.item == "REVERSE" else "EFFECTIVE"
    columns = (*columns, *EFFECT, *DUE)
    take_step(actor, request, act, now, reason=reason, target=State.EFFECTIVE, columns=columns, event=event)
    give_notice(request, "EFFECTIVE", now)


def confirm_request(
    *, actor: Actor, request_id: int, version: int | None, reason: str, now: datetime
) -> ServiceRequest:
    """Note that the system that keeps the contract carried the request out; ``reason`` holds its reference.

    The contract itself is brought up to date by its import (POL-7). Raises `Refused` request.not_sent.
    """
    actor.require(permissions.SERVICE_REVIEW)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        if request.sent_at is None:
            raise Refused("request.not_sent")
        request.decided_at, request.effective_on = now, now.date()
        request.result = {"keeper": reason.strip()[:200]}
        clocks.end(request, void=False, actor=actor, now=now)
        columns = ("decided_at", "effective_on", "result", *DUE)
        take_step(actor, request, "CONFIRM", now, reason=reason, columns=columns, event="EFFECTIVE")
        give_notice(request, "EFFECTIVE", now)
    return request


def reject_request(*, actor: Actor, request_id: int, version: int | None, reason: str, now: datetime) -> ServiceRequest:
    """Refuse a request with the reason that the customer is told; reviewer or approver."""
    if not actor.may(permissions.SERVICE_APPROVE):
        actor.require(permissions.SERVICE_REVIEW)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        if request.awaits_approval:
            actor.require(permissions.SERVICE_APPROVE)
            _may_approve(actor, request)
        _close(actor, request, "REJECT", reason, now, void=False)
        give_notice(request, "REJECTED", now, {"reason": reason.strip()[:80]})
    return request


def void_request(*, actor: Actor, request_id: int, version: int | None, reason: str, now: datetime) -> ServiceRequest:
    """Withdraw a request at the customer's wish, before it took effect."""
    actor.require(permissions.SERVICE_APPLY)
    with transaction.atomic():
        request = locked(actor, request_id, version)
        if request.sent_at is not None:
            raise Refused("request.awaits")
        _close(actor, request, "VOID", reason, now, void=True)
    return request


def _close(actor: Actor, request: ServiceRequest, act: str, reason: str, now: datetime, *, void: bool) -> None:
    step_of(act, request.status)
    request.awaits_approval, request.decided_at, request.reason = False, now, reason.strip()[:200]
    clocks.end(request, void=void, actor=actor, now=now)
    event = "VOID" if void else "REJECTED"
    columns = ("awaits_approval", "decided_at", "reason", *DUE)
    take_step(actor, request, act, now, reason=reason, columns=columns, event=event)
