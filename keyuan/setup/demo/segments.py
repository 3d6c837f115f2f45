"""Segments, the meaning of tags and rules that set them, alive in the demo book (CUS-6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.utils import translation

from keyuan.analytics.forms.label_words import meaning_of, name_of
from keyuan.analytics.services.labels.taking_over import Words, take_over
from keyuan.customers.services.segments.catalogue import RuleFacts, TagFacts, change_tag, set_rule
from keyuan.customers.services.segments.saving import SegmentDraft, create_segment
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.actors import actor_of
from keyuan.setup.demo.plan import Book

HEAD, MANAGER = "10001", "10006"
Row = dict[str, Any]


def _row(field: str, op: str, value: Any = None) -> Row:
    return {"kind": "row", "field": field, "op": op, "value": value}


def _group(join: str, *items: Row) -> Row:
    return {"kind": "group", "join": join, "not": False, "items": list(items)}


def _has(entity: str, *items: Row, how: str = "at_least", amount: int = 1, measure: str = "") -> Row:
    more = {"how": how, "amount": amount, "measure": measure}
    return {"kind": "has", "entity": entity, "join": "and", "items": list(items), **more}


@dataclass(frozen=True, slots=True)
class Told:
    """A segment of the demo book: whose, what it is for, and the tag that follows it."""

    owner: str
    name: str
    note: str
    items: tuple[Row, ...]
    tag: str = ""


IN_FORCE = _row("policy.status", "in", ["IN_FORCE"])
SEGMENTS = (
    Told(
        HEAD, "高端家庭：传承与保全", "财富传承主题活动的邀约名单",
        (
            _row("tier", "in", ["DIAMOND", "PLATINUM"]),
            _row("age", "between", [40, 65]),
            _has("policy", IN_FORCE, _row("policy.is_long_term", "yes"), amount=2),
        ),
    ),
    Told(
        HEAD, "普通家庭：保障不足", "有保单但没有医疗或重疾险的家庭，先补健康保障",
        (
            _row("is_policyholder", "yes"),
            _row("age", "between", [25, 50]),
            _has("policy", IN_FORCE, _row("policy.kind", "in", ["CRITICAL_ILLNESS", "MEDICAL"]), how="none"),
        ),
        "NEED_HEALTH",
    ),
    Told(
        HEAD, "多单客户", "有效保单三张以上",
        (_has("policy", IN_FORCE, amount=3),),
        "VALUE_MULTI",
    ),
    Told(
        MANAGER, "续期风险", "宽限期内，或已中止且近一年有联系",
        (
            _group(
                "or",
                _row("state", "in", ["GRACE"]),
                _group(
                    "and",
                    _row("state", "in", ["SUSPENDED"]),
                    _has("interaction", _row("interaction.occurred_at", "last_days", 365)),
                ),
            ),
        ),
        "RISK_LAPSE",
    ),
    Told(
        MANAGER, "半年未联系的老客户", "优先安排保障检视",
        (
            _row("is_policyholder", "yes"),
            _row("last_contact_on", "older_days", 180),
            _row("annual_premium", "ge", 500_000),
        ),
    ),
    Told(
        MANAGER, "近两年赔付较多", "理赔回访与再检视",
        (
            _has(
                "claim", _row("claim.reported_at", "last_days", 730), how="at_least", amount=1_000_000,
                measure="claim.paid_amount",
            ),
        ),
    ),
)  # fmt: skip
#: Suggestions that somebody took over; the first night sets their labels.
TAKEN_OVER = ("RISK_FADING", "VALUE_GROWING", "VALUE_TOP", "MIDDLE_CLASS")
#: What tags mean, and how long one put on by hand stays (days).
MEANINGS = {
    "RISK_LAPSE": ("续期保费可能交不上：宽限期内或已中止，先联系再谈复效", 180),
    "RISK_CONTACT": ("登记的联系方式打不通或被退回，先核实再联系", 90),
    "VALUE_MULTI": ("有效保单三张以上，可做保单整理", None),
    "NEED_HEALTH": ("没有有效的医疗险或重疾险", None),
    "NEED_NEW_PARENT": ("一年内家中添丁，关注教育金与父母寿险", 365),
}


def open_segments(book: Book, now: datetime) -> None:
    """Save the segments told, shared with their owners' units, say what tags mean, and let some follow a segment."""
    today = book.as_of
    people = dict(_people((HEAD, MANAGER)))
    tags = {tag.code: tag for tag in apps.get_model("customers.Tag").objects.all()}
    editor = people.get(MANAGER)
    if editor is None:
        return
    for code, (note, days) in MEANINGS.items():
        tag = tags[code]
        facts = TagFacts(tag.name, tag.family, note, days)
        tags[code] = change_tag(actor=editor, tag_id=tag.pk, version=tag.version, facts=facts, now=now)
    for told in SEGMENTS:
        _tell(people, editor, told, tags, today, now)
    with translation.override("zh-hans"):
        for code in TAKEN_OVER:
            words = Words(name_of(code), meaning_of(code))
            take_over(actor=editor, code=code, words=words, today=today, now=now)


def _tell(
    people: dict[str, Actor], editor: Actor, told: Told, tags: dict[str, Any], today: date, now: datetime
) -> None:
    condition = {"version": 1, "root": _group("and", *told.items)}
    draft = SegmentDraft(told.name, condition, told.note, shared=True)
    segment = create_segment(actor=people[told.owner], draft=draft, today=today, now=now)
    if told.tag:
        facts = RuleFacts(segment.pk)
        set_rule(actor=editor, tag_id=tags[told.tag].pk, version=0, facts=facts, today=today, now=now)


def _people(numbers: tuple[str, ...]) -> Iterator[tuple[str, Actor]]:
    """Yield those of the demo's people with these numbers, each in their main post."""
    posts = apps.get_model("organisation.Post").objects.select_related("user", "role", "unit", "agent")
    for post in posts.filter(user__staff_no__in=numbers).order_by("pk"):
        yield post.user.staff_no, actor_of(post)
