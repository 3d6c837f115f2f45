"""Rotating the data keys while the system serves (PLT-7, decision 19).

A fresh key seals from the moment it stands in the ring; a job then seals every stored value anew, a thousand rows a
transaction, from the last committed row after a kill. A value that somebody changes meanwhile is left alone: the update
compares the old bytes. A key is retired only when nothing is sealed with it any more.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models, router, transaction
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import cipher, keyring
from keyuan.platform.crypto.field import SealedField
from keyuan.platform.crypto.sealed import Sealed
from keyuan.platform.files.vault import KEY_FIELD
from keyuan.platform.jobs import Progress, TrackedJob, chunked, start_tracked
from keyuan.platform.locks import hold

KIND = "keys.rotate"
#: What every model calls the sealed key of its file in the vault.
FILE_KEYS = "wrapped_key"
BATCH = 1000
#: A pass that still finds old seals is followed by another: a process may have sealed with the old ring in the last
#: moment before it noticed the new one.
MOST_PASSES = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column of sealed bytes."""

    model: type[models.Model]
    attribute: str
    field_key: str
    column: str
    key_column: str

    @property
    def name(self) -> str:
        """Table and column, for pages and logs."""
        return f"{self.model._meta.db_table}.{self.attribute}"

    @property
    def alias(self) -> str:
        """The database that holds it."""
        return router.db_for_write(self.model)

    def rows(self, after: Any) -> list[tuple[Any, bytes]]:
        """Return the next rows above primary key ``after``: key and bytes."""
        filled = self.model._base_manager.using(self.alias).filter(**{f"{self.attribute}__isnull": False})
        if after is not None:
            filled = filled.filter(pk__gt=after)
        found = filled.order_by("pk").values_list("pk", self.attribute)[:BATCH]
        return [(key, value.blob if isinstance(value, Sealed) else bytes(value)) for key, value in found]

    def replace(self, changes: list[tuple[bytes, Any, bytes]]) -> None:
        """Write (new bytes, primary key, old bytes) wherever the old bytes still stand."""
        connection = connections[self.alias]
        quote = connection.ops.quote_name
        column, key = quote(self.column), quote(self.key_column)
        table = quote(self.model._meta.db_table)
        with connection.cursor() as cursor:
            # Names of our own models, quoted; the values are parameters.
            cursor.executemany(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",  # noqa: S608 - see above
                changes,
            )

    def versions(self) -> Counter[int]:
        """Return how many values each key version seals."""
        connection = connections[self.alias]
        column = connection.ops.quote_name(self.column)
        table = connection.ops.quote_name(self.model._meta.db_table)
        first = f"get_byte({column}, 0)" if connection.vendor == "postgresql" else f"hex(substr({column}, 1, 1))"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {first}, count(*) FROM {table} WHERE length({column}) > 0 GROUP BY 1"  # noqa: S608 - as above
            )
            found = cursor.fetchall()
        return Counter({value if isinstance(value, int) else int(value, 16): count for value, count in found})


def sealed_columns() -> list[Column]:
    """Return every column of sealed bytes, in a fixed order: sealed values, and the keys of files in the vault."""
    fields = [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
    ]
    columns = [_column(model, field, field.field_key) for model, field in fields if isinstance(field, SealedField)]
    columns += [_column(model, field, KEY_FIELD) for model, field in fields if field.name == FILE_KEYS]
    return sorted(columns, key=lambda column: column.name)


def _column(model: type[models.Model], field: Any, field_key: str) -> Column:
    key: Any = model._meta.pk
    return Column(model, field.attname, field_key, field.column, key.column)


def usage() -> Counter[int]:
    """Return how many values each data key seals, over the whole database."""
    total: Counter[int] = Counter()
    for column in sealed_columns():
        total += column.versions()
    return total


def rotate(*, actor: Actor) -> TrackedJob:
    """Add a fresh data key and start sealing everything anew. Raises Conflict while a rotation is under way."""
    with transaction.atomic():
        hold("keys.rotate")
        if TrackedJob.objects.filter(kind=KIND, status__in=(*TrackedJob.OPEN, TrackedJob.Status.FAILED)).exists():
            raise Conflict("keys.rotating")
        ring = keyring.add_data_key(settings.KEYRING_PATH)
        job = start_tracked(actor, KIND, params={"version": ring.current}, version=ring.current)
        record(actor, Action.OTHER, Subject("keyring", ring.current), detail={"rotate": ring.current})
    return job


def retire(*, actor: Actor) -> list[int]:
    """Forget the data keys that seal nothing any more; return their versions.

    Raises Conflict while a rotation is under way. Backups made before can then be read only with a kept copy of the
    old ring.
    """
    if TrackedJob.objects.filter(kind=KIND, status__in=TrackedJob.OPEN).exists():
        raise Conflict("keys.rotating")
    used, ring = usage(), keyring.ring()
    unused = {version for version in ring.data_keys if version != ring.current and not used[version]}
    if unused:
        with transaction.atomic():
            record(actor, Action.OTHER, Subject("keyring", ring.current), detail={"retire": sorted(unused)})
        keyring.remove_data_keys(settings.KEYRING_PATH, unused)
    return sorted(unused)


@chunked(KIND, title=_("Seal everything anew with key %(version)s"))
def reseal_all(job: Progress, state: dict[str, Any]) -> None:
    """Seal every stored value with the current key, a batch a step."""
    columns = sealed_columns()
    if job.total is None:
        job.set_total(sum(usage().values()))
    while job.time_left():
        with job.step():
            _reseal_batch(job, state, columns)


def _reseal_batch(job: Progress, state: dict[str, Any], columns: list[Column]) -> None:
    name = state.get("column") or columns[0].name
    column = next(column for column in columns if column.name >= name)
    rows = column.rows(state.get("after") if column.name == name else None)
    changes = list(_resealed(column, rows))
    column.replace(changes)
    state.update(column=column.name, changed=state.get("changed", 0) + len(changes))
    if state.get("pass", 1) == 1:
        job.advance(len(rows))
    if rows:
        state["after"] = rows[-1][0]
        return
    following = [later.name for later in columns if later.name > column.name]
    state.update(column=following[0] if following else "", after=None)
    if not following:
        _end_pass(job, state)


def _end_pass(job: Progress, state: dict[str, Any]) -> None:
    if not state["changed"] or state.get("pass", 1) >= MOST_PASSES:
        job.finish(passes=state.get("pass", 1))
    state.update({"pass": state.get("pass", 1) + 1, "changed": 0})


def _resealed(column: Column, rows: list[tuple[Any, bytes]]) -> Iterator[tuple[bytes, Any, bytes]]:
    current = keyring.ring().current
    for key, blob in rows:
        if blob and cipher.version_of(blob) != current:
            yield cipher.encrypt(column.field_key, cipher.decrypt(column.field_key, blob)), key, blob
