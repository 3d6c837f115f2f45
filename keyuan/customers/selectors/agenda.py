"""What a rule finds in a night, and how many tasks the coming nights would bring (CUS-13)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from keyuan.customers.extensions import Occasion, occasions
from keyuan.customers.models import TaskOrigin, TaskRule
from keyuan.customers.rules.task_rules import occasion_of

CHUNK = 2_000
PREVIEW_DAYS = 30
Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Night:
    """One rule in one night."""

    rule: TaskRule
    occasion: Occasion
    on: date

    @property
    def day(self) -> date:
        """The day whose occasions the rule looks at."""
        return occasion_of(self.on, self.rule.days)


def night_of(rule: TaskRule, on: date) -> Night:
    """Return the rule's night. Raises KeyError for an occasion that no context supplies."""
    return Night(rule, occasions[rule.occasion], on)


def narrowed(rows: Any, night: Night) -> Any:
    """Return the rows of a queryset that the rule's conditions let through; the summary holds what they ask."""
    rule, prefix = night.rule, night.occasion.summary
    if rule.tiers:
        # Who has no tier yet stands in the lowest.
        rows = rows.filter(**{f"{prefix}tier__in": [*rule.tiers, *([""] if "NORMAL" in rule.tiers else [])]})
    if rule.channels:
        rows = rows.filter(**{f"{prefix}sales_channel__in": rule.channels})
    if rule.skip_open_claims:
        rows = rows.filter(**{f"{prefix}open_claims": 0})
    return rows


def found(night: Night, *, after: int = 0) -> Iterator[list[Row]]:
    """Yield what has its occasion, in chunks by rising subject, beginning behind ``after``; reads only.

    A row is (subject, customer, stake, facts …).
    """
    occasion = night.occasion
    names = [column for column in occasion.columns if column is not None]
    has_stake = occasion.columns[2] is not None
    rows: list[Row] = []
    for source in occasion.on(night.day):
        read = narrowed(source, night).values_list(*names)
        rows += [row if has_stake else (*row[:2], 0, *row[2:]) for row in read if row[0] > after]
    rows.sort(key=lambda row: row[0])
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many tasks each of the coming nights would bring."""

    days: tuple[tuple[date, int], ...]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(count for _day, count in self.days)

    @property
    def most(self) -> int:
        """The fullest night, for the height of bars; at least 1."""
        return max((count for _day, count in self.days), default=0) or 1


def forecast(rule: TaskRule, today: date, *, days: int = PREVIEW_DAYS) -> Forecast:
    """Return what ``rule`` (saved or not) would bring in each of the next ``days`` nights, as the book stands now."""
    counted = []
    for ahead in range(1, days + 1):
        night = night_of(rule, today + timedelta(days=ahead))
        sources = night.occasion.on(night.day)
        counted.append((night.on, sum(narrowed(source, night).count() for source in sources)))
    return Forecast(tuple(counted))


def has_open_tasks(subject_kind: str, subject_ids: Sequence[int]) -> bool:
    """Tell whether rules made tasks about any of these subjects that are still open."""
    origins = TaskOrigin.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    return origins.filter(task__closed_at__isnull=True).exists()
