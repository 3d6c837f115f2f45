"""Filters of the list of customers that a cell of the classification board needs: axes and units (CUS-5)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from re import compile as pattern
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from keyuan.customers.selectors.quality.units import column_of, unit_name, units_matching
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.selectors.units import unit_names, unit_options
from keyuan.platform.lists import Choice, ChoiceFilter, Condition, FilterContext, TypeaheadFilter

#: A unit as conditions of segments name it too: its level, a dash, its key.
UNIT = pattern(r"^([1-5])-(\d{1,18})$")

UNIT_LABEL = _("Unit")


@dataclass(frozen=True, kw_only=True)
class AxisFilter(ChoiceFilter):
    """An axis of the classification; ``common`` is the value that stands in the summary as NULL, or as nothing.

    The common one is asked for alone: beside others it would mean nearly everybody.
    """

    common: str = "NONE"
    nullable: bool = True

    def read(self, query: QueryDict) -> tuple[str, ...] | None:
        """Return the chosen values, without the common one where there are others."""
        values = super().read(query) or ()
        return tuple(value for value in values if value != self.common) or values or None

    def conditions(self, value: Any, context: FilterContext) -> list[Condition]:
        """Ask for the missing value where the common one is meant."""
        if tuple(value) != (self.common,):
            return super().conditions(value, context)
        return [Condition(self.field, "isnull", True) if self.nullable else Condition(self.field, "exact", "")]


@dataclass(frozen=True, kw_only=True)
class UnitFilter(TypeaheadFilter):
    """The customers that a unit and those below it serve; the post's own reach limits it further."""

    def read(self, query: QueryDict) -> str | None:
        """Return level and key of the unit."""
        value = query.get(self.key, "")
        return value if UNIT.match(value) else None


def level_choices(actor: Actor, text: str) -> list[Choice]:
    """Offer units in reach by name or code."""
    return [Choice(str(unit.pk), f"{unit.name} {unit.code}") for unit in units_matching(actor, text)]


def level_word(_actor: Actor, value: str) -> str:
    """Say the name of the chosen unit."""
    return unit_name(int(value))


@dataclass(frozen=True, kw_only=True)
class LevelFilter(TypeaheadFilter):
    """Rows of a unit, asked of the column of its own level, which has an index (decision 2)."""

    label: Any = UNIT_LABEL
    field: str = "branch_id"
    search: Callable[[Actor, str], Iterable[Choice]] = level_choices
    label_of: Callable[[Actor, str], str] = level_word

    def conditions(self, value: Any, _context: FilterContext) -> list[Condition]:
        """Compare the unit's own level."""
        return [Condition(column_of(int(value)), "exact", int(value), selective=True)]


def within_unit(rows: QuerySet[Any], value: str, _context: FilterContext) -> QuerySet[Any]:
    """Keep the rows of a unit by the column of its level, whose indexes serve every order (decision 2)."""
    level, _dash, key = value.partition("-")
    return rows.filter(**{LEVEL_COLUMNS[int(level) - 1]: int(key)})


def unit_choices(actor: Actor, text: str) -> Iterable[Choice]:
    """Return open units in reach that fit what was typed."""
    return [Choice(f"{unit.level}-{unit.pk}", f"{unit.name} {unit.code}") for unit in unit_options(actor, text)]


def unit_word(_actor: Actor, value: str) -> str:
    """Return the name of the unit that a filter names."""
    key = int(value.partition("-")[2])
    return unit_names([key]).get(key, value)
