"""What a migration may do while the previous release still serves on the same database (PLT-13, docs/operations.md).

Old code goes on reading and writing between the migration and its own end. So nothing it reads may go, nothing it
does not write may become obligatory, and no large table may be locked for long.
"""

from collections.abc import Iterator
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field

#: A migration that takes something away says here which release stopped using it.
EXCUSE = "unused_since"
TAKES_AWAY = (
    migrations.RemoveField, migrations.RenameField, migrations.DeleteModel, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip
RUNS = (migrations.RunPython, migrations.RunSQL)
BESIDE = {"AddIndexBeside", "RemoveIndexBeside"}


def problems(migration: Any, before: ProjectState, excuse: str = "") -> list[str]:
    """Return what is wrong with ``migration``, whose tables were in state ``before``; empty when nothing is."""
    state = before.clone()
    found: list[str] = []
    fresh = {op.name_lower for op in migration.operations if isinstance(op, migrations.CreateModel)}
    for operation in migration.operations:
        found += _of_one(operation, state, migration, fresh, excuse)
        operation.state_forwards(migration.app_label, state)
    if any(isinstance(op, RUNS) for op in migration.operations) and not all(
        isinstance(op, (*RUNS, migrations.SeparateDatabaseAndState)) for op in migration.operations
    ):
        found.append("moves data and changes tables: two migrations")
    return found


def _of_one(operation: Operation, state: ProjectState, migration: Any, fresh: set[str], excuse: str) -> Iterator[str]:
    name = str(getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")))
    if isinstance(operation, TAKES_AWAY) and not excuse:
        yield f"{operation.describe()}: the previous release still uses it ({EXCUSE} names the one that stopped)"
    if name in fresh:
        return
    if isinstance(operation, migrations.AddField):
        yield from _added(operation)
    if isinstance(operation, migrations.AlterField) and not excuse:
        yield from _altered(operation, state.models[migration.app_label, name].fields[operation.name])
    yield from _locking(operation, migration, excuse)


def _added(operation: Any) -> Iterator[str]:
    field = operation.field
    if field.many_to_many or field.null or field.db_default is not NOT_PROVIDED:
        return
    yield f"{operation.describe()}: the previous release does not fill it: null=True or db_default"


def _altered(operation: Any, old: Field) -> Iterator[str]:
    new = operation.field
    if old.null and not new.null and new.db_default is NOT_PROVIDED:
        yield f"{operation.describe()}: the previous release may still leave it empty"
    if old.get_internal_type() != new.get_internal_type():
        yield f"{operation.describe()}: another type rewrites the table and is strange to the previous release"
    if old.max_length and new.max_length and new.max_length < old.max_length:
        yield f"{operation.describe()}: the previous release may still write longer texts"
    if not old.unique and new.unique:
        yield f"{operation.describe()}: the previous release may still write doubles"


def _locking(operation: Any, migration: Any, excuse: str) -> Iterator[str]:
    if type(operation).__name__ in BESIDE and migration.atomic:
        yield f"{operation.describe()}: beside the traffic means atomic = False"
    elif isinstance(operation, migrations.AddIndex) and type(operation).__name__ not in BESIDE:
        yield f"{operation.describe()}: locks the table on PostgreSQL: AddIndexBeside (keyuan.platform.migrating)"
    if isinstance(operation, migrations.AddConstraint) and not excuse:
        yield f"{operation.describe()}: locks the table, and the previous release may break it"
