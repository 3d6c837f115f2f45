"""The board: what the records of a place add up to now and earlier, the worst units, suppliers, findings (CUS-11).

Of the whole book, branches and sub-branches every day is kept; what is smaller is added up when it is asked for, and
has no earlier days.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from keyuan.customers.models import HAS, QualityCount, QualityRun, RecordQuality, SupplierCount
from keyuan.customers.rules.quality import CODES, DIMENSIONS, FINDINGS, LEVELS
from keyuan.customers.selectors.classification.places import Place, place_of, units_below
from keyuan.kernel.actor import Actor, Reach
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.organisation.selectors.agents import agent_names
from keyuan.platform import people

#: Points of the trend, and rows of a table of suppliers, people or units.
POINTS, SHOWN = 12, 40
BACK = (30, 90)
#: Findings that make a record invalid: what a supplier is judged by.
INVALID = [finding.code for finding in FINDINGS if finding.dimension == "valid"]
#: What is added up of records: name → how the database does it.
SUMS = {
    "score": Sum("score"),
    **{name: Sum(name) for name in DIMENSIONS},
    **{level: Count("pk", filter=Q(level=level)) for level in LEVELS},
    **{code: Count("pk", filter=Q(**{HAS[code]: True})) for code in CODES},
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Records of a place: how many, and the sums of scores, levels and findings."""

    records: int
    sums: Counter[str]

    def mean(self, name: str) -> float | None:
        """Return the mean of the score or of a dimension, to a tenth; None without records."""
        return round(self.sums[name] / self.records, 1) if self.records else None

    def share(self, name: str) -> float:
        """Return the share of the records at a level or with a finding, in per cent."""
        return round(100 * self.sums[name] / self.records, 1) if self.records else 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """A unit, a person or a supplier with its records: mean score, share of bad or invalid ones, earlier mean.

    ``key`` is an id, or the supplier's word; ``bad`` counts records at the worst two levels (suppliers: invalid ones).
    """

    key: Any
    name: str
    records: int
    score: float
    bad: int
    earlier: float | None = None

    @property
    def share(self) -> float:
        """Return the share of ``bad``, in per cent."""
        return round(100 * self.bad / self.records, 1) if self.records else 0.0

    @property
    def change(self) -> float | None:
        """Return how the mean score moved."""
        return None if self.earlier is None else round(self.score - self.earlier, 1)


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows of a place; ``day`` is the day counted, None where records were added up just now."""

    place: Place
    day: date | None
    now: Totals
    earlier: dict[int, Totals]
    units: list[Part]
    suppliers: list[Part]
    entered: list[Part]
    run_at: datetime | None


def kept_unit(actor: Actor, place: Place) -> int | None:
    """Return the unit whose days are kept for ``place``; None where records are added up live."""
    if place.branch is not None:
        return place.branch
    if place.unit is not None:
        return place.unit.pk if place.unit.level == Unit.Level.SUB_BRANCH else None
    scope = actor.scope
    is_sub = scope.reach is not Reach.SELF and scope.unit_level == "sub_branch"
    return scope.unit_id if is_sub else None


def board_of(actor: Actor, unit_id: int | None = None) -> Board:
    """Return the board of the actor's reach or of a unit in it. Raises NotFound for a unit out of reach."""
    place = place_of(actor, unit_id)
    unit = kept_unit(actor, place)
    run = QualityRun.objects.order_by("-pk").first()
    day = _kept_day(unit, None) if unit is not None else None
    if unit is None or day is None:
        live = RecordQuality.objects.filter(place.rows)
        parts = _live_units(actor, place), _live_suppliers(live), _entered(live)
        return Board(place, None, _added_up(live), {}, *parts, run.finished_at if run else None)
    earlier = {back: _kept(place, unit, then) for back in BACK if (then := _kept_day(unit, day - timedelta(days=back)))}
    live = RecordQuality.objects.filter(place.rows)
    small = place.branch is None
    return Board(
        place,
        day,
        _kept(place, unit, day),
        earlier,
        _live_units(actor, place) if small else _kept_units(actor, place, day),
        _live_suppliers(live) if small else _kept_suppliers(place, day),
        _entered(live) if small else [],
        run.finished_at if run else None,
    )


def trend_of(actor: Actor, place: Place) -> list[tuple[date, Totals]]:
    """Return up to twelve counted days of the last year, evenly spread, with their sums; empty for small places."""
    unit = kept_unit(actor, place)
    last = _kept_day(unit, None) if unit is not None else None
    if unit is None or last is None:
        return []
    rows = QualityCount.objects.filter(unit_id=unit, day__gt=last - timedelta(days=366))
    days = sorted(set(rows.order_by().values_list("day", flat=True).distinct()))
    if len(days) > POINTS:
        days = [days[round(number * (len(days) - 1) / (POINTS - 1))] for number in range(POINTS)]
    return [(day, _kept(place, unit, day)) for day in days]


def units_of(actor: Actor, place: Place) -> list[Unit]:
    """Return the units the board can be narrowed to, down to teams."""
    found = units_below(actor, place)
    if found or actor.scope.reach is Reach.SELF:
        return found
    above = place.unit.pk if place.unit else actor.scope.unit_id
    return list(Unit.objects.filter(parent_id=above, closed_on__isnull=True).order_by("code", "pk")[: SHOWN * 5])


def _kept_day(unit: int, until: date | None) -> date | None:
    days = QualityCount.objects.filter(unit_id=unit)
    days = days.filter(day__lte=until) if until else days
    return days.order_by("-day").values_list("day", flat=True).first()


def _kept(place: Place, unit: int, day: date) -> Totals:
    return _summed(_in_channel(QualityCount.objects.filter(unit_id=unit, day=day), place))


def _in_channel(rows: "QuerySet[Any]", place: Place) -> "QuerySet[Any]":
    return rows.filter(sales_channel=place.channel) if place.channel else rows


def _summed(rows: Iterable[QualityCount]) -> Totals:
    sums: Counter[str] = Counter()
    records = 0
    for row in rows:
        records += row.records
        sums.update(row.sums)
    return Totals(records, sums)


def _added_up(rows: "QuerySet[RecordQuality]") -> Totals:
    found = rows.aggregate(records=Count("pk"), **{f"sum_{name}": how for name, how in SUMS.items()})
    return Totals(found["records"], Counter({name: found[f"sum_{name}"] or 0 for name in SUMS}))


def _part(key: Any, name: str, totals: Totals, earlier: Totals | None = None) -> Part:
    bad = totals.sums["POOR"] + totals.sums["BAD"]
    return Part(key, name, totals.records, totals.mean("score") or 0.0, bad, earlier.mean("score") if earlier else None)


def _worst(parts: Iterable[Part]) -> list[Part]:
    return sorted((part for part in parts if part.records), key=lambda part: (part.score, str(part.key)))[:SHOWN]


def _kept_units(actor: Actor, place: Place, day: date) -> list[Part]:
    units = {unit.pk: unit.name for unit in units_below(actor, place)}
    then = _kept_day(place.kept, day - timedelta(days=BACK[0]))
    today, before = (_by_unit(place, list(units), on) for on in (day, then))
    return _worst(_part(pk, name, today[pk], before.get(pk)) for pk, name in units.items() if pk in today)


def _by_unit(place: Place, units: Sequence[int], day: date | None) -> dict[int, Totals]:
    rows: dict[int, list[QualityCount]] = {}
    if day is not None:
        for row in _in_channel(QualityCount.objects.filter(unit_id__in=units, day=day), place):
            rows.setdefault(row.unit_id, []).append(row)
    return {pk: _summed(some) for pk, some in rows.items()}


def _live_units(actor: Actor, place: Place) -> list[Part]:
    """Return the units next below a small place, or the people of a team."""
    if actor.scope.reach is Reach.SELF:
        return []
    units = {unit.pk: unit for unit in units_of(actor, place)}
    rows = RecordQuality.objects.filter(place.rows)
    if units:
        level = next(iter(units.values())).level
        names = {pk: unit.name for pk, unit in units.items()}
        return _worst(_grouped(rows, LEVEL_COLUMNS[level - 1], lambda _ids: names))
    return _worst(_grouped(rows, "servicing_agent_id", agent_names))


def _grouped(rows: "QuerySet[RecordQuality]", column: str, names: Callable[[list[int]], dict[int, str]]) -> list[Part]:
    bad = Count("pk", filter=Q(level__in=LEVELS[2:]))
    found = rows.exclude(**{f"{column}__isnull": True}).order_by().values_list(column)
    counted = list(found.annotate(records=Count("pk"), total=Sum("score"), bad=bad))
    known = names([row[0] for row in counted])
    return [
        Part(key, known[key], records, round(total / records, 1), worse)
        for key, records, total, worse in counted
        if key in known
    ]


def is_invalid() -> Q:
    """Return the condition of records that hold something that is not valid."""
    found = Q()
    for code in INVALID:
        found |= Q(**{HAS[code]: True})
    return found


def _live_suppliers(rows: "QuerySet[RecordQuality]") -> list[Part]:
    found = rows.exclude(supplier="").order_by().values_list("supplier")
    counted = found.annotate(records=Count("pk"), total=Sum("score"), bad=Count("pk", filter=is_invalid()))
    return _worst(Part(key, key, records, round(total / records, 1), bad) for key, records, total, bad in counted)


def _kept_suppliers(place: Place, day: date) -> list[Part]:
    today = _suppliers_on(place, day)
    days = SupplierCount.objects.filter(branch_id=place.kept, day__lte=day - timedelta(days=BACK[0]))
    then = days.order_by("-day").values_list("day", flat=True).first()
    before = _suppliers_on(place, then) if then else {}
    parts = [Part(key, key, *numbers, before[key][1] if key in before else None) for key, numbers in today.items()]
    return _worst(parts)


def _suppliers_on(place: Place, day: date) -> dict[str, tuple[int, float, int]]:
    rows = _in_channel(SupplierCount.objects.filter(branch_id=place.kept, day=day), place)
    sums = rows.order_by().values_list("supplier").annotate(n=Sum("records"), total=Sum("score"), bad=Sum("invalid"))
    return {key: (n, round(total / n, 1), bad) for key, n, total, bad in sums if n}


def _entered(rows: "QuerySet[RecordQuality]") -> list[Part]:
    """Return who typed the records of a small place in, by account."""
    return _worst(_grouped(rows, "entered_by_id", people.names_of))
