"""From a condition to bare tests on columns, for one day: what both compilers speak (CUS-6).

Everything that has a meaning of its own (ages, birthdays, "the last 30 days", what stands for unknown) ends here, so
that the mart and the database can only agree. A comparison with something unknown is false, and negation is the
complement.
"""

from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.customers.rules.segments.language import Group, Has, Node, Row, Vocabulary
from keyuan.kernel.errors import Refused

#: The levels of the tree of units, by number, with their columns.
LEVELS = {1: "head_office_id", 2: "branch_id", 3: "sub_branch_id", 4: "section_id", 5: "team_id"}


@dataclass(frozen=True, slots=True)
class Test:
    """One column against one value; ``op`` is in, ge, gt, le, lt, prefix, contains, null or true.

    Days against a moment mean its first instant.
    """

    column: str
    path: str
    op: str
    value: Any = None
    #: What the mart has where the book has NULL.
    absent: Any = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; without parts it always does."""

    parts: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds; without parts it never does."""

    parts: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class Exists:
    """The records that meet ``where`` number, or add up in ``measure`` to, ``op`` ``amount`` (op: ge, gt)."""

    entity: Entity
    where: "Predicate"
    amount: int
    measure: Field | None = None
    op: str = "ge"


@dataclass(frozen=True, slots=True)
class Members:
    """The customer is kept as a member of a segment."""

    segment_id: int


Predicate = Test | AllOf | AnyOf | Not | Exists | Members


def columns_of(node: "Predicate") -> frozenset[str]:
    """Return the columns of the customer that a condition compares."""
    if isinstance(node, Test):
        return frozenset({node.column})
    if isinstance(node, AllOf | AnyOf):
        return frozenset().union(*map(columns_of, node.parts))
    return columns_of(node.part) if isinstance(node, Not) else frozenset()


#: Gives the condition of a dynamic segment, None for one whose members are kept.
Others = Callable[[int], Group | None]


@dataclass(frozen=True, slots=True)
class _Resolver:
    words: Vocabulary
    today: date
    others: Others
    inside: tuple[int, ...] = ()


def resolve(root: Group, words: Vocabulary, *, today: date, others: Others) -> Predicate:
    """Return the tests that ``root`` means on ``today``.

    Raises `Refused` ``segment.circle`` when segments refer to each other in a circle.
    """
    return _node(root, _Resolver(words, today, others))


def _node(node: Node, by: _Resolver) -> Predicate:
    if isinstance(node, Row):
        return _row(node, by)
    if isinstance(node, Has):
        return _has(node, by)
    parts = tuple(_node(item, by) for item in node.items)
    joined: Predicate = AllOf(parts) if node.join == "and" else AnyOf(parts)
    return Not(joined) if node.negated else joined


def _has(node: Has, by: _Resolver) -> Predicate:
    entity = by.words.entities[node.entity]
    measure = by.words.fields[node.measure] if node.measure else None
    # Without rows there is nothing to ask of the records; an "or" of nothing would refuse them all.
    where = _node(node.where, by) if node.where.items else AllOf(())
    if entity.until:
        where = AllOf((where, Not(Test(entity.until, entity.until, "lt", by.today))))

    def reaches(amount: int, op: str) -> Predicate:
        if op == "ge" and amount <= 0:
            return AllOf(())
        return Exists(entity, where, amount, measure, op)

    if node.how == "at_least":
        return reaches(node.amount, "ge")
    if node.how == "none":
        return Not(Exists(entity, where, 1))
    over = Not(reaches(node.amount, "gt"))
    return over if node.how == "at_most" else AllOf((reaches(node.amount, "ge"), over))


def _row(row: Row, by: _Resolver) -> Predicate:
    field = by.words.fields[row.field]
    if field.kind == "segment":
        return _segments(row, by)
    if row.op in ("known", "unknown"):
        unknown = _unknown(field)
        return Not(unknown) if row.op == "known" else unknown
    found = MAKERS[field.kind](field, row, by)
    return Not(found) if row.op in ("not_in", "no") else found


def _test(field: Field, op: str, value: Any = None) -> Test:
    return Test(field.column, field.lookup, op, value, field.absent)


def _unknown(field: Field) -> Predicate:
    null = _test(field, "null")
    return null if field.blank is None else AnyOf((null, _test(field, "in", [field.blank])))


def _meant(field: Field, *tests: Predicate) -> Predicate:
    """Keep the stand-in for "unknown" out of comparisons."""
    return AllOf(tests) if field.blank is None else AllOf((*tests, Not(_test(field, "in", [field.blank]))))


def _choice(field: Field, row: Row, _by: _Resolver) -> Predicate:
    codes = [int(code) for code in row.value] if field.kind == "agent" else list(row.value)
    return _test(field, "in", codes)


def _flag(field: Field, _row: Row, _by: _Resolver) -> Predicate:
    return _test(field, "true")


def _number(field: Field, row: Row, _by: _Resolver) -> Predicate:
    low, high = _ends(row)
    tests = [_test(field, op, end) for op, end in (("ge", low), ("le", high)) if end is not None]
    return _meant(field, *tests)


def _ends(row: Row) -> tuple[Any, Any]:
    if row.op == "between":
        return row.value[0], row.value[1]
    return (row.value if row.op != "le" else None), (row.value if row.op != "ge" else None)


def _age(field: Field, row: Row, by: _Resolver) -> Predicate:
    low, high = _ends(row)
    tests: list[Predicate] = []
    if low is not None:
        tests.append(_test(field, "le", years_before(by.today, low)))
    if high is not None:
        tests.append(_test(field, "gt", years_before(by.today, high + 1)))
    return AllOf(tuple(tests))


def years_before(day: date, years: int) -> date:
    """Return the last birth date of those who have completed ``years`` years on ``day``.

    Whoever was born on 29 February completes a year on 28 February of common years, as `completed_years` counts.
    """
    year = day.year - years
    if year < 1:
        return date.min
    if (day.month, day.day) in ((2, 28), (2, 29)) and not (isleap(day.year) and day.day == 28):
        return date(year, 2, 29 if isleap(year) else 28)
    return day.replace(year=year)


def _date(field: Field, row: Row, by: _Resolver) -> Predicate:
    low, high = _day_ends(row, by.today)
    tests: list[Predicate] = []
    if low is not None:
        tests.append(_test(field, "ge", low))
    if high is not None:
        tests.append(_test(field, "lt", _shifted(high, 1)))
    return _meant(field, *tests)


def _day_ends(row: Row, today: date) -> tuple[date | None, date | None]:
    """Return the first and last day that a comparison of days allows."""
    if row.op == "last_days":
        return _shifted(today, -row.value), today
    if row.op == "older_days":
        return None, _shifted(today, -row.value - 1)
    if row.op == "next_days":
        return today, _shifted(today, row.value)
    if row.op == "between":
        return date.fromisoformat(row.value[0]), date.fromisoformat(row.value[1])
    day = date.fromisoformat(row.value)
    return (day, None) if row.op == "from" else (None, day)


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def _birthday(field: Field, row: Row, by: _Resolver) -> Predicate:
    if row.op == "in":
        months = [int(code) for code in row.value]
        return AnyOf(tuple(_span(field, month * 100 + 1, month * 100 + 31) for month in months))
    days = [by.today + timedelta(days=ahead) for ahead in range(min(row.value, 365) + 1)]
    keys = sorted({day.month * 100 + day.day for day in days})
    if any((day.month, day.day) == (2, 28) and not isleap(day.year) for day in days):
        # In years without one, whoever was born on 29 February has their birthday the day before 1 March.
        keys.append(229)
    return _test(field, "in", keys)


def _span(field: Field, low: int, high: int) -> Predicate:
    return AllOf((_test(field, "ge", low), _test(field, "le", high)))


def _text(field: Field, row: Row, _by: _Resolver) -> Predicate:
    if row.op == "is":
        return _test(field, "in", [row.value])
    return _test(field, "contains" if row.op == "contains" else "prefix", row.value)


def _region(field: Field, row: Row, _by: _Resolver) -> Predicate:
    return AnyOf(tuple(_test(field, "prefix", code) for code in row.value))


def _unit(_field: Field, row: Row, _by: _Resolver) -> Predicate:
    by_level: dict[str, list[int]] = {}
    for code in row.value:
        level, _dash, pk = code.partition("-")
        by_level.setdefault(LEVELS[int(level)], []).append(int(pk))
    return AnyOf(tuple(Test(column, column, "in", ids) for column, ids in by_level.items()))


def _segments(row: Row, by: _Resolver) -> Predicate:
    found = AnyOf(tuple(_segment(int(code), by) for code in row.value))
    return Not(found) if row.op == "not_in" else found


def _segment(segment_id: int, by: _Resolver) -> Predicate:
    if segment_id in by.inside:
        raise Refused("segment.circle")
    condition = by.others(segment_id)
    if condition is None:
        return Members(segment_id)
    return _node(condition, _Resolver(by.words, by.today, by.others, (*by.inside, segment_id)))


MAKERS: dict[str, Callable[[Field, Row, _Resolver], Predicate]] = {
    "choice": _choice,
    "flag": _flag,
    "number": _number,
    "money": _number,
    "share": _number,
    "date": _date,
    "moment": _date,
    "age": _age,
    "birthday": _birthday,
    "text": _text,
    "region": _region,
    "unit": _unit,
    "agent": _choice,
}
