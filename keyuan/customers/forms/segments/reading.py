"""A condition in the words of the page's language (CUS-6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.customers.forms.segments.names import names_in
from keyuan.customers.rules.segments.fields import Field
from keyuan.customers.rules.segments.language import Group, Has, Node, Row, Vocabulary
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.kernel.actor import Actor
from keyuan.platform import formats

#: Values named before "and so on".
NAMED = 6
COMPARISONS: Mapping[str, Any] = {
    "in": gettext_lazy("%(label)s is %(value)s"),
    "not_in": gettext_lazy("%(label)s is not %(value)s"),
    "known": gettext_lazy("%(label)s is known"),
    "unknown": gettext_lazy("%(label)s is unknown"),
    "yes": gettext_lazy("%(label)s: yes"),
    "no": gettext_lazy("%(label)s: no"),
    "ge": gettext_lazy("%(label)s is at least %(value)s"),
    "le": gettext_lazy("%(label)s is at most %(value)s"),
    "eq": gettext_lazy("%(label)s is exactly %(value)s"),
    "between": gettext_lazy("%(label)s is between %(low)s and %(high)s"),
    "last_days": gettext_lazy("%(label)s within the last %(value)s days"),
    "older_days": gettext_lazy("%(label)s more than %(value)s days ago"),
    "next_days": gettext_lazy("%(label)s within the next %(value)s days"),
    "from": gettext_lazy("%(label)s on or after %(value)s"),
    "until": gettext_lazy("%(label)s on or before %(value)s"),
    "contains": gettext_lazy("%(label)s contains “%(value)s”"),
    "starts": gettext_lazy("%(label)s begins with “%(value)s”"),
    "is": gettext_lazy("%(label)s is “%(value)s”"),
}
COUNTED: Mapping[str, Any] = {
    "at_least": gettext_lazy("has at least %(amount)s × %(entity)s"),
    "at_most": gettext_lazy("has at most %(amount)s × %(entity)s"),
    "exactly": gettext_lazy("has exactly %(amount)s × %(entity)s"),
    "none": gettext_lazy("has no %(entity)s"),
}
SUMMED: Mapping[str, Any] = {
    "at_least": gettext_lazy("%(measure)s of all %(entity)s adds up to at least %(amount)s"),
    "at_most": gettext_lazy("%(measure)s of all %(entity)s adds up to at most %(amount)s"),
    "exactly": gettext_lazy("%(measure)s of all %(entity)s adds up to exactly %(amount)s"),
    "none": gettext_lazy("has no %(entity)s"),
}
JOINS: Mapping[str, Any] = {
    "and": pgettext_lazy("between conditions", " and "),
    "or": pgettext_lazy("between conditions", " or "),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A part of a reading: a sentence, or a heading with the sentences below it."""

    text: str
    join: str = ""
    parts: "tuple[Sentence, ...]" = ()


@dataclass(frozen=True, slots=True)
class _Speaker:
    words: Vocabulary
    names: Mapping[tuple[str, str], str]
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def value(self, item: Field, code: str) -> str:
        if item.choices is None:
            return self.names.get((item.kind, code), code)
        if item.key not in self.labels:
            self.labels[item.key] = {str(known): str(label) for known, label in item.choices()}
        return self.labels[item.key].get(code, code)


def read_aloud(actor: Actor, root: Group) -> str:
    """Return ``root`` as one sentence."""
    speaker = _Speaker(whole_vocabulary(), names_in(actor, root))
    return _inline(_sentence(root, speaker), outer=True)


def outline(actor: Actor, root: Group) -> Sentence:
    """Return ``root`` as nested sentences, for a page."""
    return _sentence(root, _Speaker(whole_vocabulary(), names_in(actor, root)))


def _sentence(node: Node, by: _Speaker) -> Sentence:
    if isinstance(node, Row):
        return Sentence(_row(node, by))
    if isinstance(node, Has):
        inner = tuple(_sentence(item, by) for item in node.where.items)
        return Sentence(_has(node, by), node.where.join, inner)
    inner = tuple(_sentence(item, by) for item in node.items)
    return Sentence(_("Not") if node.negated else "", node.join, inner)


def _inline(sentence: Sentence, *, outer: bool = False) -> str:
    if not sentence.parts:
        return sentence.text
    joined = str(JOINS[sentence.join]).join(_inline(part) for part in sentence.parts)
    if sentence.text:
        return _("%(what)s (%(conditions)s)") % {"what": sentence.text, "conditions": joined}
    return joined if outer or len(sentence.parts) == 1 else _("(%(conditions)s)") % {"conditions": joined}


def _has(node: Has, by: _Speaker) -> str:
    entity = by.words.entities[node.entity]
    if not node.measure:
        return str(COUNTED[node.how]) % {"amount": formats.number(node.amount), "entity": entity.label}
    measure = by.words.fields[node.measure]
    return str(SUMMED[node.how]) % {
        "measure": measure.label,
        "entity": entity.label,
        "amount": _amount(measure, node.amount),
    }


def _row(row: Row, by: _Speaker) -> str:
    item = by.words.fields[row.field]
    said: dict[str, Any] = {"label": item.label}
    if row.op == "between":
        said |= dict(zip(("low", "high"), (_amount(item, end) for end in row.value), strict=True))
    elif row.op in ("in", "not_in"):
        said["value"] = _listed([by.value(item, code) for code in row.value])
    elif row.value is not None:
        said["value"] = _amount(item, row.value) if row.op in ("ge", "le", "eq") else row.value
    return str(COMPARISONS[row.op]) % said


def _listed(values: list[str]) -> str:
    shown = values[:NAMED]
    separator = _(", ")
    if len(values) <= NAMED:
        return separator.join(shown)
    return _("%(values)s and %(more)s more") % {"values": separator.join(shown), "more": len(values) - NAMED}


AMOUNTS: Mapping[str, Callable[[int], str]] = {
    "money": lambda value: formats.money(value, decimals=value % 100 != 0),
    "share": lambda value: f"{value / 100:g} %",
    "number": formats.number,
}


def _amount(item: Field, value: Any) -> str:
    say = AMOUNTS.get(item.kind)
    return say(value) if say and isinstance(value, int) else str(value)
