"""Two records side by side: what agrees, what it is worth, and whose value stands by rule (CUS-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.forms.archive_panel import value_of_contact
from keyuan.customers.forms.display import EDITORS, region_name, shown_value
from keyuan.customers.forms.merging.wording import CRITERIA, LEVELS
from keyuan.customers.models import Customer
from keyuan.customers.rules.merging.survivorship import FIELDS, SAME, Told, choose, is_empty
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.archive import Rows
from keyuan.kernel.actor import Actor
from keyuan.platform.crypto.presenter import present

LABELS: dict[str, Any] = {
    "name": _("Name"),
    "region_code": _("Region"),
    "experience": _("Experience"),
    "health_notes": _("Health notes"),
    "height_cm": _("Height (cm)"),
    "weight_kg": _("Weight (kg)"),
}
HEALTH = frozenset({"health_notes", "height_cm", "weight_kg"})
#: Names under which comparisons speak of the same thing.
KEYS = {
    "name": ("name", "full_name", "given_name"),
    "birth_on": ("birth_on", "birth", "birth_date"),
    "sex": ("sex",),
    "region_code": ("region_code", "region", "place"),
    "employer": ("employer",),
    "documents": ("identity", "identity_number", "number", "id_number", "documents"),
    "phones": ("phone", "phones", "mobile"),
    "emails": ("email", "emails"),
    "addresses": ("address", "addresses"),
}
#: A weight of so many bits fills the bar.
FULL = 20.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well two values agree: word and tone, the weight, and its bar in percent, for or against."""

    word: Any
    tone: str
    weight: str = ""
    bar: int = 0
    against: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison. ``side`` is whose value stands by rule; without ``name`` both stay (rows move)."""

    label: Any
    left: str
    right: str
    agreement: Agreement
    name: str = ""
    side: str = ""
    because: Any = ""


def agreement_of(level: str, weight: float | None) -> Agreement:
    """Return a level with its weight in words."""
    word, tone = LEVELS.get(level, LEVELS["missing"])
    if weight is None:
        return Agreement(word, tone)
    return Agreement(word, tone, f"{weight:+.1f}", min(100, round(abs(weight) / FULL * 100)), weight < 0)


def _told_level(levels: Mapping[str, Any], key: str, fallback: str) -> Agreement:
    for name in KEYS.get(key, (key,)):
        found = levels.get(name)
        if isinstance(found, Mapping):
            return agreement_of(str(found.get("level", fallback)), float(found.get("weight") or 0.0))
    return agreement_of(fallback, None)


def _fallback(left: Any, right: Any) -> str:
    if is_empty(left) or is_empty(right):
        return "missing"
    return "same" if left == right else "differs"


def label_of_field(name: str) -> Any:
    """Return what a field of the archive is called."""
    return LABELS.get(name) or EDITORS[name][0]


def field_text(actor: Actor, customer: Customer, name: str) -> str:
    """Return a field as the comparison shows it to the actor; empty when unknown."""
    if name == "name":
        return present(actor, customer.name, "name") if customer.name else ""
    if name == "region_code":
        return region_name(customer.region_code)
    if name in HEALTH:
        return str(_("on file")) if getattr(customer, name) else ""
    if name == "experience":
        return customer.experience
    return shown_value(actor, customer, name)


def field_lines(
    actor: Actor,
    survivor: Customer,
    loser: Customer,
    orders: Mapping[str, tuple[str, ...]],
    levels: Mapping[str, Any],
) -> list[Line]:
    """Return the fields of which at least one record says something."""
    lines = []
    for name in FIELDS:
        if name in HEALTH and not actor.may(permissions.HEALTH):
            continue
        left, right = getattr(survivor, name), getattr(loser, name)
        if is_empty(left) and is_empty(right):
            continue
        told = [
            Told(getattr(one, name), str(one.field_sources.get(name, "")), one.updated_at) for one in (survivor, loser)
        ]
        choice = choose(orders[name], told[0], told[1])
        differs = choice.because != SAME
        lines.append(
            Line(
                label_of_field(name),
                field_text(actor, survivor, name),
                field_text(actor, loser, name),
                _told_level(levels, name, _fallback(left, right)),
                name if differs else "",
                choice.side,
                CRITERIA[choice.because],
            )
        )
    return lines


def row_lines(actor: Actor, left: Rows, right: Rows, levels: Mapping[str, Any]) -> list[Line]:
    """Return documents and ways of contact, masked, with what they have in common; all of them go to the survivor."""
    groups: list[tuple[str, Any, list[Any], list[Any]]] = [
        ("documents", _("Documents"), [row.identity_number for row in left.documents],
         [row.identity_number for row in right.documents]),
    ]  # fmt: skip
    for key, label, kinds in (
        ("phones", _("Phones"), ("MOBILE", "LANDLINE", "FAX")),
        ("emails", _("E-mails"), ("EMAIL",)),
        ("addresses", _("Addresses"), ("ADDRESS",)),
    ):
        sides = [[value_of_contact(row) for row in side.contacts if row.kind in kinds] for side in (left, right)]
        groups.append((key, label, sides[0], sides[1]))
    groups.append(
        ("accounts", _("Accounts"), [row.bank_account for row in left.accounts],
         [row.bank_account for row in right.accounts])
    )  # fmt: skip
    return [
        Line(label, _texts(actor, mine), _texts(actor, theirs), _told_level(levels, key, _level_of_rows(mine, theirs)))
        for key, label, mine, theirs in groups
        if mine or theirs
    ]


def _texts(actor: Actor, values: Sequence[Any]) -> str:
    return "、".join(dict.fromkeys(present(actor, value) for value in values if value))


def _level_of_rows(mine: Sequence[Any], theirs: Sequence[Any]) -> str:
    if not mine or not theirs:
        return "missing"
    same = sum(1 for one in mine if any(one == other for other in theirs))
    if not same:
        return "differs"
    return "same" if same == max(len(mine), len(theirs)) else "close"


def side_words(customer: Customer) -> dict[str, Any]:
    """Return what the head of a column says of a record besides its name."""
    summary = customer.summary
    return {
        "policies": summary.policies_total,
        "premium": summary.annual_premium,
        "opened": summary.opened_on,
        "kind": labels.label_of(labels.KINDS, customer.kind),
    }
