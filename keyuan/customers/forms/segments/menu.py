"""What the builder offers: fields with their operators and values, as data for its script (CUS-6)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.segments.names import names_in, region_choices
from keyuan.customers.rules.segments.fields import SHAPES, Field
from keyuan.customers.rules.segments.language import ADDABLE, Group
from keyuan.customers.selectors.segments.vocabulary import vocabulary_of
from keyuan.kernel.actor import Actor

GROUPS = {
    "customer": _("Business relation"),
    "person": _("Person"),
    "totals": _("Totals"),
    "classification": _("Classification"),
    "quality": _("Data quality"),
    "score": _("Scores"),
    "consent": _("Consents"),
}
OPERATORS = {
    "in": _("is one of"),
    "not_in": _("is none of"),
    "known": _("is known"),
    "unknown": _("is unknown"),
    "yes": _("yes"),
    "no": _("no"),
    "ge": _("at least"),
    "le": _("at most"),
    "eq": _("exactly"),
    "between": _("between"),
    "last_days": _("within the last … days"),
    "older_days": _("more than … days ago"),
    "next_days": _("within the next … days"),
    "from": _("on or after"),
    "until": _("on or before"),
    "contains": _("contains"),
    "starts": _("begins with"),
    "is": _("is exactly"),
}
HOW = {
    "at_least": _("at least"),
    "at_most": _("at most"),
    "exactly": _("exactly"),
    "none": _("none at all"),
}
#: Kinds whose values are searched for on the server.
SEARCHED = frozenset({"agent", "unit", "segment"})
TEXTS = {
    "and": _("All of these hold"),
    "or": _("Any of these holds"),
    "not": _("Negate"),
    "addRow": _("Add a condition"),
    "addGroup": _("Add a group"),
    "addHas": _("Add records"),
    "remove": _("Remove"),
    "up": _("Move up"),
    "down": _("Move down"),
    "choose": _("Choose"),
    "chosen": _("%(count)s chosen"),
    "search": _("Search"),
    "field": _("Field"),
    "operator": _("Comparison"),
    "value": _("Value"),
    "from": pgettext_lazy("start of a range", "from"),
    "to": pgettext_lazy("end of a range", "to"),
    "days": _("days"),
    "records": _("Records"),
    "count": _("Number of records"),
    "sum": _("Sum of %(label)s"),
    "amount": _("How many"),
    "where": _("of which the same record meets"),
    "group": _("Group"),
    "row": _("Condition %(place)s"),
    "noMatch": _("Nothing fits."),
    "counting": _("Counting …"),
    "failed": _("The count failed. Change something or try again."),
    "removed": _("Removed"),
    "undo": _("Undo"),
}


def menu_of(actor: Actor, root: Group | None) -> dict[str, Any]:
    """Return the fields, records, operators and texts of the builder, and the names of what ``root`` refers to."""
    words = vocabulary_of(actor)
    fields = sorted(words.fields.values(), key=lambda item: (item.entity, list(GROUPS).index(_group(item)), item.order))
    names = names_in(actor, root) if root else {}
    return {
        "fields": [_field(item) for item in fields],
        "entities": [_entity(item, words.fields.values()) for item in sorted(words.entities.values(), key=_order)],
        "groups": {key: str(label) for key, label in GROUPS.items()},
        "operators": {key: str(label) for key, label in OPERATORS.items()},
        "how": {key: str(label) for key, label in HOW.items()},
        "texts": {key: str(label) for key, label in TEXTS.items()},
        "names": {f"{kind}:{code}": name for (kind, code), name in names.items()},
    }


def _order(entity: Any) -> int:
    return int(entity.order)


def _group(item: Field) -> str:
    return item.group if item.group in GROUPS else "customer"


def _field(item: Field) -> dict[str, Any]:
    shapes = SHAPES[item.kind]
    return {
        "key": item.key,
        "label": str(item.label),
        "kind": item.kind,
        "entity": item.entity,
        "group": _group(item),
        "ops": [[op, shapes.get(op, "")] for op in item.operators],
        "choices": _choices(item),
        "searched": item.kind in SEARCHED,
    }


def _choices(item: Field) -> list[list[str]]:
    if item.kind == "region":
        return [[code, name] for code, name in region_choices()]
    return [[str(code), str(label)] for code, label in item.choices()] if item.choices else []


def _entity(entity: Any, fields: Any) -> dict[str, Any]:
    addable = [item for item in fields if item.entity == entity.key and item.kind in ADDABLE]
    return {
        "key": entity.key,
        "label": str(entity.label),
        "measures": [{"key": item.key, "label": str(item.label), "kind": item.kind} for item in addable],
    }
