"""Likely duplicates that somebody saw on entry and entered all the same: they stand in the queue (CUS-8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from keyuan.customers.models import DuplicatePair
from keyuan.customers.selectors.duplicates import (
    SAME_CODE,
    SAME_NAME_AND_BIRTH,
    SAME_NUMBER,
    SAME_PHONE,
    Likeness,
)
from keyuan.customers.selectors.likely_rows import (
    SAME_NAME_AND_EMAIL,
    SAME_NAME_AND_PHONE,
    SAME_REGISTERED_NAME,
)
from keyuan.customers.services.merging.pairs import FoundPair, StoredPairs, store_pairs

#: Sign → field of the comparison, and what its agreement is worth in bits (GK: nothing was trained on entries).
WORTH: dict[str, dict[str, float]] = {
    SAME_NUMBER: {"identity": 18.0},
    SAME_CODE: {"uscc": 18.0},
    SAME_NAME_AND_BIRTH: {"name": 7.0, "birth_on": 6.0},
    SAME_PHONE: {"phone": 8.0},
    SAME_NAME_AND_PHONE: {"name": 7.0, "phone": 8.0},
    SAME_NAME_AND_EMAIL: {"name": 7.0, "email": 9.0},
    SAME_REGISTERED_NAME: {"name": 12.0},
}
#: Log2 of the odds that two records of a book are one person, before anything is compared (GK).
PRIOR = -10.0
#: Nothing from an entry is sure enough to be merged by rule: a person said that it is somebody else.
CEILING = 0.95


def note_likeness(
    customer_id: int, found: Sequence[Likeness], *, note: str, now: datetime, source: str = DuplicatePair.Source.ENTRY
) -> StoredPairs:
    """Put the new customer and each of those who looked the same into the queue, with the reason that was given."""
    pairs = [pair_of(customer_id, likeness.summary.pk, likeness.signs) for likeness in found]
    return store_pairs(pairs, now=now, source=source, note=note)


def note_rows(found: Mapping[int, Sequence[tuple[int, tuple[str, ...]]]], *, now: datetime) -> StoredPairs:
    """Put imported customers and those that they looked like, as (customer, signs), into the queue."""
    pairs = [pair_of(made, other, signs) for made, others in found.items() for other, signs in others]
    return store_pairs(pairs, now=now, source=DuplicatePair.Source.IMPORT)


def pair_of(one: int, other: int, signs: Sequence[str]) -> FoundPair:
    """Return the pair that ``signs`` speak for, with what each of them is worth."""
    levels = {field: {"level": "same", "weight": worth} for sign in signs for field, worth in WORTH[sign].items()}
    weight = sum(level["weight"] for level in levels.values() if isinstance(level["weight"], float))
    odds = 2 ** (weight + PRIOR)
    return FoundPair(one, other, weight, min(CEILING, odds / (1 + odds)), levels=levels)
