"""Filling the places of a template; a text that names an undeclared place is never approved (PLT-11)."""

import re
from collections.abc import Iterable, Mapping

from keyuan.contact.rules.messages.variables import Variable, written
from keyuan.kernel.errors import Refused

PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def places_of(text: str) -> list[str]:
    """Return the names in braces in their order; ``{{`` and ``}}`` stand for the signs themselves.

    Raises Refused ``template.brace`` for a brace that neither opens nor closes a place.
    """
    names = []
    for match in PLACE.finditer(text):
        if match[0] in ("{{", "}}"):
            continue
        if match[1] is None:
            raise Refused("template.brace", field="body")
        names.append(match[1].strip())
    return names


def check_places(text: str, variables: Iterable[Variable], *, field: str) -> None:
    """Raise Refused ``template.place_unknown`` for a place that is not declared, naming it."""
    known = {variable.name for variable in variables}
    for name in places_of(text):
        if name not in known:
            raise Refused("template.place_unknown", field=field, name=name)


def unused(texts: Iterable[str], variables: Iterable[Variable]) -> list[str]:
    """Return the declared places that no text uses."""
    used = {name for text in texts for name in places_of(text)}
    return [variable.name for variable in variables if variable.name not in used]


def render(text: str, variables: Iterable[Variable], values: Mapping[str, str], language: str) -> str:
    """Return ``text`` with its places filled. Raises Refused ``message.value_missing`` for a place without value.

    Values are put in as they are and never read for places again.
    """
    declared = {variable.name: variable for variable in variables}

    def fill(match: re.Match[str]) -> str:
        if match[0] == "{{":
            return "{"
        if match[0] == "}}":
            return "}"
        name = (match[1] or "").strip()
        variable = declared.get(name)
        if variable is None or name not in values:
            raise Refused("message.value_missing", field="values", name=variable.label if variable else name)
        return written(variable.kind, values[name], language)

    return PLACE.sub(fill, text)
