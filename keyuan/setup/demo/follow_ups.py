"""Call-backs of the demo book: two months of new contracts called back, some waiting, late, with a problem (SRV-8)."""

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
from keyuan.service.rules.follow_ups import due, plans, questions, script
from keyuan.service.selectors.follow_ups.reading import open_sources
from keyuan.service.services.follow_ups.calling import Attempt, record_attempt
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.setup.demo.plan import Book

DAYS, CHUNK, WHOLE = 60, 5_000, 100
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
    plan.content = plan.content | {"active_from": since.isoformat()}
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
        return "WAITING"
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
                "is_open": [state == "WAITING" for state in states],
                "desk_id": Same(desk_id),
                "pool_id": [desk_id if state == "WAITING" else None for state in states],
                "start_on": [row[9] for row in rows],
                "due_on": last,
                "next_at": Same(now),
                "design": [row[12] for row in rows],
                "is_regular": [row[13] != "01" for row in rows],
                "contact_point_id": [people.get(row[11], (None, None))[0] for row in rows],
                "number_index": [people.get(row[11], (None, None))[1] for row in rows],
                "calls": [int(is_it) for is_it in is_done],
                "last_result": ["SUCCESS" if is_it else "" for is_it in is_done],
                "done_on": done,
                "done_by_name": [
                    CALLERS[row[0] % 3] if is_it else "" for row, is_it in zip(rows, is_done, strict=True)
                ],
                "in_time": [
                    None if state not in ("DONE", "UNREACHED") else bool(day and day <= end)
                    for state, day, end in zip(states, done, last, strict=True)
                ],
                "end_reason": ["ended" if state == "DROPPED" else "" for state in states],
                "opened_at": Same(now),
            },
            len(rows),
        )
        _answers([(pk, row, day) for pk, row, day in zip(ids, rows, done, strict=True) if day is not None])


def _people(ids: Sequence[int]) -> dict[int, tuple[int | None, int | None]]:
    rows = _rows("customers.CustomerSummary").filter(pk__in=set(ids))
    return {pk: (point, number) for pk, point, number in rows.values_list(
        "pk", "primary_phone_id", "primary_phone__value_index"
    )}  # fmt: skip


def _answers(done: Sequence[tuple[int, Sequence[Any], date]]) -> None:
    """Insert the successful call and the answers of each that is done: nothing is done without them."""
    zone = ZoneInfo(settings.TIME_ZONE)
    at = [datetime.combine(day, time(9 + row[0] % 9, row[0] % 60), zone) for _pk, row, day in done]
    insert(
        apps.get_model("service.FollowUpCall"),
        {
            "follow_up_id": [pk for pk, _row, _day in done],
            "at": at,
            "result": Same("SUCCESS"),
            "recording": [f"REC{pk:09d}" for pk, _row, _day in done],
            "seconds": [80 + row[0] % 140 for _pk, row, _day in done],
            "staff_name": [CALLERS[row[0] % 3] for _pk, row, _day in done],
        },
        len(done),
    )
    asked = {
        (design, regular): [
            one
            for one in questions.asked(script.NEW_CONTRACT, questions.Situation(design, regular), {})
            if one.required
        ]
        for design, regular in {(row[12], row[13] != "01") for _pk, row, _day in done}
    }
    lines = [
        (pk, one, moment, row[0])
        for (pk, row, _day), moment in zip(done, at, strict=True)
        for one in asked[row[12], row[13] != "01"]
    ]
    insert(
        apps.get_model("service.FollowUpAnswer"),
        {
            "follow_up_id": [pk for pk, _one, _at, _policy in lines],
            "question": [one.key for _pk, one, _at, _policy in lines],
            "value": ['["MATCH"]' if one.kind == questions.BIRTH else '["YES"]' for _pk, one, _at, _policy in lines],
            "is_as_required": Same(True),
            "answered_at": [moment for _pk, _one, moment, _policy in lines],
            "staff_name": [CALLERS[policy % 3] for _pk, _one, _at, policy in lines],
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
