"""Pages of the lists that stand already: same rows, filters and orders, with a cursor in the place of buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, QueryDict
from pydantic import Field

from keyuan.api.kit.problems import Problem
from keyuan.api.kit.resource import Out
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform import clock
from keyuan.platform.audit import Action, Subject, record_read
from keyuan.platform.audit.digests import value_digest
from keyuan.platform.lists.cursor import Anchor, read_cursor, write_cursor
from keyuan.platform.lists.filters import (
    BooleanFilter,
    ChoiceFilter,
    Filter,
    FilterContext,
    RangeFilter,
    TextFilter,
    TypeaheadFilter,
)
from keyuan.platform.lists.keyset import anchor_of, read_rows, sort_field
from keyuan.platform.lists.pages import search
from keyuan.platform.lists.sorts import SortChoice
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.lists.steering import COUNT_LIMIT

Row = TypeVar("Row", bound=Out)
MOST, USUAL = 500, 100
MOST_CHOICES = 50
OWN = ("limit", "cursor", "sort", "count")


class Page(Out, Generic[Row]):
    """Some rows of a list. ``count`` is there when asked for, exact up to 1,000."""

    rows: list[Row]
    next_cursor: str | None = Field(None, description="Where the next page begins; null on the last one")
    count: int | None = Field(None, description="How many rows match; at most 1,000 are counted")
    count_is_exact: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list: the records, what the list prepared for them, and the rest of the answer."""

    records: Sequence[Any]
    extras: Any
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, checked."""

    filters: Mapping[str, Any]
    choice: SortChoice
    limit: int
    cursor: str
    counts: bool


def read_list(request: HttpRequest, spec: ListSpec) -> Found:
    """Return the page of ``spec`` that the address asks for, as far as the caller sees it.

    Raises Invalid with a refusal per parameter that is unknown or makes no sense.
    """
    actor = request.actor  # type: ignore[attr-defined]  # the gate set it
    context = FilterContext(actor, clock.today())
    asked = read_query(spec, request.GET, context)
    found = search(spec, actor, asked.filters, asked.choice, context)
    bound = _bound_to(spec, asked, actor.post_id)
    anchor = _anchor(found.plain, asked, bound)
    records = read_rows(found.sources, found.choice, anchor, limit=asked.limit + 1)
    if anchor is None:
        _note_search(request, spec, asked)
    has_more, records = len(records) > asked.limit, records[: asked.limit]
    more: dict[str, Any] = {
        "next_cursor": write_cursor(anchor_of(records[-1], asked.choice), bound) if has_more else None
    }
    if asked.counts:
        more |= {"count": min(found.seen, COUNT_LIMIT), "count_is_exact": found.seen <= COUNT_LIMIT}
    return Found(records, spec.prepare(actor, records, context) if records else None, more)


def read_query(spec: ListSpec, query: QueryDict, context: FilterContext) -> Asked:
    """Understand an address. Unlike a page, which forgives old links, a program is told what it got wrong."""
    filters = spec.filters_for(context.actor)
    names = {name for item in filters for name in names_of(item)}
    errors = [Refused("api.parameter", field=name[:80]) for name in query if name not in names and name not in OWN]
    values = {}
    for item in filters:
        sent = [name for name in names_of(item) if _is_sent(item, name, query)]
        value = item.read(_as_typed(item, query)) if sent else None
        if sent and (value is None or not _is_offered(item, value, query, context)):
            errors.append(Refused("api.filter", field=sent[0]))
        elif value is not None:
            values[item.key] = value
    sort = query.get("sort", "")
    if "sort" in query and sort.removeprefix("-") not in {item.key for item in spec.sorts}:
        errors.append(Refused("api.sort", field="sort", known=", ".join(item.key for item in spec.sorts)))
    limit = query.get("limit", str(USUAL))
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 5 and 1 <= int(limit) <= MOST):
        errors.append(Refused("api.limit", field="limit", most=MOST))
    if query.get("count", "false") not in ("true", "false"):
        errors.append(Refused("api.flag", field="count"))
    if errors:
        raise Invalid(errors)
    return Asked(values, spec.sort_choice(sort), int(limit), query.get("cursor", ""), query.get("count") == "true")


def names_of(item: Filter) -> list[str]:
    """Return the parameters by which a filter is set."""
    return [f"{item.key}.from", f"{item.key}.to"] if isinstance(item, RangeFilter) else [item.key]


def _as_typed(item: Filter, query: QueryDict) -> QueryDict:
    """Return the address as the filter reads it: truth values are true and false for programs, 1 and 0 for pages."""
    if not isinstance(item, BooleanFilter):
        return query
    typed = query.copy()
    typed[item.key] = {"true": "1", "false": "0"}.get(query.get(item.key, ""), "")
    return typed


def _is_sent(item: Filter, name: str, query: QueryDict) -> bool:
    """Tell whether a filter is set; an empty text sets none, an empty choice is a mistake."""
    return name in query if isinstance(item, ChoiceFilter | BooleanFilter | TypeaheadFilter) else bool(query.get(name))


def _is_offered(item: Filter, value: Any, query: QueryDict, context: FilterContext) -> bool:
    if isinstance(item, ChoiceFilter):
        known = {choice.value for choice in item.options(context.actor)}
        sent = query.getlist(item.key)
        return set(sent) <= known and (len(sent) == 1 or (item.multiple and len(sent) <= MOST_CHOICES))
    if isinstance(item, RangeFilter):
        return sum(bool(end) for end in value) == sum(bool(query.get(name)) for name in names_of(item))
    return not isinstance(item, TextFilter) or len(query.get(item.key, "")) <= item.longest


def _bound_to(spec: ListSpec, asked: Asked, post_id: int | None) -> str:
    """Return what a cursor is good for: this list, order and filters, in this post."""
    said = repr(sorted((key, repr(value)) for key, value in asked.filters.items()))
    return f"api {spec.key} {asked.choice} {post_id} {sha256(said.encode()).hexdigest()[:16]}"


def _anchor(plain: Sequence[Any], asked: Asked, bound: str) -> Anchor | None:
    if not asked.cursor or not plain:
        return None
    anchor = read_cursor(asked.cursor, bound, sort_field(plain[0].model, asked.choice.sort.field))
    if anchor is None:
        raise Problem(422, "api.cursor")
    return anchor


def _note_search(request: HttpRequest, spec: ListSpec, asked: Asked) -> None:
    """Put a search on the trail as pages do: what was typed may be a name or a number, so only its digest."""
    for item in spec.filters:
        if isinstance(item, TextFilter) and item.searches and item.key in asked.filters:
            detail = {"list": spec.key, "filter": item.key, "text": value_digest("search", asked.filters[item.key])}
            record_read(request.actor, Action.SEARCH, Subject("list", 0), detail=detail, now=clock.now())  # type: ignore[attr-defined]  # the gate set it


def parameters_of(spec: ListSpec) -> tuple[dict[str, Any], ...]:
    """Return the parameters of a list for the document."""
    sorts = [text for item in spec.sorts for text in (item.key, f"-{item.key}")]
    own = (
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, "Rows of the page"),
        _parameter("cursor", {"type": "string", "maxLength": 600}, "`next_cursor` of the page before"),
        _parameter("sort", {"type": "string", "enum": sorts}, "The order; a minus turns it round"),
        _parameter("count", {"type": "boolean", "default": False}, "Count the matching rows, up to 1,000"),
    )
    return own + tuple(parameter for item in spec.filters for parameter in _of_filter(item))


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": description}


def _of_filter(item: Filter) -> list[dict[str, Any]]:
    label = str(item.label)
    if isinstance(item, RangeFilter):
        day = item.kind == "date-range"
        schema: dict[str, Any] = {"type": "string", "examples": ["2026-03-01", "today+30"] if day else ["1000.00"]}
        ends = {f"{item.key}.from": "from", f"{item.key}.to": "to"}
        return [_parameter(name, schema, f"{label}, {end} (included)") for name, end in ends.items()]
    if isinstance(item, ChoiceFilter):
        known = {} if callable(item.choices) else {"enum": [choice.value for choice in item.choices]}
        one = {"type": "string", **known}
        many = {"type": "array", "items": one, "maxItems": MOST_CHOICES}
        return [_parameter(item.key, many if item.multiple else one, label)]
    if isinstance(item, BooleanFilter):
        flag = {"type": "boolean", "enum": [True]} if item.only_true else {"type": "boolean"}
        return [_parameter(item.key, flag, label)]
    if isinstance(item, TypeaheadFilter):
        return [_parameter(item.key, {"type": "integer", "minimum": 0}, label)]
    longest = item.longest if isinstance(item, TextFilter) else 80
    return [_parameter(item.key, {"type": "string", "maxLength": longest}, label)]
