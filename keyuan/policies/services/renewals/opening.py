"""The night of renewals: a chance for each contract that expires, lapsed ones closed; safe to run twice (POL-4)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import system_actor
from keyuan.kernel.codes import PolicyStatus, ProductKind
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.imports.bulk import Column, Same, insert
from keyuan.platform.jobs import Progress
from keyuan.platform.locks import hold
from keyuan.policies.models import Policy, Renewal, RenewalEvent, Vehicle
from keyuan.policies.rules.renewals.stages import GONE, Reason, Stage
from keyuan.policies.rules.renewals.windows import Window, days_of, is_renewable, window_for
from keyuan.policies.selectors.renewals import windows_in_force

JOB = "policies.renewals"
LOCK = "policy-renewals"
#: Contracts read at once; those to be written stand in one transaction.
CHUNK = 2_000
CLOSE_CHUNK = 500
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
READ = (
    "pk", "expires_on", "effective_on", "kind", "policy_no", "policy_no_tail", "holder_id", "holder_name",
    "product_id", "premium", "product__renewal_window_days", *PLACE,
)  # fmt: skip
NIGHT = system_actor("renewals")


def run_night(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Open what has come into its window since, then close what lapsed; goes on where it was killed."""
    today = now.date()
    windows = windows_in_force()
    while job.time_left():
        if state.get("opened_all"):
            with job.step():
                hold(LOCK)
                closed = close_lapsed(today, now)
                state["closed"] = state.get("closed", 0) + closed
                if closed < CLOSE_CHUNK:
                    job.finish(opened=state.get("opened", 0), closed=state["closed"])
                    return
            continue
        # Read and judged before the transaction: the writer's lock is held for the writing alone.
        rows = _read(today, windows, state.get("after_on"), state.get("after", 0))
        wanted = [row for row in rows if _belongs(row, windows, today)]
        with job.step():
            hold(LOCK)
            opened = open_rows(wanted, windows, now)
            state["opened"] = state.get("opened", 0) + opened
            state["opened_all"] = len(rows) < CHUNK
            if rows:
                state["after"], state["after_on"] = rows[-1][0], rows[-1][1].isoformat()
            job.advance(opened)


def _read(today: date, windows: dict[str, Window], after_on: str | None, after: int) -> list[Sequence[Any]]:
    """Return contracts that end within the widest window and have no chance yet, day by day of their end.

    A day is a handful of the book: read in one go, PostgreSQL gathers and sorts the whole window for every chunk.
    """
    last = today + timedelta(days=max(window.opens for window in windows.values()))
    begun = date.fromisoformat(after_on) if after_on else today
    found: list[Sequence[Any]] = []
    day = begun
    while day <= last and len(found) < CHUNK:
        rows = Policy.objects.filter(
            expires_on=day, status=PolicyStatus.IN_FORCE, renewal_case__isnull=True, renewals__isnull=True
        )
        if after_on and day == begun:
            rows = rows.filter(pk__gt=after)
        found += rows.order_by("pk").values_list(*READ)[: CHUNK - len(found)]
        day += timedelta(days=1)
    return found


def open_book(now: datetime) -> int:
    """Open every chance of a whole book at once, chunk by chunk, each in a transaction of its own; returns how many."""
    today, windows, opened = now.date(), windows_in_force(), 0
    after_on: str | None = None
    after = 0
    while rows := _read(today, windows, after_on, after):
        with transaction.atomic():
            hold(LOCK)
            opened += open_rows([row for row in rows if _belongs(row, windows, today)], windows, now)
        after_on, after = rows[-1][1].isoformat(), rows[-1][0]
    return opened


def _belongs(row: Sequence[Any], windows: dict[str, Window], today: date) -> bool:
    _pk, expires_on, effective_on, kind, *_rest = row
    if not is_renewable(kind, effective_on, expires_on):
        return False
    return days_of(window_for(windows, kind, row[10]), expires_on).opens_on <= today


def open_rows(rows: Sequence[Sequence[Any]], windows: dict[str, Window], now: datetime, **fixed: Any) -> int:
    """Write chances for contracts given as `READ`, inside the caller's transaction; those that have one stay."""
    ids = [row[0] for row in rows]
    known = set(Renewal.objects.filter(policy_id__in=ids).values_list("policy_id", flat=True))
    gone = _vehicles_gone([row[0] for row in rows if row[3] == ProductKind.MOTOR])
    rows = [row for row in rows if row[0] not in known and row[0] not in gone]
    days = [days_of(window_for(windows, row[3], row[10]), row[1]) for row in rows]
    columns: dict[str, Column] = {
        "policy_id": [row[0] for row in rows],
        "policy_no": [row[4] for row in rows],
        "policy_no_tail": [row[5] for row in rows],
        "holder_id": [row[6] for row in rows],
        "holder_name": [row[7] for row in rows],
        "product_id": [row[8] for row in rows],
        "kind": [row[3] for row in rows],
        "expires_on": [row[1] for row in rows],
        "quotes_from": [one.quotes_from for one in days],
        "calls_from": [one.calls_from for one in days],
        "lapses_on": [one.lapses_on for one in days],
        "premium": [row[9] or 0 for row in rows],
        "opened_at": Same(now),
        "updated_at": Same(now),
        **{name: [row[11 + at] for row in rows] for at, name in enumerate(PLACE)},
        **{name: Same(value) for name, value in fixed.items()},
    }
    insert(Renewal, columns, len(rows))
    return len(rows)


def _vehicles_gone(policy_ids: list[int]) -> set[int]:
    """Return those of the motor contracts whose vehicle was sold, scrapped or lost as another chance says."""
    if not policy_ids:
        return set()
    vins = {pk: vin for pk, vin in _vins(policy_ids) if vin}
    told = Vehicle.objects.filter(vin__in=set(vins.values()), policy__renewal_case__reason__in=list(GONE))
    lost = set(told.values_list("vin", flat=True))
    return {pk for pk, vin in vins.items() if vin in lost}


def _vins(policy_ids: list[int]) -> Iterable[tuple[int, str]]:
    return Vehicle.objects.filter(policy_id__in=policy_ids).values_list("policy_id", "vin")


def close_lapsed(today: date, now: datetime) -> int:
    """Close chances whose window has passed: renewed ones as won, the others as lost; returns how many."""
    rows = Renewal.objects.filter(closed_at__isnull=True, lapses_on__lt=today).order_by("lapses_on", "pk")
    found = list(rows.values_list("pk", "policy_id")[:CLOSE_CHUNK])
    settle([policy for _pk, policy in found], now)
    left = Renewal.objects.filter(pk__in=[pk for pk, _policy in found], closed_at__isnull=True)
    _close(list(left.values_list("pk", flat=True)), Stage.LOST, Reason.LAPSED, "LOSE", now)
    return len(found)


def settle(policy_ids: Sequence[int], now: datetime) -> None:
    """Bring chances up to date with what became of their contracts, inside the caller's transaction.

    A contract that another one names as its former is renewed, however that came about; one that ended before its
    last day is no renewal. Doing it again changes nothing.
    """
    live = Renewal.objects.filter(policy_id__in=policy_ids).exclude(stage=Stage.WON)
    live = live.exclude(stage=Stage.LOST, reason__in=[Reason.ENDED])
    rows = {policy: pk for pk, policy in live.values_list("pk", "policy_id")}
    renewed = Policy.objects.filter(previous_policy_id__in=rows).exclude(status=PolicyStatus.TERMINATED)
    won = set()
    for pk, former, premium in renewed.order_by("pk").values_list("pk", "previous_policy_id", "premium"):
        if former in rows and former not in won:
            won.add(former)
            chance = Renewal.objects.filter(pk=rows[former])
            chance.update(new_policy_id=pk, new_premium=premium)
    _close([rows[policy] for policy in won], Stage.WON, "", "RENEWED", now)
    ended = Policy.objects.filter(pk__in=[policy for policy in rows if policy not in won])
    ended = ended.filter(status=PolicyStatus.TERMINATED).exclude(termination_reason="01")
    lost = [rows[pk] for pk in ended.values_list("pk", flat=True)]
    still = Renewal.objects.filter(pk__in=lost, closed_at__isnull=True).values_list("pk", flat=True)
    _close(list(still), Stage.LOST, Reason.ENDED, "LOSE", now)


def _close(ids: Sequence[int], stage: Stage, reason: str, act: str, now: datetime) -> None:
    rows = Renewal.objects.filter(pk__in=ids)
    events = [RenewalEvent(renewal_id=pk, act=act, stage=stage, at=now, actor_name=NIGHT.name) for pk in ids]
    rows.update(stage=stage, reason=reason, closed_at=now, updated_at=now, version=F("version") + 1)
    RenewalEvent.objects.bulk_create(events)


def settle_changed(policy_ids: Sequence[int], now: datetime) -> None:
    """`settle` in a transaction of its own, for whoever hears that contracts changed."""
    with transaction.atomic():
        settle(policy_ids, now)
