"""A cell's value as this actor may see it: everything personal passes the one presenter (decision 4)."""

from collections.abc import Sequence
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.platform.crypto import Sealed
from keyuan.platform.crypto.presenter import MISSING, present
from keyuan.platform.lists.cells import cell_text
from keyuan.platform.lists.columns import Column
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.spec import ListSpec


def presented(actor: Actor, column: Column, record: Any, extras: Any) -> Any:
    """Return the value of ``column`` for ``record``, masked where it is personal; None where it is missing."""
    value = column.read(record, extras)
    if isinstance(value, Sealed) or (column.personal and value not in (None, "")):
        text = present(actor, value, column.personal or None)
        return None if text == MISSING else text
    return value


def label_of(spec: ListSpec, actor: Actor, record: Any, extras: Any) -> str:
    """Say a row in a word or two: its first column, masked like it."""
    column = spec.first_column
    return cell_text(column.kind, presented(actor, column, record, extras))


def labels_of(spec: ListSpec, records: Sequence[Any], context: FilterContext) -> dict[int, str]:
    """Return the labels of ``records`` by id, in a constant number of queries."""
    extras = spec.prepare(context.actor, records, context) if records else None
    return {record.pk: label_of(spec, context.actor, record, extras) for record in records}
