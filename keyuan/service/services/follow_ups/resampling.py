"""Some successful calls are made again by somebody else, to find who answered for another (domain.md §A.4)."""

import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.service.models import FollowUp
from keyuan.service.rules.follow_ups import plans
from keyuan.service.rules.follow_ups.results import WAITING
from keyuan.service.services.follow_ups.opening import morning

#: Days in which the second call is to be made (GK).
TERM = 15


def draw(actor: Actor, follow_up: FollowUp, *, now: datetime) -> FollowUp | None:
    """Draw lots for a successful call-back in the caller's transaction; return the second call, when it is drawn.

    Nobody can know beforehand, and a call is drawn for once: with its success.
    """
    percent = plans.read(follow_up.plan.content).resample_percent
    if follow_up.kind != plans.CALLBACK or secrets.randbelow(plans.WHOLE) >= percent:
        return None
    today = timezone.localdate(now)
    same = (
        "plan_id", "questionnaire_id", "customer_id", "policy_id", "desk_id", "design", "is_regular",
        "contact_point_id", "number_index", "head_office_id", "branch_id", "sub_branch_id", "section_id", "team_id",
        "sales_channel", "servicing_agent_id",
    )  # fmt: skip
    values = {name: getattr(follow_up, name) for name in same}
    found, _made = FollowUp.objects.get_or_create(
        key=f"R:{follow_up.pk}",
        defaults={
            **values, "kind": plans.RESAMPLE, "status": WAITING, "pool_id": follow_up.desk_id, "start_on": today,
            "due_on": today + timedelta(days=TERM), "next_at": morning(today + timedelta(days=1)), "parent": follow_up,
            "first_by_id": actor.id, "opened_at": now,
        },
    )  # fmt: skip
    return found
