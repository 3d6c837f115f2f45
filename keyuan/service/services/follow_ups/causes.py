"""What happened elsewhere and sets follow-ups going: claims and orders that were closed, contracts surrendered."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from keyuan.claims.models import Claim
from keyuan.policies.models import Policy
from keyuan.service.models import WorkOrder
from keyuan.service.rules import kinds, machine
from keyuan.service.rules.follow_ups import plans
from keyuan.service.selectors.follow_ups.plans import plans_for
from keyuan.service.services.follow_ups.opening import Cause, open_many

#: Statuses in which a claim is over for the customer.
CLAIM_ENDED = ("PAID", "CLOSED", "DECLINED")
SURRENDER = "03"


def claims_closed(claim_ids: Sequence[int], *, now: datetime) -> int:
    """Open the follow-ups of claims that are over; return how many are new."""
    made, today = 0, timezone.localdate(now)
    for row, content in plans_for(plans.CLAIM_CLOSED):
        rows = Claim.objects.filter(pk__in=list(claim_ids), status__in=CLAIM_ENDED, customer__isnull=False)
        causes = [
            Cause(f"{row.pk}:C{pk}", customer or 0, day, policy)
            for pk, customer, policy, paid, decided in rows.values_list(
                "pk", "customer_id", "policy_id", "paid_on", "decided_on"
            )
            if plans.is_active(content, day := paid or decided or today)
        ]
        made += open_many(row, content, causes, now=now)
    return made


def orders_closed(order_ids: Sequence[int], *, now: datetime) -> int:
    """Open the follow-ups of complaints and of other orders that were closed; return how many are new."""
    made = 0
    for row, content in plans_for(plans.COMPLAINT_CLOSED, plans.ORDER_CLOSED):
        rows = WorkOrder.objects.filter(pk__in=list(order_ids), status=machine.CLOSED, customer__isnull=False)
        complaints = content.trigger == plans.COMPLAINT_CLOSED
        rows = rows.filter(kind=kinds.COMPLAINT) if complaints else rows.exclude(kind=kinds.COMPLAINT)
        found = rows.values_list("pk", "customer_id", "policy_id", "closed_on")
        causes = [
            Cause(f"{row.pk}:W{pk}", customer or 0, day, policy)
            for pk, customer, policy, day in found
            if day is not None and plans.is_active(content, day)
        ]
        made += open_many(row, content, causes, now=now)
    return made


def surrendered(policy_ids: Sequence[int], *, now: datetime) -> int:
    """Open the follow-ups of contracts that their holders gave up; return how many are new."""
    made = 0
    for row, content in plans_for(plans.SURRENDERED):
        rows = Policy.objects.filter(pk__in=list(policy_ids), termination_reason=SURRENDER, holder__isnull=False)
        causes = [
            Cause(f"{row.pk}:P{pk}", holder or 0, day, pk)
            for pk, holder, day in rows.values_list("pk", "holder_id", "terminated_on")
            if day is not None and plans.is_active(content, day)
        ]
        made += open_many(row, content, causes, now=now)
    return made
