"""Settling for an item whether it is offered and when a second person approves (POL-5)."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies import permissions
from keyuan.policies.models import ServiceItemRule
from keyuan.policies.rules.service_items.catalogue import ALWAYS_TWO, BY_CODE
from keyuan.policies.rules.service_items.codes import Second


def settle_item(
    *, actor: Actor, item: str, is_offered: bool, second: str, limit: int | None, version: int, now: datetime
) -> ServiceItemRule:
    """Settle one item; ``version`` 0: nothing was settled yet. Requests under way follow from their next step on.

    Raises `Refused` request.unknown_item, request.reverse_fixed, request.limit_missing (field limit), and `Conflict`.
    """
    actor.require(permissions.SERVICE_LIMITS)
    if item not in BY_CODE:
        raise Refused("request.unknown_item", field="item")
    if second not in set(Second):
        raise Refused("request.not_offered_choice", field="second")
    if item in ALWAYS_TWO and second != Second.ALWAYS:
        raise Refused("request.reverse_fixed", field="second")
    if second == Second.ABOVE and not limit:
        raise Refused("request.limit_missing", field="limit")
    with transaction.atomic():
        row = ServiceItemRule.objects.select_for_update().filter(item=item).first()
        if (row.version if row else 0) != version:
            raise Conflict("conflict", version=row.version if row else 0)
        before = {"is_offered": row.is_offered, "second": row.second, "limit": row.limit} if row else {}
        row = row or ServiceItemRule(item=item, version=0)
        row.is_offered, row.second = is_offered, second
        row.limit = limit if second == Second.ABOVE else None
        row.changed_at, row.changed_by_name = now, actor.name[:40]
        row.version += 1
        row.save()
        after = {"is_offered": row.is_offered, "second": row.second, "limit": row.limit, "item": item}
        record(actor, Action.UPDATE, Subject("service_item_rule", row.pk), before=before, after=after, now=now)
    return row
