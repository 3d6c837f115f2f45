"""What a form or program typed for an item, read by the fields of the item: kept as JSON, seen by checks as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.bank_card import parse_bank_card
from keyuan.kernel.identifiers.email import parse_email
from keyuan.kernel.identifiers.phones import parse_phone
from keyuan.policies.rules.service_items.catalogue import Item
from keyuan.policies.rules.service_items.codes import SEALED_IN, Ask, Kind

MOST_WORDS, MOST_SEALED, MOST_HEALTH = 200, 200, 1000
MOST_AMOUNT = 10**15
PEOPLE_KINDS = (Kind.PERSON, Kind.PEOPLE)


@dataclass(slots=True)
class Read:
    """What was read: plain values as JSON, sealed ones by their column, and what is wrong, each with its field."""

    plain: dict[str, Any] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    wrong: list[Refused] = field(default_factory=list)


def read(item: Item, typed: Mapping[str, Any], choices: Mapping[str, frozenset[str]]) -> Read:
    """Read the fields of ``item``; ``choices`` holds the codes that each list of options offers now."""
    found = Read()
    for ask in item.asks:
        if ask.kind in PEOPLE_KINDS:
            continue
        value = typed.get(ask.key)
        if value in (None, "", False):
            if ask.required and ask.kind is not Kind.YES:
                # Whoever typed a nought filled the field in, with nothing.
                code = "request.value_missing" if value in (None, "") else "request.no_number"
                found.wrong.append(Refused(code, field=ask.key))
            continue
        try:
            _keep(found, ask, value, choices)
        except Refused as error:
            found.wrong.append(Refused(error.code, field=ask.key, **error.params))
    for name in sorted(typed.keys() - {ask.key for ask in item.asks}):
        found.wrong.append(Refused("request.unknown_field", field=None, name=name))
    return found


def _keep(found: Read, ask: Ask, value: Any, choices: Mapping[str, frozenset[str]]) -> None:
    if ask.kind in SEALED_IN:
        found.sealed[SEALED_IN[ask.kind]] = _sealed(ask.kind, str(value).strip())
    elif ask.kind is Kind.DAY:
        found.plain[ask.key] = _day(value).isoformat()
    elif ask.kind in (Kind.AMOUNT, Kind.NUMBER):
        found.plain[ask.key] = _number(value)
    elif ask.kind is Kind.YES:
        found.plain[ask.key] = True
    elif ask.kind is Kind.CHOICE:
        if str(value) not in choices.get(ask.options, frozenset()):
            raise Refused("request.not_offered_choice")
        found.plain[ask.key] = str(value)
    else:
        found.plain[ask.key] = _words(str(value), MOST_WORDS)


def _words(text: str, most: int) -> str:
    found = " ".join(text.split())
    if len(found) > most:
        raise Refused("request.too_long", most=most)
    return found


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refused("request.no_day") from None


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < MOST_AMOUNT:
        raise Refused("request.no_number")
    return value


def _phone(text: str) -> str:
    return parse_phone(text).number


PARSERS: dict[Kind, Callable[[str], str]] = {
    Kind.PHONE: _phone,
    Kind.EMAIL: parse_email,
    Kind.ACCOUNT: parse_bank_card,
    Kind.HEALTH: lambda text: _words(text, MOST_HEALTH),
}


def _sealed(kind: Kind, text: str) -> str:
    parse = PARSERS.get(kind)
    return parse(text) if parse else _words(text, MOST_SEALED)


def seen(item: Item, plain: Mapping[str, Any], sealed: frozenset[str]) -> dict[str, Any]:
    """Return the values as checks look at them: days as dates, sealed values as True, people left out."""
    found: dict[str, Any] = {}
    for ask in item.asks:
        if ask.kind in SEALED_IN:
            found[ask.key] = SEALED_IN[ask.kind] in sealed
        elif ask.kind not in PEOPLE_KINDS:
            value = plain.get(ask.key)
            found[ask.key] = date.fromisoformat(value) if ask.kind is Kind.DAY and value else value
    return found
