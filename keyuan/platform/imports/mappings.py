"""Which column fills which field, and how: plain data, edited in the browser, remembered, shipped as JSON (PLT-9).

A mapping is ``{"name", "target", "source", "currency", "fields": {field: rule}, "facts": [columns], "options": {}}``.
A rule takes its text from ``column``, from ``columns`` joined by ``join``, from a ``constant`` or, for keys, from the
``row`` number; then ``empty`` lists texts that mean unknown, ``values`` maps words, ``date`` lists formats,
``scale`` and ``offset`` convert figures as ``figure × scale + offset`` and ``round`` says how to round.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.imports import values
from keyuan.platform.imports.targets import Kind, Target, TargetField
from keyuan.platform.imports.values import ROUNDINGS, Parse

RULE_KEYS = frozenset(
    ("column", "columns", "join", "constant", "row", "empty", "values", "date", "scale", "offset", "round", "note")
)
TEXT_KEYS = ("column", "join", "scale", "offset", "round", "note")
LIST_KEYS = ("columns", "empty", "date")
SOURCES = ("column", "columns", "constant", "row")
NAME_LIMIT, SOURCE_LIMIT = 80, 40
BASIS_POINTS = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a field's text comes from and how it is read; exactly one of the sources is given."""

    column: str = ""
    columns: tuple[str, ...] = ()
    join: str = "-"
    constant: str | None = None
    row: bool = False
    empty: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    date: tuple[str, ...] = ()
    scale: str = ""
    offset: str = ""
    round: str = ""
    note: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns the rule reads."""
        return (self.column,) if self.column else self.columns

    def to_json(self) -> dict[str, Any]:
        """Return the rule without what is not said."""
        default = Rule()
        stored = {key: value for key, value in asdict(self).items() if value != getattr(default, key)}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in stored.items()}


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A whole mapping in checked form; see the module's text for its JSON."""

    target: str
    source: str
    fields: Mapping[str, Rule]
    name: str = ""
    currency: str = "CNY"
    facts: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as JSON values."""
        return {
            "name": self.name,
            "target": self.target,
            "source": self.source,
            "currency": self.currency,
            "fields": {key: rule.to_json() for key, rule in self.fields.items()},
            "facts": list(self.facts),
            "options": dict(self.options),
        }

    def columns(self) -> set[str]:
        """Return the columns that the mapping reads."""
        used = {column for rule in self.fields.values() for column in rule.sources}
        return used | set(self.facts)

    def meaning(self) -> bytes:
        """Return a digest of what the mapping makes of a row; two mappings that read alike have the same."""
        stored = self.to_json()
        stored.pop("name")
        return hashlib.blake2b(json.dumps(stored, sort_keys=True).encode(), digest_size=16).digest()


def from_json(stored: Mapping[str, Any]) -> FileMapping:
    """Return a stored or edited mapping. Raises `Invalid` with one refusal per wrong part."""
    errors: list[Refused] = []
    rules = {}
    for key, rule in _dict(stored.get("fields")).items():
        try:
            rules[str(key)] = _rule(_dict(rule))
        except Refused as error:
            errors.append(Refused(error.code, field=str(key), **error.params))
    source = str(stored.get("source", "")).strip()
    if not source or len(source) > SOURCE_LIMIT:
        errors.append(Refused("import.source", field="source", limit=SOURCE_LIMIT))
    currency = str(stored.get("currency", "CNY")).strip().upper()
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        errors.append(Refused("import.currency", field="currency"))
    if errors:
        raise Invalid(errors)
    return FileMapping(
        target=str(stored.get("target", "")),
        source=source,
        fields=rules,
        name=str(stored.get("name", ""))[:NAME_LIMIT],
        currency=currency,
        facts=tuple(str(column) for column in stored.get("facts") or ()),
        options=_dict(stored.get("options")),
    )


def _dict(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _rule(stored: dict[str, Any]) -> Rule:
    unknown = set(stored) - RULE_KEYS
    given = [key for key in SOURCES if stored.get(key) not in (None, "", [], False)]
    if unknown or len(given) != 1:
        raise Refused("import.rule", parts=", ".join(sorted(unknown) or given))
    for key in ("scale", "offset"):
        _decimal(stored.get(key))
    if stored.get("round", "") not in ("", *ROUNDINGS):
        raise Refused("import.rule", parts="round")
    texts: dict[str, Any] = {key: str(stored[key]) for key in TEXT_KEYS if key in stored}
    lists: dict[str, Any] = {key: _texts(stored[key]) for key in LIST_KEYS if key in stored}
    constant = stored.get("constant")
    return Rule(
        **texts,
        **lists,
        constant=None if constant is None or "constant" not in given else str(constant),
        row=bool(stored.get("row")),
        values={str(key): str(value) for key, value in _dict(stored.get("values")).items()},
    )


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value or ())


def _decimal(text: Any) -> Decimal | None:
    if text in (None, ""):
        return None
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        raise Refused("import.rule_number") from None
    if not number.is_finite():
        raise Refused("import.rule_number")
    return number


def problems(mapping: FileMapping, target: Target, columns: Iterable[str]) -> list[Refused]:
    """Return what keeps ``mapping`` from being used on a file with ``columns``: one refusal per field."""
    known = set(columns)
    found = []
    for key, rule in mapping.fields.items():
        if target.field(key) is None:
            found.append(Refused("import.field_unknown", field=key))
        missing = [column for column in rule.sources if column not in known]
        if missing:
            found.append(Refused("import.column_missing", field=key, columns=", ".join(missing)))
    lost = [column for column in mapping.facts if column not in known]
    if lost:
        found.append(Refused("import.column_missing", field="facts", columns=", ".join(lost)))
    empty = [item.key for item in target.fields if item.required and item.key not in mapping.fields]
    found += [Refused("import.field_required", field=key) for key in empty]
    if not found and not natural_key(mapping, target) and not target.allows_row_keys:
        found.append(Refused("import.key_missing", field=target.keys[0][0]))
    return found


def natural_key(mapping: FileMapping, target: Target) -> tuple[str, ...]:
    """Return the fields that identify a row under this mapping; empty when file and row number do."""
    for fields in target.keys:
        rules = [mapping.fields.get(key) for key in fields]
        if all(rule is not None and not rule.row for rule in rules):
            return fields
    return ()


def parser_of(target_field: TargetField, rule: Rule, currency: str) -> Parse:
    """Return the function from a cell's text to the value of ``target_field`` under ``rule``."""
    base = _base_parser(target_field, rule, currency)
    if not rule.values:
        return base
    words = {key.strip(): value for key, value in rule.values.items()}

    def parse(cell: str) -> Any:
        plain = cell.strip()
        mapped = words.get(plain, plain)
        return base(mapped) if mapped != "" else None

    return parse


def _base_parser(target_field: TargetField, rule: Rule, currency: str) -> Parse:
    scale, offset, rounding = _decimal(rule.scale), _decimal(rule.offset), ROUNDINGS.get(rule.round)
    if target_field.is_ratio:
        scale, rounding = (scale if scale is not None else Decimal(1)) * BASIS_POINTS, rounding or ROUNDINGS["half_up"]
        offset = offset * BASIS_POINTS if offset is not None else None
    if target_field.parse is not None:
        return target_field.parse
    if target_field.kind is Kind.MONEY:
        return values.money_parser(currency, scale, offset, rounding)
    if target_field.kind is Kind.WHOLE:
        return values.whole_parser(target_field.least, target_field.most, scale, offset, rounding)
    if target_field.kind is Kind.DATE:
        return values.date_parser(rule.date)
    if target_field.kind is Kind.CHOICE:
        return values.choice_parser(target_field.choices)
    return values.parse_flag if target_field.kind is Kind.FLAG else values.text_parser(target_field.limit)
