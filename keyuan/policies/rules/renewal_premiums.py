"""The ladder of reminders for a renewal premium, by days around its due day (POL-3; domain.md §A.5, GK)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.kernel.errors import Refused

#: Days before (−) and after the due day on which somebody looks at a premium that is not paid, unless set otherwise.
LADDER = (-30, -15, -7, 0, 7, 30, 50)
#: A premium leaves the list when it can no longer keep the contract in force: grace, and a margin.
LAST = 62
#: The template of reminders before the due day and of those after it.
BEFORE, AFTER = "renewal-reminder", "premium-overdue"


#: How many days a ladder has at most, and how far from the due day they lie.
MOST_STEPS, FARTHEST = 12, 60


def check_ladder(steps: Collection[int], night: Collection[int]) -> None:
    """Raise `Refused` unless ``steps`` (none: those above) make a ladder and the ``night`` reminds on some of them.

    Codes premium.ladder_range (field ``steps``), premium.no_such_step (field ``days``).
    """
    if len(steps) > MOST_STEPS or any(abs(day) > FARTHEST for day in steps):
        raise Refused("premium.ladder_range", field="steps", most=MOST_STEPS, days=FARTHEST)
    if set(night) - set(steps or LADDER):
        raise Refused("premium.no_such_step", field="days")


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder for one premium: its ``day`` beside the due day, when it falls, and what was done."""

    day: int
    on: date
    is_past: bool
    is_current: bool
    done: tuple[str, ...] = ()


def window(today: date, ladder: Sequence[int] = LADDER) -> tuple[date, date]:
    """Return the first and last due day of premiums that the ladder is about on ``today``."""
    return today - timedelta(days=LAST), today - timedelta(days=min(ladder))


def current_step(due_on: date, today: date, ladder: Sequence[int] = LADDER) -> int | None:
    """Return the step that a premium stands on: the latest one whose day has come; None before the first."""
    reached = [day for day in ladder if due_on + timedelta(days=day) <= today]
    return max(reached) if reached else None


def next_step(due_on: date, today: date, ladder: Sequence[int] = LADDER) -> tuple[int, date] | None:
    """Return the next step and its day; None behind the last."""
    ahead = [day for day in sorted(ladder) if due_on + timedelta(days=day) > today]
    return (ahead[0], due_on + timedelta(days=ahead[0])) if ahead else None


def due_days_of(step: int, today: date, ladder: Sequence[int] = LADDER) -> tuple[date, date]:
    """Return the first and last due day of premiums that stand on ``step`` today."""
    later = [day for day in ladder if day > step]
    first = today - timedelta(days=min(later) - 1) if later else today - timedelta(days=LAST)
    return first, today - timedelta(days=step)


def rungs(
    due_on: date, today: date, done: Collection[tuple[int | None, str]], ladder: Sequence[int] = LADDER
) -> list[Rung]:
    """Return the ladder of one premium with what was done on each step, as kinds of acts."""
    here = current_step(due_on, today, ladder)
    found = []
    for day in sorted(ladder):
        on = due_on + timedelta(days=day)
        kinds = tuple(sorted({kind for step, kind in done if step == day}))
        found.append(Rung(day, on, on <= today and day != here, day == here, kinds))
    return found


def template_of(step: int) -> str:
    """Return the code of the template that reminds on ``step``."""
    return BEFORE if step <= 0 else AFTER
