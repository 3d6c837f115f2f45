"""Renewals and deliveries at work in the demo book: what ends soon, what became of it, envelopes (POL-4, POL-8)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import KeyuanError
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.numbers import allocate
from keyuan.policies.services.deliveries import reading, shipping
from keyuan.policies.services.renewals import opening, quoting, working
from keyuan.policies.services.renewals.pricing import CoverDraft, MotorDraft, QuoteDraft
from keyuan.setup.demo.plan import Book

AGENT, CLERK = "10482", "10013"
KINDS = ("MEDICAL", "ACCIDENT", "MOTOR", "PROPERTY", "GROUP", "OTHER")
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
#: Contracts that ended within so many days have a history, at most so many of them; envelopes at most so many.
PAST_DAYS, MOST_PAST, CHUNK, MOST_SENT = 180, 40_000, 4_000, 4_000
REASONS = ("PRICE", "COMPETITOR", "NOT_REACHED", "LAPSED", "LAPSED", "SERVICE", "NO_NEED")
CARRIERS = ("EMS", "SF", "JD", "ZTO")
READ = (
    "pk", "policy_no", "policy_no_tail", "holder_id", "holder_name", "product_id", "kind", "premium", "expires_on",
    "renewals__pk", "renewals__premium", *PLACE,
)  # fmt: skip


def open_renewals(book: Book, now: datetime) -> None:
    """Open what is in its window, tell what became of what ended, and let the demo agent be at work."""
    opening.open_book(now)
    _past(book.as_of, now)
    _sent(book.as_of, now)
    agent, clerk = actor_by_staff_no(AGENT, book.as_of), actor_by_staff_no(CLERK, book.as_of)
    if agent is not None:
        _agent_at_work(agent, now)
    if agent is not None and clerk is not None:
        _clerk_at_work(agent, clerk, now)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _past(today: date, now: datetime) -> None:
    """Insert chances of contracts that ended: renewed ones as won, the others as lost with a reason."""
    ended = _rows("policies.Policy").filter(
        expires_on__gte=today - timedelta(days=PAST_DAYS), expires_on__lt=today - timedelta(days=31), kind__in=KINDS,
        termination_reason="01", renewal_case__isnull=True,
    )  # fmt: skip
    found = {row[0]: row for row in ended.order_by("expires_on", "pk").values_list(*READ)[:MOST_PAST]}
    rows = list(found.values())
    for start in range(0, len(rows), CHUNK):
        _insert_past(rows[start : start + CHUNK], now)


def _insert_past(rows: Sequence[tuple[Any, ...]], now: datetime) -> None:
    ends = [row[8] for row in rows]
    won = [row[9] is not None for row in rows]
    columns: dict[str, Any] = {
        **{name: [row[at] for row in rows] for at, name in ((1, "policy_no"), (2, "policy_no_tail"))},
        "policy_id": [row[0] for row in rows],
        "holder_id": [row[3] for row in rows],
        "holder_name": [row[4] for row in rows],
        "product_id": [row[5] for row in rows],
        "kind": [row[6] for row in rows],
        "premium": [row[7] or 0 for row in rows],
        "expires_on": ends,
        "quotes_from": [day - timedelta(days=60) for day in ends],
        "calls_from": [day - timedelta(days=40) for day in ends],
        "lapses_on": [day + timedelta(days=30) for day in ends],
        "stage": ["WON" if one else "LOST" for one in won],
        "reason": ["" if one else _reason(row) for row, one in zip(rows, won, strict=True)],
        "new_policy_id": [row[9] for row in rows],
        "new_premium": [row[10] for row in rows],
        "contacts": [row[0] % 3 for row in rows],
        "quotes_made": [1 if one else row[0] % 2 for row, one in zip(rows, won, strict=True)],
        "opened_at": Same(now),
        "closed_at": Same(now),
        "updated_at": Same(now),
        **{name: [row[11 + at] for row in rows] for at, name in enumerate(PLACE)},
    }
    with transaction.atomic():
        insert(apps.get_model("policies.Renewal"), columns, len(rows))


def _reason(row: tuple[Any, ...]) -> str:
    if row[6] == "MOTOR" and row[0] % 5 == 0:
        return ("SOLD", "SCRAPPED", "TOTAL_LOSS")[row[0] // 5 % 3]
    return REASONS[row[0] % len(REASONS)]


def _sent(today: date, now: datetime) -> None:
    """Insert envelopes of contracts that were issued lately: on their way, delivered, signed, some came back."""
    fresh = _rows("policies.Policy").filter(
        effective_on__gte=today - timedelta(days=60), effective_on__lt=today - timedelta(days=12),
        sales_channel__in=("TELESALES", "INDIVIDUAL"), holder_id__isnull=False, issued_on__isnull=False,
        source="local",
    )  # fmt: skip
    columns = ("pk", "holder_id", "issued_on", "receipt_signed_on", *PLACE)
    rows = list(fresh.order_by("effective_on", "pk").values_list(*columns)[:MOST_SENT])
    for start in range(0, len(rows), CHUNK):
        _insert_sent(rows[start : start + CHUNK], now)


def _insert_sent(rows: Sequence[tuple[Any, ...]], now: datetime) -> None:
    states = [_state(row) for row in rows]
    sent = [row[2] + timedelta(days=1) for row in rows]
    arrived = [day + timedelta(days=2 + row[0] % 3) for day, row in zip(sent, rows, strict=True)]
    columns: dict[str, Any] = {
        "policy_id": [row[0] for row in rows],
        "customer_id": [row[1] for row in rows],
        "papers": Same(["CONTRACT", "RECEIPT"]),
        "expects_receipt": Same(True),
        "state": states,
        "carrier": [CARRIERS[row[0] % len(CARRIERS)] for row in rows],
        "tracking_no": [f"DM{row[0]:09d}CN" for row in rows],
        "created_on": [row[2] for row in rows],
        "sent_on": sent,
        "delivered_on": [
            day if state in ("DELIVERED", "SIGNED") else None for day, state in zip(arrived, states, strict=True)
        ],
        "signed_on": [row[3] if state == "SIGNED" else None for row, state in zip(rows, states, strict=True)],
        "ended_on": [
            day if state in ("RETURNED", "LOST") else None for day, state in zip(arrived, states, strict=True)
        ],
        "asked_at": Same(now),
        "created_at": Same(now),
        "updated_at": Same(now),
        **{name: [row[4 + at] for row in rows] for at, name in enumerate(PLACE)},
    }
    with transaction.atomic():
        columns["shipment_no"] = allocate(shipping.NUMBERS, len(rows))
        insert(apps.get_model("policies.Shipment"), columns, len(rows))


def _state(row: tuple[Any, ...]) -> str:
    if row[3] is not None:
        return "SIGNED"
    return ("DELIVERED", "DELIVERED", "SENT", "RETURNED", "DELIVERED", "LOST")[row[0] % 6]


def _agent_at_work(agent: Actor, now: datetime) -> None:
    """Let the demo agent have quoted, won, lost and stopped some of what ends soon."""
    mine = _rows("policies.Renewal").filter(servicing_agent_id=agent.scope.agent_id, closed_at__isnull=True)
    for place, renewal in enumerate(mine.select_related("product", "policy").order_by("expires_on", "pk")[:12]):
        with suppress(KeyuanError):
            _tell(agent, renewal, place, now)


def _tell(agent: Actor, renewal: Any, place: int, now: datetime) -> None:
    who = {"actor": agent, "renewal_id": renewal.pk, "now": now}
    if place in (3, 9):
        working.lose(reason="PRICE", note="同业报价低 8%", version=None, **who)
    elif place == 5:
        working.stop_renewal(actor=agent, policy_id=renewal.policy_id, how="PHONE", note="改由单位统一投保", now=now)
    elif place % 2 == 0:
        for number in (1, 2)[: 1 + place % 4 // 2]:
            quoting.make_quote(version=None, draft=_draft(renewal, number), token=f"demo-{renewal.pk}-{number}", **who)
        if place in (0, 4):
            quoting.accept_quote(number=1, version=None, **who)


def _draft(renewal: Any, number: int) -> QuoteDraft:
    covers = tuple(
        CoverDraft(
            row.code, row.name, row.product_id, row.is_rider, row.sum_insured or 0, row.deductible, row.premium or 0
        )
        for row in _rows("policies.Coverage").filter(policy_id=renewal.policy_id).order_by("is_rider", "pk")
    )
    motor = MotorDraft(base=renewal.premium * 2, own_bp=8_500 + 500 * number)
    return QuoteDraft(renewal.product_id, covers, renewal.premium * (100 + number) // 100, motor)


def _clerk_at_work(agent: Actor, clerk: Actor, now: datetime) -> None:
    """Prepare envelopes and e-policy links for contracts of the demo agent."""
    mine = _rows("policies.Policy").filter(servicing_agent_id=agent.scope.agent_id, status="IN_FORCE")
    for place, policy in enumerate(mine.filter(issued_on__isnull=False).order_by("-issued_on", "pk")[:8]):
        with suppress(KeyuanError):
            papers = ("CONTRACT",) if policy.receipt_signed_on else ("CONTRACT", "RECEIPT")
            draft = shipping.ShipmentDraft(papers, policy.pk)
            shipment = shipping.prepare(actor=clerk, draft=draft, now=now, token=f"demo-{policy.pk}")
            if place % 2:
                news = shipping.News("SENT", now.date(), "", "STAFF", "FAKE", f"FK{policy.pk:06d}1")
                shipping.tell(actor=clerk, shipment_id=shipment.pk, news=news, version=None, now=now)
            if place < 3:
                reading.share_policy(actor=agent, policy_id=policy.pk, days=30, now=now)
