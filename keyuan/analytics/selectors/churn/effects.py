"""What retention work changed: customers worked on against those left alone (ANA-6)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Q, QuerySet

from keyuan.analytics.models import ChurnCase
from keyuan.analytics.rules.churn.facts import FOLLOWS
from keyuan.analytics.rules.churn.outcomes import HORIZONS, OUTCOMES
from keyuan.analytics.rules.churn.trial import Effect, Group, effect
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors import in_scope

#: Days of the horizons; a renewal may come later by so much.
DAYS = {3: 92, 6: 183, 12: 365}
#: Cases before this many days tell of another time.
LONGEST = 3 * 365


@dataclass(frozen=True, slots=True)
class Measured:
    """One way to go and one horizon: the groups, and the effect where both have anybody."""

    outcome: str
    months: int
    treated: Group
    control: Group
    effect: Effect | None


def cases_visible_to(actor: Actor) -> QuerySet[ChurnCase]:
    """The cases opened in the actor's reach, for adding them up."""
    return ChurnCase.objects.filter(in_scope(actor))


def effects_of(actor: Actor, *, today: date) -> list[Measured]:
    """Return the effect for each way and horizon, and for all ways together (outcome empty), the longest first.

    A case counts for a horizon once that is over, whatever was done: who was to be worked on is compared with who was
    to be left alone, so that nobody chooses whom to count.
    """
    found = []
    for months in sorted(HORIZONS, reverse=True):
        counted = _counted(actor, months, today)
        keys = ["", *(outcome.key for outcome in OUTCOMES)]
        for key in keys:
            treated, control = (_sum(counted, key, is_control=part) for part in (False, True))
            if treated.count or control.count:
                found.append(Measured(key, months, treated, control, effect(treated, control)))
    return found


def opened_between(months: int, today: date) -> tuple[date, date]:
    """Return the first and last day on which the cases were opened that count for a horizon."""
    return today - timedelta(days=LONGEST), today - timedelta(days=DAYS[months] + FOLLOWS)


def _counted(actor: Actor, months: int, today: date) -> list[tuple[str, bool, int, int]]:
    rows = cases_visible_to(actor).filter(opened_on__range=opened_between(months, today))
    left = Count("pk", filter=Q(left_after__lt=DAYS[months]))
    grouped = rows.order_by().values("outcome", "is_control").annotate(count=Count("pk"), left=left)
    return [(row["outcome"], row["is_control"], row["count"], row["left"]) for row in grouped]


def _sum(counted: list[tuple[str, bool, int, int]], key: str, *, is_control: bool) -> Group:
    mine = [
        (count, left) for outcome, control, count, left in counted if control is is_control and key in ("", outcome)
    ]
    count = sum(count for count, _left in mine)
    return Group(count, count - sum(left for _count, left in mine))


@dataclass(frozen=True, slots=True)
class Standing:
    """Cases that are open now, by group, and the day of the last ones."""

    treated: int
    control: int
    last_on: date | None


def standing(actor: Actor) -> Standing:
    """Return the open cases of the reach."""
    rows = cases_visible_to(actor).filter(closed_on__isnull=True)
    found = rows.aggregate(
        treated=Count("pk", filter=Q(is_control=False)),
        control=Count("pk", filter=Q(is_control=True)),
        last_on=Max("opened_on"),
    )
    return Standing(found["treated"], found["control"], found["last_on"])
