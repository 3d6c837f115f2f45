"""What the desk begins with, and changing it: desks and their people, rules, targets, categories, canned answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.organisation.models import Unit
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.clocks.timetables import calendar_defaults
from keyuan.platform.locks import hold
from keyuan.service import permissions
from keyuan.service.models import Category, Desk, DeskMember, Macro, RoutingRule, ServiceTarget
from keyuan.service.rules import kinds

#: (code, name, code above, kind): the tree of domain.md §C.2 (GK), to be edited like any other.
CATEGORIES = (
    ("CONSULT_POLICY", "政策咨询", "", kinds.CONSULT),
    ("CONSULT_PRODUCT", "产品咨询", "", kinds.CONSULT),
    ("AFTER_SALE", "售后服务", "", kinds.REQUEST),
    ("AS_CHANGE", "保单变更", "AFTER_SALE", kinds.REQUEST),
    ("AS_COPY", "补发保单", "AFTER_SALE", kinds.REQUEST),
    ("AS_CLAIM", "理赔报案", "AFTER_SALE", kinds.REQUEST),
    ("AS_VISIT", "预约服务", "AFTER_SALE", kinds.REQUEST),
    ("AS_SURRENDER", "退保意向", "AFTER_SALE", kinds.REQUEST),
    ("COMPLAINT", "投诉", "", kinds.COMPLAINT),
    ("C_SALES", "销售纠纷", "COMPLAINT", kinds.COMPLAINT),
    ("C_CLAIM", "理赔纠纷", "COMPLAINT", kinds.COMPLAINT),
    ("C_SURRENDER", "退保纠纷", "COMPLAINT", kinds.COMPLAINT),
    ("C_UW", "承保", "COMPLAINT", kinds.COMPLAINT),
    ("C_SERVICE", "保全", "COMPLAINT", kinds.COMPLAINT),
    ("C_RENEWAL", "续期续保", "COMPLAINT", kinds.COMPLAINT),
    ("C_CALLBACK", "回访", "COMPLAINT", kinds.COMPLAINT),
    ("C_ATTITUDE", "服务态度", "COMPLAINT", kinds.COMPLAINT),
    ("C_PRIVACY", "信息泄露/骚扰", "COMPLAINT", kinds.COMPLAINT),
    ("C_OTHER", "其他投诉", "COMPLAINT", kinds.COMPLAINT),
    ("VOICE", "建议与表扬", "", kinds.SUGGESTION),
    ("REPORT", "举报", "", kinds.REPORT),
)
MACROS = (
    ("受理确认", "尊敬的{customer}，您的事项已受理，工单号{number}，我们会尽快与您联系。", True),
    ("补充资料", "尊敬的{customer}，办理工单{number}还需要您补充资料，收到后我们会继续办理。", True),
    ("办结告知", "尊敬的{customer}，工单{number}已办结，如有疑问请随时联系我们。", True),
)
HOME = "HEAD"


def seed(now: datetime) -> None:
    """Make the first desk, the categories and canned answers where there are none; again it changes nothing."""
    del now
    with transaction.atomic():
        hold("service:seed")
        if not Category.objects.exists():
            made: dict[str, Category] = {}
            for place, (code, name, above, kind) in enumerate(CATEGORIES):
                made[code] = Category.objects.create(
                    code=code, name=name, parent=made.get(above), kind=kind, position=place
                )
            Macro.objects.bulk_create(Macro(name=name, body=body, is_reply=reply) for name, body, reply in MACROS)
        unit = Unit.objects.filter(parent__isnull=True).order_by("pk").first()
        if unit is not None and not Desk.objects.exists():
            Desk.objects.create(code=HOME, name="客服中心", unit=unit)


def _trail(actor: Actor, kind: str, pk: int, after: Mapping[str, Any], now: datetime) -> None:
    record(actor, Action.UPDATE, Subject(kind, pk), after=after, now=now)


def _version(row: Any, version: int) -> None:
    if row.version != version:
        raise Conflict("setup.moved_on", version=row.version)
    row.version += 1


def save_desk(
    *, actor: Actor, desk_id: int | None, name: str, unit_id: int, supervisor_id: int | None, is_active: bool,
    members: Sequence[Mapping[str, Any]], version: int, now: datetime,
) -> Desk:  # fmt: skip
    """Make or change a desk with its people (user_id, skills, capacity, is_away).

    Raises Refused without a name or unit, for a person twice, closing the last desk; Conflict when somebody was faster.
    """
    actor.require(permissions.SETTINGS)
    if not name.strip():
        raise Refused("setup.name", field="name")
    ids = [int(member["user_id"]) for member in members]
    if len(set(ids)) != len(ids) or set(ids) - set(people.names_of(ids)):
        raise Refused("setup.person", field="members")
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise Refused("setup.unit", field="unit")
    with transaction.atomic():
        desk = Desk.objects.select_for_update().filter(pk=desk_id).first() if desk_id else Desk(version=0)
        if desk is None:
            raise NotFound("setup.not_found")
        _version(desk, version)
        if not is_active and not Desk.objects.filter(is_active=True).exclude(pk=desk.pk or 0).exists():
            raise Refused("setup.last_desk", field="is_active")
        desk.name, desk.unit, desk.supervisor_id, desk.is_active = name.strip()[:40], unit, supervisor_id, is_active
        desk.code = desk.code or f"D{Desk.objects.count() + 1:03}"
        desk.save()
        DeskMember.objects.filter(desk=desk).exclude(user_id__in=ids).delete()
        for member in members:
            DeskMember.objects.update_or_create(
                desk=desk, user_id=member["user_id"],
                defaults={key: member[key] for key in ("skills", "capacity", "is_away") if key in member},
            )  # fmt: skip
        _trail(actor, "desk", desk.pk, {"name": desk.name, "members": len(ids), "is_active": is_active}, now)
    return desk


def save_rule(
    *, actor: Actor, rule_id: int | None, values: Mapping[str, Any], version: int, now: datetime
) -> RoutingRule:
    """Make or change a routing rule; the first fitting one by position counts."""
    actor.require(permissions.SETTINGS)
    if not str(values.get("name", "")).strip():
        raise Refused("setup.name", field="name")
    if not Desk.objects.filter(pk=values.get("desk_id") or 0, is_active=True).exists():
        raise Refused("setup.desk", field="desk")
    with transaction.atomic():
        rule = RoutingRule.objects.select_for_update().filter(pk=rule_id).first() if rule_id else RoutingRule(version=0)
        if rule is None:
            raise NotFound("setup.not_found")
        _version(rule, version)
        for name, value in values.items():
            setattr(rule, name, value)
        rule.save()
        _trail(actor, "routing_rule", rule.pk, {"name": rule.name, "position": rule.position}, now)
    return rule


def save_target(
    *, actor: Actor, kind: str, category_code: str, tier: str, first: int, solution: int, hours_key: str, now: datetime
) -> ServiceTarget:
    """Set the terms of a kind, category and tier; orders taken in from now on have them."""
    actor.require(permissions.SETTINGS)
    if kind not in kinds.TAKEN_IN:
        raise Refused("order.kind", field="kind")
    if category_code and not Category.objects.filter(code=category_code).exists():
        raise Refused("order.category", field="category")
    if hours_key not in calendar_defaults:
        raise Refused("setup.hours", field="hours_key")
    if not 0 < first <= solution:
        raise Refused("setup.minutes", field="first")
    with transaction.atomic():
        hold("service:targets")
        row, _made = ServiceTarget.objects.update_or_create(
            kind=kind, category_code=category_code, tier=tier,
            defaults={"first_minutes": first, "solution_minutes": solution, "hours_key": hours_key},
        )  # fmt: skip
        _trail(actor, "service_target", row.pk, {"kind": kind, "first": first, "solution": solution}, now)
    return row


def drop_target(*, actor: Actor, target_id: int, now: datetime) -> None:
    """Take a row of the table of targets out: what is more general counts again."""
    actor.require(permissions.SETTINGS)
    with transaction.atomic():
        if ServiceTarget.objects.filter(pk=target_id).delete()[0]:
            _trail(actor, "service_target", target_id, {"dropped": True}, now)


def save_category(
    *, actor: Actor, category_id: int | None, name: str, parent_id: int | None, kind: str, is_active: bool,
    version: int, now: datetime,
) -> Category:  # fmt: skip
    """Make or change a category. Raises Refused for a circle or a kind that does not exist."""
    actor.require(permissions.SETTINGS)
    if not name.strip():
        raise Refused("setup.name", field="name")
    if kind not in kinds.TAKEN_IN:
        raise Refused("order.kind", field="kind")
    with transaction.atomic():
        hold("service:categories")
        row = Category.objects.filter(pk=category_id).first() if category_id else Category(version=0)
        if row is None:
            raise NotFound("setup.not_found")
        _version(row, version)
        node = Category.objects.filter(pk=parent_id).first() if parent_id else None
        row.parent = node
        while node is not None:
            if node.pk == row.pk:
                raise Refused("setup.circle", field="parent")
            node = node.parent
        row.name, row.kind, row.is_active = name.strip()[:40], kind, is_active
        if not row.pk:
            count = Category.objects.count()
            row.code, row.position = f"N{count + 1:04}", count
        row.save()
        _trail(actor, "service_category", row.pk, {"name": row.name, "is_active": is_active}, now)
    return row


def save_macro(
    *,
    actor: Actor,
    macro_id: int | None,
    name: str,
    body: str,
    is_reply: bool,
    is_active: bool,
    version: int,
    now: datetime,
) -> Macro:
    """Make or change a canned answer."""
    actor.require(permissions.SETTINGS)
    for field, text in (("name", name), ("body", body)):
        if not text.strip():
            raise Refused(f"setup.{field}", field=field)
    with transaction.atomic():
        row = Macro.objects.select_for_update().filter(pk=macro_id).first() if macro_id else Macro(version=0)
        if row is None:
            raise NotFound("setup.not_found")
        _version(row, version)
        row.name, row.body, row.is_reply, row.is_active = name.strip()[:60], body.strip()[:1000], is_reply, is_active
        row.save()
        _trail(actor, "macro", row.pk, {"name": row.name, "is_active": is_active}, now)
    return row
