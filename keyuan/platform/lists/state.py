"""What the address says: view, filters, order, page, size; the same address shows the same screen to the entitled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from keyuan.kernel.actor import Actor
from keyuan.platform.lists.filters import Filter, Params
from keyuan.platform.lists.sorts import SortChoice
from keyuan.platform.lists.spec import DEFAULT_SIZE, PAGE_SIZES, ListSpec

#: Present when the filters in the address are meant as they stand, even if none is set.
EXPLICIT = "x"


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A view as a tab: declared ones by their key, saved ones as ``saved-17``."""

    key: str
    label: Any
    query: str = ""
    saved_id: int | None = None
    mine: bool = False
    shared: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListState:
    """One address, understood."""

    filters: Mapping[str, Any] = field(default_factory=dict)
    sort: SortChoice | None = None
    size: int = DEFAULT_SIZE
    view: ViewTab | None = None
    after: str = ""
    before: str = ""
    changed: bool = False
    columns: tuple[str, ...] = ()


def _filters_in(filters: Sequence[Filter], query: QueryDict) -> dict[str, Any]:
    found = {item.key: item.read(query) for item in filters}
    return {key: value for key, value in found.items() if value is not None}


def _is_explicit(filters: Sequence[Filter], query: QueryDict) -> bool:
    return EXPLICIT in query or "sort" in query or bool(_filters_in(filters, query))


def _size(text: str, fallback: int) -> int:
    wanted = int(text) if text.isdecimal() else fallback
    return wanted if wanted in PAGE_SIZES else DEFAULT_SIZE


def _tab(tabs: Sequence[ViewTab], key: str, explicit: bool) -> ViewTab | None:
    named = next((tab for tab in tabs if tab.key == key), None)
    if named or (explicit and not key):
        return named
    return tabs[0] if tabs else None


def read_state(
    spec: ListSpec, actor: Actor, query: QueryDict, tabs: Sequence[ViewTab], *, size: int = DEFAULT_SIZE
) -> ListState:
    """Understand ``query``: a view alone brings its filters and order; filters in the address change it.

    What makes no sense is ignored, so that an old link still opens. ``size`` is this person's usual page size.
    """
    filters = spec.filters_for(actor)
    explicit = _is_explicit(filters, query)
    tab = _tab(tabs, query.get("view", ""), explicit)
    stored = QueryDict(tab.query if tab else "")
    source = query if explicit else stored
    chosen = _filters_in(filters, source)
    sort = spec.sort_choice(source.get("sort", "") or stored.get("sort", ""))
    kept = (_filters_in(filters, stored), str(spec.sort_choice(stored.get("sort", ""))))
    columns = tuple(query.get("cols", "").split(",")) if query.get("cols") else (tab.columns if tab else ())
    return ListState(
        filters=chosen,
        sort=sort,
        size=_size(query.get("size", ""), size),
        view=tab,
        after=query.get("after", ""),
        before=query.get("before", ""),
        changed=bool(tab) and (chosen, str(sort)) != kept,
        columns=tuple(key for key in columns if spec.column(key)),
    )


def filter_params(spec: ListSpec, filters: Mapping[str, Any]) -> Params:
    """Return the set filters as pairs for an address, in the order of the declaration."""
    return [pair for item in spec.filters if item.key in filters for pair in item.params(filters[item.key])]


def view_query(spec: ListSpec, state: ListState) -> str:
    """Return filters and order alone: what a saved view, a bulk selection or an export keeps."""
    return urlencode([*filter_params(spec, state.filters), ("sort", str(state.sort))])


def address(spec: ListSpec, state: ListState) -> str:
    """Return the list's address with ``state``; an unchanged view needs only its name."""
    params: Params = [("view", state.view.key)] if state.view else []
    if state.changed or not state.view:
        params += [(EXPLICIT, "1"), *filter_params(spec, state.filters), ("sort", str(state.sort))]
    if state.size != DEFAULT_SIZE:
        params.append(("size", str(state.size)))
    if state.columns and not (state.view and state.view.columns == state.columns):
        params.append(("cols", ",".join(state.columns)))
    params += [(name, cursor) for name, cursor in (("after", state.after), ("before", state.before)) if cursor]
    return f"{spec.url()}?{urlencode(params)}" if params else spec.url()


def moved(spec: ListSpec, state: ListState, **changes: Any) -> ListState:
    """Return ``state`` with ``changes``, on its first page unless a cursor is among them."""
    changes = {"after": "", "before": "", **changes}
    new = replace(state, **changes)
    if new.view is None:
        return new
    stored = QueryDict(new.view.query)
    kept = (_filters_in(spec.filters, stored), str(spec.sort_choice(stored.get("sort", ""))))
    return replace(new, changed=(dict(new.filters), str(new.sort)) != kept)
