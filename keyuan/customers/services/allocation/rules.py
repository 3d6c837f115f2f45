"""Allocation rules: entered, changed, put in order, switched off; every saved state is kept (CUS-9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from keyuan.customers import permissions
from keyuan.customers.models import AllocationRule, AllocationRuleVersion
from keyuan.customers.rules.allocation.facts import LEVELS, METHODS
from keyuan.customers.selectors.allocation.rules import access_rule, all_rules
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import Unit
from keyuan.platform.audit import Action, Subject, record

Body = Mapping[str, Any]
MOST_RULES = 200


def save_rule(
    *,
    actor: Actor,
    rule_id: int | None,
    version: int,
    name: str,
    is_active: bool,
    conditions: Body,
    target: Body,
    now: datetime,
) -> AllocationRule:
    """Enter a rule at the end of the order, or change one.

    Raises `Refused` for what cannot be (field named) and `Conflict` when somebody saved in the meantime.
    """
    actor.require(permissions.ALLOCATION_RULES)
    _check(name, conditions, target)
    with transaction.atomic():
        rule = access_rule(rule_id, lock=True) if rule_id else _new_rule()
        if rule.pk and rule.version != version:
            raise Conflict("conflict", version=rule.version)
        before = body_of(rule) if rule.pk else None
        rule.name, rule.is_active = name.strip(), is_active
        rule.conditions, rule.target = dict(conditions), dict(target)
        _keep(actor, rule, before, now)
    return rule


def move_rule(*, actor: Actor, rule_id: int, up: bool, now: datetime) -> None:
    """Put a rule one place up or down in the order; at the end nothing happens."""
    actor.require(permissions.ALLOCATION_RULES)
    with transaction.atomic():
        rules = all_rules()
        places = [rule.pk for rule in rules]
        if rule_id not in places:
            access_rule(rule_id)
        here = places.index(rule_id)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rules):
            return
        rules[here], rules[there] = rules[there], rules[here]
        for position, rule in enumerate(rules, start=1):
            AllocationRule.objects.filter(pk=rule.pk).exclude(position=position).update(position=position)
        detail = {"moved": "up" if up else "down"}
        record(actor, Action.UPDATE, Subject("allocation_rule", rule_id), detail=detail, now=now)


def delete_rule(*, actor: Actor, rule_id: int, now: datetime) -> AllocationRule:
    """Take a rule out of use; its history stays, `restore_rule` brings it back."""
    actor.require(permissions.ALLOCATION_RULES)
    with transaction.atomic():
        rule = access_rule(rule_id, lock=True)
        rule.deleted_at = now
        rule.save(update_fields=["deleted_at"])
        record(actor, Action.DELETE, Subject("allocation_rule", rule.pk), before=body_of(rule), now=now)
    return rule


def restore_rule(*, actor: Actor, rule_id: int, now: datetime) -> None:
    """Undo `delete_rule`."""
    actor.require(permissions.ALLOCATION_RULES)
    with transaction.atomic():
        gone = AllocationRule.objects.select_for_update().filter(pk=rule_id, deleted_at__isnull=False)
        if gone.update(deleted_at=None):
            record(actor, Action.UNDO, Subject("allocation_rule", rule_id), now=now)


def body_of(rule: AllocationRule) -> dict[str, Any]:
    """Return what a rule says, as history and trail keep it."""
    return {
        "name": rule.name, "is_active": rule.is_active, "conditions": rule.conditions, "target": rule.target,
    }  # fmt: skip


def _new_rule() -> AllocationRule:
    if AllocationRule.objects.filter(deleted_at__isnull=True).count() >= MOST_RULES:
        raise Refused("allocation_rule.too_many", most=MOST_RULES)
    last = AllocationRule.objects.aggregate(last=Max("position"))["last"] or 0
    return AllocationRule(position=last + 1, version=0)


def _keep(actor: Actor, rule: AllocationRule, before: Body | None, now: datetime) -> None:
    rule.version += 1
    rule.save()
    AllocationRuleVersion.objects.create(
        rule=rule,
        version=rule.version,
        body=body_of(rule),
        saved_at=now,
        saved_by_id=actor.id,
        saved_by_name=actor.name[:80],
    )
    action = Action.UPDATE if before else Action.CREATE
    record(actor, action, Subject("allocation_rule", rule.pk), before=before, after=body_of(rule), now=now)


def _check(name: str, conditions: Body, target: Body) -> None:
    if not name.strip():
        raise Refused("allocation_rule.no_name", field="name")
    least, most = int(conditions.get("least_premium") or 0), int(conditions.get("most_premium") or 0)
    if most and most < least:
        raise Refused("allocation_rule.premium_range", field="most_premium")
    if target.get("method") not in METHODS:
        raise Refused("allocation_rule.method", field="method")
    near, far = target.get("nearest"), target.get("farthest")
    if near not in LEVELS or far not in LEVELS or LEVELS.index(near) > LEVELS.index(far):
        raise Refused("allocation_rule.levels", field="farthest")
    _check_numbers(target, ("quota", "cap"))
    if target.get("unit_id") and not Unit.objects.filter(pk=target["unit_id"], closed_on__isnull=True).exists():
        raise Refused("allocation_rule.unit", field="unit")


def _check_numbers(target: Body, keys: Sequence[str]) -> None:
    for key in keys:
        if not 0 <= int(target.get(key) or 0) <= 100_000:
            raise Refused("allocation_rule.number", field=key)
