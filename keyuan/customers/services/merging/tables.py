"""What the tables themselves say about rows that point to a customer: column, unique rules (CUS-8)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connections, router
from django.db.models import Field, Model, Q, QuerySet, UniqueConstraint

from keyuan.customers.extensions import MergeReference, merge_references

#: Rules under which rows move.
MOVING = ("move", "keep")
CUSTOMER_KIND = "customer"


@dataclass(frozen=True, slots=True)
class OnlyOne:
    """A unique rule: of the rows that pass ``condition``, one for each value of ``others`` beside the customer."""

    others: tuple[str, ...]
    condition: Q | None


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a reference. ``is_key`` says that the column to the customer is the row's primary key, too."""

    model: type[Model]
    column: str
    is_key: bool
    rules: tuple[OnlyOne, ...]
    kind_field: str

    def by_customer(self, ids: Iterable[int]) -> dict[int, list[int]]:
        """Return the ids of the rows that point to each of ``ids``, oldest first.

        One plain statement: a chunk of a batch asks every reference, and building fifty queries would cost more than
        running them.
        """
        connection = connections[router.db_for_write(self.model)]
        quote = connection.ops.quote_name
        among = "SELECT value FROM json_each(%s)" if connection.vendor == "sqlite" else "SELECT unnest(%s)"
        wanted: Any = sorted(set(ids))
        key, column = (quote(name) for name in (str(self.model._meta.pk.column), self.column_name))
        kind = f" AND {quote(self.kind_field)} = '{CUSTOMER_KIND}'" if self.kind_field else ""
        # Names come from the models, never from outside.
        statement = f"SELECT {key}, {column} FROM {quote(self.model._meta.db_table)} WHERE {column} IN ({among}){kind}"  # noqa: S608 - as said
        found: dict[int, list[int]] = {}
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(wanted) if connection.vendor == "sqlite" else wanted])
            for pk, customer_id in cursor.fetchall():
                found.setdefault(customer_id, []).append(pk)
        for rows in found.values():
            rows.sort()
        return found

    @property
    def column_name(self) -> str:
        """The column's name in the database."""
        return next(str(field.column) for field in self.model._meta.concrete_fields if field.attname == self.column)

    def rows(self, ids: Iterable[int]) -> QuerySet[Any]:
        """Return the rows that point to one of ``ids``."""
        found = self.model._base_manager.filter(**{f"{self.column}__in": list(ids)})
        return found.filter(**{self.kind_field: CUSTOMER_KIND}) if self.kind_field else found


def moving_references() -> list[MergeReference]:
    """Return the references whose rows move, in the order in which they do."""
    return [reference for reference in merge_references if reference.rule in MOVING]


@lru_cache(maxsize=256)
def table_of(reference_key: str) -> Table:
    """Return the table of a registered reference. Raises TypeError for a unique rule that nobody can follow here."""
    reference = merge_references[reference_key]
    model = apps.get_model(reference.model)
    field: Field[Any, Any] = model._meta.get_field(reference.field)
    rules = [*_rules(model, field), *([OnlyOne((), Q(**reference.alone))] if reference.alone else [])]
    return Table(model, field.attname, field.primary_key, tuple(rules), reference.kind_field)


def _rules(model: type[Model], field: "Field[Any, Any]") -> Iterable[OnlyOne]:
    if field.unique and not field.primary_key:
        yield OnlyOne((), None)
    if field.primary_key:
        yield OnlyOne((), None)
    for together in model._meta.unique_together:
        if field.name in together:
            yield OnlyOne(_others(model, together, field), None)
    for constraint in model._meta.constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        if constraint.expressions:
            raise TypeError(f"{constraint.name}: a unique rule by expression cannot be followed by a merge")
        if field.name in constraint.fields:
            yield OnlyOne(_others(model, constraint.fields, field), constraint.condition)


def _others(model: type[Model], names: Iterable[str], field: "Field[Any, Any]") -> tuple[str, ...]:
    return tuple(model._meta.get_field(name).attname for name in names if name != field.name)  # type: ignore[union-attr]  # columns
