"""Writing task rules: each change is a version with its reason (CUS-13)."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.extensions import occasions, task_kinds
from keyuan.customers.models import TaskRule, TaskRuleVersion
from keyuan.customers.rules.task_rules import CODE, Known, RuleDraft, check
from keyuan.customers.selectors import labels
from keyuan.customers.services.agenda.content import content_of, draft_of
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record


def known() -> Known:
    """Return the words that rules may use in this system."""
    return Known(
        places={occasion.key: occasion.places for occasion in occasions},
        kinds={kind.key for kind in task_kinds},
        tiers=set(labels.TIERS),
        channels={str(channel) for channel in labels.SALES_CHANNELS},
    )


def checked(draft: RuleDraft) -> RuleDraft:
    """Return a draft that makes sense in this system. Raises `Invalid`."""
    return check(draft, known())


def create_rule(*, actor: Actor, code: str, draft: RuleDraft, now: datetime) -> TaskRule:
    """Make a rule. Raises `Refused` for a code that exists or is none, `Invalid` for its content."""
    actor.require(permissions.TASK_RULES)
    if not CODE.fullmatch(code):
        raise Refused("task_rule.code", field="code")
    content = content_of(checked(draft))
    with transaction.atomic():
        if TaskRule.objects.filter(code=code).exists():
            raise Refused("task_rule.code_taken", field="code")
        rule = TaskRule.objects.create(code=code, created_at=now, updated_at=now, **content)
        _note(actor, rule, now, "")
        record(actor, Action.CREATE, Subject("task_rule", rule.pk), after=content, now=now)
    return rule


def change_rule(*, actor: Actor, rule_id: int, version: int, draft: RuleDraft, reason: str, now: datetime) -> TaskRule:
    """Change what a rule says from the next night on.

    Raises `Conflict` when somebody else changed it since ``version``, `Refused` without a reason, `Invalid` for its
    content.
    """
    actor.require(permissions.TASK_RULES)
    if not reason.strip():
        raise Refused("task_rule.reason_missing", field="change_reason")
    content = content_of(checked(draft))
    with transaction.atomic():
        rule = TaskRule.objects.select_for_update().filter(pk=rule_id).first()
        if rule is None:
            raise NotFound("task_rule.not_found")
        if rule.version != version:
            raise Conflict("conflict", version=rule.version)
        before = content_of(draft_of(rule))
        if before == content:
            return rule
        for name, value in content.items():
            setattr(rule, name, value)
        rule.version += 1
        rule.updated_at = now
        rule.save()
        _note(actor, rule, now, reason)
        subject = Subject("task_rule", rule.pk)
        record(actor, Action.UPDATE, subject, before=before, after=content, reason=reason, now=now)
    return rule


def switch_rule(*, actor: Actor, rule_id: int, is_active: bool, reason: str, now: datetime) -> TaskRule:
    """Let a rule rest or work again; its open tasks stay."""
    rule = TaskRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise NotFound("task_rule.not_found")
    draft = replace(draft_of(rule), is_active=is_active)
    return change_rule(actor=actor, rule_id=rule_id, version=rule.version, draft=draft, reason=reason, now=now)


def _note(actor: Actor, rule: TaskRule, now: datetime, reason: str) -> None:
    TaskRuleVersion.objects.create(
        rule=rule,
        number=rule.version,
        content=content_of(draft_of(rule)),
        reason=reason.strip()[:200],
        changed_by_id=actor.id,
        changed_by_name=actor.name[:40],
        changed_at=now,
    )
