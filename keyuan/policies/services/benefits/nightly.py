"""The night of the benefits: opens what falls due, settles dividends, tells payees, notes what the bank paid (POL-6).

A chunked job: killed, it goes on where it was; made twice, it finds nothing to do.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.platform.locks import hold
from keyuan.policies import permissions
from keyuan.policies.models import BenefitRun, DividendRate
from keyuan.policies.selectors.benefits.candidates import (
    PASSES,
    contracts,
    offered_products,
    products_of_pass,
    span_of,
)
from keyuan.policies.services.benefits.dividends import ACTOR, release_rate, require_whole_book, settle_dividends
from keyuan.policies.services.benefits.opening import Night, night_of, rows_of, write
from keyuan.policies.services.benefits.paying import note_paid, waiting_payments
from keyuan.policies.services.benefits.reminding import due_prompts, remind

JOB = "policies.benefits"
LOCK = "benefits"
#: Contracts looked at in one transaction, and dividends settled in one.
CHUNK, SETTLED = 1_000, 200
#: Nights that are caught up with when the system stood still.
MOST_NIGHTS = 31
#: A span that somebody asks for is at most so long.
MOST_DAYS = 1_100


def start_nights(*, actor: Actor, today: date) -> TrackedJob | None:
    """Start the nights up to ``today`` that were not made. The first one ever opens from today on, not the past."""
    last = BenefitRun.objects.filter(finished_at__isnull=False).order_by("-last_on").values_list("last_on", flat=True)
    made = last.first()
    first = today if made is None else max(made + timedelta(days=1), today - timedelta(days=MOST_NIGHTS - 1))
    return _start(actor, (min(first, today), today), today, whole=made is None)


def start_span(*, actor: Actor, first: date, last: date, now: datetime, product_id: int | None = None) -> TrackedJob:
    """Open whatever fell due from ``first`` to ``last`` and is not open yet, as after a book was taken over.

    Raises `Refused` benefit.whole_book, benefit.span_order (field last) and benefit.span_range (field first).
    """
    require_whole_book(actor, permissions.BENEFIT_RUN)
    if last < first:
        raise Refused("benefit.span_order", field="last")
    if (last - first).days > MOST_DAYS or (now.date() - last).days < -MOST_NIGHTS:
        raise Refused("benefit.span_range", field="first", most=MOST_DAYS)
    return _start(actor, (first, last), now.date(), whole=True, product_id=product_id)


def _start(
    actor: Actor, days: tuple[date, date], night: date, *, whole: bool, product_id: int | None = None
) -> TrackedJob:
    first, last = days
    with transaction.atomic():
        return start_tracked(
            actor, JOB, first=first.isoformat(), last=last.isoformat(), night=night.isoformat(), whole=whole,
            product=product_id, asked_by=actor.name,
        )  # fmt: skip


def run(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next part: the passes one after the other, then dividends, payments and messages."""
    first, last = (date.fromisoformat(job.kwargs[name]) for name in ("first", "last"))
    if "run" not in state:
        with job.step():
            begun = BenefitRun.objects.create(
                first_on=first, last_on=last, started_at=now, asked_by=str(job.kwargs.get("asked_by", ""))[:40]
            )
            state["run"], state["phase"], state["after"] = begun.pk, 0, 0
    known = night_of(date.fromisoformat(job.kwargs["night"]), now, offered_products(job.kwargs.get("product")))
    while job.time_left():
        if state["phase"] < len(PASSES):
            _open(job, state, known, (first, last))
        elif _rest(job, state, known):
            return


def _open(job: Progress, state: dict[str, Any], known: Night, nights: tuple[date, date]) -> None:
    """Open the next contracts of a pass: read and judged before the transaction, written in a short one."""
    wanted = PASSES[state["phase"]]
    span = span_of(wanted, *nights, whole=bool(job.kwargs.get("whole")))
    found = contracts(wanted, products_of_pass(known.offered, wanted), span, state["after"], CHUNK)
    rows = rows_of(known, wanted, found, span)
    with job.step():
        if not found:
            state["phase"], state["after"] = state["phase"] + 1, 0
            return
        hold(LOCK)
        write(rows, known)
        state["after"] = found[-1].pk
        _count(state, "opened", len(rows))
        job.advance(len(rows))


def _rest(job: Progress, state: dict[str, Any], known: Night) -> bool:
    """Do the next part of what follows the opening; tell whether the run is over."""
    phase = state["phase"] - len(PASSES)
    night, now = known.night, known.now
    prompts = due_prompts(night) if phase == 2 else []
    payments = waiting_payments(state["after"]) if phase == 1 else []
    with job.step():
        hold(LOCK)
        if phase == 0 and (settled := settle_dividends(SETTLED, night, now)):
            _count(state, "settled", settled)
        elif phase == 1 and payments:
            note_paid(payments, now)
            state["after"] = payments[-1].pk
        elif phase == 2 and prompts:
            _count(state, "reminded", remind(prompts, night, now))
        elif phase < 2:
            state["phase"], state["after"] = state["phase"] + 1, 0
        else:
            _finish(job, state, now)
            return True
    return False


def _count(state: dict[str, Any], name: str, number: int) -> None:
    state[name] = state.get(name, 0) + number
    BenefitRun.objects.filter(pk=state["run"]).update(**{name: F(name) + number})


def _finish(job: Progress, state: dict[str, Any], now: datetime) -> None:
    counts = {name: state.get(name, 0) for name in ("opened", "settled", "reminded")}
    BenefitRun.objects.filter(pk=state["run"]).update(finished_at=now)
    record(ACTOR, Action.UPDATE, Subject("benefit_run", state["run"]), detail=counts, now=now)
    job.finish(**counts)


def release_and_open(*, actor: Actor, rate_id: int, rate_bp: int, now: datetime) -> DividendRate:
    """Release a dividend rate and begin to open the dividends of its year up to today; raises what `release_rate` does.

    Both in one transaction: a rate without its dividends, or the other way round, does not happen.
    """
    with transaction.atomic():
        row = release_rate(actor=actor, rate_id=rate_id, rate_bp=rate_bp, now=now)
        first, last = date(row.year, 1, 1), min(date(row.year, 12, 31), now.date())
        if first <= last:
            _start(ACTOR, (first, last), now.date(), whole=True, product_id=row.product_id)
    return row
