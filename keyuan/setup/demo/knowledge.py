"""A knowledge base in use and improvement under way in the demo book (SRV-6, SRV-11)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings

from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.service.rules.improvement import months_back
from keyuan.service.rules.knowledge import life
from keyuan.service.services.improvement import items, months
from keyuan.service.services.knowledge import deciding, reading, writing
from keyuan.service.services.knowledge.setting_up import seed
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.words.knowledge import ANSWERS, ARTICLES, IMPROVEMENTS, MISSES, STARS

EDITOR, APPROVER, READER, HANDLER, COMPLIANCE = "10010", "10009", "10011", "10018", "10003"
#: Days that the demo's improvement is measured over, before and after.
PERIOD = 60


def open_knowledge(book: Book, now: datetime) -> None:
    """Write, approve and publish articles; let people read, judge and use them; enter improvement items and votes."""
    numbers = (EDITOR, APPROVER, READER, HANDLER, COMPLIANCE)
    people = {number: actor_by_staff_no(number, book.as_of) for number in numbers}
    if any(person is None for person in people.values()):
        return
    staff = {number: person for number, person in people.items() if person is not None}
    morning = max(now, datetime.combine(book.as_of, time(9, 30), ZoneInfo(settings.TIME_ZONE)))
    seed()
    _articles(staff, book.as_of, morning)
    _improvement(staff, book.as_of, morning)
    _stars(staff, book.as_of, morning)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _articles(staff: dict[str, Actor], today: date, now: datetime) -> None:
    categories = list(_rows("service.KnowledgeCategory").order_by("position").values_list("pk", flat=True))
    texts = [(life.ANSWER, *row) for row in ANSWERS] + [(life.ARTICLE, *row) for row in ARTICLES]
    for number, (kind, place, tags, title, body) in enumerate(texts):
        written = now - timedelta(days=3 + number * 11 % 300, hours=number % 5)
        text = writing.Text(
            title=title, body=body, tags=tuple(tags.split("，")),
            audience=life.PORTAL if number % 3 == 0 else life.INSIDE,
            valid_until=today + timedelta(days=5 + number * 37) if number % 6 == 0 else None,
        )  # fmt: skip
        made = writing.create_article(
            actor=staff[EDITOR], kind=kind, category_id=categories[place], text=text,
            review_on=today + timedelta(days=number * 29 % 360 - 5), now=written,
        )  # fmt: skip
        _bring_on(staff, made.pk, number, len(texts), written)
        if number % 3 == 1 and number < len(texts) - 2:
            comment = "请补充办理时限" if number % 2 else ""
            reading.say(actor=staff[READER], article_id=made.pk, is_useful=not comment, comment=comment, now=now)
        if kind == life.ANSWER:
            reading.use(actor=staff[READER], article_id=made.pk, place="COPY", now=now)
    for typed, times in MISSES:
        for _time in range(times):
            reading.note_miss(typed=typed, today=today)


def _bring_on(staff: dict[str, Actor], pk: int, number: int, count: int, now: datetime) -> None:
    """Publish an article; the last two wait for approval and stay drafts."""
    if number == count - 1:
        return
    deciding.submit(actor=staff[EDITOR], article_id=pk, revision=1, now=now)
    if number == count - 2:
        return
    deciding.decide(actor=staff[APPROVER], article_id=pk, revision=1, approve=True, note="", now=now)
    deciding.publish(actor=staff[EDITOR], article_id=pk, revision=1, now=now)


def _improvement(staff: dict[str, Actor], today: date, now: datetime) -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    for number, (source, title, cause, indicator, category, ago, step) in enumerate(IMPROVEMENTS):
        done = today - timedelta(days=max(ago, 0))
        plan = items.Plan(
            title=title, due_on=today - timedelta(days=ago), source=source, cause=cause,
            measure=f"{title}，纳入岗前培训和质检", owner_id=staff[HANDLER].id, indicator=indicator,
            about={"category": category} if category else {},
            before=(done - timedelta(days=PERIOD * 2), done - timedelta(days=PERIOD + 1)),
            after=(done - timedelta(days=PERIOD), done - timedelta(days=1)),
        )  # fmt: skip
        entered = now - timedelta(days=max(ago, 0) + 30 + number)
        item = items.create(actor=staff[EDITOR], plan=plan, now=entered)
        same: dict[str, Any] = {"item_id": item.pk, "now": now}
        if step:
            items.start(actor=staff[HANDLER], version=1, **same)
        if step in ("measure", "close"):
            item = items.measure(
                actor=staff[HANDLER], version=2,
                start_of=lambda day: datetime.combine(day, time.min, zone), **same,
            )  # fmt: skip
        if step == "close":
            # Judged by its figure: nothing in the book is called a success that got worse.
            better = (item.after_value or 0) < (item.before_value or 0)
            result = "办结时长缩短，措施固化到制度" if better else "办结时长未缩短，重新分析根因"
            items.judge(actor=staff[COMPLIANCE], is_effective=better, result=result, version=3, **same)
    months.write_minutes(
        actor=staff[COMPLIANCE], month=months_back(today.replace(day=1), 2)[1], held_on=today.replace(day=1),
        minutes="一、通报上月改进事项进展。\n二、评估咨询类工单办结措施的效果。\n三、退保说明与住院垫付继续跟踪一个月。",
        names="客服、理赔、合规", version=0, now=now,
    )  # fmt: skip


def _stars(staff: dict[str, Actor], today: date, now: datetime) -> None:
    people = [staff[READER], staff[HANDLER], staff[EDITOR]]
    for back, month in enumerate(months_back(today.replace(day=1), 3)):
        nominated = [
            months.nominate(
                actor=staff[APPROVER], month=month, user_id=person.id, reason=STARS[number], today=month, now=now
            )
            for number, person in enumerate(people)
        ]
        for number, voter in enumerate((staff[APPROVER], *people)):
            chosen = nominated[back % len(nominated)]
            if chosen.user_id == voter.id:
                chosen = nominated[(back + number + 1) % len(nominated)]
            if chosen.user_id != voter.id:
                months.vote(actor=voter, nomination_id=chosen.pk, today=month, now=now)
