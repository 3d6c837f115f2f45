"""The numbers behind the score: defaults (GK), what may be set, and what is wrong with a set of them (CUS-11)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from keyuan.customers.rules.quality.findings import CODES, DIMENSIONS, FINDINGS

#: From the best to the worst.
LEVELS = ("GOOD", "FAIR", "POOR", "BAD")
#: Least and most of each number.
BOUNDS = {
    "good_from": (2, 100),
    "fair_from": (1, 99),
    "poor_from": (0, 98),
    "stale_months": (1, 240),
    "failed_calls": (1, 50),
    "shared_by": (2, 1000),
    "task_cap": (0, 500),
    "task_pause_days": (0, 730),
    "task_due_days": (1, 180),
}
#: What nightly cleansing tasks are made for unless somebody chose otherwise: what keeps a person from being reached.
TASK_FINDINGS = ("NO_PHONE", "DEAD_NUMBER", "UNREACHED", "ADDRESS_RETURNED", "DOCUMENT_EXPIRED")


def _dimensions() -> dict[str, int]:
    return dict(zip(DIMENSIONS, (30, 30, 15, 10, 15), strict=True))


def _findings() -> dict[str, int]:
    return {finding.code: finding.weight for finding in FINDINGS}


@dataclass(frozen=True, slots=True)
class Weights:
    """One version of the numbers.

    A dimension has 100 less the ``findings`` of it, at least 0; the score is the mean of the dimensions weighted by
    ``dimensions``. Levels begin at ``good_from``, ``fair_from`` and ``poor_from``. A record is stale ``stale_months``
    after it was last confirmed; not reached after ``failed_calls`` calls in a row without an answer; a mobile number
    counts as shared when ``shared_by`` customers have it. Every night those who serve are given cleansing tasks for
    ``task_findings`` until ``task_cap`` of them are open (0: none), due after ``task_due_days``, and not for a record
    whose last one was closed less than ``task_pause_days`` ago.
    """

    dimensions: Mapping[str, int] = field(default_factory=_dimensions)
    findings: Mapping[str, int] = field(default_factory=_findings)
    good_from: int = 95
    fair_from: int = 85
    poor_from: int = 70
    stale_months: int = 24
    failed_calls: int = 3
    shared_by: int = 4
    task_cap: int = 10
    task_pause_days: int = 90
    task_due_days: int = 14
    task_findings: tuple[str, ...] = TASK_FINDINGS


def to_json(weights: Weights) -> dict[str, Any]:
    """Return ``weights`` as they are stored."""
    kept = asdict(weights)
    kept["dimensions"], kept["findings"] = dict(weights.dimensions), dict(weights.findings)
    return kept | {"task_findings": list(weights.task_findings)}


def from_json(stored: Mapping[str, Any]) -> Weights:
    """Return stored weights; what a version did not know yet takes its default."""
    known = {one.name for one in fields(Weights)}
    given = {name: value for name, value in stored.items() if name in known}
    given["dimensions"] = _dimensions() | dict(stored.get("dimensions", {}))
    given["findings"] = _findings() | dict(stored.get("findings", {}))
    given["task_findings"] = tuple(stored.get("task_findings", TASK_FINDINGS))
    return Weights(**given)


def faults(weights: Weights) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what is wrong as (field, code, parameters); empty when they can be used."""
    found: list[tuple[str, str, dict[str, Any]]] = [
        (name, "quality_rules.out_of_bounds", {"least": least, "most": most})
        for name, (least, most) in BOUNDS.items()
        if not least <= getattr(weights, name) <= most
    ]
    for name, value in {**weights.dimensions, **weights.findings}.items():
        if name not in DIMENSIONS and name not in CODES:
            found.append((name, "quality_rules.unknown", {"name": name}))
        elif not 0 <= value <= 100:
            found.append((name, "quality_rules.out_of_bounds", {"least": 0, "most": 100}))
    if not sum(weights.dimensions.values()):
        found.append((DIMENSIONS[0], "quality_rules.no_weight", {}))
    if not weights.good_from > weights.fair_from > weights.poor_from:
        found.append(("good_from", "quality_rules.levels_order", {}))
    unknown = sorted(set(weights.task_findings) - set(CODES))
    if unknown:
        found.append(("task_findings", "quality_rules.unknown", {"name": unknown[0]}))
    return found
