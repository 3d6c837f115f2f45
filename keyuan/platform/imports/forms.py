"""The page of a mapping, field by field, to and from its data (PLT-9)."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.mappings import FileMapping, Rule, from_json
from keyuan.platform.imports.targets import Kind, Target, TargetField

#: What the choice of a column means besides the columns themselves.
NOTHING, CONSTANT, ROW, JOINED = "", "=", "#", "+"
JOIN_SIGN = " + "


@dataclass(slots=True)
class FieldRow:
    """One field of the target as the page shows it."""

    field: TargetField
    name: str
    chosen: str
    constant: str = ""
    joined: str = ""
    join: str = "-"
    values: str = ""
    empty: str = ""
    date: str = ""
    scale: str = ""
    offset: str = ""
    round: str = ""
    samples: list[str] = dataclasses.field(default_factory=list)
    error: str = ""

    @property
    def is_money(self) -> bool:
        """Tell whether figures may be converted."""
        return self.field.kind in (Kind.MONEY, Kind.WHOLE)

    @property
    def is_date(self) -> bool:
        """Tell whether formats may be named."""
        return self.field.kind is Kind.DATE

    @property
    def has_details(self) -> bool:
        """Tell whether more than the column is said."""
        return bool(self.joined or self.values or self.empty or self.date or self.scale or self.offset or self.round)


@dataclass(slots=True)
class Group:
    """The fields of one part of the target; ``mapped`` counts those that are filled."""

    label: str
    rows: list[FieldRow]

    @property
    def mapped(self) -> int:
        """Return how many fields have a source."""
        return sum(bool(row.chosen) for row in self.rows)

    @property
    def has_errors(self) -> bool:
        """Tell whether a field is wrong."""
        return any(row.error for row in self.rows)


def field_groups(
    target: Target,
    rules: Mapping[str, Rule],
    samples: Mapping[str, Sequence[str]],
    errors: Mapping[str, str],
) -> list[Group]:
    """Return the fields of ``target`` by group, filled in by ``rules``."""
    groups: dict[str, Group] = {}
    for item in target.fields:
        row = _row(item, rules.get(item.key), samples)
        row.error = errors.get(item.key, "")
        label = str(item.group)
        groups.setdefault(label, Group(label, [])).rows.append(row)
    return list(groups.values())


def _row(item: TargetField, rule: Rule | None, samples: Mapping[str, Sequence[str]]) -> FieldRow:
    name = item.key.replace(".", "__")
    if rule is None:
        return FieldRow(item, name, NOTHING)
    shown = [cell for cell in samples.get(rule.column, ()) if cell.strip()][:3]
    return FieldRow(
        item,
        name,
        _chosen(rule),
        constant=rule.constant or "",
        joined=JOIN_SIGN.join(rule.columns),
        join=rule.join,
        values="\n".join(f"{word} = {value}" for word, value in rule.values.items()),
        empty=", ".join(rule.empty),
        date=", ".join(rule.date),
        scale=rule.scale,
        offset=rule.offset,
        round=rule.round,
        samples=shown,
    )


def _chosen(rule: Rule) -> str:
    if rule.row:
        return ROW
    if rule.constant is not None:
        return CONSTANT
    return f":{rule.column}" if rule.column else JOINED


def mapping_from_post(post: QueryDict, target: Target, layout: Layout) -> FileMapping:
    """Return the mapping that the page sent. Raises `Invalid` with a refusal per wrong field."""
    if post.get("use_json"):
        return from_json({**_json(post.get("json", "")), "target": target.key})
    fields = {item.key: rule for item in target.fields if (rule := _posted(post, item.key.replace(".", "__")))}
    facts = layout.columns if post.get("facts") == "rest" else post.getlist("fact")
    used = {column for rule in fields.values() for column in [rule.get("column"), *rule.get("columns", ())]}
    stored = {
        "name": post.get("name", "").strip() or post.get("source", "").strip(),
        "target": target.key,
        "source": post.get("source", ""),
        "currency": post.get("currency", "CNY"),
        "fields": fields,
        "facts": [
            column
            for column in facts
            if column in layout.columns and (post.get("facts") != "rest" or column not in used)
        ],
        "options": {"create_products": True} if post.get("create_products") else {},
    }
    return from_json(stored)


def _json(text: str) -> dict[str, Any]:
    try:
        stored = json.loads(text)
    except json.JSONDecodeError as error:
        raise Invalid([Refused("import.mapping_json", field="json", line=error.lineno)]) from None
    return stored if isinstance(stored, dict) else {}


def _posted(post: QueryDict, name: str) -> dict[str, Any]:
    """Return the rule of one field as data, empty where it has no source."""
    chosen = post.get(f"{name}-column", "")
    if chosen == NOTHING:
        return {}
    rule = _source(post, name, chosen)
    words = dict(_pair(line) for line in post.get(f"{name}-values", "").splitlines() if "=" in line)
    lists = {key: _listed(post.get(f"{name}-{key}", "")) for key in ("empty", "date")}
    texts = {key: post.get(f"{name}-{key}", "").strip() for key in ("scale", "offset", "round")}
    return rule | {key: value for key, value in {"values": words, **lists, **texts}.items() if value}


def _source(post: QueryDict, name: str, chosen: str) -> dict[str, Any]:
    if chosen == CONSTANT:
        return {"constant": post.get(f"{name}-constant", "").strip()}
    if chosen == ROW:
        return {"row": True}
    if chosen == JOINED:
        columns = [column.strip() for column in post.get(f"{name}-joined", "").split("+") if column.strip()]
        return {"columns": columns, "join": post.get(f"{name}-join", "-")}
    return {"column": chosen.removeprefix(":")}


def _pair(line: str) -> tuple[str, str]:
    word, _sign, value = line.partition("=")
    return word.strip(), value.strip()


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
