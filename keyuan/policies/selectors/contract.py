"""What a policy's page shows, each part in one query."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.crypto.presenter import present
from keyuan.policies.models import (
    Coverage,
    Driver,
    GroupMember,
    Instalment,
    Payment,
    Policy,
    PolicyEvent,
    PolicyParty,
    PolicyService,
    Vehicle,
)
from keyuan.policies.selectors.labels import INSTALMENT_STATUSES, OVERDUE, STATUSES, SUB_STATES
from keyuan.policies.selectors.renewals.labels import AT_ONCE

FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)
NEAR_DAYS = 30


def policy_number(actor: Actor, policy: Policy) -> str:
    """Return the policy number as the actor's post may read it."""
    return present(actor, policy.policy_no, "policy_no")


#: What Keyuan notes in a contract's facts itself: how it was made here, and the underwriter's conclusion (health data).
OWN_FACTS = frozenset({"application_id", "conclusion", "renewal_id", "quote", "at_once", "reissued"})


def source_facts(policy: Policy) -> dict[str, Any]:
    """Return what the source system said of a contract beyond its columns."""
    return {key: value for key, value in policy.facts.items() if key not in OWN_FACTS}


def underwriting_of(policy: Policy) -> dict[str, Any]:
    """Return the application that a contract was issued from, or why it took none; neither where the source knows."""
    made_from = policy.facts.get("application_id")
    return {
        "application_id": made_from if isinstance(made_from, int) else None,
        "at_once": AT_ONCE.get(str(policy.facts.get("at_once")), ""),
    }


def known(day: date | None) -> date | None:
    """Return ``day`` unless it is one of the dates that stand for "none" in sorted columns."""
    return None if day in (FIRST, LAST) else day


@dataclass(frozen=True, slots=True)
class State:
    """Dot, word and badges of a policy, and the days left of grace or cooling-off."""

    dot: str
    word: Any
    badges: tuple[tuple[str, Any], ...]
    days_left: int | None


def state_of(policy: Policy, today: date) -> State:
    """Return how a policy stands, the most urgent sub-state in the place of the status."""
    # Grace and cooling-off take the place of the status below, so they are not said twice.
    said = "in_grace" if policy.in_grace else "in_cooling_off"
    badges = tuple(words for column, words in SUB_STATES.items() if getattr(policy, column) and column != said)
    dot, word = STATUSES.get(policy.status, STATUSES["OTHER"])
    left = None
    if policy.in_grace and policy.grace_until:
        dot, word = SUB_STATES["in_grace"]
        left = (policy.grace_until - today).days
    elif policy.in_cooling_off and policy.cooling_off_until:
        dot, word = SUB_STATES["in_cooling_off"]
        left = (policy.cooling_off_until - today).days
    return State(dot, word, badges, left)


def parties_of(policy: Policy) -> list[PolicyParty]:
    """Return the present roles with their customers, by role and order."""
    roles = list(PolicyParty.Role.values)
    rows = PolicyParty.objects.filter(policy=policy, valid_until__isnull=True).select_related("customer__summary")
    return sorted(rows, key=lambda row: (roles.index(row.role), row.order, row.pk))


def covers_of(policy: Policy) -> QuerySet[Coverage]:
    """Return main cover and riders."""
    return Coverage.objects.filter(policy=policy).order_by("is_rider", "pk")


def service_people_of(policy: Policy) -> QuerySet[PolicyService]:
    """Return who sold and who serves, newest first."""
    return PolicyService.objects.filter(policy=policy).select_related("agent__unit").order_by("-valid_from", "-pk")


#: States of an instalment that still waits for money.
OPEN = (Instalment.Status.DUE, Instalment.Status.PART)
#: An instalment with its dot and word.
ShownInstalment = tuple[Instalment, tuple[str, Any]]


def instalments_of(policy: Policy, today: date) -> list[ShownInstalment]:
    """Return the schedule, newest first, each with dot and word; open ones in the past are overdue."""
    rows = Instalment.objects.filter(policy=policy).order_by("-number")[:400]
    return [(row, _instalment_state(row, today)) for row in rows]


def schedule_parts(policy: Policy, today: date) -> tuple[list[ShownInstalment], list[ShownInstalment]]:
    """Return the schedule as a page shows it: up to what is due next, newest first; then what comes later, in order."""
    rows = instalments_of(policy, today)
    ahead = [row.number for row, _state in rows if row.due_on >= today and row.status in OPEN]
    following = min(ahead, default=rows[0][0].number if rows else 0)
    return [one for one in rows if one[0].number <= following], [one for one in rows[::-1] if one[0].number > following]


def _instalment_state(row: Instalment, today: date) -> tuple[str, Any]:
    if row.status in OPEN and row.due_on < today:
        return OVERDUE
    return INSTALMENT_STATUSES[row.status]


def payments_of(policy: Policy) -> QuerySet[Payment]:
    """Return money received and refunded, newest first."""
    return Payment.objects.filter(policy=policy).order_by("-paid_on", "-pk")


def events_of(policy: Policy) -> QuerySet[PolicyEvent]:
    """Return what happened to the contract, newest first."""
    return PolicyEvent.objects.filter(policy=policy).order_by("-happened_on", "-pk")


def members_of(policy: Policy, beginning: str = "") -> QuerySet[GroupMember]:
    """Return the insured persons of a group policy, those whose name begins so where something is typed."""
    members = GroupMember.objects.filter(policy=policy).select_related("customer").order_by("member_no", "pk")
    return members.filter(name__startswith=beginning) if beginning else members


def access_member(policy: Policy, member_id: int) -> GroupMember:
    """Return a member of a policy that the caller has access to; raises `NotFound`."""
    member = GroupMember.objects.filter(policy=policy, pk=member_id).first()
    if member is None:
        raise NotFound("member.not_found")
    return member


def vehicle_of(policy: Policy) -> Vehicle | None:
    """Return the insured vehicle."""
    return Vehicle.objects.filter(policy=policy).first()


def drivers_of(policy: Policy) -> QuerySet[Driver]:
    """Return the named drivers in order."""
    return Driver.objects.filter(policy=policy).order_by("position")


def renewals_of(policy: Policy) -> QuerySet[Policy]:
    """Return the contracts that renewed this one."""
    return Policy.objects.filter(previous_policy=policy).order_by("effective_on")[:5]
