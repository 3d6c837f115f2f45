"""A table cell whole: its value, the row's link in the first column, the pencil where it can be edited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from keyuan.kernel.actor import Actor
from keyuan.platform.lists.cells import cell_html, cell_text, kind_for
from keyuan.platform.lists.columns import Column
from keyuan.platform.lists.presenting import presented
from keyuan.platform.lists.spec import ListSpec, RowAction
from keyuan.platform.templatetags.keyuan import icon

#: Pixels that a Chinese character takes, and that a cell's edges take.
CHARACTER, EDGES = 14, 16
#: Kinds whose text is cut at the end when it is too long; names and numbers are not.
CUT_KINDS = frozenset({"text"})


ROW_ACTION = '<a class="btn btn-ghost btn-icon btn-sm" href="{}"{} aria-label="{}" title="{}">{}</a>'
PANEL_ATTRIBUTES = ' hx-get="{}" hx-target="#panel" hx-swap="innerHTML" hx-push-url="false"'


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its classes, what shows on hover when the text is cut, and its inside."""

    css: str
    title: str
    html: SafeString


def is_editable(actor: Actor, column: Column) -> bool:
    """Tell whether this post edits the column in place."""
    return column.editable is not None and actor.may(column.editable.permission)


def render_column(spec: ListSpec, actor: Actor, column: Column, records: Sequence[Any], extras: Any) -> list[Cell]:
    """Return the cells of one column as this actor sees them; amounts of one page show the same decimals."""
    values = [presented(actor, column, record, extras) for record in records]
    kind = kind_for(column.kind, values)
    may_edit = is_editable(actor, column)
    return [
        _cell(spec, actor, column, record, extras, kind, value, may_edit)
        for record, value in zip(records, values, strict=True)
    ]


def _cell(
    spec: ListSpec, actor: Actor, column: Column, record: Any, extras: Any, kind: str, value: Any, may_edit: bool
) -> Cell:
    html = cell_html(kind, value)
    if column.first:
        html = _linked(spec, record, html)
    if may_edit:
        html = _with_pencil(spec, actor, column, record, extras, cell_text(kind, value))
    return Cell(column.css, _hover(column, value), html)


def render_actions(actions: Sequence[RowAction], record: Any) -> SafeString:
    """Return the small buttons at the end of the row."""
    links = ((action, action.url(record)) for action in actions)
    return format_html_join("", ROW_ACTION, _action_parts(links))


def _action_parts(links: Iterable[tuple[RowAction, str]]) -> Iterable[tuple[Any, ...]]:
    for action, url in links:
        if url:
            panel = PANEL_ATTRIBUTES if action.panel else ""
            yield (
                url,
                format_html(panel, f"{url}?panel=1") if panel else "",
                action.label,
                action.label,
                icon(action.icon),
            )


def _hover(column: Column, value: Any) -> str:
    if column.kind not in CUT_KINDS or not isinstance(value, str):
        return ""
    return value if len(value) * CHARACTER > column.width - EDGES else ""


def _linked(spec: ListSpec, record: Any, html: SafeString) -> SafeString:
    url, panel = spec.row_url(record), spec.panel_url(record)
    if not url:
        return html
    if not panel:
        return format_html('<a href="{}" data-open>{}</a>', url, html)
    return format_html(
        '<a href="{}" data-open hx-get="{}" hx-target="#panel" hx-swap="innerHTML" hx-push-url="false">{}</a>',
        url,
        panel,
        html,
    )


def _with_pencil(spec: ListSpec, actor: Actor, column: Column, record: Any, extras: Any, shown: str) -> SafeString:
    edit = column.editable
    if edit is None:
        return format_html("{}", shown)
    context = {
        "value": shown,
        "raw": edit.raw(record, extras),
        "name": "value",
        "url": spec.url("cell", row_id=record.pk, column_key=column.key),
        "version": edit.version(record, extras),
        "kind": edit.kind,
        "options": edit.options(actor) if edit.options else None,
        "label": column.label,
    }
    return mark_safe(render_to_string("components/inline_edit.html", context))
