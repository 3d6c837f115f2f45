"""Templates, the outbox and privacy requests alive in the demo book (PLT-8, PLT-11)."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.contact.rules.messages.variables import Source, Variable, VariableKind, read_variables
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.services.messages.defaults import ship_templates
from keyuan.contact.services.messages.filling import NOBODY, salutation
from keyuan.contact.services.messages.sealing import seal_values
from keyuan.contact.services.messages.templates import TemplateContents, create_template, submit_template
from keyuan.contact.services.privacy import requests as privacy
from keyuan.contact.services.privacy.retention import begin_run, end_run, run_step, steps_of
from keyuan.kernel.actor import Actor, system_actor
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.setup.demo.plan import Book

ACTOR = system_actor("keyuan demo")
MANAGER, COMPLIANCE = "10006", "10003"
#: Messages of the last month: one for so many customers, and at most.
ONE_IN, MOST = 20, 4000
#: Where they stand, in thousandths, and why.
STANDINGS = (
    ("DELIVERED", "", 900), ("FAILED", "bad_address", 40), ("FAILED", "not_delivered", 20), ("CANCELLED", "person", 15),
    ("CANCELLED", "withdrawn_consent", 15), ("UNKNOWN", "no_answer", 2), ("SENT", "", 8),
)  # fmt: skip
PROVIDERS = (
    ("local-sms", "本地短信发件箱", "SMS"),
    ("local-mail", "本地邮件发件箱", "EMAIL"),
    ("local-wecom", "本地企业微信发件箱", "WECHAT"),
)
#: Requests of the last weeks: kind, days ago, how far it came.
REQUESTS = (
    (rules.COPY, 2, "RECEIVED"), (rules.ACCESS, 1, "RECEIVED"), (rules.DELETE, 9, "WORKING"),
    (rules.CORRECT, 6, "WORKING"), (rules.WITHDRAW, 3, "WORKING"), (rules.EXPLAIN, 19, "WORKING"),
    (rules.TRANSFER, 12, "PAUSED"), (rules.DELETE, 25, "REFUSED"), (rules.CORRECT, 30, "DONE"),
    (rules.EXPLAIN, 40, "DONE"), (rules.COPY, 5, "WORKING"), (rules.DELETE, 4, "RECEIVED"),
)  # fmt: skip
WISHES = {
    rules.COPY: "请把我的全部资料发我一份",
    rules.ACCESS: "想知道公司存了我哪些信息",
    rules.DELETE: "不再是客户，请删除我的信息",
    rules.CORRECT: "身份证有效期登记错了",
    rules.WITHDRAW: "不要再给我推销",
    rules.EXPLAIN: "为什么我会收到这条短信",
    rules.TRANSFER: "请把资料转给另一家公司",
}
MATURITY = "尊敬的{salutation}，您的保单将于{due_on}满期，请联系{service_person}办理领取。"


def open_messages(book: Book, now: datetime) -> None:
    """Ship templates, set local providers up, fill the outbox of a month and the list of requests, make a dry run."""
    ship_templates(now)
    for key, name, channel in PROVIDERS:
        _rows("contact.MessageProvider").get_or_create(
            key=key, defaults={"name": name, "channel": channel, "kind": "OUTBOX", "created_at": now}
        )
    _write_template(now)
    luck = random.Random(book.seed)
    _fill_outbox(book, now, luck)
    _take_requests(now)
    _dry_run(now)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _person(staff_no: str, now: datetime) -> Actor:
    return actor_by_staff_no(staff_no, now.date()) or ACTOR


def _write_template(now: datetime) -> None:
    """Let a template wait for its approval."""
    texts = {"zh-hans": {"subject": "", "body": MATURITY}}
    places = ({"name": "salutation", "source": "SALUTATION"}, {"name": "service_person", "source": "SERVICE_PERSON"})
    due = {"name": "due_on", "kind": "DATE", "label": "满期日", "sample": "2026-12-31"}
    writer = _person(MANAGER, now)
    made = create_template(
        actor=writer, code="maturity-notice", name="满期领取提醒", channel="SMS", purpose="SERVICE",
        contents=TemplateContents(texts, (*places, due)), now=now,
    )  # fmt: skip
    submit_template(actor=writer, template_id=made.pk, version=1, now=now)


def _fill_outbox(book: Book, now: datetime, luck: random.Random) -> None:
    count = min(MOST, max(40, book.customers // ONE_IN))
    step = max(1, book.customers // count)
    versions = list(
        _rows("contact.TemplateVersion").filter(status="APPROVED", template__channel="SMS").select_related("template")
    )
    provider = _rows("contact.MessageProvider").get(key="local-sms")
    ids = _every(_rows("customers.CustomerSummary").filter(has_contact=True), step)[:count]
    people = _rows("customers.CustomerSummary").filter(pk__in=ids, primary_phone__kind="MOBILE")
    weights = [weight for *_words, weight in STANDINGS]
    made = []
    for row in people.order_by("pk"):
        status, because, _weight = luck.choices(STANDINGS, weights)[0]
        version = luck.choice(versions)
        at = now - timedelta(days=luck.randrange(30), minutes=luck.randrange(600))
        made.append(_message(row, version, provider.pk, status, because, at, luck))
    _rows("contact.Message").bulk_create(made, batch_size=500)


def _every(rows: Any, step: int) -> list[int]:
    """Return every ``step``-th key without reading the others' rows: keys of a book run from 1 on in parts."""
    keys = rows.order_by("pk").values_list("pk", flat=True)
    return [pk for number, pk in enumerate(keys.iterator(chunk_size=20_000)) if number % step == 0]


def _message(
    row: Any, version: Any, provider_id: int, status: str, because: str, at: datetime, luck: random.Random
) -> Any:
    model = apps.get_model("contact.Message")
    left = status in ("DELIVERED", "SENT", "UNKNOWN")
    handed = at + timedelta(seconds=luck.randrange(5, 90))
    line = {
        "at": handed.isoformat(timespec="seconds"),
        "result": "DELIVERED",
        "code": "",
        "ms": 42,
    }
    return model(
        key=f"demo:{row.pk}", customer_id=row.pk, contact_point_id=row.primary_phone_id, template_version=version,
        channel="SMS", purpose=version.template.purpose, values=seal_values(_values(row, version, at)), segments=1,
        status=status, because=because, next_at=at, expires_at=at + timedelta(hours=72), provider_id=provider_id,
        reference=f"local-demo-{row.pk}" if left else "", attempts=int(status not in ("CANCELLED",)),
        handed_at=handed if left else None, sent_at=handed if left and status != "UNKNOWN" else None,
        delivered_at=handed if status == "DELIVERED" else None, tries=[line] if status == "DELIVERED" else [],
        created_at=at, created_by_name="林晓岚", sales_channel=row.sales_channel,
        servicing_agent_id=row.servicing_agent_id, **{column: getattr(row, column) for column in LEVEL_COLUMNS},
    )  # fmt: skip


def _values(row: Any, version: Any, at: datetime) -> dict[str, str]:
    known = {
        Source.SALUTATION: salutation(row.name, row.sex, row.kind == "P", "zh-hans"),
        Source.CUSTOMER_NAME: row.name,
        Source.SERVICE_PERSON: NOBODY["zh-hans"],
        Source.SERVICE_UNIT: NOBODY["zh-hans"],
        Source.TODAY: at.date().isoformat(),
        Source.COMPANY: "客源保险",
        Source.HOTLINE: "95500",
    }
    return {each.name: known.get(each.source) or _example(each) for each in read_variables(version.variables)}


def _example(variable: Variable) -> str:
    return variable.sample or ("2026-12-31" if variable.kind is VariableKind.DATE else "--")


def _take_requests(now: datetime) -> None:
    """Take requests in through the services, as they came over the last weeks."""
    people = _rows("customers.CustomerSummary").filter(kind="P").order_by("pk")
    ids = list(people.values_list("pk", flat=True)[: len(REQUESTS) * 3 : 3])
    compliance = _person(COMPLIANCE, now)
    for (kind, ago, state), customer_id in zip(REQUESTS, ids, strict=False):
        at = now - timedelta(days=ago)
        with transaction.atomic():
            made = privacy.receive_request(
                actor=compliance, customer_id=customer_id, kind=kind, source="PHONE", received_at=at, now=at,
                wish=WISHES[kind],
            )  # fmt: skip
            _bring(made.pk, state, compliance, at)


def _bring(request_id: int, state: str, actor: Actor, at: datetime) -> None:
    if state == "RECEIVED":
        return
    privacy.check_identity(actor=actor, request_id=request_id, how="DOCUMENT", now=at)
    if state == "PAUSED":
        privacy.pause_request(actor=actor, request_id=request_id, reason="MORE_DETAIL", now=at)
    elif state == "REFUSED":
        answer = "合同存续期间依法须保存，已停止营销使用"
        privacy.refuse_request(actor=actor, request_id=request_id, reason="LEGAL_DUTY", answer=answer, now=at)
    elif state == "DONE":
        privacy.finish_request(actor=actor, request_id=request_id, answer="已按请求办理", now=at)


def _dry_run(now: datetime) -> None:
    run = begin_run(actor=ACTOR, is_dry=True, now=now)
    for key in steps_of():
        after, more = 0, True
        while more:
            with transaction.atomic():
                after, more = run_step(run.pk, key, after, now.date(), now)
    end_run(run.pk, now)
