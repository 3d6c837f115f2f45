"""Renewal premiums that are due or late, with what was done about them (POL-3)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.models import TaskOrigin
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.policies.models import Policy, PremiumAct
from keyuan.policies.rules.renewal_premiums import window
from keyuan.policies.selectors.ledger.rules import ladder_in_force
from keyuan.policies.selectors.scope import policy_sources

KINDS: dict[str, Any] = {
    "MESSAGE": _("Reminder sent"),
    "TASK": _("Call task"),
    "CALL": pgettext_lazy("premium", "Called"),
    "PROMISE": _("Promised to pay"),
    "NOTE": _("Note"),
}
#: Results of a call about a premium.
OUTCOMES: dict[str, Any] = {
    "REACHED": _("Reached, will pay"),
    "REFUSED": _("Does not want to pay"),
    "NO_ANSWER": _("Nobody answered"),
    "ACCOUNT": _("Account changed or empty"),
    "OTHER": pgettext_lazy("premium call", "Something else"),
}
TASK_STATES: dict[str, tuple[str, Any]] = {
    "OPEN": ("warn", _("Task open")),
    "DONE": ("ok", _("Task done")),
    "DROPPED": ("off", _("Task not needed")),
    "VOID": ("off", _("Task closed by itself")),
}


@dataclass(frozen=True, slots=True)
class Done:
    """What stands about one premium: acts (step, kind), the last promise, the last task's state."""

    acts: tuple[tuple[int | None, str], ...] = ()
    promised_on: date | None = None
    task: str = ""


def chased(rows: "QuerySet[Policy]", today: date, ladder: Sequence[int] | None = None) -> "QuerySet[Policy]":
    """Keep the contracts in force whose premium the ladder (None: the one in force) is about on ``today``."""
    first, last = window(today, ladder or ladder_in_force())
    return rows.filter(status=PolicyStatus.IN_FORCE, next_due_on__gte=first, next_due_on__lte=last)


def premium_sources(actor: Actor, *, today: date, now: datetime) -> "list[QuerySet[Policy]]":
    """Return what the list reads: contracts served in scope, and those of customers lent, by what falls due."""
    ladder = ladder_in_force()
    return [chased(rows, today, ladder) for rows in policy_sources(actor, now=now)]


def standing_acts() -> "QuerySet[PremiumAct]":
    """Return what was done and not undone about the premium that is due now of the contract outside."""
    return PremiumAct.objects.filter(policy=OuterRef("pk"), due_on=OuterRef("next_due_on"), undone_at__isnull=True)


def untouched(rows: "QuerySet[Policy]") -> "QuerySet[Policy]":
    """Keep the contracts about whose premium nothing was done yet."""
    return rows.filter(~Exists(standing_acts()))


def promised(rows: "QuerySet[Policy]", first: date, last: date) -> "QuerySet[Policy]":
    """Keep the contracts whose holder promised to pay between two days."""
    found = PremiumAct.objects.filter(kind="PROMISE", promised_on__gte=first, promised_on__lte=last)
    return rows.filter(pk__in=found.filter(undone_at__isnull=True).values("policy"))


def done_about(rows: Sequence[Policy]) -> dict[int, Done]:
    """Return what was done about the premiums due of these contracts, in two queries."""
    due = {row.pk: row.next_due_on for row in rows}
    acts: dict[int, list[PremiumAct]] = defaultdict(list)
    for act in PremiumAct.objects.filter(policy_id__in=due, undone_at__isnull=True).order_by("pk"):
        if due[act.policy_id] == act.due_on:
            acts[act.policy_id].append(act)
    origins = TaskOrigin.objects.filter(subject_kind="policy", subject_id__in=due, rule__occasion="PREMIUM")
    made = origins.order_by("pk").values_list("subject_id", "occasion_on", "task__status")
    tasks = {policy: state for policy, on, state in made if due[policy] == on}
    return {
        pk: Done(
            tuple((act.step, act.kind) for act in acts[pk]),
            next((act.promised_on for act in reversed(acts[pk]) if act.promised_on), None),
            tasks.get(pk, ""),
        )
        for pk in due
    }


def history_of(policy: Policy) -> "QuerySet[PremiumAct]":
    """Return what was done about premiums of a contract, the newest first."""
    return PremiumAct.objects.filter(policy=policy).order_by("-pk")


def tasks_of(policy: Policy) -> list[tuple[int, str, str]]:
    """Return (day of the ladder, title, state) of the tasks that rules made about the premium due now."""
    rows = TaskOrigin.objects.filter(subject_kind="policy", subject_id=policy.pk, occasion_on=policy.next_due_on)
    found = rows.filter(rule__occasion="PREMIUM").order_by("rule__days")
    return list(found.values_list("rule__days", "task__title", "task__status"))


def is_chased(policy: Policy, today: date) -> bool:
    """Tell whether the ladder is about the premium of ``policy`` today."""
    return chased(Policy.objects.filter(pk=policy.pk), today).exists()


def remindable(ids: Sequence[int], today: date) -> set[int]:
    """Return those of ``ids`` that the ladder is about and that have a holder to write to."""
    rows = chased(Policy.objects.filter(pk__in=list(ids), holder_id__isnull=False), today)
    return set(rows.values_list("pk", flat=True))
