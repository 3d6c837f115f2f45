"""Making the file of an export: read by keyset, present, write beside, then move into place."""

import os
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from keyuan.kernel.actor import Actor
from keyuan.platform import formats
from keyuan.platform.lists.bulk.selection import stored_state
from keyuan.platform.lists.columns import Column
from keyuan.platform.lists.export.values import file_value
from keyuan.platform.lists.export.writers import WRITERS, Watermark
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.layout import layout_of
from keyuan.platform.lists.pages import walk
from keyuan.platform.lists.spec import ListSpec, lists
from keyuan.platform.lists.state import ListState
from keyuan.platform.models import Export

#: Rows read and written at a time.
STRIDE = 1_000


def folder() -> Path:
    """Return the folder of the files, made for this system's user alone."""
    path: Path = settings.VAR_DIR / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def columns_of(spec: ListSpec, actor: Actor, keys: Sequence[str]) -> list[Column]:
    """Return the columns of the file: those asked, as far as the post sees them."""
    return [placed.column for placed in layout_of(spec, actor, keys).shown]


def conditions_of(spec: ListSpec, state: ListState, context: FilterContext) -> str:
    """Say the filters in words."""
    said = [
        f"{item.label}: {item.words(state.filters[item.key], context)}"
        for item in spec.filters
        if item.key in state.filters
    ]
    return "; ".join(said) or _("No filter")


def make_file(
    export: Export, actor: Actor, *, today: date, now: datetime, on_rows: Callable[[int], None] | None = None
) -> None:
    """Write the file and mark the export ready. Beginning again after a kill leaves one whole file, never half of one.

    ``on_rows`` hears how many rows each stride wrote.
    """
    spec = lists[export.list_key]
    context = FilterContext(actor, today)
    name = f"{export.pk}-{export.token[:12]}.{export.format}"
    # Two requests of one double click may both be at it.
    unfinished = folder() / f".{name}.{secrets.token_hex(4)}"
    with translation.override(export.language):
        state = stored_state(spec, actor, export.query)
        columns = columns_of(spec, actor, export.columns)
        mark = watermark(export, spec, state, context)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.close(descriptor)
        writer = WRITERS[export.format](
            unfinished, [str(column.label) for column in columns], [column.width for column in columns], mark
        )
        rows = 0
        choice = state.sort or spec.sort_choice("")
        for records in walk(spec, actor, state.filters, choice, context, size=STRIDE):
            extras = spec.prepare(actor, records, context)
            writer.add([[file_value(actor, column, record, extras) for column in columns] for record in records])
            rows += len(records)
            if on_rows is not None:
                on_rows(len(records))
        writer.close()
    unfinished.replace(folder() / name)
    export.rows, export.file_name, export.size = rows, name, (folder() / name).stat().st_size
    export.status, export.finished_at = Export.Status.READY, now
    export.save(update_fields=["rows", "file_name", "size", "status", "finished_at"])


def watermark(export: Export, spec: ListSpec, state: ListState, context: FilterContext) -> Watermark:
    """Return what the file says about itself, in the language in force."""
    return Watermark(
        title=str(spec.title),
        who=f"{export.staff_no} {export.owner_name}".strip(),
        when=formats.moment(export.created_at, seconds=True),
        why=export.reason,
        conditions=conditions_of(spec, state, context),
        expires=formats.day(export.expires_at),
    )
