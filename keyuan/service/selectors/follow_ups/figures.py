"""Success, lateness and calls of follow-ups by unit, and who answers by which way, for a month of their first days.

For call-backs the success is that of domain.md §A.4 (犹豫期内回访成功率): the month is that of the receipts.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from keyuan.kernel.actor import Actor, Reach
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.organisation.selectors import in_scope
from keyuan.organisation.selectors.units import unit_names
from keyuan.service.models import FollowUp
from keyuan.service.rules.follow_ups.plans import CALLBACK, RESAMPLE
from keyuan.service.rules.follow_ups.results import DONE, DROPPED, PROBLEM, RECHECK, UNREACHED
from keyuan.service.rules.follow_ups.ways import PHONE, WAYS, combinations


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's call-backs. ``required`` leaves out contracts that were cancelled (``dropped``)."""

    unit_id: int | None
    name: str
    required: int = 0
    in_time: int = 0
    too_late: int = 0
    waiting: int = 0
    overdue: int = 0
    unreached: int = 0
    problems: int = 0
    dropped: int = 0
    calls: int = 0

    @property
    def rate(self) -> float | None:
        """Contracts called back within cooling-off ÷ contracts that require it; None where none does."""
        return self.in_time / self.required if self.required else None

    @property
    def calls_each(self) -> float | None:
        """Calls per contract that requires one."""
        return self.calls / self.required if self.required else None


FIGURES = (
    "required", "in_time", "too_late", "waiting", "overdue", "unreached", "problems", "dropped", "calls",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WayRow:
    """Who was asked by a way, who opened the link, who answered by it; ``way`` is its code."""

    way: str
    asked: int = 0
    read: int | None = None
    answered: int = 0

    @property
    def rate(self) -> float | None:
        """Answered ÷ asked by this way; None where nobody was asked."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Figures:
    """A month: the total, the units one level below, the ways, and how the second calls went."""

    level: int
    total: Row
    rows: list[Row]
    ways: list[WayRow]
    samples: int = 0
    sample_problems: int = 0


def level_of(actor: Actor, unit: Unit | None) -> int:
    """Return the level (from 0, the head office) of the units whose figures stand beside each other."""
    if unit is not None:
        return min(unit.level, len(LEVEL_COLUMNS) - 1)
    if actor.scope.reach is Reach.ALL or actor.scope.unit_level in ("", "head_office", None):
        return 1
    return min(LEVEL_COLUMNS.index(f"{actor.scope.unit_level}_id") + 1, len(LEVEL_COLUMNS) - 1)


def figures(
    actor: Actor, since: date, until: date, today: date, unit: Unit | None = None, kind: str = CALLBACK
) -> Figures:
    """Return how the follow-ups of a kind that count from a span stand, in scope; read by the index of their days."""
    level = level_of(actor, unit)
    rows = FollowUp.objects.filter(in_scope(actor), start_on__gte=since, start_on__lte=until)
    if unit is not None:
        rows = rows.filter(**{LEVEL_COLUMNS[unit.level - 1]: unit.pk})
    callbacks = rows.filter(kind=kind)
    counts = {
        "required": Count("pk", filter=~Q(status=DROPPED)),
        "in_time": Count("pk", filter=Q(status=DONE, in_time=True)),
        "too_late": Count("pk", filter=Q(status=DONE, in_time=False)),
        "waiting": Count("pk", filter=Q(is_open=True)),
        "overdue": Count("pk", filter=Q(is_open=True, due_on__lt=today)),
        "unreached": Count("pk", filter=Q(status=UNREACHED)),
        "problems": Count("pk", filter=Q(status__in=(PROBLEM, RECHECK)) | Q(order__isnull=False)),
        "dropped": Count("pk", filter=Q(status=DROPPED)),
        "calls": Sum("calls"),
    }
    column = LEVEL_COLUMNS[level]
    found = list(callbacks.order_by().values(column).annotate(**{f"n_{k}": v for k, v in counts.items()}))
    names = unit_names(row[column] for row in found)
    every = [
        Row(row[column], names.get(row[column] or 0, ""), **{k: row[f"n_{k}"] or 0 for k in FIGURES}) for row in found
    ]
    total = Row(None, "", **{name: sum(getattr(row, name) for row in every) for name in FIGURES})
    samples = rows.filter(kind=RESAMPLE).aggregate(all=Count("pk"), bad=Count("pk", filter=Q(order__isnull=False)))
    # The worst first: that is what somebody has to look at.
    every.sort(key=lambda row: (row.rate if row.rate is not None else 2, row.name))
    return Figures(level, total, every, _by_way(callbacks), samples["all"] or 0, samples["bad"] or 0)


def _by_way(rows: QuerySet[FollowUp]) -> list[WayRow]:
    """Count each way in one pass."""
    counts = {
        f"{way}_{name}": Count("pk", filter=condition)
        for way in WAYS
        for name, condition in (
            ("asked", Q(asked_ways__in=combinations(way))), ("read", Q(read_way=way)), ("answered", Q(done_way=way)),
        )
    }  # fmt: skip
    found = rows.exclude(status=DROPPED).aggregate(**counts)
    every = [
        WayRow(way, found[f"{way}_asked"], None if way == PHONE else found[f"{way}_read"], found[f"{way}_answered"])
        for way in WAYS
    ]
    return [row for row in every if row.asked or row.answered]


def unit_in_reach(actor: Actor, unit_id: int) -> Unit | None:
    """Return a unit whose figures the actor may see: their own or one below it."""
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or actor.scope.reach is Reach.ALL or actor.scope.unit_level == "head_office":
        return unit
    own = getattr(unit, f"{actor.scope.unit_level}_id", None) if actor.scope.unit_level else None
    return unit if own is not None and own == actor.scope.unit_id else None
