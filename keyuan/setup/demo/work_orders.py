"""A service desk at work in the demo book: its people, orders on every step, an archive (SRV-1 to SRV-4)."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor, system_actor
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.numbers import allocate
from keyuan.service.services import claiming, complaints, moving, talking
from keyuan.service.services.reckoning import reckon
from keyuan.service.services.setting_up import save_desk, save_rule, seed
from keyuan.service.services.taking_in import NUMBERS, OrderDraft, take_in
from keyuan.setup.demo.alike import write_alike
from keyuan.setup.demo.chats import write_chats
from keyuan.setup.demo.knowledge import open_knowledge
from keyuan.setup.demo.plan import Book

ACTOR = system_actor("keyuan demo")
CLERK, LEADER, DIRECTOR, HANDLER = "10011", "10010", "10009", "10018"
#: Closed orders of the last year: one for so many customers, and at most.
ONE_IN, MOST, CHUNK = 40, 30_000, 5_000
#: Open orders: kind, category, title, hours ago, how far it came.
ORDERS = (
    ("CONSULT", "CONSULT_POLICY", "住院医疗免赔额如何计算", 1, ""),
    ("REQUEST", "AS_CHANGE", "变更受益人，代办材料核对", 5, ""),
    ("COMPLAINT", "C_SURRENDER", "退保手续费争议，要求书面答复", 200, "take"),
    ("CONSULT", "CONSULT_PRODUCT", "复效需要哪些健康告知", 2, "take"),
    ("REQUEST", "AS_COPY", "补发电子保单", 20, "take"),
    ("SUGGESTION", "VOICE", "门户增加批量下载发票", 30, "take"),
    ("PRAISE", "VOICE", "理赔协助及时", 40, "resolve"),
    ("REQUEST", "AS_VISIT", "预约上门收取资料", 8, "wait"),
    ("COMPLAINT", "C_SALES", "年金收益演示与合同不符", 330, "extend"),
    ("REQUEST", "AS_CLAIM", "理赔补充出院小结", 28, "wait"),
    ("CONSULT", "CONSULT_POLICY", "红利领取方式变更", 3, ""),
    ("COMPLAINT", "C_ATTITUDE", "营业厅排队过久，态度生硬", 26, "decide"),
    ("REPORT", "REPORT", "举报业务员私下返佣", 60, ""),
    ("CONSULT", "CONSULT_PRODUCT", "分红险收益如何确定", 6, "tell"),
)
ROUNDS = 4
TITLES = ("保单查询", "缴费方式变更", "发票补开", "分红领取咨询", "地址变更", "理赔进度查询")


def open_work_orders(book: Book, now: datetime) -> None:
    """Set a desk up, take orders in and bring some on; fill the archive in bulk."""
    seed(now)
    people = {number: actor_by_staff_no(number, book.as_of) for number in (CLERK, LEADER, DIRECTOR, HANDLER)}
    seated = {number: actor for number, actor in people.items() if actor is not None}
    if CLERK not in seated or DIRECTOR not in seated:
        return
    _set_up(seated, now)
    morning = datetime.combine(book.as_of, time(9, 30), ZoneInfo(settings.TIME_ZONE))
    customers = _customers_of(seated[CLERK])
    for number in range(ROUNDS * len(ORDERS)):
        if customers:
            kind = ORDERS[number % len(ORDERS)]
            _order(seated, customers[number % len(customers)], kind, number, max(now, morning))
    _archive(morning)
    write_alike(seated[CLERK], customers, max(now, morning))
    reckon(today=book.as_of, now=now)
    write_chats([seated[CLERK], *(seated[one] for one in (LEADER,) if one in seated)], customers, max(now, morning))
    open_knowledge(book, now)


def _set_up(people: dict[str, Actor], now: datetime) -> None:
    desk = _rows("service.Desk").order_by("pk").first()
    director = people[DIRECTOR]
    members: list[dict[str, Any]] = [
        {"user_id": person.id, "capacity": 30, "skills": [], "is_away": False} for person in people.values()
    ]
    supervisor = people.get(LEADER, director).id
    save_desk(
        actor=director, desk_id=desk.pk, name=desk.name, unit_id=desk.unit_id, supervisor_id=supervisor,
        is_active=True, members=members, version=desk.version, now=now,
    )  # fmt: skip
    clerk = people[CLERK]
    if clerk.unit_id not in (None, desk.unit_id) and not _rows("service.Desk").filter(unit_id=clerk.unit_id).exists():
        save_desk(
            actor=director, desk_id=None, name="分公司客服组", unit_id=clerk.unit_id, supervisor_id=supervisor,
            is_active=True, members=members[:2], version=0, now=now,
        )  # fmt: skip
    values = {"name": "尊贵客户优先直派", "position": 10, "tiers": ["DIAMOND"], "desk_id": desk.pk, "is_pushed": True}
    save_rule(actor=director, rule_id=None, values=values, version=0, now=now)


def _customers_of(actor: Actor) -> list[int]:
    within = {f"{actor.scope.unit_level}_id": actor.scope.unit_id} if actor.scope.unit_id else {}
    rows = _rows("customers.CustomerSummary").filter(customer__status="ACTIVE", **within)
    return list(rows.order_by("-annual_premium", "pk").values_list("pk", flat=True)[:40])


def _came_by(step: str, number: int) -> str:
    return "EMAIL" if step == "decide" else ("PHONE", "PORTAL", "WECHAT")[number % 3]


def _order(people: dict[str, Actor], customer_id: int, kind: tuple[Any, ...], number: int, now: datetime) -> None:
    name, code, title, hours, step = kind
    category = _rows("service.Category").get(code=code).pk
    came = now - timedelta(hours=hours + number // len(ORDERS))
    complaint = {"line": "ANNUITY", "source": "CUSTOMER"} if name == "COMPLAINT" else {}
    draft = OrderDraft(
        kind=name, title=title, contact_channel=_came_by(step, number), category_id=category,
        customer_id=customer_id, priority=2 if name == "COMPLAINT" else 3, received_at=came,
        token=f"demo-{number}", complaint=complaint,
    )  # fmt: skip
    order = take_in(actor=people[CLERK], draft=draft, now=came)
    hand = people.get(HANDLER, people[DIRECTOR]) if name == "COMPLAINT" else people[CLERK]
    if not step or order.owner_id not in (None, hand.id):
        return
    if name == "COMPLAINT":
        complaints.acknowledge(actor=hand, order_id=order.pk, how="SMS", text="您的投诉已受理", now=came)
    claiming.take(actor=hand, order_id=order.pk, now=came)
    if step in ("wait", "resolve", "tell"):
        talking.say(actor=hand, order_id=order.pk, kind="REPLY", text="您好，您的事项已受理，我们正在办理。", now=came)
    if step == "wait":
        moving.wait(actor=hand, order_id=order.pk, reason="DOCUMENTS", now=came)
    if step in ("resolve", "tell"):
        moving.resolve(actor=hand, order_id=order.pk, solution="已按条款办理", now=came)
    if step == "tell":
        moving.tell(actor=hand, order_id=order.pk, how="PHONE", text="已电话告知", now=came)
    if step == "decide" and number < len(ORDERS):
        _decide(hand, order.pk, now)
    if step == "extend":
        complaints.ask_extension(actor=hand, order_id=order.pk, reason="需调取销售过程录音", now=came)


def _decide(hand: Actor, order_id: int, now: datetime) -> None:
    """Decide a complaint, with something to be improved, and resolve it: who wrote by mail hears of it by mail."""
    decision = complaints.Decision(
        "UPHELD", "经调取监控，客户等候 52 分钟，期间仅开放一个窗口。", "公司营业网点服务标准第三条",
        ("REVIEW", "MEDIATION"),
        improvement="高峰时段增开窗口并公示等候时间", improvement_owner=hand.staff_no,
        improvement_due_on=(now + timedelta(days=30)).date(),
    )  # fmt: skip
    complaints.decide(actor=hand, order_id=order_id, decision=decision, now=now)
    moving.resolve(actor=hand, order_id=order_id, solution="已向客户致歉并说明改进措施", now=now)


def _chunks() -> Iterator[list[tuple[Any, ...]]]:
    """Yield every so many-th customer with place and tier, some thousand at a time."""
    rows = _rows("customers.CustomerSummary").order_by("pk")
    every = rows.annotate(part=F("pk") % ONE_IN).filter(part=0)
    ids = list(every.values_list("pk", flat=True)[:MOST])
    columns = ("pk", *LEVEL_COLUMNS, "sales_channel", "servicing_agent_id", "tier")
    for start in range(0, len(ids), CHUNK):
        yield list(rows.filter(pk__in=ids[start : start + CHUNK]).values_list(*columns))


def _archive(now: datetime) -> None:
    """Insert closed orders of the last year, by column."""
    model, desk = apps.get_model("service.WorkOrder"), _rows("service.Desk").order_by("pk").first()
    consult = _rows("service.Category").get(code="CONSULT_POLICY").pk
    for rows in _chunks():
        came = [now - timedelta(days=1 + row[0] * 37 % 360, hours=row[0] % 7) for row in rows]
        done = [moment + timedelta(hours=1 + row[0] % 50) for moment, row in zip(came, rows, strict=True)]
        places = {name: [row[1 + at] for row in rows] for at, name in enumerate((*LEVEL_COLUMNS, "sales_channel"))}
        with transaction.atomic():
            insert(
                model,
                {
                    **places,
                    "number": allocate(NUMBERS, len(rows)),
                    "kind": ["CONSULT" if row[0] % 3 else "REQUEST" for row in rows],
                    "category_id": Same(consult),
                    "contact_channel": ["PHONE" if row[0] % 2 else "WECHAT" for row in rows],
                    "customer_id": [row[0] for row in rows],
                    "servicing_agent_id": [row[-2] for row in rows],
                    "tier": [row[-1] for row in rows],
                    "title": [TITLES[row[0] % len(TITLES)] for row in rows],
                    "status": Same("CLOSED"),
                    "is_open": Same(False),
                    "desk_id": Same(desk.pk),
                    "owner_name": Same("沈佳怡"),
                    "received_at": came,
                    "responded_at": came,
                    "resolved_at": done,
                    "told_at": done,
                    "told_how": Same("PHONE"),
                    "confirmed_how": Same("CUSTOMER"),
                    "closed_at": done,
                    "closed_on": [moment.date() for moment in done],
                    "solution": Same("已办理并答复"),
                    "conclusion": Same("客户认可"),
                    "cause": Same("OTHER"),
                    "created_at": came,
                },
                len(rows),
            )


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager
