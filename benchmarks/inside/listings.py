"""Every list as its `ListSpec` offers it: each order both ways, first page and far in, with each filter and each view.

    python -m benchmarks.inside.listings

The answer: for each person the lists, each a list of (what, url). A list, filter or sort added tomorrow is measured
tomorrow.
"""

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from benchmarks.inside.django_ready import answer
from benchmarks.inside.pages import addresses
from benchmarks.inside.people import PEOPLE, SPECIALISTS, actor_named
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists.cursor import Anchor, write_cursor
from keyuan.platform.lists.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRange,
    Filter,
    FilterContext,
    NumberRange,
    TextFilter,
    TypeaheadFilter,
)
from keyuan.platform.lists.keyset import sort_field
from keyuan.platform.lists.pages import bound_to
from keyuan.platform.lists.sorts import SortChoice
from keyuan.platform.lists.spec import ListSpec, lists
from keyuan.platform.lists.state import EXPLICIT

#: A deep page begins after so many rows, or half-way where there are fewer.
FAR = 500_000
#: A filter with more values than this is tried with some of them.
VALUES = 12
Pairs = list[tuple[str, str]]


def specs() -> Iterator[ListSpec]:
    """Yield every list that has an address."""
    keys = {getattr(entry.callback, "list_key", "") for _name, _route, entry in addresses()}
    yield from (lists[key] for key in sorted(keys - {""}) if key in lists)


def column_values(rows: QuerySet[Any], field: str, count: int) -> list[Any]:
    """Return values that stand in ``field`` of some rows."""
    found = rows.order_by().exclude(**{f"{field}__isnull": True}).values_list(field, flat=True)[: count * 50]
    values = sorted({value for value in found if value not in ("", None)})
    random.Random(3).shuffle(values)
    return values[:count]


def values_of(item: Filter, rows: QuerySet[Any], actor: Actor) -> list[Pairs]:
    """Return what to put into the address for a filter: every value offered, or samples of what the rows hold."""
    if isinstance(item, ChoiceFilter):
        codes = [choice.value for choice in item.options(actor)]
        several = [[(item.key, code) for code in codes[:2]]] if item.multiple and len(codes) > 1 else []
        return [*([(item.key, code)] for code in codes[:VALUES]), *several]
    if isinstance(item, BooleanFilter):
        return [[(item.key, "1")]] if item.only_true else [[(item.key, "1")], [(item.key, "0")]]
    if isinstance(item, DateRange):
        spans = [(low, high) for low, high, _label in item.presets] + [("today-400", "today-370"), ("", "today-30")]
        return [item.params(span) for span in [*spans, ("today-30", "")]]
    if isinstance(item, NumberRange):
        return [item.params(span) for span in (("1000", "1100"), ("5000", ""), ("", "200"), ("100000", ""))]
    if isinstance(item, TypeaheadFilter | TextFilter) and item.field:
        return [[(item.key, str(value))] for value in column_values(rows, item.field, 2)]
    return [[(item.key, text)] for text in typed_for(rows)]


def typed_for(rows: QuerySet[Any]) -> list[str]:
    """Return texts for a filter that does more than compare a column: names and numbers of rows, and a miss."""
    names = {field.name for field in rows.model._meta.get_fields()}
    columns = [column for column in ("name", "policy_no", "policy_no_tail") if column in names]
    return [str(value) for column in columns for value in column_values(rows, column, 1)] + ["龘龘"]


def far_in(spec: ListSpec, rows: QuerySet[Any], choice: SortChoice) -> str:
    """Return the cursor of a row far in, empty where the list is short."""
    column = choice.sort.field
    column_rows = rows.exclude(**{f"{column}__isnull": True}) if choice.sort.nullable else rows
    signs = "-" if choice.descending else ""
    ordered = column_rows.select_related(None).order_by(f"{signs}{column}", f"{signs}pk").values_list(column, "pk")
    total = column_rows.order_by()[: 2 * FAR].count()
    place = min(FAR, total // 2)
    if place < 100:
        return ""
    value, row_id = ordered[place]
    return write_cursor(Anchor(sort_field(rows.model, column).to_python(value), row_id), bound_to(spec, choice))


def visits(spec: ListSpec, actor: Actor) -> Iterator[tuple[str, str]]:
    """Yield what is asked of a list and its address."""
    context = FilterContext(actor, clock.today())
    sources = spec.sources(actor, context)
    base = spec.url()
    for view in spec.views_for(actor):
        yield f"view {view.key}", f"{base}?{urlencode({'view': view.key})}"
    choices = [SortChoice(sort, descending) for sort in spec.sorts for descending in (False, True)]
    for choice in choices:
        yield f"by {choice}", _address(base, [], choice, "")
        cursor = far_in(spec, sources[0], choice) if sources else ""
        if cursor:
            yield f"by {choice}, far in", _address(base, [], choice, cursor)
    for item in spec.filters_for(actor):
        for pairs in values_of(item, sources[0], actor) if sources else ():
            if item.read(QueryDict(urlencode(pairs))) is not None:
                said = urlencode(pairs)
                yield from ((f"by {choice} with {said}", _address(base, pairs, choice, "")) for choice in choices)
    yield "counts of the tabs", spec.url("counts")


def _address(base: str, pairs: Pairs, choice: SortChoice, after: str) -> str:
    cursor = [("after", after)] if after else []
    return f"{base}?{urlencode([(EXPLICIT, '1'), *pairs, ('sort', str(choice)), *cursor])}"


def main() -> None:
    """Answer."""
    people, seen = {}, set()
    for name, staff_no in {**PEOPLE, **SPECIALISTS}.items():
        actor = actor_named(staff_no)
        mine = [spec for spec in specs() if actor.may(spec.permission)]
        if name in SPECIALISTS:
            mine = [spec for spec in mine if spec.key not in seen]
        seen |= {spec.key for spec in mine}
        people[name] = {"staff_no": staff_no, "lists": {spec.key: list(visits(spec, actor)) for spec in mine}}
    answer({"people": people})


if __name__ == "__main__":
    main()
