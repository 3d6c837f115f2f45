"""Allocation and hand-over alive in the demo book: rules, orphans found, batches to answer, a leaver handed over."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction

from keyuan.customers.services.allocation.giving import give_allocation
from keyuan.customers.services.allocation.orphans import find_at_once
from keyuan.customers.services.allocation.planning import plan_allocation
from keyuan.customers.services.allocation.rules import save_rule
from keyuan.customers.services.handover.running import start_handover
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.selectors.actors import actor_of
from keyuan.platform.jobs.chunks import run_job
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.signins import NEXT_SUB_BRANCH, SUB_BRANCH, places_of
from keyuan.setup.demo.tree import Force, force_of

ACTOR = system_actor("keyuan demo")
NEAR = {"method": "EVEN_COUNT", "nearest": "team_id", "farthest": "sub_branch_id", "same_channel": True}
RULES: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any]], ...] = (
    (
        "高价值客户由高资质人员承接",
        {"least_premium": 5_000_000},
        {**NEAR, "method": "EVEN_VALUE", "farthest": "branch_id", "cap": 300},
    ),
    ("银保客户在本支公司平均分配", {"channels": ["BANCASSURANCE"]}, {**NEAR, "nearest": "section_id", "quota": 20}),
    ("其他客户就近平均分配", {}, {**NEAR, "cap": 400, "quota": 30}),
)
MOST_OF_A_LEAVER = 60


@contextmanager
def _present(book: Book) -> Iterator[None]:
    """Let the book's day be the present of the jobs that run here."""
    before = settings.AS_OF
    settings.AS_OF = book.as_of.isoformat()
    try:
        yield
    finally:
        settings.AS_OF = before


def open_assignments(book: Book, now: datetime) -> None:
    """Enter rules, find the orphans of the whole book, and let a few batches and one hand-over stand for the pages."""
    with _present(book):
        _open(book, datetime.combine(book.as_of, now.timetz()))


def _open(book: Book, now: datetime) -> None:
    for name, conditions, target in RULES:
        save_rule(
            actor=ACTOR, rule_id=None, version=0, name=name, is_active=True, conditions=conditions, target=target,
            now=now,
        )  # fmt: skip
    find_at_once(ACTOR, now)
    force = force_of(book)
    manager = _manager()
    here, next_door = places_of(force)[SUB_BRANCH], places_of(force)[NEXT_SUB_BRANCH]
    given = {"unit_id": here, "reasons": ["BANK_LEGACY"]}
    _batch(manager, "银保无人服务客户首批", given, 24, now, give=True)
    _batch(manager, "离职人员客户第一批", {"unit_id": next_door, "reasons": ["AGENT_LEFT"]}, 60, now, give=True)
    _batch(manager, "银保无人服务客户次批", {"unit_id": next_door, "reasons": ["BANK_LEGACY"]}, 40, now, give=False)
    _hand_over(manager, force, now)
    # The event that classifies anew waits for a worker; the book is right before there is one.
    moved = apps.get_model("customers.FirstContact")._default_manager.values_list("customer_id", flat=True)
    with transaction.atomic():
        refresh(list(moved), now)


def _manager() -> Actor:
    posts = apps.get_model("organisation.Post")._default_manager.select_related("user", "role", "unit")
    return actor_of(posts.get(user__staff_no="10006", is_primary=True))


def _batch(manager: Actor, name: str, choice: Mapping[str, Any], limit: int, now: datetime, *, give: bool) -> None:
    """Plan a batch and, with ``give``, give it; a book too small for it goes without."""
    settings = {"limit": limit, "receiving_level": "sub_branch_id"}
    try:
        batch = plan_allocation(actor=manager, name=name, choice=choice, settings=settings, token=name, now=now)
    except Refused:
        return
    _run(batch.job_id)
    batch.refresh_from_db()
    if give and batch.placed:
        _run(give_allocation(actor=manager, allocation_id=batch.pk, now=now).job_id)


def _run(job_id: int | None) -> None:
    """Run a watched job here and now; its message in the queue finds nothing left to do."""
    jobs = apps.get_model("platform.TrackedJob")._default_manager
    step = -1
    while (job := jobs.get(pk=job_id or 0)).is_open and job.step != step:
        step = job.step
        run_job(job.pk, job.step)


def _hand_over(manager: Actor, force: Force, now: datetime) -> None:
    """Let a colleague in the next sub-branch with some customers leave today."""
    summaries = apps.get_model("customers.CustomerSummary")._default_manager
    place = places_of(force)[NEXT_SUB_BRANCH]
    served = summaries.filter(sub_branch_id=place, servicing_agent_id__isnull=False, sales_channel="INDIVIDUAL")
    counts: dict[int, int] = {}
    for agent in served.order_by("pk").values_list("servicing_agent_id", flat=True)[:5000]:
        counts[agent or 0] = counts.get(agent or 0, 0) + 1
    fitting = sorted((count, -agent) for agent, count in counts.items() if count <= MOST_OF_A_LEAVER)
    if not fitting:
        return
    handover = start_handover(
        actor=manager, agent_id=-fitting[-1][1], user_id=None, left_on=now.date(), reason="合同到期不再续签",
        plan={}, token="demo", now=now,  # noqa: S106 - of a form, no password
    )  # fmt: skip
    _run(handover.job_id)
