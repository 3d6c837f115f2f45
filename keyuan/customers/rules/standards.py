"""An edition of the service standard as values: tiers, factors, entitlements, and which tier a worth makes (CUS-14).

domain.md §I.1–I.2. Money in minor units of CNY, factors in basis points.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keyuan.kernel.errors import Invalid, Refused

BASE = "NORMAL"
WHOLE_BP = 10_000
#: Terms of payment that have a factor of their own, shortest first: single, below 5 years, 5 to 9, 10 and more.
TERMS = ("SINGLE", "SHORT", "MIDDLE", "LONG")
MIDDLE_YEARS, LONG_YEARS = 5, 10
MOST_STARS = 3
LONGEST_MEMBERSHIP = 60
MOST_QUOTA = 1_000
LONGEST_RESPONSE = 60 * 24 * 30


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: its code and the VIP premium from which it begins; ``by_channel`` has lower or higher ones.

    ``name`` is what this insurer calls it; empty: the usual word for the code.
    """

    code: str
    threshold: int
    by_channel: Mapping[str, int] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Star:
    """What makes a near-VIP of so many stars: any one of the three (0: not by this)."""

    vip_premium: int
    single_premium: int
    three_years: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What a tier has of an item: words, how often a year (None: as often as needed), minutes to the first answer."""

    service: str
    quota: int | None = None
    response_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the standard with what each tier has; a tier without a cell has nothing of it."""

    code: str
    name: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Standard:
    """A whole edition; tiers rise from the base one, whose threshold is 0."""

    tiers: tuple[Tier, ...]
    stars: tuple[Star, ...]
    factors: Mapping[str, int]
    months: int
    is_pooled: bool
    items: tuple[Item, ...]

    def rank(self, code: str) -> int:
        """Return the place of a tier, 0 for the base one and for any that this edition does not have."""
        return next((place for place, tier in enumerate(self.tiers) if tier.code == code), 0)

    def cell(self, item: str, tier: str) -> Cell | None:
        """Return what ``tier`` has of ``item``; None for nothing. Who has no tier yet stands in the base one."""
        found = next((entry for entry in self.items if entry.code == item), None)
        return found.cells.get(tier or BASE) if found else None

    @property
    def floor(self) -> int:
        """The least yearly premium that can make anybody a member or a star; below it nobody is looked at."""
        wanted = [tier.threshold for tier in self.tiers[1:]]
        wanted += [least for tier in self.tiers[1:] for least in tier.by_channel.values()]
        most = max(self.factors.values(), default=WHOLE_BP) or WHOLE_BP
        raw = [least * WHOLE_BP // most for least in wanted]
        raw += [star.vip_premium * WHOLE_BP // most for star in self.stars if star.vip_premium]
        raw += [least for star in self.stars for least in (star.single_premium, star.three_years) if least]
        return min(raw, default=0)


@dataclass(frozen=True, slots=True)
class Rated:
    """The tier that a worth makes, or the stars of somebody near it."""

    tier: str
    stars: int


def rate(standard: Standard, *, vip: int, single: int, three_years: int, channel: str) -> Rated:
    """Return the highest tier whose threshold is reached; below the first one, the stars."""
    reached = BASE
    for tier in standard.tiers[1:]:
        if vip >= tier.by_channel.get(channel, tier.threshold):
            reached = tier.code
    if reached != BASE:
        return Rated(reached, 0)
    stars = 0
    for count, star in enumerate(standard.stars, start=1):
        pairs = ((vip, star.vip_premium), (single, star.single_premium), (three_years, star.three_years))
        if any(least and value >= least for value, least in pairs):
            stars = count
    return Rated(BASE, stars)


def term_of(years: int | None, *, is_single: bool) -> str:
    """Return which factor holds for a term of payment; an unknown one counts like the shortest."""
    if is_single:
        return "SINGLE"
    if years is None or years < MIDDLE_YEARS:
        return "SHORT"
    return "LONG" if years >= LONG_YEARS else "MIDDLE"


def as_json(standard: Standard) -> dict[str, Any]:
    """Return an edition as a record keeps it."""
    return {
        "tiers": [
            {"code": tier.code, "threshold": tier.threshold, "by_channel": dict(tier.by_channel), "name": tier.name}
            for tier in standard.tiers
        ],
        "stars": [[star.vip_premium, star.single_premium, star.three_years] for star in standard.stars],
        "factors": dict(standard.factors),
        "months": standard.months,
        "is_pooled": standard.is_pooled,
        "items": [
            {
                "code": item.code,
                "name": item.name,
                "cells": {tier: [cell.service, cell.quota, cell.response_minutes] for tier, cell in item.cells.items()},
            }
            for item in standard.items
        ],
    }


def from_json(content: Mapping[str, Any]) -> Standard:
    """Return the edition that a record keeps."""
    return Standard(
        tiers=tuple(
            Tier(row["code"], row["threshold"], row.get("by_channel", {}), row.get("name", ""))
            for row in content["tiers"]
        ),
        stars=tuple(Star(*row) for row in content["stars"]),
        factors=dict(content["factors"]),
        months=content["months"],
        is_pooled=content["is_pooled"],
        items=tuple(
            Item(row["code"], row["name"], {tier: Cell(*cell) for tier, cell in row["cells"].items()})
            for row in content["items"]
        ),
    )


def check(standard: Standard) -> Standard:
    """Return an edition that makes sense; raises `Invalid` naming fields as the editor calls them."""
    errors = [*_tier_errors(standard), *_star_errors(standard), *_item_errors(standard)]
    odd = [term for term in TERMS if not 0 <= standard.factors.get(term, -1) <= 10 * WHOLE_BP]
    errors += [Refused("standard.factor", field=f"factor-{term}") for term in odd]
    if not 1 <= standard.months <= LONGEST_MEMBERSHIP:
        errors.append(Refused("standard.months", field="months", most=LONGEST_MEMBERSHIP))
    if errors:
        raise Invalid(errors)
    return standard


def _tier_errors(standard: Standard) -> list[Refused]:
    errors = []
    codes = [tier.code for tier in standard.tiers]
    first = standard.tiers[0] if standard.tiers else None
    if len(codes) < 2 or first is None or (first.code, first.threshold, dict(first.by_channel)) != (BASE, 0, {}):
        errors.append(Refused("standard.tiers", field="tiers"))
    errors += [
        Refused("standard.tier_twice", field=f"threshold-{code}")
        for code in sorted(set(codes))
        if codes.count(code) > 1
    ]
    below = 0
    for tier in standard.tiers[1:]:
        if tier.threshold <= below:
            errors.append(Refused("standard.rising", field=f"threshold-{tier.code}"))
        below = max(below, tier.threshold)
        if any(least <= 0 for least in tier.by_channel.values()):
            errors.append(Refused("standard.rising", field=f"threshold-{tier.code}"))
    return errors


def _star_errors(standard: Standard) -> list[Refused]:
    if len(standard.stars) > MOST_STARS:
        return [Refused("standard.stars", field="stars", most=MOST_STARS)]
    first = standard.tiers[1].threshold if len(standard.tiers) > 1 else 0
    errors, below = [], 0
    for count, star in enumerate(standard.stars, start=1):
        if not below < star.vip_premium < first:
            errors.append(Refused("standard.star", field=f"star-{count}"))
        below = star.vip_premium
    return errors


def _item_errors(standard: Standard) -> list[Refused]:
    codes = [item.code for item in standard.items]
    errors = [
        Refused("standard.item_twice", field=f"item-{code}") for code in sorted(set(codes)) if codes.count(code) > 1
    ]
    tiers = {tier.code for tier in standard.tiers}
    errors += [
        Refused("standard.cell_tier", field=f"item-{item.code}") for item in standard.items if set(item.cells) - tiers
    ]
    for item in standard.items:
        if not item.name.strip():
            errors.append(Refused("standard.item_name", field=f"item-{item.code}"))
        for tier, cell in item.cells.items():
            place = f"cell-{item.code}-{tier}"
            if not cell.service.strip():
                errors.append(Refused("standard.cell_words", field=place))
            if cell.quota is not None and not 0 < cell.quota <= MOST_QUOTA:
                errors.append(Refused("standard.quota", field=place, most=MOST_QUOTA))
            if cell.response_minutes is not None and not 0 < cell.response_minutes <= LONGEST_RESPONSE:
                errors.append(Refused("standard.response", field=place))
    return errors
