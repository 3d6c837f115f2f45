"""What the places of a template may hold: declared kinds, checked values, words in the reader's language (PLT-11)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from keyuan.kernel.errors import Refused


class VariableKind(StrEnum):
    """How a value is checked and written."""

    TEXT = "TEXT"
    NAME = "NAME"
    DATE = "DATE"
    MONEY = "MONEY"
    NUMBER = "NUMBER"
    LINK = "LINK"


class Source(StrEnum):
    """Who fills a place in: the sender, or the record of the customer at the moment of queueing."""

    GIVEN = "GIVEN"
    CUSTOMER_NAME = "CUSTOMER_NAME"
    SALUTATION = "SALUTATION"
    SERVICE_PERSON = "SERVICE_PERSON"
    SERVICE_UNIT = "SERVICE_UNIT"
    TODAY = "TODAY"
    COMPANY = "COMPANY"
    HOTLINE = "HOTLINE"


#: The kind that each automatic source yields.
KIND_OF: Mapping[Source, VariableKind] = {
    Source.CUSTOMER_NAME: VariableKind.NAME,
    Source.SALUTATION: VariableKind.TEXT,
    Source.SERVICE_PERSON: VariableKind.TEXT,
    Source.SERVICE_UNIT: VariableKind.TEXT,
    Source.TODAY: VariableKind.DATE,
    Source.COMPANY: VariableKind.TEXT,
    Source.HOTLINE: VariableKind.TEXT,
}
NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
#: Characters of one value at most: a place is for a word or a number, not for a second message.
LONGEST = 120
MAX_VARIABLES = 20
#: A header must not gain a line, and a text message no hidden direction marks.
UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared place: ``name`` in braces, what it holds, who fills it, and an example for the preview."""

    name: str
    kind: VariableKind
    label: str = ""
    source: Source = Source.GIVEN
    sample: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the declaration as it is stored."""
        return {
            "name": self.name,
            "kind": str(self.kind),
            "label": self.label,
            "source": str(self.source),
            "sample": self.sample,
        }


def read_variables(rows: Iterable[Mapping[str, Any]]) -> tuple[Variable, ...]:
    """Return declarations as stored. Raises Refused ``template.variable_*`` with the name that is wrong."""
    found: dict[str, Variable] = {}
    for row in rows:
        name = str(row.get("name", "")).strip()
        if not NAME.fullmatch(name):
            raise Refused("template.variable_name", field="variables", name=name)
        if name in found:
            raise Refused("template.variable_twice", field="variables", name=name)
        found[name] = _variable(name, row)
    if len(found) > MAX_VARIABLES:
        raise Refused("template.variable_many", field="variables", most=MAX_VARIABLES)
    return tuple(found.values())


def _variable(name: str, row: Mapping[str, Any]) -> Variable:
    try:
        source = Source(str(row.get("source") or Source.GIVEN))
        kind = KIND_OF.get(source) or VariableKind(str(row.get("kind") or VariableKind.TEXT))
    except ValueError:
        raise Refused("template.variable_kind", field="variables", name=name) from None
    sample = str(row.get("sample") or "").strip()
    if source is Source.GIVEN:
        check_value(Variable(name, kind), sample or None, field="variables")
    return Variable(name, kind, str(row.get("label") or "").strip()[:40], source, sample)


def check_value(variable: Variable, text: str | None, *, field: str = "values") -> str:
    """Return ``text`` as it is kept. Raises Refused ``message.value_*`` when it is missing or of another kind.

    Dates are written 2026-03-16, money as yuan with at most two places (1234.50).
    """
    value = UNSAFE.sub("", text or "").strip()
    if not value:
        raise Refused("message.value_missing", field=field, name=variable.label or variable.name)
    if len(value) > LONGEST:
        raise Refused("message.value_long", field=field, name=variable.label or variable.name, most=LONGEST)
    if not _is_of_kind(variable.kind, value):
        raise Refused(f"message.value_{variable.kind.lower()}", field=field, name=variable.label or variable.name)
    return value


def _is_of_kind(kind: VariableKind, value: str) -> bool:
    try:
        if kind is VariableKind.DATE:
            return len(value) == len("2026-03-16") and bool(date.fromisoformat(value))
        if kind in (VariableKind.MONEY, VariableKind.NUMBER):
            number = Decimal(value.replace(",", ""))
            exponent = number.as_tuple().exponent
            places = -exponent if isinstance(exponent, int) else None
            return places is not None and (kind is VariableKind.NUMBER or places <= len("00"))
        if kind is VariableKind.LINK:
            parts = urlsplit(value)
            return parts.scheme == "https" and bool(parts.hostname) and not parts.username and " " not in value
    except (ValueError, InvalidOperation):
        return False
    return True


def check_values(variables: Iterable[Variable], values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the places that the sender fills. Raises Refused for a missing, wrong or unknown one."""
    given = [variable for variable in variables if variable.source is Source.GIVEN]
    unknown = set(values) - {variable.name for variable in given}
    if unknown:
        raise Refused("message.value_unknown", field="values", name=", ".join(sorted(unknown))[:80])
    return {variable.name: check_value(variable, values.get(variable.name)) for variable in given}


def written(kind: VariableKind, value: str, language: str) -> str:
    """Return a kept value as a reader of ``language`` sees it."""
    chinese = language.startswith("zh")
    if kind is VariableKind.DATE:
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日" if chinese else f"{day:%-d %B %Y}"
    if kind is VariableKind.MONEY:
        amount = f"{Decimal(value.replace(',', '')):,.2f}"
        return f"{amount}元" if chinese else f"CNY {amount}"
    return value
