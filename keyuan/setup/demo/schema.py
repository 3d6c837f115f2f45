"""The tables as the bulk load sees them: column names, defaults and how a column of numbers becomes values.

A face imports no models: they are asked for by name, so that this page alone knows of them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
from django.apps import apps
from django.db import models

from keyuan.setup.demo.days import day_texts, moment_texts

#: Every table that the demo book fills, in an order in which each follows those it refers to.
TABLES = (
    "organisation.Unit", "organisation.Partner", "organisation.Agent", "organisation.Licence",
    "products.Product", "products.ProductBenefit", "products.ProductClause",
    "customers.Tag", "customers.Customer", "customers.OrganisationProfile", "customers.OrganisationYear",
    "customers.ContactPoint", "customers.IdentityDocument", "customers.BankAccount", "customers.Household",
    "customers.HouseholdMember", "customers.Relation", "customers.Need", "customers.OtherCover",
    "customers.LifeEvent", "customers.Feedback", "customers.CustomerTag", "customers.NameGram", "customers.NameKey",
    "customers.Assignment", "customers.SharedCustomer", "customers.CustomerSummary",
    "policies.Policy", "policies.Coverage", "policies.Vehicle", "policies.Driver", "policies.PolicyParty",
    "policies.PolicyService", "policies.GroupMember", "policies.Instalment", "policies.Payment",
    "policies.PolicyEvent", "claims.Claim", "customers.Interaction", "customers.Task",
    "contact.ConsentText", "contact.Consent", "contact.DoNotContact", "contact.Hold", "contact.Reservation",
    "contact.Permit", "contact.ContactBudget",
    "customers.ClassChange",
)  # fmt: skip

Frame = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name and, by column, the kind of its values and what stands there when nothing is said."""

    name: str
    kinds: Mapping[str, str]
    defaults: Mapping[str, Any]


def _kind(field: Any) -> str:
    if isinstance(field, models.DateTimeField):
        return "moment"
    return "day" if isinstance(field, models.DateField) else "plain"


def _default(field: Any) -> Any:
    if field.primary_key and not field.is_relation:
        return None
    value = field.get_default()
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return int(value) if isinstance(value, bool) else value


@cache
def table(label: str) -> Table:
    """Return the table of model ``label``, such as ``customers.Customer``."""
    meta = apps.get_model(label)._meta
    fields = list(meta.concrete_fields)
    return Table(
        name=meta.db_table,
        kinds={field.column: _kind(field) for field in fields},
        defaults={field.column: _default(field) for field in fields},
    )


def _values(kind: str, column: Any) -> list[Any]:
    if not isinstance(column, np.ndarray):
        return list(column)
    if column.dtype != np.object_:
        if kind == "day":
            return day_texts(column.astype(np.int64))
        if kind == "moment":
            return moment_texts(column.astype(np.int64))
        if column.dtype == np.bool_:
            column = column.astype(np.int8)
    found: list[Any] = column.tolist()
    return found


def is_constant(column: Any) -> bool:
    """Tell whether a column says one value for all rows."""
    return isinstance(column, str | bytes | int | float | None) or np.isscalar(column)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on their way to a table: columns that differ from row to row, and those that are the same for all."""

    table: str
    columns: Mapping[str, list[Any]]
    constants: Mapping[str, Any]
    count: int

    def tuples(self, *, whole: bool) -> Iterable[tuple[Any, ...]]:
        """Yield the rows; ``whole`` ones carry the constants behind the columns."""
        fixed = [repeat(value, self.count) for value in self.constants.values()] if whole else []
        return zip(*self.columns.values(), *fixed, strict=True)


def _constant(kind: str, value: Any) -> Any:
    if kind in {"day", "moment"} and isinstance(value, int | np.integer):
        return _values(kind, np.array([value], dtype=np.int64))[0]
    return int(value) if isinstance(value, bool | np.integer | np.bool_) else value


def rows_of(label: str, frame: Frame) -> Rows:
    """Return the rows that ``frame`` (column → array, list or one value) makes of model ``label``.

    Raises KeyError for a column that the table does not have, ValueError for columns of unequal length.
    """
    spec = table(label)
    columns: dict[str, list[Any]] = {}
    constants = dict(spec.defaults)
    for name, column in frame.items():
        kind = spec.kinds[name]
        if is_constant(column):
            constants[name] = _constant(kind, column)
        else:
            columns[name] = _values(kind, column)
            constants.pop(name)
    # Absent: the database numbers the rows itself.
    missing_keys = [name for name, value in constants.items() if value is None and name == "id"]
    for name in missing_keys:
        del constants[name]
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"{label}: columns of unequal length {lengths}")
    return Rows(spec.name, columns, constants, lengths.pop() if lengths else 0)
