"""Mail threads in the demo book: as rows, without any server; the mailbox is switched off (SRV-5)."""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.service.rules.mail.letter import Party
from keyuan.service.rules.mail.threading import mark
from keyuan.service.services.mail.common import new_message_id, party_row, seal_of
from keyuan.setup.demo.plan import Book

ADDRESS = "service@keyuan.example"
#: What customers write: subject, their words, our answer, their thanks (empty: none yet).
THREADS = (
    (
        "住院医疗免赔额咨询",
        "您好，请问我的住院医疗险免赔额是每年一次还是每次住院都要扣？",
        "您好，贵公司保单约定的年度免赔额按保单年度累计，同一年度内只扣一次。",
        "明白了，谢谢。",
    ),
    (
        "变更受益人需要哪些材料",
        "我想把受益人改成女儿，需要带什么材料？可以代办吗？",
        "您好，请准备保单、双方有效身份证件及关系证明；代办须附经您签署的委托书。",
        "",
    ),
    (
        "电子保单打不开",
        "附件里的电子保单在手机上打不开，麻烦重新发一份。",
        "您好，已为您重新生成，请在客户门户的“我的保单”中下载。",
        "可以打开了。",
    ),
    (
        "复效健康告知",
        "保单上个月停效了，想复效，健康告知怎么填？",
        "",
        "",
    ),
    (
        "红利领取方式",
        "今年的红利想改成现金领取，可以吗？",
        "您好，可以。变更自下一保单周年日起生效，申请表请见附件说明。",
        "",
    ),
    (
        "理赔进度",
        "上周递交的住院理赔资料收到了吗？现在到哪一步了？",
        "",
        "",
    ),
    (
        "地址变更",
        "我已搬家，请把通信地址更新一下，新地址见身份证复印件。",
        "您好，为保护您的信息，请拨打客服热线核身后办理，或在门户中自助变更。",
        "好的，我在门户改。",
    ),
    (
        "发票抬头",
        "团体意外险的发票抬头开错了，请问怎么换开？",
        "您好，请寄回原发票并说明正确抬头，五个工作日内换开。",
        "",
    ),
)
ASIDE = (
    ("SPAM", "flag", "低价代开发票"), ("SPAM", "rate", "加急加急加急"), ("QUARANTINE", "unreadable", ""),
    ("IGNORED", "automatic", "自动答复：我正在休假"), ("IGNORED", "bounce", "Undelivered Mail Returned to Sender"),
    ("IGNORED", "own", "Fwd: 值班表"),
)  # fmt: skip


def open_mails(_book: Book, now: datetime) -> None:
    """Make a mailbox of the first desk, threads on open orders of the queue, and mails that were set aside."""
    desk = _rows("service.Desk").order_by("pk").select_related("unit").first()
    if desk is None or _rows("service.Mailbox").exists():
        return
    with transaction.atomic():
        mailbox = _rows("service.Mailbox").create(
            name="客服邮箱", address=ADDRESS, from_name="客源保险客户服务", imap_host="mail.keyuan.example",
            smtp_host="mail.keyuan.example", username="service", desk=desk, is_active=False,
            category=_rows("service.Category").filter(code="CONSULT_POLICY").first(),
            signatures={"zh-hans": "客源保险客户服务部\n客服热线 95500", "en": "Keyuan customer service"},
            acknowledgements={"zh-hans": "来信已收到，工单号 {number}，我们会尽快答复。"}, **desk.unit.level_ids(),
        )  # fmt: skip
        orders = _rows("service.WorkOrder").filter(is_open=True, kind__in=("CONSULT", "REQUEST")).order_by("pk")
        parties: list[Any] = []
        for number, order in enumerate(orders.select_related("customer")[: len(THREADS)]):
            parties += _thread(mailbox, order, THREADS[number], f"he{number}@example.org", now)
        parties += _aside(mailbox, now)
        apps.get_model("service.MailParty")._default_manager.bulk_create(parties)


def _thread(mailbox: Any, order: Any, words: tuple[str, str, str, str], address: str, now: datetime) -> list[Any]:
    subject, asked, answered, thanks = words
    order.contact_channel, order.title = "EMAIL", subject
    order.save(update_fields=["contact_channel", "title"])
    name = order.customer.name if order.customer else order.caller_name
    came = min(order.received_at, now - timedelta(hours=3))
    parties: list[Any] = []
    refers = ""
    later = (came, came + timedelta(minutes=40), came + timedelta(hours=2))
    lines = zip((False, True, False), (asked, answered, thanks), later, strict=True)
    for is_out, text, at in lines:
        if not text:
            continue
        mail = _rows("service.Mail").create(
            mailbox=mailbox, is_out=is_out, status="SENT" if is_out else "FILED", order=order, at=at, created_at=at,
            kind="REPLY" if is_out else "", text=text, refers_to=refers, message_id=new_message_id(mailbox),
            subject=f"Re: {subject} {mark(order.number, seal_of(order.number))}" if refers else subject,
            sent_at=at if is_out else None, created_by_name="沈佳怡" if is_out else "", language="zh-hans",
        )  # fmt: skip
        customer, ours = Party(address, name), Party(ADDRESS, mailbox.from_name)
        parties.append(party_row(mail, "FROM", ours if is_out else customer, at))
        parties.append(party_row(mail, "TO", customer if is_out else ours, at))
        refers = f"{refers} {mail.message_id}".strip()
    return parties


def _aside(mailbox: Any, now: datetime) -> list[Any]:
    parties = []
    for number, (status, because, subject) in enumerate(ASIDE):
        at = now - timedelta(hours=5 * number + 1)
        mail = _rows("service.Mail").create(
            mailbox=mailbox, status=status, because=because, subject=subject, at=at, created_at=at,
            text="" if status == "QUARANTINE" else subject, message_id=new_message_id(mailbox),
        )  # fmt: skip
        if status != "QUARANTINE":
            parties.append(party_row(mail, "FROM", Party(f"sender{number}@example.net"), at))
    return parties


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager
