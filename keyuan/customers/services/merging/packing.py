"""Column values as a merge keeps them in JSON, and back: exactly what stood there (CUS-8)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import models

from keyuan.platform.crypto import SealedField

Row = dict[str, Any]
Model = type[models.Model]


@lru_cache(maxsize=256)
def columns_of(model: Model) -> dict[str, "models.Field[Any, Any]"]:
    """Return the columns of a table by their name in Python, sealed ones left out: they never stand in JSON."""
    return {field.attname: field for field in model._meta.concrete_fields if not isinstance(field, SealedField)}


@lru_cache(maxsize=1024)
def has_day(model: Model, name: str) -> bool:
    """Tell whether a column holds days or moments, which JSON does not know."""
    return isinstance(columns_of(model)[name], models.DateField | models.DecimalField | models.UUIDField)


def pack(value: Any) -> Any:
    """Return one value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return value


def unpack(model: Model, name: str, kept: Any) -> Any:
    """Return the value of a column that `pack` made ``kept`` of."""
    return columns_of(model)[name].to_python(kept) if kept is not None and has_day(model, name) else kept


def packed(values: Mapping[str, Any]) -> Row:
    """Return columns as JSON keeps them."""
    return {name: pack(value) for name, value in values.items()}


def unpacked(model: Model, kept: Mapping[str, Any]) -> Row:
    """Return the columns that `packed` made ``kept`` of; those that the table no longer has are left out."""
    known = columns_of(model)
    return {name: unpack(model, name, value) for name, value in kept.items() if name in known}


@lru_cache(maxsize=64)
def plain_defaults(model: Model) -> Row:
    """Return what a new row holds in each column, as JSON keeps it."""
    return {name: pack(field.get_default()) for name, field in columns_of(model).items()}


def snapshot_of(instance: models.Model) -> Row:
    """Return the columns of a row that differ from a new one's, as JSON keeps them."""
    defaults = plain_defaults(type(instance))
    found = {}
    for name, default in defaults.items():
        value = pack(getattr(instance, name))
        if value != default:
            found[name] = value
    return found


def whole_rows(model: Model, field: str, ids: Iterable[int]) -> list[Row]:
    """Return the rows whose ``field`` is one of ``ids``, every column of them."""
    return list(model._base_manager.filter(**{f"{field}__in": list(ids)}).order_by("pk").values(*columns_of(model)))


def put_back(model: Model, rows: Sequence[Row]) -> None:
    """Insert rows that were taken away, with their ids."""
    instances = [model(**unpacked(model, row)) for row in rows]
    model._base_manager.bulk_create(instances, batch_size=500)
