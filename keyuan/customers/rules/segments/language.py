"""Conditions: from JSON to a tree and back, with every fault named by the row it stands in (CUS-6).

A stored condition is ``{"version": 1, "root": group}``. A *group* joins its items by ``and`` or ``or`` and may be
negated; a *row* compares one field of the customer; a *has* asks for records of one kind, all of whose rows must
hold for the same record, and how many there must be or what they must add up to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from keyuan.customers.rules.segments.fields import Entity, Field
from keyuan.customers.rules.segments.values import read_value
from keyuan.kernel.errors import Invalid, Refused

VERSION = 1
MOST_ROWS = 60
DEEPEST = 5
HOW = ("at_least", "at_most", "exactly", "none")
#: What a sum can be asked of.
ADDABLE = frozenset({"number", "money"})
LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """Items joined by ``and`` or ``or``."""

    items: "tuple[Node, ...]"
    join: str = "and"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Has:
    """Records of one kind that meet ``where``: their number, or the sum of field ``measure``, against ``amount``."""

    entity: str
    where: Group
    how: str = "at_least"
    amount: int = 1
    measure: str = ""


Node = Row | Group | Has


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The fields and kinds of records that conditions may name."""

    fields: Mapping[str, Field]
    entities: Mapping[str, Entity]


@dataclass
class _Reading:
    words: Vocabulary
    faults: list[Refused]
    rows: int = 0

    def fault(self, code: str, place: tuple[int, ...], **params: Any) -> None:
        numbers = ".".join(str(step + 1) for step in place) or "0"
        self.faults.append(Refused(code, field=numbers, row=numbers, **params))


def read_condition(stored: Any, words: Vocabulary) -> Group:
    """Return the tree of a stored condition.

    Raises `Invalid` with one `Refused` for each fault; ``field`` is the place of its row, such as ``2.1``. A later
    version, or something that is no condition at all, is ``segment.unreadable``.
    """
    if (
        not isinstance(stored, Mapping)
        or stored.get("version") != VERSION
        or not isinstance(stored.get("root"), Mapping)
    ):
        raise Invalid([Refused("segment.unreadable", field="0", row="0")])
    reading = _Reading(words, [])
    root = _group(stored["root"], reading, (), "")
    if not reading.rows and not reading.faults:
        reading.fault("segment.empty", ())
    if reading.rows > MOST_ROWS:
        reading.fault("segment.too_many_rows", (), most=MOST_ROWS)
    if reading.faults:
        raise Invalid(reading.faults)
    return root


def _group(raw: Mapping[str, Any], reading: _Reading, place: tuple[int, ...], entity: str) -> Group:
    items = raw.get("items")
    if not isinstance(items, list) or raw.get("join", "and") not in ("and", "or") or len(place) > DEEPEST:
        reading.fault("segment.too_deep" if len(place) > DEEPEST else "segment.unreadable", place, most=DEEPEST)
        return Group(())
    if not items and place and raw.get("kind") != "has":
        reading.fault("segment.empty_group", place)
    found = [_item(item, reading, (*place, number), entity) for number, item in enumerate(items[: MOST_ROWS + 1])]
    return Group(tuple(node for node in found if node is not None), raw.get("join", "and"), raw.get("not") is True)


def _item(raw: Any, reading: _Reading, place: tuple[int, ...], entity: str) -> Node | None:
    kind = raw.get("kind") if isinstance(raw, Mapping) else None
    if kind == "group":
        return _group(raw, reading, place, entity)
    if kind == "row":
        return _row(raw, reading, place, entity)
    if kind == "has" and not entity:
        return _has(raw, reading, place)
    reading.fault("segment.unreadable", place)
    return None


def _row(raw: Mapping[str, Any], reading: _Reading, place: tuple[int, ...], entity: str) -> Row | None:
    reading.rows += 1
    field = reading.words.fields.get(str(raw.get("field")))
    if field is None or field.entity != entity:
        reading.fault("segment.no_field", place)
        return None
    op = raw.get("op")
    if op not in field.operators:
        reading.fault("segment.no_operator", place, label=field.label)
        return None
    try:
        return Row(field.key, str(op), read_value(field, str(op), raw.get("value")))
    except Refused as error:
        reading.fault(error.code, place, label=field.label, **error.params)
        return None


def _has(raw: Mapping[str, Any], reading: _Reading, place: tuple[int, ...]) -> Has | None:
    reading.rows += 1
    entity = reading.words.entities.get(str(raw.get("entity")))
    if entity is None:
        reading.fault("segment.no_field", place)
        return None
    how, amount, measure = raw.get("how", "at_least"), raw.get("amount", 1), str(raw.get("measure") or "")
    if how not in HOW or (measure and not _is_addable(reading.words, entity.key, measure)):
        reading.fault("segment.no_operator", place, label=entity.label)
        return None
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 <= amount <= LARGEST:
        reading.fault("segment.number", place, label=entity.label)
        return None
    where = replace(_group(raw, reading, place, entity.key), negated=False)
    return Has(entity.key, where, str(how), amount, measure)


def _is_addable(words: Vocabulary, entity: str, measure: str) -> bool:
    field = words.fields.get(measure)
    return field is not None and field.entity == entity and field.kind in ADDABLE


def to_json(root: Group) -> dict[str, Any]:
    """Return the tree as it is stored; reading it again gives the same tree."""
    return {"version": VERSION, "root": _json(root)}


def _json(node: Node) -> dict[str, Any]:
    if isinstance(node, Row):
        return {"kind": "row", "field": node.field, "op": node.op, "value": node.value}
    if isinstance(node, Has):
        more = {"how": node.how, "amount": node.amount, "measure": node.measure}
        return {**_json(node.where), "kind": "has", "entity": node.entity, **more}
    return {"kind": "group", "join": node.join, "not": node.negated, "items": [_json(item) for item in node.items]}


def rows_of(node: Node) -> Iterator[Row]:
    """Yield every comparison of a tree, those about records too."""
    if isinstance(node, Row):
        yield node
    else:
        for item in (node.where if isinstance(node, Has) else node).items:
            yield from rows_of(item)


def segments_named(root: Group, words: Vocabulary) -> set[int]:
    """Return the segments that a condition refers to."""
    rows = (row for row in rows_of(root) if words.fields[row.field].kind == "segment")
    return {int(code) for row in rows for code in row.value}
