"""The list page, its refreshing parts, and the counts of its tabs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.audit import Action, Subject, record_read
from keyuan.platform.audit.digests import value_digest
from keyuan.platform.http import StaffRequest, page
from keyuan.platform.lists.filters import (
    ChoiceFilter,
    DateRange,
    Filter,
    FilterContext,
    RangeFilter,
    TextFilter,
    TypeaheadFilter,
)
from keyuan.platform.lists.layout import Layout, layout_of
from keyuan.platform.lists.pages import ListPage, read_page, search
from keyuan.platform.lists.saved import tabs_of
from keyuan.platform.lists.spec import PAGE_SIZES, ListSpec, PageAction, permitted
from keyuan.platform.lists.state import ListState, ViewTab, address, moved, read_state, view_query
from keyuan.platform.lists.steering import Count
from keyuan.platform.permissions import EXPORT_RUN


@dataclass(frozen=True, slots=True)
class FilterBox:
    """A filter as the bar shows it."""

    filter: Filter
    value: Any
    words: str
    options: Sequence[tuple[str, Any, bool]]
    ends: tuple[str, str]
    presets: Sequence[tuple[Any, str]]
    clear_url: str
    options_url: str

    @property
    def is_set(self) -> bool:
        """Tell whether the filter limits the list now."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: where its sort leads and how it stands."""

    column: Any
    width: int
    pinned: bool
    url: str
    aria_sort: str


@dataclass(frozen=True, slots=True)
class TabLink:
    """A view's tab."""

    tab: ViewTab
    url: str
    active: bool
    changed: bool
    count: Count | None


def filter_box(spec: ListSpec, item: Filter, state: ListState, context: FilterContext) -> FilterBox:
    """Return ``item`` as the bar shows it under ``state``."""
    value = state.filters.get(item.key)
    chosen = set(value or ()) if isinstance(item, ChoiceFilter) else set()
    options = item.options(context.actor) if isinstance(item, ChoiceFilter) else []
    rest = {key: kept for key, kept in state.filters.items() if key != item.key}
    presets = item.presets if isinstance(item, DateRange) else ()
    return FilterBox(
        filter=item,
        value=value,
        words=item.words(value, context) if value is not None else "",
        options=[(option.value, option.label, option.value in chosen) for option in options],
        ends=item.ends(value, context) if isinstance(item, RangeFilter) and value else ("", ""),
        presets=[(label, _with(spec, state, item.key, (low, high))) for low, high, label in presets],
        clear_url=address(spec, moved(spec, state, filters=rest)),
        options_url=spec.url("options", filter_key=item.key) if isinstance(item, TypeaheadFilter) else "",
    )


def _with(spec: ListSpec, state: ListState, key: str, value: Any) -> str:
    return address(spec, moved(spec, state, filters={**state.filters, key: value}))


def heads(spec: ListSpec, state: ListState, layout: Layout) -> list[Head]:
    """Return the column heads; a column with an order leads to it, or to its other direction."""
    found = []
    for placed in layout.shown:
        column, url, aria = placed.column, "", ""
        if column.sort:
            choice = spec.sort_choice(column.sort)
            current = state.sort
            if current is not None and current.sort.key == choice.sort.key:
                aria = "descending" if current.descending else "ascending"
                choice = current.flipped()
            elif choice.sort.descending:
                choice = choice if choice.descending else choice.flipped()
            url = address(spec, moved(spec, state, sort=choice))
        found.append(Head(column, placed.width, placed.pinned, url, aria))
    return found


def tab_links(spec: ListSpec, tabs: Sequence[ViewTab], state: ListState, count: Count) -> list[TabLink]:
    """Return the tabs; only the open one knows its count at once, the others ask later."""
    return [
        TabLink(
            tab=tab,
            url=f"{spec.url()}?{urlencode({'view': tab.key})}",
            active=tab == state.view,
            changed=tab == state.view and state.changed,
            count=count if tab == state.view else None,
        )
        for tab in tabs
    ]


def hidden_fields(state: ListState) -> list[tuple[str, str]]:
    """Return what the filter form must carry along: view, order and size."""
    kept = [("x", "1"), ("sort", str(state.sort))]
    if state.view:
        kept.append(("view", state.view.key))
    if state.columns:
        kept.append(("cols", ",".join(state.columns)))
    return kept


def screen(spec: ListSpec, actor: Actor, query: Any) -> dict[str, Any]:
    """Return everything that the list's template shows for an address."""
    context = FilterContext(actor, clock.today())
    tabs = tabs_of(spec, actor)
    layout = layout_of(spec, actor)
    state = read_state(spec, actor, query, tabs, size=layout.size)
    if state.columns:
        layout = layout_of(spec, actor, state.columns)
    shown = read_page(spec, actor, state, context, [placed.column for placed in layout.shown])
    boxes = [filter_box(spec, item, state, context) for item in spec.filters_for(actor)]
    more = [box for box in boxes if not box.filter.primary]
    return {
        "spec": spec,
        "state": state,
        "page": shown,
        "layout": layout,
        "heads": heads(spec, state, layout),
        "tabs": tab_links(spec, tabs, state, shown.count),
        "boxes": [box for box in boxes if box.filter.primary],
        "more_boxes": more,
        "more_open": any(box.is_set for box in more),
        "hidden_fields": hidden_fields(state),
        "actions": spec.actions_for(actor),
        "page_actions": permitted(spec.page_actions, actor),
        "row_actions": permitted(spec.row_actions, actor),
        "may_export": spec.exportable and actor.may(EXPORT_RUN) and _may(actor, spec.export_permission),
        "filters_query": view_query(spec, state),
        "query_json": json.dumps({"query": view_query(spec, state)}),
        "sizes": [(size, address(spec, moved(spec, state, size=size))) for size in PAGE_SIZES],
        "empty": _empty(state, shown),
        "empty_action": _empty_action(spec, actor),
        **_addresses(spec, state, shown),
        **_part_addresses(spec, state),
    }


def _may(actor: Actor, permission: str) -> bool:
    return not permission or actor.may(permission)


def _addresses(spec: ListSpec, state: ListState, shown: ListPage) -> dict[str, str]:
    def turn(name: str, cursor: str) -> str:
        return address(spec, moved(spec, state, **{name: cursor})) if cursor else ""

    return {
        "here": address(spec, state),
        "first_url": address(spec, moved(spec, state)) if shown.before else "",
        "previous_url": turn("before", shown.before),
        "next_url": turn("after", shown.after),
        "cleared_url": address(spec, moved(spec, state, filters={})),
        "restored_url": f"{spec.url()}?{urlencode({'view': state.view.key})}" if state.view else spec.url(),
    }


def _part_addresses(spec: ListSpec, state: ListState) -> dict[str, str]:
    query = urlencode({"query": view_query(spec, state)})
    saved_id = state.view.saved_id if state.view and state.view.mine else None
    return {
        "spec_url": spec.url(),
        "counts_url": spec.url("counts"),
        "columns_url": spec.url("columns"),
        "select_url": spec.url("select"),
        "bulk_name": f"{spec.url_name}-bulk",
        "export_url": f"{spec.url('export')}?{query}" if spec.exportable else "",
        "save_as_url": f"{spec.url('view-save-as')}?{query}",
        "save_url": spec.url("view-save", view_id=saved_id) if saved_id else "",
        "delete_url": spec.url("view-delete", view_id=saved_id) if saved_id else "",
    }


def _empty_action(spec: ListSpec, actor: Actor) -> PageAction | None:
    action = spec.empty.action if spec.empty else None
    return action if action and action.is_for(actor) else None


def _empty(state: ListState, shown: ListPage) -> str:
    if shown.rows:
        return ""
    return "no_match" if state.filters else "nothing"


@require_safe
def list_page(request: StaffRequest, spec: ListSpec) -> HttpResponse:
    """The list: the page, or its screen when htmx asks."""
    context = screen(spec, request.actor, request.GET)
    _audit_search(request.actor, spec, context["state"])
    return page(request, spec.template, context, part="screen")


def _audit_search(actor: Actor, spec: ListSpec, state: ListState) -> None:
    """Put an executed search on the trail; what was typed may be a name or a number, so only its digest."""
    if state.after or state.before:
        return
    for item in spec.filters:
        if isinstance(item, TextFilter) and item.searches and item.key in state.filters:
            detail = {"list": spec.key, "filter": item.key, "text": value_digest("search", state.filters[item.key])}
            record_read(actor, Action.SEARCH, Subject("list", 0), detail=detail, now=clock.now())


@require_safe
def list_counts(request: StaffRequest, spec: ListSpec) -> HttpResponse:
    """The counts of all tabs but the open one, for their places in the page."""
    actor = request.actor
    context = FilterContext(actor, clock.today())
    counts = []
    for tab in tabs_of(spec, actor):
        if tab.key == request.GET.get("open"):
            continue
        state = read_state(spec, actor, _only_view(tab), [tab])
        found = search(spec, actor, state.filters, state.sort or spec.sort_choice(""), context)
        counts.append((tab, Count(found.seen)))
    return render(request, "lists/counts.html", {"counts": counts, "spec": spec})


def _only_view(tab: ViewTab) -> QueryDict:
    return QueryDict(urlencode({"view": tab.key}))


def query_of(request: StaffRequest) -> str:
    """Return filters and order as the page sent them along."""
    return str(request.POST.get("query", ""))[:4_000]


@require_safe
def filter_options(request: StaffRequest, spec: ListSpec, filter_key: str) -> HttpResponse:
    """What a typeahead filter offers for the typed text, twenty at most."""
    item = next((item for item in spec.filters_for(request.actor) if item.key == filter_key), None)
    if not isinstance(item, TypeaheadFilter):
        raise Http404
    found = islice(item.search(request.actor, request.GET.get("text", "").strip()[:40]), 20)
    return render(request, "lists/filter_options.html", {"filter": item, "options": list(found)})
