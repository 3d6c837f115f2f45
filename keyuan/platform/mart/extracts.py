"""What contexts give to the mart: a query, the names of its columns, and the types they have there.

Without pyarrow, which every process would carry: it is loaded by a build only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models

from keyuan.kernel.registry import Registry
from keyuan.platform.crypto import BlindIndexField, SealedField

#: A field answers to the first class that it is one of. A moment stands in the book's own time, without a zone.
TYPES: "tuple[tuple[type[models.Field[Any, Any]], str], ...]" = (
    (models.BooleanField, "bool"),
    (models.DateTimeField, "moment"),
    (models.DateField, "date"),
    (models.BigIntegerField, "int64"),
    (models.BigAutoField, "int64"),
    (models.IntegerField, "int32"),
    (models.FloatField, "float64"),
    (models.CharField, "text"),
    (models.TextField, "text"),
)


@dataclass(frozen=True, slots=True)
class Extract:
    """One table of the mart.

    ``query()`` gives the rows; ``columns`` maps the name in the mart to a lookup or an annotation of the query.
    ``subject`` names the column that holds the customer, empty for a table about nobody: by it deletion reaches the
    snapshots. Sealed columns and blind indexes are refused.
    """

    key: str
    query: Callable[[], "models.QuerySet[Any]"]
    columns: Mapping[str, str]
    subject: str = "customer_id"
    order: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """An extract as the database reads it; ``types`` has a name of `TYPES` for each column."""

    sql: str
    params: tuple[Any, ...]
    types: dict[str, str]


extracts: Registry[Extract] = Registry()


def statement_of(extract: Extract) -> Statement:
    """Return the statement and the types of ``extract``. Raises ValueError for a column that must not leave."""
    rows = extract.query().order_by().values_list(*extract.columns.values())
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    fields = [chosen[0].output_field for chosen in compiler.select]
    pairs = zip(extract.columns, fields, strict=True)
    return Statement(sql, tuple(params), {name: type_of(extract.key, name, field) for name, field in pairs})


def type_of(key: str, name: str, field: "models.Field[Any, Any]") -> str:
    """Return the type of a column in the mart. Raises ValueError for sealed values and for unknown kinds of field."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if not isinstance(field, SealedField | BlindIndexField):
        for kind, found in TYPES:
            if isinstance(field, kind):
                return found
    raise ValueError(f"{key}.{name}: {type(field).__name__} does not go into the mart")
