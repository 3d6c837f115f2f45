"""A table of a page as a file at once: a board, a plan. What may grow long is an export, which a worker makes."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse

from keyuan.kernel.actor import Actor
from keyuan.platform import formats
from keyuan.platform.lists.export.values import harmless
from keyuan.platform.lists.export.writers import WRITERS, Watermark

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def mark_of(actor: Actor, *, title: str, why: str, conditions: str, now: datetime) -> Watermark:
    """Return what a file says of itself: who took it and when, of what, narrowed by what."""
    return Watermark(
        title=harmless(title),
        who=f"{actor.staff_no} {actor.name}".strip(),
        when=formats.moment(now, seconds=True),
        why=why,
        conditions=conditions,
        expires=formats.MISSING,
    )


def table_file(
    name: str, form: str, mark: Watermark, *, heads: Sequence[Any], widths: Sequence[int], rows: Iterable[list[Any]]
) -> HttpResponse:
    """Return ``rows`` as a file ``name``.``form`` (a key of `TYPES`) to be saved."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{form}"
        writer = WRITERS[form](path, list(heads), widths, mark)
        writer.add(list(rows))
        writer.close()
        response = HttpResponse(path.read_bytes(), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
