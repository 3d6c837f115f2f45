"""Starting a condition from what is on the screen: a cell of the board, or the filters of the list (CUS-5, CUS-6)."""

from typing import Any

from django.http import QueryDict

from keyuan.customers.rules.segments.fields import SHAPES, Field
from keyuan.customers.rules.segments.language import VERSION, Vocabulary
from keyuan.platform.lists.filters import RELATIVE_DAY

Condition = dict[str, Any]
YES = frozenset({"1", "true", "yes", "True", "YES", "Y"})
#: Filters of the list of customers and the fields they mean.
CHOICES = {
    "tier": "tier",
    "channel": "sales_channel",
    "state": "state",
    "activity": "activity",
    "agent": "agent",
    "service": "service",
    "touch": "touch",
    "source": "prospect_source",
    "unit": "unit",
}
FLAGS = {
    "orphan": "is_orphan",
    "holder": "is_policyholder",
    "reachable": "has_contact",
    "near_vip": "near_vip",
    "mass": "mass_line",
}
#: Values of axes that stand for nothing known, by the field that says so.
UNSAID = frozenset({("activity", "NONE"), ("sales_channel", "NONE"), ("prospect_source", "UNKNOWN")})
DAYS = {"due": "next_due_on", "contact": "last_contact_on"}
YUAN = 100
#: Axes of the board that bear another name than the field behind them, and values that a field says otherwise.
AXES = {
    "standing": "is_policyholder",
    "source": "prospect_source",
    "channel": "sales_channel",
    "contact": "has_contact",
}
CODES = {"POLICYHOLDER": "YES", "PROSPECT": "NO", "WITH": "YES", "WITHOUT": "NO", "UNKNOWN": None}


def condition(rows: list[Condition]) -> Condition:
    """Return a condition of which all ``rows`` must hold."""
    return {"version": VERSION, "root": {"kind": "group", "join": "and", "not": False, "items": rows}}


def _row(field: str, op: str, value: Any = None) -> Condition:
    return {"kind": "row", "field": field, "op": op, "value": value}


def of_cell(query: QueryDict, words: Vocabulary) -> Condition:
    """Return the condition of a cell of the classification board: pairs of a field (an axis) and a value."""
    rows = []
    for key in query:
        values = [value for value in query.getlist(key) if value]
        field = words.fields.get(AXES.get(key, key))
        if field is not None and not field.entity:
            rows += _of_field(field, [code for value in values if (code := CODES.get(value, value)) is not None])
    return condition(rows)


def _of_field(field: Field, values: list[str]) -> list[Condition]:
    if field.kind == "flag":
        return [_row(field.key, "yes" if values[0] in YES else "no")] if values else []
    if "in" not in SHAPES[field.kind]:
        return []
    known = field.known_codes
    codes = [value for value in values if known is None or value in known]
    if codes:
        return [_row(field.key, "in", codes)]
    return [_row(field.key, "unknown")] if "unknown" in field.operators else []


def of_list(query: QueryDict) -> Condition:
    """Return the condition that the filters of the list of customers mean; a typed name has none."""
    rows: list[Condition] = []
    for key, field in CHOICES.items():
        values = sorted({value for value in query.getlist(key) if value})
        if values and all((field, value) in UNSAID for value in values):
            rows.append(_row(field, "unknown"))
        else:
            rows += [_row(field, "in", values)] if values else []
    for key, field in FLAGS.items():
        value = query.get(key, "")
        rows += [_row(field, "yes" if value in YES else "no")] if value else []
    for key, field in DAYS.items():
        rows += _days(field, query.get(f"{key}.from", ""), query.get(f"{key}.to", ""))
    rows += _premium(query.get("premium.from", ""), query.get("premium.to", ""))
    birthday = query.get("birthday", "")
    if birthday.isdecimal() and len(birthday) <= 3:
        rows.append(_row("birthday", "next_days", int(birthday)))
    if query.get("segment", "").isdecimal():
        rows.append(_row("segment", "in", [query["segment"]]))
    return condition(rows)


def _relative(text: str) -> int | None:
    found = RELATIVE_DAY.match(text)
    return int(found[1] or 0) if found else None


def _days(field: str, low: str, high: str) -> list[Condition]:
    """Keep relative days relative, so that the segment stays true tomorrow."""
    first, last = _relative(low), _relative(high)
    if first is not None and last == 0 and first <= 0:
        return [_row(field, "last_days", -first)]
    if first == 0 and last is not None and last >= 0:
        return [_row(field, "next_days", last)]
    if not low and last is not None and last < 0:
        return [_row(field, "older_days", -last - 1)]
    if first is not None and not high and first < 0:
        return [_row(field, "last_days", -first)]
    rows = [(low, first, "from"), (high, last, "until")]
    return [_row(field, op, text) for text, relative, op in rows if text and relative is None]


def _premium(low: str, high: str) -> list[Condition]:
    ends: list[tuple[str, str]] = [(low, "ge"), (high, "le")]
    return [_row("annual_premium", op, int(text) * YUAN) for text, op in ends if text.isdecimal()]
