"""Working gaps out and keeping the result with the customer (ANA-8)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.analytics import permissions
from keyuan.analytics.models import GapNeed, GapResult
from keyuan.analytics.selectors.gap.known import Standing, facts, said_of, standing_of
from keyuan.analytics.selectors.gap.pricing import Prices
from keyuan.analytics.services.following import PLACE
from keyuan.analytics.services.gap.answering import access_person
from keyuan.customers.models import CustomerSummary
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.policies.rules.gap import methods
from keyuan.policies.rules.gap.assumptions import Assumptions, as_json
from keyuan.policies.rules.gap.buying import Purchase, spend
from keyuan.policies.rules.gap.needs import Facts, Need, total_gap, work_out
from keyuan.policies.rules.gap.questions import remarks
from keyuan.policies.rules.gap.stages import stage_of

KIND = "gap_result"


def work_out_gaps(*, actor: Actor, customer_id: int, token: str, now: datetime) -> GapResult:
    """Work out a customer's gaps by the edition in force and keep the result; the ones before stay.

    ``token`` names one attempt: sent again, the result of the first time is returned. Raises `NotFound`, `Refused`
    gap.no_person, gap.not_told, gap.open_questions while something is still to be asked.
    """
    actor.require(permissions.GAP_ASK)
    customer = access_person(actor, customer_id, now=now)
    standing = standing_of(actor, customer, now=now)
    if not standing.may_use_means:
        raise Refused("gap.not_told", field="told")
    if standing.open:
        raise Refused("gap.open_questions", count=len(standing.open))
    today = timezone.localdate(now)
    told = facts(standing, today=today)
    needs = work_out(told, standing.assumed)
    budget = budget_of(told, standing.assumed)
    prices = Prices(told, actor.scope.agent_id or customer.summary.servicing_agent_id, today)
    purchases = spend(budget, ((need.kind, need.gap) for need in needs if not need.within), prices)
    with transaction.atomic():
        hold(f"gap sheet {customer.pk}")
        key = f"{actor.id}:{customer.pk}:{token}"[:80] if token else None
        made = GapResult.objects.filter(form_key=key).first() if key else None
        if made is not None:
            return made
        GapResult.objects.filter(customer=customer, is_latest=True).update(is_latest=False)
        result = _kept(actor, standing, told, needs, budget, purchases, key, now)
        after = {"edition": standing.edition, "stage": result.life_stage}
        record(actor, Action.CREATE, Subject(KIND, result.pk), after=after, customer_id=customer.pk, now=now)
    return result


def budget_of(told: Facts, assumed: Assumptions) -> int:
    """Return what may be spent a year: as told, else what the rule of double ten leaves beside present premiums."""
    if told.budget is not None:
        return told.budget
    return max(0, methods.premium_ceiling(told.income or 0, assumed.premium_share_bp) - told.premiums)


def _kept(
    actor: Actor, standing: Standing, told: Facts, needs: Sequence[Need], budget: int, purchases: Sequence[Purchase],
    key: str | None, now: datetime,
) -> GapResult:  # fmt: skip
    customer, today = standing.customer, timezone.localdate(now)
    # The place is read here and not before: a hand-over meanwhile has moved it.
    summary = CustomerSummary.objects.get(pk=customer.pk)
    result = GapResult.objects.create(
        customer=customer, form_key=key, made_at=now, made_by_id=actor.id, made_by_name=actor.name[:40],
        life_stage=stage_of(told, standing.assumed), edition=standing.edition, assumptions=as_json(standing.assumed),
        facts=asdict(told), remarks=remarks(standing.known, said_of(standing.sheet), today),
        total_gap=total_gap(needs), first_kind=first_of(needs), budget=budget,
        purchases=[purchase_row(one) for one in purchases], **{name: getattr(summary, name) for name in PLACE},
    )  # fmt: skip
    GapNeed.objects.bulk_create(GapNeed(result=result, **need_row(need, at)) for at, need in enumerate(needs))
    return result


def first_of(needs: Iterable[Need]) -> str:
    """Return the need to close first, empty where nothing is open."""
    return next((need.kind for need in needs if need.gap and not need.within), "")


def need_row(need: Need, position: int) -> dict[str, Any]:
    """Return the columns of a need."""
    detail = {"lines": [list(line) for line in need.lines], "others": [list(other) for other in need.others]}
    return {
        "kind": need.kind, "position": position, "method": need.method, "need": need.need, "cover": need.cover,
        "gap": need.gap, "within": need.within, "detail": detail,
    }  # fmt: skip


def purchase_row(purchase: Purchase) -> dict[str, Any]:
    """Return a purchase as it is kept."""
    return {"kind": purchase.kind, "state": purchase.state} | (asdict(purchase.price) if purchase.price else {})
