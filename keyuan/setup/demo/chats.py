"""Conversations of web chat in the demo book: some weeks of them, ended, judged, two not filed yet (SRV-5)."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.platform.numbers import allocate

#: What was asked and answered, and how it was judged.
TALKS = (
    ("分红怎么领取，可以转到银行卡吗", "可以的，您可在门户申请，约三个工作日到账。", 5),
    ("保单丢了怎么补发", "已为您登记补发，电子保单即刻可下载。", 5),
    ("住院费用理赔需要哪些材料", "请准备出院小结、费用清单和发票原件。", 4),
    ("续期扣款失败怎么办", "请确认账户余额，宽限期内可重新扣款。", 3),
    ("想变更受益人，要本人到场吗", "需投保人和被保险人同意，可线上办理。", 5),
    ("排队时间太久了", "非常抱歉让您久等，已为您优先处理。", 2),
)
COUNT, EVERY = 48, timedelta(hours=11)


def write_chats(people: list[Actor], customer_ids: list[int], now: datetime) -> None:
    """Insert conversations of the last weeks with their lines; every third is of a customer on record.

    They came to all open desks in turn: a leader of a branch reads those of its own desk.
    """
    chats, lines = (apps.get_model("service", name) for name in ("Chat", "ChatMessage"))
    if not people or chats._default_manager.exists():
        return
    desks = list(
        apps.get_model("service", "Desk")._default_manager.filter(is_active=True).select_related("unit").order_by("pk")
    )
    with transaction.atomic():
        rows = [
            chats(**_chat(place, number, people[one], customer_ids, desks[turn % len(desks)], now))
            for place, number in enumerate(allocate("chat", COUNT))
            for turn, one in [divmod(place, len(people))]
        ]
        made = chats._default_manager.bulk_create(rows)
        lines._default_manager.bulk_create(
            lines(chat=chat, **line) for place, chat in enumerate(made) for line in _lines(place, chat)
        )


def _chat(place: int, number: str, owner: Actor, customer_ids: list[int], desk: Any, now: datetime) -> dict[str, Any]:
    began = now - EVERY * (place + 1)
    known = customer_ids[place % len(customer_ids)] if customer_ids and place % 3 == 0 else None
    left = place % 16 == 7
    ended = began + timedelta(minutes=2 if left else 6 + place % 5)
    return {
        "number": number, "status": "ENDED", "token_digest": hashlib.sha256(f"demo {number}".encode()).hexdigest(),
        "visitor_name": ("何女士", "周先生", "吴女士", "郑先生")[place % 4], "consent_at": began, "desk": desk,
        "customer_id": known, "verified_at": began + timedelta(minutes=1) if known else None,
        "owner_id": None if left else owner.id, "owner_name": "" if left else owner.name[:80],
        "started_at": began, "queued_at": began, "given_at": None if left else began + timedelta(seconds=20),
        "answered_at": None if left else began + timedelta(seconds=35 + place % 40), "last_at": ended,
        "ended_at": ended, "ended_by": "LEFT" if left else ("STAFF", "VISITOR", "IDLE")[place % 3], "last_seq": 4,
        "visitor_seq": 4, "staff_seq": 4, "visitor_seen_at": ended, "is_unanswered": False,
        "rating": None if left or place % 4 == 3 else TALKS[place % len(TALKS)][2], **desk.unit.level_ids(),
    }  # fmt: skip


def _lines(place: int, chat: Any) -> list[dict[str, Any]]:
    asked, answered, _score = TALKS[place % len(TALKS)]
    found: list[dict[str, Any]] = [
        {"kind": "SYSTEM", "code": "begun", "at": chat.started_at},
        {"kind": "VISITOR", "text": asked, "at": chat.started_at},
    ]
    if chat.answered_at:
        who = {"staff_id": chat.owner_id, "staff_name": chat.owner_name}
        found.append({"kind": "STAFF", "text": answered, "at": chat.answered_at, **who})
    found.append({"kind": "SYSTEM", "code": f"ended_{chat.ended_by.lower()}", "at": chat.ended_at})
    return [{"seq": seq, **line} for seq, line in enumerate(found, 1)]
