"""Reads of task rules: what stands, what it said before, what the next days would bring (CUS-13)."""

from keyuan.customers import permissions
from keyuan.customers.extensions import occasions
from keyuan.customers.models import TaskRule, TaskRuleVersion, TaskRun
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def rules_visible_to(actor: Actor) -> list[TaskRule]:
    """Return every rule, by occasion and distance; whoever writes or supervises tasks reads them."""
    if not actor.may(permissions.TASK_RULES):
        return []
    order = {occasion.key: place for place, occasion in enumerate(occasions)}
    return sorted(TaskRule.objects.all(), key=lambda rule: (order.get(rule.occasion, 99), rule.days, rule.pk))


def access_rule(actor: Actor, rule_id: int) -> TaskRule:
    """Return one rule. Raises NotFound for whoever may not see rules."""
    rule = TaskRule.objects.filter(pk=rule_id).first() if actor.may(permissions.TASK_RULES) else None
    if rule is None:
        raise NotFound("task_rule.not_found")
    return rule


def versions_of(rule: TaskRule) -> list[TaskRuleVersion]:
    """Return what a rule said, the newest first; the caller has accessed the rule."""
    return list(rule.versions.order_by("-number")[:50])


def last_run() -> TaskRun | None:
    """Return the last night that was made."""
    return TaskRun.objects.order_by("-on").first()
