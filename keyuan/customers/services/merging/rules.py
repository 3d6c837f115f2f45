"""Which value wins is data: versions that are added, never changed (CUS-8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import SurvivorshipRules
from keyuan.customers.rules.merging.survivorship import CRITERIA, DEFAULTS, orders_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record


def current_orders() -> dict[str, tuple[str, ...]]:
    """Return by field the order of criteria in force."""
    newest = SurvivorshipRules.objects.order_by("-pk").first()
    return orders_of(newest.policies if newest else {})


def save_rules(
    *, actor: Actor, orders: Mapping[str, Sequence[str]], note: str, seen: int | None, now: datetime
) -> SurvivorshipRules:
    """Add a version of the rules; ``seen`` is the version that the editor saw (None: the defaults).

    Fields that are not named keep their order. Raises Refused for an unknown field or criterion, a criterion twice or
    none at all, Conflict when somebody saved in between.
    """
    actor.require(permissions.MERGE_BULK)
    for name, order in orders.items():
        if name not in DEFAULTS:
            raise Refused("merge.unknown_field", field=name)
        if not order or len(set(order)) != len(order) or any(one not in CRITERIA for one in order):
            raise Refused("merge.order", field=name)
    if not note.strip():
        raise Refused("merge.reason", field="note")
    with transaction.atomic():
        newest = SurvivorshipRules.objects.select_for_update().order_by("-pk").first()
        if (newest.pk if newest else None) != seen:
            raise Conflict("merge.rules_changed")
        before = orders_of(newest.policies if newest else {})
        after = before | {name: tuple(order) for name, order in orders.items()}
        policies = {name: list(order) for name, order in after.items()}
        rules = SurvivorshipRules.objects.create(
            policies=policies, note=note.strip()[:200], created_at=now, created_by_id=actor.id
        )
        record(
            actor,
            Action.UPDATE,
            Subject("survivorship_rules", rules.pk),
            before={name: list(order) for name, order in before.items()},
            after=policies,
            reason=note,
            now=now,
        )
    return rules
