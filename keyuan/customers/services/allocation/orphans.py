"""Finding customers whom nobody serves, every night and on demand (CUS-9, domain.md §A.9).

Three passes, each in chunks by key: customers of people who left or whose intermediary's contract ended lose their
person; customers of people who moved out of the region are noted; customers without a person get a case with its
reason. Cases of those who are served again are closed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from keyuan.customers.models import Assignment, Customer, CustomerSummary, Handover, OrphanCase
from keyuan.customers.rules.allocation.orphans import NO_NOTICE, Finding, Former, find_reason
from keyuan.customers.services.allocation.placing import PLACE_COLUMNS, Place, move
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import LEVEL_COLUMNS, Agent
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.jobs import Progress

JOB = "customers.find_orphans"
CHUNK = 2000
STAGES = ("leavers", "movers", "orphans", "served")
#: A move within this unit leaves customers where they are; beyond it they need somebody else.
REGION = "sub_branch_id"


def find_orphans(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next chunks of a search; counts and place are saved with each step."""
    passes = {"leavers": _leavers, "movers": _movers, "orphans": _orphans, "served": _served}
    while job.time_left():
        stage = state.setdefault("stage", STAGES[0])
        with job.step():
            last, found = passes[stage](job.actor, state.get("last", 0), now)
            state[f"found_{stage}"] = state.get(f"found_{stage}", 0) + found
            job.advance(found)
            state["last"] = last or 0
            if last is None:
                place = STAGES.index(stage) + 1
                if place == len(STAGES):
                    job.finish(**{key: state.get(f"found_{key}", 0) for key in STAGES})
                    return
                state["stage"] = STAGES[place]


def find_at_once(actor: Actor, now: datetime) -> int:
    """Do a whole search in this process, for set-up; return how many cases were opened or closed."""
    passes = (_leavers, _movers, _orphans, _served)
    total = 0
    for search in passes:
        last: int | None = 0
        while last is not None:
            with transaction.atomic():
                last, found = search(actor, last, now)
            total += found
    return total


def gone_agents(today: date) -> QuerySet[Agent]:
    """Return those who can serve nobody any more: left, or bound to an intermediary whose contract ended."""
    ended = Q(partner__contract_until__lt=today)
    return Agent.objects.filter(Q(status=Agent.Status.LEFT) | ended)


def _leavers(actor: Actor, last: int, now: datetime) -> tuple[int | None, int]:
    """Take their customers from people who are gone; one chunk of people, at most `CHUNK` customers."""
    # Whose hand-over runs keeps the customers until it is done: they go to successors.
    handed = Handover.objects.filter(state=Handover.State.RUNNING, agent_id__isnull=False).values("agent_id")
    gone = gone_agents(now.date()).filter(pk__gt=last).exclude(pk__in=handed)
    agents = list(gone.order_by("pk").values_list("pk", flat=True)[:500])
    if not agents:
        return None, 0
    rows = CustomerSummary.objects.filter(servicing_agent_id__in=agents).order_by("servicing_agent_id", "pk")
    served = list(rows.values_list("pk", "team_id", *PLACE_COLUMNS)[:CHUNK])
    orphaned = {
        row[0]: Place(None, _unit_of(row[2:]), tuple(row[2:])) for row in served if _unit_of(row[2:]) is not None
    }
    moved = move(orphaned, actor=actor, now=now, code="ORPHANED")
    # The same people again, until nobody is left with them.
    full = len(served) == CHUNK and bool(moved.assignments)
    return (last if full else agents[-1]), len(moved.assignments)


def _unit_of(where: Sequence[Any]) -> Any:
    """Return the lowest unit of a place."""
    return next((unit for unit in reversed(where[: len(LEVEL_COLUMNS)]) if unit is not None), None)


def _movers(_actor: Actor, last: int, now: datetime) -> tuple[int | None, int]:
    """Note the customers whose person works in another region now: they stay served until allocated."""
    top = Agent.objects.aggregate(top=Max("pk"))["top"] or 0
    if last >= top:
        return None, 0
    working = Agent.objects.filter(pk__gt=last, pk__lte=last + 20_000, status=Agent.Status.ACTIVE)
    moved = dict(working.values_list("pk", REGION))
    rows = CustomerSummary.objects.filter(servicing_agent_id__gt=last, servicing_agent_id__lte=last + 20_000)
    pairs = rows.values_list("servicing_agent_id", REGION).distinct()
    away = sorted({agent for agent, unit in pairs if agent in moved and unit != moved[agent]})
    found = 0
    for start in range(0, len(away), 500):
        group = away[start : start + 500]
        for customers in _in_chunks(CustomerSummary.objects.filter(servicing_agent_id__in=group)):
            strays = [row for row in customers if getattr(row, REGION) != moved[row.servicing_agent_id or 0]]
            found += _open_cases(strays, now, moved=True)
    return last + 20_000, found


def _in_chunks(rows: QuerySet[CustomerSummary]) -> list[list[CustomerSummary]]:
    found = list(rows.order_by("pk"))
    return [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)]


def _orphans(_actor: Actor, last: int, now: datetime) -> tuple[int | None, int]:
    """Open a case for every customer without a person."""
    rows = CustomerSummary.objects.filter(is_orphan=True, pk__gt=last, customer__status=Customer.Status.ACTIVE)
    chunk = list(rows.order_by("pk")[:CHUNK])
    if not chunk:
        return None, 0
    return chunk[-1].pk, _open_cases(chunk, now)


def _open_cases(rows: Sequence[CustomerSummary], now: datetime, *, moved: bool = False) -> int:
    ids = [row.pk for row in rows]
    waiting = OrphanCase.objects.filter(customer_id__in=ids, closed_at__isnull=True)
    known = set(waiting.values_list("customer_id", flat=True))
    new = [row for row in rows if row.pk not in known]
    if not new:
        return 0
    findings = _findings(new, now.date(), moved=moved)
    columns: dict[str, Any] = {
        "customer_id": [row.pk for row in new],
        "reason": [findings[row.pk][0].reason for row in new],
        "former_agent_id": [findings[row.pk][1] for row in new],
        "since": [findings[row.pk][0].since for row in new],
        "found_at": Same(now),
        "notice_due_on": [findings[row.pk][0].notice_due_on for row in new],
        "annual_premium": [row.annual_premium for row in new],
        "policies_in_force": [row.policies_in_force for row in new],
        "tier": [row.tier for row in new],
        "notified_at": Same(None),
        "closed_at": Same(None),
        **{column: [getattr(row, column) for row in new] for column in (*PLACE_COLUMNS, "servicing_agent_id")},
    }
    insert(OrphanCase, columns, len(new))
    return len(new)


def _findings(rows: Sequence[CustomerSummary], today: date, *, moved: bool) -> dict[int, tuple[Finding, int | None]]:
    last = _last_served([row.pk for row in rows])
    formers = _formers({served[0] for served in last.values()} | {row.servicing_agent_id for row in rows})
    found = {}
    for row in rows:
        agent_id, ended_on = last.get(row.pk, (None, None))
        if moved:
            agent_id, ended_on = row.servicing_agent_id, today
        former = formers.get(agent_id) if agent_id else None
        finding = find_reason(
            former,
            channel=row.sales_channel,
            is_organisation=row.kind == Customer.Kind.ORGANISATION,
            in_force=row.policies_in_force,
            unserved_since=ended_on or row.opened_on,
            today=today,
        )
        found[row.pk] = (finding, former.agent_id if former else None)
    return found


def _last_served(ids: list[int]) -> dict[int, tuple[int, date | None]]:
    """Return who served each customer last, and until when."""
    rows = Assignment.objects.filter(customer_id__in=ids, agent_id__isnull=False, valid_until__isnull=False)
    found: dict[int, tuple[int, date | None]] = {}
    for customer_id, agent_id, until in rows.order_by("pk").values_list("customer_id", "agent_id", "valid_until"):
        found[customer_id] = (agent_id or 0, until)
    return found


def _formers(ids: set[Any]) -> dict[int, Former]:
    rows = Agent.objects.filter(pk__in=sorted(pk for pk in ids if pk)).annotate(until=F("partner__contract_until"))
    return {
        row["pk"]: Former(row["pk"], row["status"] != Agent.Status.LEFT, row["left_on"], row["until"], has_moved=True)
        for row in rows.values("pk", "status", "left_on", "until")
    }


def _served(_actor: Actor, last: int, now: datetime) -> tuple[int | None, int]:
    """Close the cases of customers who are served again, or merged, or dead."""
    summary = "customer__summary__"
    columns = (
        "pk",
        "reason",
        f"{summary}is_orphan",
        "customer__status",
        f"{summary}{REGION}",
        f"{summary}servicing_agent_id",
    )
    waiting = OrphanCase.objects.filter(pk__gt=last, closed_at__isnull=True)
    cases = list(waiting.order_by("pk").values_list(*columns)[:CHUNK])
    if not cases:
        return None, 0
    agents = dict(Agent.objects.filter(pk__in={case[5] for case in cases if case[5]}).values_list("pk", REGION))
    over = [case[0] for case in cases if _is_over(case, agents)]
    return cases[-1][0], close_cases(OrphanCase.objects.filter(pk__in=over), "SERVED", now)


def _is_over(case: Sequence[Any], agents: dict[int, Any]) -> bool:
    _pk, reason, alone, status, region, agent_id = case
    is_orphan = bool(alone)
    if status != Customer.Status.ACTIVE:
        return True
    if reason == OrphanCase.Reason.AGENT_MOVED and not is_orphan:
        return bool(agents.get(agent_id) == region)
    return not is_orphan


def note_handed_over(customer_ids: Sequence[int], now: datetime) -> None:
    """Keep the notice clock of customers whose person left and who have a successor at once; nobody waits.

    Inside the caller's transaction, after the successor serves them.
    """
    ids = list(customer_ids)
    waiting = OrphanCase.objects.filter(customer_id__in=ids, closed_at__isnull=True).values_list(
        "customer_id", flat=True
    )
    fresh = sorted(set(ids) - set(waiting))
    _open_cases(list(CustomerSummary.objects.filter(pk__in=fresh)), now)
    close_cases(OrphanCase.objects.filter(customer_id__in=ids), "HANDED_OVER", now)


def close_cases(cases: QuerySet[OrphanCase], outcome: str, now: datetime) -> int:
    """Close the open ones among ``cases``; return how many."""
    return cases.filter(closed_at__isnull=True).update(closed_at=now, outcome=outcome)


def reopen_cases(case_ids: Sequence[int], *, returned: bool = False) -> int:
    """Let closed cases wait again, with their clock; those whose customer has another open one stay closed."""
    cases = OrphanCase.objects.filter(pk__in=list(case_ids), closed_at__isnull=False)
    waiting = OrphanCase.objects.filter(customer_id__in=cases.values("customer_id"), closed_at__isnull=True)
    free = cases.exclude(customer_id__in=waiting.values("customer_id"))
    changes: dict[str, Any] = {"closed_at": None, "outcome": ""}
    if returned:
        changes["returns"] = F("returns") + 1
    return OrphanCase.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(**changes)


def wait_again(customer_ids: Sequence[int], now: datetime) -> None:
    """Open a case for those of ``customer_ids`` whom nobody serves now: the last one goes on, else a new one."""
    orphans = CustomerSummary.objects.filter(pk__in=list(customer_ids), is_orphan=True)
    last = OrphanCase.objects.filter(customer_id__in=orphans.values("pk")).values_list("customer_id")
    reopen_cases([top for _customer, top in last.annotate(top=Max("pk")) if top])
    _open_cases(list(orphans), now)


def is_overdue(case: OrphanCase, now: datetime) -> bool:
    """Tell whether the notice of a case is late."""
    due = case.notice_due_on
    return case.notified_at is None and due < NO_NOTICE and due < timezone.localtime(now).date()
