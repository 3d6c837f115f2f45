"""Which of two values survives a merge, field by field (CUS-8).

A value beats none. Where both records say something different, the criteria of the field decide in their order:
verified by a document, told by a core system, from the record changed last, the longer one; else the survivor's
stands. Orders are data (GK): operators change them, with history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Side = Literal["survivor", "loser"]
VERIFIED, CORE, NEWER, LONGER, SURVIVOR = "verified", "core", "newer", "longer", "survivor"
CRITERIA = (VERIFIED, CORE, NEWER, LONGER, SURVIVOR)
#: What tells a page that both records say the same, or that only one says anything.
SAME, ONLY = "same", "only"
#: Sources of a field (`Customer.field_sources`) that count as verified, and those of core systems.
VERIFIED_SOURCES = frozenset({"ID"})
CORE_SOURCES = frozenset({"CORE", "POLICY", "IMPORT"})
DEFAULT_ORDER = (VERIFIED, CORE, NEWER, LONGER)

#: Fields that people choose, each with the columns that go with it.
FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "former_name": ("former_name",),
    "sex": ("sex",),
    "birth_on": ("birth_on", "birth_is_lunar", "lunar_month", "lunar_day"),
    "nationality": ("nationality",),
    "ethnic_group": ("ethnic_group",),
    "occupation": ("occupation", "occupation_code", "occupation_class"),
    "employer": ("employer",),
    "income": ("income",),
    "education": ("education",),
    "marriage": ("marriage",),
    "language": ("language",),
    "preferred_contact": ("preferred_contact",),
    "preferred_time": ("preferred_time",),
    "hobbies": ("hobbies",),
    "experience": ("experience",),
    "risk_appetite": ("risk_appetite",),
    "health_notes": ("health_notes",),
    "height_cm": ("height_cm",),
    "weight_kg": ("weight_kg",),
    "note": ("note",),
    "region_code": ("region_code",),
    "prospect_source": ("prospect_source",),
}
#: What people write at length is worth more than when it was written.
DEFAULTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(FIELDS, DEFAULT_ORDER),
    **dict.fromkeys(("hobbies", "experience", "note", "health_notes"), (LONGER, NEWER)),
    "prospect_source": (SURVIVOR,),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one record says of a field: the value, where it comes from, when the record was changed last."""

    value: Any
    source: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose value stands, and the criterion that decided (`SAME` and `ONLY` where nothing had to)."""

    side: Side
    because: str


def is_empty(value: Any) -> bool:
    """Tell whether a field says nothing."""
    return value is None or value == "" or value is False


def choose(order: tuple[str, ...], survivor: Told, loser: Told) -> Choice:
    """Return whose value of one field stands."""
    if survivor.value == loser.value:
        return Choice("survivor", SAME)
    if is_empty(loser.value):
        return Choice("survivor", ONLY)
    if is_empty(survivor.value):
        return Choice("loser", ONLY)
    for criterion in order:
        ours, theirs = _worth(criterion, survivor), _worth(criterion, loser)
        if criterion == SURVIVOR:
            break
        if ours != theirs:
            return Choice("survivor" if ours > theirs else "loser", criterion)
    return Choice("survivor", SURVIVOR)


def _worth(criterion: str, told: Told) -> Any:
    if criterion == VERIFIED:
        return told.source in VERIFIED_SOURCES
    if criterion == CORE:
        return told.source in CORE_SOURCES
    if criterion == NEWER:
        return told.updated_at
    return len(str(told.value)) if criterion == LONGER else 0


def orders_of(policies: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the order of criteria of every field: what ``policies`` says, else the default."""
    return {
        name: tuple(item for item in policies.get(name) or default if item in CRITERIA)
        for name, default in DEFAULTS.items()
    }
