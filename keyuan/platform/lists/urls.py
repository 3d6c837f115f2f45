"""Addresses of a list and its parts: each carries the list's own permission, so that the matrix test can read it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from keyuan.platform.http import View, allow
from keyuan.platform.lists.spec import ListSpec, lists
from keyuan.platform.lists.views import bulk, cells, exports, layouts, screen
from keyuan.platform.permissions import EXPORT_RUN

#: Parts of every list: address below the list's own, name suffix, view.
PARTS: tuple[tuple[str, str, Callable[..., HttpResponse]], ...] = (
    ("counts/", "counts", screen.list_counts),
    ("options/<slug:filter_key>/", "options", screen.filter_options),
    ("columns/", "columns", layouts.list_columns),
    ("views/", "view-save-as", layouts.view_save_as),
    ("views/<int:view_id>/", "view-save", layouts.view_save),
    ("views/<int:view_id>/delete/", "view-delete", layouts.view_delete),
    ("select/", "select", bulk.select_all),
    ("select/<int:selection_id>/", "selection", bulk.selection_part),
    ("bulk/<slug:action_key>/", "bulk", bulk.bulk_preview),
    ("bulk/<slug:action_key>/run/", "bulk-run", bulk.bulk_run),
    ("cells/<int:row_id>/<slug:column_key>/", "cell", cells.cell_save),
)


def _of(spec: ListSpec, view: Callable[..., HttpResponse], permission: str) -> View:
    @wraps(view)
    def bound(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return view(request, spec=spec, **kwargs)

    guarded = allow(permission)(bound)
    guarded.list_key = spec.key  # type: ignore[attr-defined]  # read by the matrix test
    return guarded


def list_urls(spec: ListSpec, prefix: str = "") -> list[URLPattern]:
    """Return the addresses of ``spec`` below ``prefix``; names begin with the list's ``url_name`` without namespace."""
    name = spec.url_name.rpartition(":")[2]
    base = f"{prefix}list/"
    patterns = [path(prefix, _of(spec, screen.list_page, spec.permission), name=name)]
    patterns += [
        path(f"{base}{tail}", _of(spec, view, spec.permission), name=f"{name}-{suffix}") for tail, suffix, view in PARTS
    ]
    if spec.exportable:
        patterns.append(path(f"{base}export/", _of(spec, exports.export_request, EXPORT_RUN), name=f"{name}-export"))
    return patterns


def shared_urls() -> list[URLPattern]:
    """Return the addresses that belong to no other context's list: one's own runs and exports."""
    return [*list_urls(lists["exports"], "exports/"), *RUNS]


RUNS: list[URLPattern] = [
    path("lists/runs/<int:run_id>/", bulk.run_part, name="bulk-run"),
    path("lists/runs/<int:run_id>/undo/", bulk.run_undo, name="bulk-undo"),
    path("lists/runs/<int:run_id>/failures/", bulk.run_failures, name="bulk-failures"),
    path("lists/exports/<int:export_id>/", exports.export_part, name="export-part"),
    path("lists/exports/<int:export_id>/file/", exports.export_download, name="export-download"),
]
