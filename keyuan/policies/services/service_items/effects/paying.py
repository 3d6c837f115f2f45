"""How effects move money: posted to the ledger, owed to the payee, premiums set right. Amounts in 分."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from keyuan.kernel.deadlines import last_day
from keyuan.kernel.errors import Refused
from keyuan.policies.rules.ledger import Account, EntryKind, Line, credit, debit
from keyuan.policies.services.ledger.posting import Reference, post
from keyuan.policies.services.payments import PaymentDraft, keep_payment
from keyuan.policies.services.refunds.owing import RefundDraft, owe
from keyuan.policies.services.service_items.effects.work import Work

#: Electronic transfer, as money of a request comes in.
TRANSFER = "30"


def post_for(work: Work, entry: EntryKind, lines: Sequence[Line], on: date, part: str = "") -> None:
    """Post ``lines`` for the request; ``part`` tells several entries of one request apart."""
    post(
        actor=work.actor, policy=work.policy, on=on, kind=entry, lines=lines,
        reference=Reference("policy-service", f"{work.request.pk}{part}"), now=work.now, note=work.request.request_no,
    )  # fmt: skip


def owe_payee(work: Work, kind: str, amount: int) -> None:
    """Put what was credited to the payee onto the list of refunds, due within 30 days of the request (保险法 47)."""
    request = work.request
    work.told["paid_out"] = amount
    draft = RefundDraft(
        kind, amount, work.policy, Reference("policy-service", f"{request.pk}-refund"), work.today,
        payee_name=str(work.values.get("payee_name") or ""), payee_account=request.bank_account,
        due_by=last_day("DL-SURR", timezone.localdate(request.received_at)), note=request.request_no,
    )  # fmt: skip
    owe(actor=work.actor, draft=draft, now=work.now)


def pay_out(work: Work, refund: str, entry: EntryKind, source: Account, amount: int, part: str = "") -> None:
    """Owe the payee ``amount`` out of the account ``source``."""
    post_for(work, entry, (debit(source, amount), credit(Account.REFUND_PAYABLE, amount)), work.today, part)
    owe_payee(work, refund, amount)


def settle_premium(work: Work, difference: int) -> None:
    """Take in what premiums paid before fell short of, or owe back what was too much.

    The caller sets the schedule right. Raises `Refused` request.extra_unpaid (field extra_paid_on) where money is due
    and no day says that it came in.
    """
    request = work.request
    request.amount = difference
    if difference > 0:
        paid_on = work.values.get("extra_paid_on")
        if paid_on is None:
            raise Refused("request.extra_unpaid", field="extra_paid_on", amount=f"{difference / 100:,.2f}")
        check_received(work, paid_on, "extra_paid_on")
        work.told["extra"] = difference
        draft, against = PaymentDraft(difference, paid_on, TRANSFER, request.request_no), Account.BANK
    else:
        draft = PaymentDraft(difference, work.today, TRANSFER, request.request_no)
        against = Account.REFUND_PAYABLE
    if difference:
        keep_payment(actor=work.actor, policy=work.policy, draft=draft, now=work.now, against=against)
    if difference < 0:
        owe_payee(work, "OVERPAID", -difference)


def check_received(work: Work, on: date, field: str = "paid_on") -> None:
    """Raise `Refused` payment.in_future for money that is said to come in later than today."""
    if on > work.today:
        raise Refused("payment.in_future", field=field)
