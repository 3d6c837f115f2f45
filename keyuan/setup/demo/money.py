"""Money alive in the demo book: ledger, debit batches, suspense, refunds, and what was done about premiums (POL-3)."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import KeyuanError
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.numbers import allocate
from keyuan.policies.rules.debit_files import PIPED
from keyuan.policies.rules.ledger import Account, EntryKind
from keyuan.policies.rules.renewal_premiums import LADDER, current_step
from keyuan.policies.selectors.clock_facts import open_dues
from keyuan.policies.services.ledger.many import Posting, post_many
from keyuan.policies.services.ledger.posting import Reference
from keyuan.policies.services.money_rules import set_ladder
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.refunds import batches
from keyuan.policies.services.refunds.results import take_refund_results
from keyuan.policies.services.renewal_premiums.acting import ActDraft, note_act
from keyuan.policies.services.suspense import MoveDraft, Receipt, decide_move, move_suspense, take_in
from keyuan.policies.services.write_offs import WriteOffDraft, ask_write_off, decide_write_off, reverse_write_off

MAKER, RELEASER, AGENT = "10001", "10003", "10482"
BOOKS = system_actor("keyuan demo")
#: Recent payments that stand in the ledger, at most; older ones are carried forward by the first entry.
POSTED, CHUNK, DAYS = 20_000, 2_000, 21
#: Premiums about which the nights have done something already, at most.
REMINDED = 4_000
#: Lines of each debit batch.
LINES = 40
PAYERS = ("周国栋", "吴秀兰", "郑建华", "王玉梅", "冯志强", "陈桂英", "褚卫东", "卫小红", "蒋海涛", "沈丽萍")
YUAN = 100


def open_money(now: datetime) -> None:
    """Let money move; a part that a small book cannot hold is left out."""
    today = now.date()
    _post_payments(today, now)
    maker, releaser = (actor_by_staff_no(number, today) for number in (MAKER, RELEASER))
    if maker is None or releaser is None:
        return
    set_ladder(actor=maker, days=[-30, -7, 0, 7, 50], version=0, now=now)
    _debits(maker, releaser, now)
    _suspense(maker, releaser, now)
    _refunds(maker, releaser, now)
    _write_offs(maker, releaser, now)
    _reminders(today, now)
    agent = actor_by_staff_no(AGENT, today)
    if agent is not None:
        _calls(agent, today, now)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _post_payments(today: date, now: datetime) -> None:
    paid = _rows("policies.Payment").filter(paid_on__gt=today - timedelta(days=DAYS), paid_on__lte=today)
    found = list(paid.exclude(result="APL").values_list("policy_id", "pk", "paid_on", "amount")[:POSTED])
    for start in range(0, len(found), CHUNK):
        postings = [
            Posting(
                policy, Reference("payment", pk), EntryKind.PREMIUM if amount > 0 else EntryKind.PREMIUM_REFUND, on,
                amount,
            )
            for policy, pk, on, amount in found[start : start + CHUNK]
        ]  # fmt: skip
        with transaction.atomic():
            post_many(BOOKS, postings, credit=Account.PREMIUM, debit=Account.BANK, now=now)


def _debits(maker: Actor, releaser: Actor, now: datetime) -> None:
    """Make a batch in each state, of premiums that are due; some of the answered one came in."""
    rows = _rows("policies.Policy").filter(
        status="IN_FORCE", next_due_on__gt=now.date() - timedelta(days=50), next_due_on__lte=now.date(),
        debit_account__isnull=False, is_frozen=False, currency="CNY",
    )  # fmt: skip
    ids = list(rows.order_by("next_due_on", "pk").values_list("pk", flat=True)[: 4 * LINES])
    dues = {pk: found[0] for pk, found in open_dues(ids).items() if found and found[0].left > 0}
    ready = sorted(dues)
    for place, state in enumerate(("DONE", "SENT", "RELEASED", "DRAFT")):
        lines = [(pk, dues[pk]) for pk in ready[place::4]]
        if not lines:
            continue
        with transaction.atomic():
            _batch(state, lines, maker, releaser, now - timedelta(days=3 - place))


def _batch(state: str, lines: list[tuple[int, Any]], maker: Actor, releaser: Actor, at: datetime) -> None:
    released = state != "DRAFT"
    batch = _rows("policies.DebitBatch").create(
        batch_no=allocate("debit", 1)[0], layout=PIPED.key, collect_on=at.date(), due_until=at.date(), state=state,
        lines_count=len(lines), amount=sum(due.left for _, due in lines), made_by_id=maker.id,
        made_by_name=maker.name, created_at=at, released_by_id=releaser.id if released else None,
        released_by_name=releaser.name if released else "", released_at=at if released else None,
        sent_at=at if state in ("SENT", "DONE") else None,
    )  # fmt: skip
    answered = state == "DONE"
    columns: dict[str, Any] = {
        "batch_id": Same(batch.pk),
        "number": list(range(1, len(lines) + 1)),
        "policy_id": [pk for pk, _ in lines],
        "instalment_number": [due.number for _, due in lines],
        "amount": [due.left for _, due in lines],
        "state": ["FAILED" if answered else "WAITING"] * len(lines),
        "code": ["3001" if answered else ""] * len(lines),
        "words": ["余额不足" if answered else ""] * len(lines),
    }
    insert(apps.get_model("policies", "DebitLine"), columns, len(lines))
    if answered:
        _collect(batch, at)


def _collect(batch: Any, at: datetime) -> None:
    """Settle four lines of five."""
    count = amount = 0
    for line in batch.lines.order_by("number"):
        if line.number % 5 == 0:
            continue
        draft = PaymentDraft(line.amount, at.date(), "30", f"DD {batch.batch_no} {line.number}")
        with suppress(KeyuanError):
            payment = record_payment(actor=BOOKS, policy_id=line.policy_id, draft=draft, now=at)
            count, amount = count + 1, amount + line.amount
            batch.lines.filter(pk=line.pk).update(state="PAID", code="0000", words="成功", payment=payment)
    batch.paid_count, batch.paid_amount = count, amount
    batch.save(update_fields=["paid_count", "paid_amount"])


def _suspense(maker: Actor, releaser: Actor, now: datetime) -> None:
    """Take money in; some is given back, one sum waits for a second person, one was refused."""
    for place, payer in enumerate(PAYERS):
        amount = (1_200 + 865 * place) * YUAN if place < len(PAYERS) - 2 else (18_000 + 4_000 * place) * YUAN
        at = now - timedelta(days=12 - place)
        receipt = Receipt(amount, at.date(), f"ICBC{at:%Y%m%d}{place:04}", "30", payer, "摘要：保费，未注明保单号")
        item = take_in(actor=maker, receipt=receipt, now=at)
        if place % 3 == 0 and 0 < place < len(PAYERS) - 1:
            continue
        draft = MoveDraft(
            "REFUND", amount, f"demo {place}", "客户申请退回原账户", payee_name=payer,
            payee_account=f"62220202000123456{place:02}",
        )  # fmt: skip
        move = move_suspense(actor=maker, item_id=item.pk, draft=draft, now=at)
        if move.state == "WAITING" and place % 2 == 0:
            decide_move(actor=releaser, move_id=move.pk, agree=False, now=at)


def _refunds(maker: Actor, releaser: Actor, now: datetime) -> None:
    """Send a batch whose answer names one that failed; what failed is payable again."""
    with suppress(KeyuanError):
        batch = batches.make_refund_batch(actor=maker, pay_on=now.date(), now=now)
        batch = batches.release_refund_batch(actor=releaser, batch_id=batch.pk, version=batch.version, now=now)
        batches.refund_file(actor=maker, batch_id=batch.pk, version=batch.version, now=now)
        lines = list(batch.lines.order_by("number").values_list("number", "amount"))
        rows = [f"{number}|{amount}|{'3001|户名不符' if number == 2 else '0000|成功'}" for number, amount in lines]
        total = sum(amount for _, amount in lines)
        head = f"H|{batch.batch_no}|{now:%Y%m%d}|{len(lines)}|{total}"
        content = "\n".join([head, *rows]).encode("gb18030")
        take_refund_results(actor=maker, batch_id=batch.pk, name="回盘.txt", content=content, now=now)


def _write_offs(maker: Actor, releaser: Actor, now: datetime) -> None:
    """Give up what lapsed contracts owe: one waits, one is agreed, one was taken back."""
    rows = _rows("policies.Instalment").filter(status="LAPSED", policy__status="TERMINATED", paid_amount=0)
    local = rows.filter(policy__source="local", amount__gt=0).order_by("-policy_id", "number")
    for place, (policy, number, amount) in enumerate(local.values_list("policy_id", "number", "amount")[:3]):
        draft = WriteOffDraft(number, amount, "多次催缴未果，合同已终止", f"demo write-off {place}")
        with suppress(KeyuanError):
            made = ask_write_off(actor=maker, policy_id=policy, draft=draft, now=now)
            if place:
                decide_write_off(actor=releaser, write_off_id=made.pk, agree=True, now=now)
            if place > 1:
                reverse_write_off(actor=releaser, write_off_id=made.pk, reason="客户补缴", now=now)


def _reminders(today: date, now: datetime) -> None:
    """Note what the nights sent about premiums that are due now."""
    rows = _rows("policies.Policy").filter(
        status="IN_FORCE", next_due_on__gte=today - timedelta(days=55), next_due_on__lte=today + timedelta(days=30)
    )
    acts = []
    for pk, due in rows.order_by("next_due_on", "pk").values_list("pk", "next_due_on")[:REMINDED]:
        reached = current_step(due, today)
        acts += [(pk, due, day) for day in LADDER if reached is not None and day <= reached and day != 30]
    columns: dict[str, Any] = {
        "policy_id": [pk for pk, *_ in acts],
        "due_on": [due for _, due, _ in acts],
        "step": [day for *_, day in acts],
        "kind": Same("MESSAGE"),
        "by_night": Same(True),
        "at": [now - (today - (due + timedelta(days=day))) for _, due, day in acts],
        "actor_name": Same("premium reminders"),
    }
    insert(apps.get_model("policies", "PremiumAct"), columns, len(acts))


def _calls(agent: Actor, today: date, now: datetime) -> None:
    """Let the demo agent have called some of those who are late, and two have promised."""
    rows = _rows("policies.Policy").filter(
        servicing_agent_id=agent.scope.agent_id, status="IN_FORCE", next_due_on__gte=today - timedelta(days=55),
        next_due_on__lte=today + timedelta(days=30),
    )  # fmt: skip
    words = (("CALL", "REACHED"), ("CALL", "NO_ANSWER"), ("PROMISE", ""), ("CALL", "ACCOUNT"), ("PROMISE", ""))
    ids = list(rows.order_by("next_due_on", "pk").values_list("pk", flat=True)[: len(words)])
    for place, (pk, (kind, outcome)) in enumerate(zip(ids, words, strict=False)):
        draft = ActDraft(kind, outcome, today + timedelta(days=place) if kind == "PROMISE" else None, "")
        with suppress(KeyuanError):
            note_act(actor=agent, policy_id=pk, draft=draft, now=now)
