"""Call-backs of the demo book: two months of new contracts, asked by a link or called, some waiting, late, with a
problem (SRV-8)."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import KeyuanError
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.platform.imports.bulk import Same, insert, next_ids
from keyuan.service.rules.follow_ups import due, plans, questions, results, script
from keyuan.service.selectors.follow_ups.reading import open_sources
from keyuan.service.services.follow_ups.calling import Attempt, record_attempt
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.setup.demo.plan import Book

DAYS, CHUNK, WHOLE = 60, 5_000, 100
#: The ways asked by, one after the other as contracts come: by link alone, by link and then by phone, by phone.
ASKED = ("SMS", "SMS,PHONE", "PHONE", "SMS")
WAIT = timedelta(days=3)
CLERK, DIRECTOR = "10011", "10009"
#: Receipts of the last days wait to be called; of those before, by share: done in time, too late, cancelled, missed.
FRESH, IN_TIME, LATE, UNREACHED = 5, 92, 95, 97
CALLERS = ("沈佳怡", "韩雪", "罗梦")
POLICY = (
    "pk", "status", "kind", "is_group", "cover_term", "cover_term_unit", "effective_on", "expires_on",
    "product__is_long_term", "receipt_signed_on", "cooling_off_until",
)  # fmt: skip
MORE = ("holder_id", "product__design", "pay_mode", *LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
TOUCHED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("APPOINTED", {"note": "客户在开会，约明天上午"}),
    ("NO_ANSWER", {}),
    ("PROXY_ANSWERED", {"note": "家属接听"}),
    ("PROBLEM", {"note": "客户称投保单非本人签名，业务员承诺保底收益", "is_misselling": True}),
    ("PROBLEM", {"note": "客户不清楚缴费期间"}),
    ("WRONG_NUMBER", {"note": "空号"}),
    ("FOREIGN_LANGUAGE", {"note": "客户使用粤语"}),
    ("LETTER_SENT", {"letter_no": "XA20260001"}),
)


def open_follow_ups(book: Book, now: datetime) -> None:
    """Open the call-backs of two months of receipts, most of them done; make a few calls by the services."""
    noon = datetime.combine(book.as_of, time(10), ZoneInfo(settings.TIME_ZONE))
    desk = _rows("service.Desk").order_by("pk").first()
    if desk is None:
        return
    seed(now)
    plan = _rows("service.FollowUpPlan").get(code="NEW_CONTRACT")
    since = book.as_of - timedelta(days=DAYS)
    plan.content = plan.content | {"active_from": since.isoformat(), "ways": ["SMS", "PHONE"]}
    plan.save(update_fields=["content"])
    version = _rows("service.QuestionnaireVersion").get(questionnaire__code=script.CODE).pk
    for rows in _owed(since, book.as_of):
        _write(rows, plan.pk, version, desk.pk, book.as_of, noon)
    _call(max(now, noon), book.as_of)


def _rows(label: str) -> Any:
    return apps.get_model(label)._default_manager


def _owed(since: date, today: date) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the contracts that owe a call-back by chunks, found by the index of their first day."""
    rows = _rows("policies.Policy").filter(effective_on__gte=since - timedelta(days=15), holder__isnull=False)
    ids = sorted(rows.filter(receipt_signed_on__gte=since, receipt_signed_on__lte=today).values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        part = _rows("policies.Policy").filter(pk__in=ids[start : start + CHUNK]).order_by("pk")
        found = part.values_list(*POLICY, *MORE)
        # A cancelled contract was owed its call while it lived; it stands among those that do not count.
        yield [row for row in found if due.is_owed(due.Contract("IN_FORCE", *row[2:11])) and row[1] != "PENDING"]


def _state(row: Sequence[Any], today: date) -> str:
    pk, status, receipt = row[0], row[1], row[9]
    if status == "TERMINATED":
        return "DROPPED"
    if (today - receipt).days <= FRESH:
        return "ASKED" if ASKED[pk % len(ASKED)] == "SMS" else "WAITING"
    lot = pk * 37 % WHOLE
    if lot < LATE:
        return "DONE"
    return "UNREACHED" if lot < UNREACHED and (today - receipt).days > 2 * FRESH + 15 else "WAITING"


def _done_on(row: Sequence[Any], today: date) -> date:
    lot, last = row[0] * 37 % WHOLE, due.last_day(row[9], row[10])
    wanted = last + timedelta(days=1 + row[0] % 4) if lot >= IN_TIME else row[9] + timedelta(days=1 + row[0] % 9)
    return min(wanted, today)


def _write(
    rows: Sequence[tuple[Any, ...]], plan_id: int, version_id: int, desk_id: int, today: date, now: datetime
) -> None:
    people = _people([row[11] for row in rows])
    states = [_state(row, today) for row in rows]
    last = [due.last_day(row[9], row[10]) for row in rows]
    is_done = [state == "DONE" for state in states]
    done = [_done_on(row, today) if state == "DONE" else None for row, state in zip(rows, states, strict=True)]
    asked = [_asked(row[0], state) for row, state in zip(rows, states, strict=True)]
    by_link = [ways == "SMS" for ways in asked]
    model = apps.get_model("service.FollowUp")
    with transaction.atomic():
        ids = next_ids(model, len(rows))
        places = {name: [row[14 + at] for row in rows] for at, name in enumerate((*LEVEL_COLUMNS, "sales_channel"))}
        insert(
            model,
            {
                **places,
                "id": ids,
                "key": [f"{plan_id}:P{row[0]}" for row in rows],
                "kind": Same(plans.CALLBACK),
                "plan_id": Same(plan_id),
                "questionnaire_id": Same(version_id),
                "customer_id": [row[11] for row in rows],
                "policy_id": [row[0] for row in rows],
                "servicing_agent_id": [row[-1] for row in rows],
                "status": states,
                "is_open": [state in results.OPEN for state in states],
                **_ways(asked, states, now),
                "desk_id": Same(desk_id),
                "pool_id": [desk_id if state == "WAITING" else None for state in states],
                "start_on": [row[9] for row in rows],
                "due_on": last,
                "next_at": Same(now),
                "design": [row[12] for row in rows],
                "is_regular": [row[13] != "01" for row in rows],
                "contact_point_id": [people.get(row[11], (None, None))[0] for row in rows],
                "number_index": [people.get(row[11], (None, None))[1] for row in rows],
                "calls": [int(is_it and not link) for is_it, link in zip(is_done, by_link, strict=True)],
                "done_by_name": [
                    CALLERS[row[0] % 3] if is_it and not link else ""
                    for row, is_it, link in zip(rows, is_done, by_link, strict=True)
                ],
                **_ends(states, done, last),
                "opened_at": Same(now),
            },
            len(rows),
        )
        found = [(pk, row, day, link) for pk, row, day, link in zip(ids, rows, done, by_link, strict=True) if day]
        _calls([(pk, row, day) for pk, row, day, link in found if not link])
        _answers(found)
        sent = zip(ids, rows, done, asked, strict=True)
        _links([(pk, row[9], day if ways == "SMS" else None) for pk, row, day, ways in sent if "SMS" in ways], now)


def _ends(states: Sequence[str], done: Sequence[date | None], last: Sequence[date]) -> dict[str, list[Any]]:
    """Return the columns of what came of it, and whether in time."""
    return {
        "last_result": ["SUCCESS" if state == "DONE" else "" for state in states],
        "done_on": list(done),
        "in_time": [
            None if state not in ("DONE", "UNREACHED") else bool(day and day <= end)
            for state, day, end in zip(states, done, last, strict=True)
        ],
        "end_reason": ["ended" if state == "DROPPED" else "" for state in states],
    }


def _asked(policy_id: int, state: str) -> str:
    """Return the ways by which a contract's holder was asked; whom nobody reached was called, too."""
    ways = ASKED[policy_id % len(ASKED)]
    if state in ("ASKED", "WAITING"):
        return "SMS" if "SMS" in ways else ""
    return {"DROPPED": "", "UNREACHED": "SMS,PHONE"}.get(state, ways)


def _ways(asked: Sequence[str], states: Sequence[str], now: datetime) -> dict[str, list[Any]]:
    """Return the columns of ways: a questionnaire is waited for, answered, or left for the phone."""
    at_link = [ways == "SMS" and state in ("ASKED", "DONE") for ways, state in zip(asked, states, strict=True)]
    ways = ["SMS" if link else "PHONE" for link in at_link]
    done = [way if state == "DONE" else "" for way, state in zip(ways, states, strict=True)]
    return {
        "contact_channel": ways,
        "asked_ways": list(asked),
        "read_way": ["SMS" if way == "SMS" else "" for way in done],
        "done_way": done,
        "way_at": [now + WAIT if state == "ASKED" else None for state in states],
    }


def _people(ids: Sequence[int]) -> dict[int, tuple[int | None, int | None]]:
    rows = _rows("customers.CustomerSummary").filter(pk__in=set(ids))
    return {pk: (point, number) for pk, point, number in rows.values_list(
        "pk", "primary_phone_id", "primary_phone__value_index"
    )}  # fmt: skip


def _at(day: date, number: int) -> datetime:
    """Return a moment of a day's working hours."""
    return datetime.combine(day, time(9 + number % 9, number % 60), ZoneInfo(settings.TIME_ZONE))


def _links(sent: Sequence[tuple[int, date, date | None]], now: datetime) -> None:
    """Insert the questionnaires sent on the day of the receipt, and when they were answered; nobody knows a token."""
    made = [min(_at(day, pk), now) for pk, day, _answered in sent]
    answered = [_at(day, pk) + timedelta(minutes=9) if day else None for pk, _day, day in sent]
    insert(
        apps.get_model("service.FollowUpLink"),
        {
            "follow_up_id": [pk for pk, _day, _answered in sent],
            "contact_channel": Same("SMS"),
            "token_hash": [secrets.token_hex(32) for _one in sent],
            "made_at": made,
            "expires_at": [moment + timedelta(days=15) for moment in made],
            "opened_at": answered,
            "opens": [int(moment is not None) for moment in answered],
            "answered_at": answered,
        },
        len(sent),
    )


def _calls(done: Sequence[tuple[int, Sequence[Any], date]]) -> None:
    """Insert the successful call of each that was called."""
    insert(
        apps.get_model("service.FollowUpCall"),
        {
            "follow_up_id": [pk for pk, _row, _day in done],
            "at": [_at(day, row[0]) for _pk, row, day in done],
            "result": Same("SUCCESS"),
            "recording": [f"REC{pk:09d}" for pk, _row, _day in done],
            "seconds": [80 + row[0] % 140 for _pk, row, _day in done],
            "staff_name": [CALLERS[row[0] % 3] for _pk, row, _day in done],
        },
        len(done),
    )


def _answers(done: Sequence[tuple[int, Sequence[Any], date, bool]]) -> None:
    """Insert the answers of each that is done, by link or by call: nothing is done without them."""
    at = [_at(day, row[0]) for _pk, row, day, _link in done]
    asked = {
        (design, regular): [
            one
            for one in questions.asked(script.NEW_CONTRACT, questions.Situation(design, regular), {})
            if one.required
        ]
        for design, regular in {(row[12], row[13] != "01") for _pk, row, _day, _link in done}
    }
    lines = [
        (pk, one, moment, "" if link else CALLERS[row[0] % 3])
        for (pk, row, _day, link), moment in zip(done, at, strict=True)
        for one in asked[row[12], row[13] != "01"]
    ]
    insert(
        apps.get_model("service.FollowUpAnswer"),
        {
            "follow_up_id": [pk for pk, _one, _moment, _name in lines],
            "question": [one.key for _pk, one, _moment, _name in lines],
            "value": ['["MATCH"]' if one.kind == questions.BIRTH else '["YES"]' for _pk, one, _moment, _name in lines],
            "is_as_required": Same(True),
            "answered_at": [moment for _pk, _one, moment, _name in lines],
            "staff_name": [name for _pk, _one, _moment, name in lines],
        },
        len(lines),
    )


def _call(now: datetime, today: date) -> None:
    """Make some calls by the services themselves, so that every state stands in the book."""
    touched = list(TOUCHED)
    # A small book has few contracts in the clerk's branch; the director sees all of them.
    for number in (CLERK, DIRECTOR):
        caller: Actor | None = actor_by_staff_no(number, today)
        if caller is None:
            continue
        waiting = open_sources(caller, now=now)[0].filter(status="WAITING", number_index__isnull=False)
        for pk in list(waiting.order_by("-due_on", "pk").values_list("pk", flat=True)[: len(touched)]):
            result, more = touched.pop(0)
            values: dict[str, Any] = dict(more)
            if result == "APPOINTED":
                values["appointed_at"] = now + timedelta(days=1)
            try:
                record_attempt(actor=caller, follow_up_id=pk, attempt=Attempt(result, **values), now=now)
            except KeyuanError:
                # A customer of the book who must not be contacted now is left in peace here, too.
                continue
