"""Filters: how each kind reads the address, limits the rows and says what it does. Each has an index (decision 25)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from re import compile as pattern
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform import clock

Params = list[tuple[str, str]]
#: A relative day in an address: today, today+30, today-7; saved views stay true tomorrow.
RELATIVE_DAY = pattern(r"^today(?:([+-]\d{1,4}))?$")
MINOR_UNITS = 100


@dataclass(frozen=True, slots=True)
class FilterContext:
    """Who asks, and on which day."""

    actor: Actor
    today: date


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice filter."""

    value: str
    label: Any


def choices_of(labels: Mapping[Any, Any]) -> tuple[Choice, ...]:
    """Return a mapping of codes to labels as the choices of a filter."""
    return tuple(Choice(str(code), label) for code, label in labels.items())


@dataclass(frozen=True, slots=True)
class Condition:
    """One limit as Django writes it: column path, lookup and value; ``selective`` ones leave few rows of any book."""

    field: str
    lookup: str
    value: Any
    selective: bool = False


Apply = Callable[[QuerySet[Any], Any, FilterContext], QuerySet[Any]]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """The common part. ``primary`` filters show before 展开; ``permission`` hides a filter from other posts.

    ``field`` is the indexed column; ``apply(queryset, value, context)`` replaces it where a filter is more than
    a column. ``dense`` says that each of its values is frequent: it needs no index, since a walk along the order soon
    finds a page.
    """

    key: str
    label: Any
    field: str = ""
    primary: bool = False
    permission: str = ""
    apply: Apply | None = None
    dense: bool = False
    kind: str = "text"

    def read(self, query: QueryDict) -> Any:
        """Return the value in the address, or None when the filter is not set or makes no sense."""
        return query.get(self.key, "").strip() or None

    def params(self, value: Any) -> Params:
        """Return ``value`` as it stands in an address."""
        return [(self.key, str(value))]

    def conditions(self, value: Any, _context: FilterContext) -> list[Condition]:
        """Return the limits that ``value`` means; empty where ``apply`` does it."""
        return [Condition(self.field, "exact", value)]

    def words(self, value: Any, _context: FilterContext) -> str:
        """Say the value for the filter's button."""
        return str(value)


@dataclass(frozen=True, kw_only=True)
class TextFilter(Filter):
    """A typed word; with ``searches`` its use is on the audit trail.

    ``lookup`` must be one that the index serves (exact; startswith on a C-collated column).
    """

    kind: str = "text"
    lookup: str = "exact"
    placeholder: Any = ""
    longest: int = 80
    searches: bool = False

    def read(self, query: QueryDict) -> str | None:
        """Return the typed word, cut to a sane length."""
        return query.get(self.key, "").strip()[: self.longest] or None

    def conditions(self, value: Any, _context: FilterContext) -> list[Condition]:
        """Compare the column by the filter's lookup."""
        return [Condition(self.field, self.lookup, value, selective=True)]


@dataclass(frozen=True, kw_only=True)
class ChoiceFilter(Filter):
    """One or, with ``multiple``, several of a few values. ``choices`` may be a function of the actor."""

    kind: str = "choice"
    choices: tuple[Choice, ...] | Callable[[Actor], Iterable[Choice]] = ()
    multiple: bool = True
    integer: bool = False

    def options(self, actor: Actor) -> list[Choice]:
        """Return the values offered to this actor."""
        return list(self.choices(actor) if callable(self.choices) else self.choices)

    def read(self, query: QueryDict) -> tuple[str, ...] | None:
        """Return the chosen values in a stable order."""
        values = sorted({value for value in query.getlist(self.key) if value and len(value) <= 40})
        if self.integer:
            values = [value for value in values if value.isdecimal()]
        return tuple(values[:50] if self.multiple else values[:1]) or None

    def params(self, value: Any) -> Params:
        """One pair for each chosen value."""
        return [(self.key, item) for item in value]

    def conditions(self, value: Any, _context: FilterContext) -> list[Condition]:
        """Equality for one value, membership for several: an index orders rows only behind an equality."""
        wanted = [int(item) if self.integer else item for item in value]
        if len(wanted) == 1:
            return [Condition(self.field, "exact", wanted[0])]
        return [Condition(self.field, "in", wanted)]

    def words(self, value: Any, context: FilterContext) -> str:
        """Say the labels, two at most."""
        labels = {choice.value: str(choice.label) for choice in self.options(context.actor)}
        said = [labels.get(item, item) for item in value]
        return "、".join(said[:2]) + (f" +{len(said) - 2}" if len(said) > 2 else "")


@dataclass(frozen=True, kw_only=True)
class BooleanFilter(Filter):
    """Yes or no; with ``only_true`` just yes, for columns where no is nearly everything."""

    kind: str = "boolean"
    only_true: bool = False

    def read(self, query: QueryDict) -> bool | None:
        """Return True for "1", False for "0"."""
        meant = {"1": True} if self.only_true else {"1": True, "0": False}
        return meant.get(query.get(self.key, ""))

    def params(self, value: Any) -> Params:
        """Write 1 or 0."""
        return [(self.key, "1" if value else "0")]

    def words(self, value: Any, _context: FilterContext) -> str:
        """Say yes or no."""
        return str(_("Yes") if value else _("No"))


def read_day(text: str, today: date) -> date | None:
    """Return the day that ``text`` means: an ISO date, or today with an offset in days; None when it is neither."""
    relative = RELATIVE_DAY.match(text)
    if relative:
        return today + timedelta(days=int(relative[1] or 0))
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, kw_only=True)
class RangeFilter(Filter):
    """From and to, each optional, both included; in addresses ``key.from`` and ``key.to``."""

    def read(self, query: QueryDict) -> tuple[str, str] | None:
        """Return the two ends as typed; ends that make no sense are dropped."""
        ends = tuple(query.get(f"{self.key}.{end}", "").strip() for end in ("from", "to"))
        low, high = (end if self.is_sound(end) else "" for end in ends)
        return (low, high) if low or high else None

    def is_sound(self, end: str) -> bool:
        """Tell whether one typed end can be understood."""
        raise NotImplementedError

    def end_of(self, end: str, _context: FilterContext) -> Any:
        """Return the typed end as the column's value."""
        raise NotImplementedError

    def ends(self, value: Any, context: FilterContext) -> tuple[str, str]:
        """Return the two ends as the form shows them."""
        low, high = (str(self.end_of(end, context)) if end else "" for end in value)
        return low, high

    def params(self, value: Any) -> Params:
        """Write the ends that are set."""
        return [(f"{self.key}.{name}", end) for name, end in zip(("from", "to"), value, strict=True) if end]

    def conditions(self, value: Any, context: FilterContext) -> list[Condition]:
        """Limit the column on the sides that are set."""
        pairs = zip(("gte", "lte"), value, strict=True)
        return [Condition(self.field, lookup, self.end_of(end, context)) for lookup, end in pairs if end]

    def words(self, value: Any, context: FilterContext) -> str:
        """Say the ends with the full-width tilde between them."""
        low, high = (str(self.end_of(end, context)) if end else "" for end in value)
        return low if low == high else f"{low} ～ {high}".strip()


@dataclass(frozen=True, kw_only=True)
class DateRange(RangeFilter):
    """Days from and to; ends may be relative (today+30)."""

    kind: str = "date-range"
    #: (from, to, label) offered below the two days.
    presets: tuple[tuple[str, str, Any], ...] = ()

    def days(self, value: tuple[str, str], context: FilterContext) -> tuple[date | None, date | None]:
        """Return the two days, None for an open end; for filters on moments."""
        low, high = (self.end_of(end, context) if end else None for end in value)
        return low, high

    def words(self, value: Any, context: FilterContext) -> str:
        """Say the span by the name under which it is offered, else its days."""
        named = next((label for low, high, label in self.presets if (low, high) == tuple(value)), None)
        return super().words(value, context) if named is None else str(named)

    def is_sound(self, end: str) -> bool:
        """A date, or today with an offset."""
        return read_day(end, date(2000, 1, 1)) is not None

    def end_of(self, end: str, context: FilterContext) -> date:
        """The day in the book's calendar."""
        return read_day(end, context.today) or context.today


@dataclass(frozen=True, kw_only=True)
class MomentRange(DateRange):
    """Days from and to of a column of moments: from midnight to midnight in Beijing, whatever the database keeps."""

    def conditions(self, value: Any, context: FilterContext) -> list[Condition]:
        """Limit the column by the first moment of the one day and the end of the other."""
        low, high = self.days(value, context)
        found = [Condition(self.field, "gte", clock.start_of(low))] if low is not None else []
        return found + ([Condition(self.field, "lt", clock.end_of(high))] if high is not None else [])


@dataclass(frozen=True, kw_only=True)
class NumberRange(RangeFilter):
    """Numbers from and to; with ``money`` typed in whole units and kept in minor units."""

    kind: str = "number-range"
    money: bool = False

    def is_sound(self, end: str) -> bool:
        """A decimal number of a sane size."""
        try:
            number = Decimal(end.replace(",", ""))
        except InvalidOperation:
            return False
        return number.is_finite() and abs(number) < 10**13

    def end_of(self, end: str, _context: FilterContext) -> int:
        """The number as the column keeps it."""
        number = Decimal(end.replace(",", ""))
        return int(number * MINOR_UNITS) if self.money else int(number)

    def ends(self, value: Any, _context: FilterContext) -> tuple[str, str]:
        """Return the numbers as they were typed."""
        low, high = value
        return low, high

    def words(self, value: Any, _context: FilterContext) -> str:
        """Say the numbers as they were typed."""
        low, high = value
        return low if low == high else f"{low} ～ {high}".strip()


@dataclass(frozen=True, kw_only=True)
class TypeaheadFilter(Filter):
    """One of very many (an agent, a product): ``search(actor, text)`` offers choices, ``label_of`` says one."""

    kind: str = "typeahead"
    search: Callable[[Actor, str], Iterable[Choice]]
    label_of: Callable[[Actor, str], str]

    def read(self, query: QueryDict) -> str | None:
        """Return the chosen id."""
        value = query.get(self.key, "")
        return value if value.isdecimal() and len(value) <= 18 else None

    def conditions(self, value: Any, _context: FilterContext) -> list[Condition]:
        """Compare ids."""
        return [Condition(self.field, "exact", int(value), selective=True)]

    def words(self, value: Any, context: FilterContext) -> str:
        """Say the name behind the id."""
        return self.label_of(context.actor, value)
