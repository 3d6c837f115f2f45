"""Customers who say or ask that they want to surrender: one talk for each attempt, in nobody's way (SRV-8, §A.6).

The request runs on with its own clock meanwhile: a retention offer may be made, an obstacle not (销售行为管理办法 40).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keyuan.platform.locks import hold
from keyuan.policies.models import ServiceRequest
from keyuan.policies.rules.service_items.codes import OPEN
from keyuan.service.models import FollowUp, FollowUpPlan, WorkOrder
from keyuan.service.rules.follow_ups import plans
from keyuan.service.rules.follow_ups.results import PROBLEM
from keyuan.service.selectors.follow_ups.plans import plans_for
from keyuan.service.services.follow_ups.opening import Cause, drop, open_many

#: What becomes of a request when there is nothing more to talk about.
SETTLED = frozenset({"EFFECTIVE", "REJECTED", "VOID"})
#: An attempt by phone and the request that follows it are one.
LOCK = "service:surrender-attempts"


def requested(request_ids: Sequence[int], *, now: datetime) -> int:
    """Open the talk with whoever asked policy service for surrender; return how many are new."""
    made = 0
    for row, content in plans_for(plans.SURRENDER_ATTEMPT):
        rows = ServiceRequest.objects.filter(
            pk__in=list(request_ids), item__in=content.items, status__in=OPEN, customer__isnull=False
        )
        causes = [
            Cause(f"{row.pk}:S{pk}", customer or 0, timezone.localdate(at), policy)
            for pk, customer, policy, at in rows.values_list("pk", "customer_id", "policy_id", "received_at")
        ]
        made += _open(row, content, causes, now)
    return made


def orders_taken(order_ids: Sequence[int], *, now: datetime) -> int:
    """Open the talk with whoever told the desk so: an order of one of the plan's categories, or of one below."""
    made = 0
    for row, content in plans_for(plans.SURRENDER_ATTEMPT):
        codes = content.categories
        rows = WorkOrder.objects.filter(
            Q(category__code__in=codes) | Q(category__parent__code__in=codes), pk__in=list(order_ids), is_open=True,
            customer__isnull=False,
        )  # fmt: skip
        causes = [
            Cause(f"{row.pk}:W{pk}", customer or 0, timezone.localdate(at), policy)
            for pk, customer, policy, at in rows.values_list("pk", "customer_id", "policy_id", "received_at")
        ]
        made += _open(row, content, causes, now)
    return made


def _open(row: FollowUpPlan, content: plans.Plan, causes: Sequence[Cause], now: datetime) -> int:
    made = 0
    with transaction.atomic():
        hold(LOCK)
        for cause in causes:
            if plans.is_active(content, cause.on) and not _is_under_way(row, cause):
                made += open_many(row, content, [cause], now=now)
    return made


def _is_under_way(row: FollowUpPlan, cause: Cause) -> bool:
    """Tell whether this attempt is talked about already: about the contract, or about none in particular."""
    rows = FollowUp.objects.filter(customer_id=cause.customer_id, plan=row, is_open=True)
    if cause.policy_id is not None:
        rows = rows.filter(Q(policy_id=cause.policy_id) | Q(policy__isnull=True))
    return rows.exists()


def settled(request_ids: Sequence[int]) -> int:
    """Drop the talks about contracts whose request is settled, unless somebody is talking; return how many."""
    rows = plans_for(plans.SURRENDER_ATTEMPT)
    items = {item for _row, content in rows for item in content.items}
    requests = ServiceRequest.objects.filter(pk__in=list(request_ids), item__in=items)
    policies = list(requests.values_list("policy_id", flat=True))
    waiting = FollowUp.objects.filter(
        policy_id__in=policies, plan_id__in=[row.pk for row, _content in rows], is_open=True, owner_id__isnull=True,
    ).exclude(status=PROBLEM)  # fmt: skip
    return drop(waiting, reason="settled")
