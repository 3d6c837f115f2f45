"""Two editors of one archive: what each changed, field by field; nobody overwrites the other silently."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from keyuan.customers.forms.archive import ArchiveForm
from keyuan.customers.forms.rows import ROW_KINDS, RowForm

#: Prefix of the choices in the answer: ``choose:<name>`` is ``mine`` or ``theirs``.
CHOOSE = "choose:"
THEIRS = "theirs"
#: Fields that hold several values.
SEVERAL = ("service_roles",)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both editors changed."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What to ask, and what was taken over because only the other one changed it."""

    clashes: list[Clash] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def snapshot(form: ArchiveForm) -> dict[str, str]:
    """Return what an unbound form shows, by name: fields of the head by theirs, of stored rows as ``kind#id.field``."""
    shown = {bound.html_name: _text(bound) for bound in form.head}
    for key, row_set in form.row_sets.items():
        for row in row_set.rows:
            if row.initial.get("id"):
                name = f"{key}#{row.initial['id']}"
                shown |= {f"{name}.{bound.name}": _in_row(row, bound) for bound in row.visible_fields()}
    return shown


def base_of(form: ArchiveForm) -> str:
    """Return the snapshot as the hidden field carries it."""
    return json.dumps(snapshot(form), ensure_ascii=False)


def read_base(text: str) -> dict[str, str]:
    """Return the snapshot from the hidden field; nothing where it is broken."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def apply_choices(data: QueryDict, theirs: Mapping[str, str]) -> None:
    """Put the other editor's value wherever the person chose it."""
    for key in [key for key in data if key.startswith(CHOOSE)]:
        name = key.removeprefix(CHOOSE)
        if data.get(key) == THEIRS and name in theirs:
            _put(data, name, theirs[name])


def compare(data: QueryDict, base: Mapping[str, str], now_there: ArchiveForm) -> Comparison:
    """Compare what was typed with what stands there now; ``data`` takes over what only the other editor changed."""
    found = Comparison()
    theirs = snapshot(now_there)
    for name, value in theirs.items():
        place = place_of(data, name)
        if place is None or (base.get(name) == value):
            continue
        mine = ",".join(data.getlist(place))
        if mine == value:
            continue
        if mine == base.get(name) or (_is_sealed(name) and not mine):
            _put(data, name, value)
            found.taken.append(label_of(now_there, name))
        else:
            found.clashes.append(Clash(name, label_of(now_there, name), mine, value))
    return found


def place_of(data: QueryDict, name: str) -> str | None:
    """Return under which key of the typed data a field of the snapshot stands; None when it is not there."""
    key, mark, rest = name.partition("#")
    if not mark:
        return name
    number, _dot, column = rest.partition(".")
    for place in data.getlist(f"{key}-rows"):
        if data.get(f"{key}-{place}-id") == number:
            return f"{key}-{place}-{column}"
    return None


def _put(data: QueryDict, name: str, value: str) -> None:
    place = place_of(data, name)
    if place is None:
        return
    if _is_sealed(name):
        # Left alone by being empty: the mask is no value.
        data.setlist(place, [""])
    else:
        data.setlist(place, value.split(",") if name in SEVERAL else [value] if value else [])


def _is_sealed(name: str) -> bool:
    key, mark, rest = name.partition("#")
    return bool(mark) and rest.partition(".")[2] == ROW_KINDS[key].form.sealed


def label_of(form: ArchiveForm, name: str) -> str:
    """Return what a name of the snapshot is called."""
    key, mark, rest = name.partition("#")
    if not mark:
        return str(form.head.fields[name].label)
    kind = ROW_KINDS[key]
    return f"{kind.label} {kind.form.base_fields[rest.partition('.')[2]].label}"


def _text(bound: Any) -> str:
    value = bound.value()
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(bound.field.prepare_value(value))


def _in_row(row: RowForm, bound: Any) -> str:
    if bound.name == row.sealed:
        return str(row.fields[bound.name].widget.attrs.get("placeholder", ""))
    return _text(bound)
