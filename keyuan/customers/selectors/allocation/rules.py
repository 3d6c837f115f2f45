"""Allocation rules and their history."""

from collections.abc import Iterable

from keyuan.customers.models import AllocationRule, AllocationRuleVersion
from keyuan.kernel.errors import NotFound


def all_rules() -> list[AllocationRule]:
    """Return the rules in their order, also those that are switched off."""
    return list(AllocationRule.objects.filter(deleted_at__isnull=True).order_by("position", "id"))


def active_rules() -> list[AllocationRule]:
    """Return the rules that planning asks, in their order."""
    return [rule for rule in all_rules() if rule.is_active]


def access_rule(rule_id: int, *, lock: bool = False) -> AllocationRule:
    """Return one rule. Raises NotFound for one that was deleted."""
    rules = AllocationRule.objects.filter(pk=rule_id, deleted_at__isnull=True)
    found = (rules.select_for_update() if lock else rules).first()
    if found is None:
        raise NotFound("allocation_rule.not_found")
    return found


def versions_of(rule: AllocationRule) -> list[AllocationRuleVersion]:
    """Return how a rule stood over time, the latest first."""
    return list(AllocationRuleVersion.objects.filter(rule=rule).order_by("-version")[:100])


def rule_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of rules, deleted ones as well."""
    return dict(AllocationRule.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
