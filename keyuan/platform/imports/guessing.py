"""A first proposal of a mapping: columns recognised by their headings, and by what stands in them (PLT-9).

A proposal is shown before it is used. A column is proposed for one field only, and each field once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers import parse_phone, parse_resident_id
from keyuan.kernel.identifiers.phones import PhoneKind
from keyuan.kernel.width import half_width
from keyuan.platform.imports.mappings import Rule
from keyuan.platform.imports.targets import Kind, Target, TargetField
from keyuan.platform.imports.values import EXCEL

_BRACKETS = re.compile(r"[(\[{<（【].*?[)\]}>）】]")
_SEPARATORS = re.compile(r"[\s_\-./:：*]+")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
#: A heading that merely contains a synonym is taken only for synonyms at least so long.
CONTAINED_FROM = 4
LIKELY = 0.8

Samples = Mapping[str, Sequence[str]]


def plain_heading(text: str) -> str:
    """Return a heading without case, brackets (units) and separators, for comparison."""
    return _SEPARATORS.sub("", _BRACKETS.sub("", half_width(text))).lower()


def guess_fields(columns: Sequence[str], target: Target, samples: Samples) -> dict[str, Rule]:
    """Return a rule for each field of ``target`` that a column of the file seems to fill."""
    places: dict[str, str] = {}
    by_word = {plain_heading(word): item for item in reversed(target.fields) for word in item.synonyms}
    for column in columns:
        found = by_word.get(plain_heading(column))
        if found is not None:
            places.setdefault(found.key, column)
    for column in columns:
        if column in places.values():
            continue
        found = _by_content(target, samples.get(column, ())) or _contained(plain_heading(column), by_word)
        if found is not None:
            places.setdefault(found.key, column)
    return {key: _rule(target, key, column, samples.get(column, ())) for key, column in places.items()}


def guess_target(columns: Sequence[str], targets: Iterable[Target]) -> Target | None:
    """Return the target of which the most headings are known, None when no heading is known to any."""
    headings = {plain_heading(column) for column in columns}

    def known(target: Target) -> int:
        return sum(any(plain_heading(word) in headings for word in item.synonyms) for item in target.fields)

    ranked = sorted(targets, key=known, reverse=True)
    return ranked[0] if ranked and known(ranked[0]) else None


def _contained(heading: str, by_word: Mapping[str, TargetField]) -> TargetField | None:
    fitting = [word for word in by_word if len(word) >= CONTAINED_FROM and word in heading]
    return by_word[max(fitting, key=len)] if fitting else None


def _by_content(target: Target, cells: Sequence[str]) -> TargetField | None:
    """Recognise columns full of identity numbers or of mobile numbers whatever they are called."""
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) < 3:
        return None
    for key, is_one in (("identity_number", _is_resident_id), ("mobile", _is_mobile)):
        if sum(map(is_one, filled)) >= LIKELY * len(filled):
            return target.field(key) or target.field(f"holder.{key}")
    return None


def _is_resident_id(cell: str) -> bool:
    try:
        parse_resident_id(cell)
    except Refused:
        return False
    return True


def _is_mobile(cell: str) -> bool:
    try:
        return parse_phone(cell).kind is PhoneKind.MOBILE
    except Refused:
        return False


def _rule(target: Target, key: str, column: str, cells: Sequence[str]) -> Rule:
    found = target.field(key)
    if found is not None and found.kind is Kind.DATE:
        return Rule(column=column, date=date_formats(cells))
    return Rule(column=column)


def date_formats(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the formats in which ``cells`` must be meant; empty for year-first dates and where nobody can tell."""
    filled = [half_width(cell).strip() for cell in cells if cell.strip()]
    if filled and all(_SERIAL.fullmatch(cell) for cell in filled):
        return (EXCEL,)
    parts = [match for cell in filled if (match := _SLASHED.match(cell))]
    if not parts or len(parts) < len(filled):
        return ()
    sign = filled[0][parts[0].end(1)]
    if any(int(match[1]) > 12 for match in parts):
        return (f"%d{sign}%m{sign}%Y",)
    if any(int(match[2]) > 12 for match in parts):
        return (f"%m{sign}%d{sign}%Y",)
    return ()
