"""The terms of retention work: whom it is about, and who is left alone to compare with (ANA-6); versioned (GK)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from keyuan.analytics.rules.churn.scoring import HIGH, RAISED

#: More than half left alone would be no retention work any more, in ten-thousandths.
MOST_CONTROL = 5000


@dataclass(frozen=True, slots=True)
class Terms:
    """Cases are opened for customers from ``from_level`` on; ``control_bp`` of them (ten-thousandths) are left alone.

    ``seed`` draws them: with another seed others are left alone, and what was measured so far is not continued.
    """

    control_bp: int = 2000
    seed: int = 20
    from_level: int = HIGH


def to_json(terms: Terms) -> dict[str, Any]:
    """Return ``terms`` as a version keeps them."""
    return asdict(terms)


def from_json(stored: Mapping[str, Any]) -> Terms:
    """Return stored terms; what a version does not know yet takes its default."""
    return Terms(**{one.name: stored[one.name] for one in fields(Terms) if one.name in stored})


def faults(terms: Terms) -> list[tuple[str, str]]:
    """Return (field, code) of what makes no sense."""
    found = []
    if not 0 <= terms.control_bp <= MOST_CONTROL:
        found.append(("control", "churn_terms.control"))
    if not 0 <= terms.seed < 2**31:
        found.append(("seed", "churn_terms.seed"))
    if terms.from_level not in (RAISED, HIGH):
        found.append(("from_level", "field.choice"))
    return found
