"""Likely duplicates that somebody saw on entry and entered all the same: they stand in the queue (CUS-8)."""

from collections.abc import Sequence
from datetime import datetime

from keyuan.customers.models import DuplicatePair
from keyuan.customers.selectors.duplicates import (
    SAME_CODE,
    SAME_NAME_AND_BIRTH,
    SAME_NUMBER,
    SAME_PHONE,
    Likeness,
)
from keyuan.customers.services.merging.pairs import FoundPair, StoredPairs, store_pairs

#: Sign → field of the comparison, and what its agreement is worth in bits (GK: nothing was trained on entries).
WORTH: dict[str, dict[str, float]] = {
    SAME_NUMBER: {"identity": 18.0},
    SAME_CODE: {"uscc": 18.0},
    SAME_NAME_AND_BIRTH: {"name": 7.0, "birth_on": 6.0},
    SAME_PHONE: {"phone": 8.0},
}
#: Log2 of the odds that two records of a book are one person, before anything is compared (GK).
PRIOR = -10.0
#: Nothing from an entry is sure enough to be merged by rule: a person said that it is somebody else.
CEILING = 0.95


def note_likeness(
    customer_id: int, found: Sequence[Likeness], *, note: str, now: datetime, source: str = DuplicatePair.Source.ENTRY
) -> StoredPairs:
    """Put the new customer and each of those who looked the same into the queue, with the reason that was given."""
    pairs = []
    for likeness in found:
        levels = {
            field: {"level": "same", "weight": worth} for sign in likeness.signs for field, worth in WORTH[sign].items()
        }
        weight = sum(level["weight"] for level in levels.values() if isinstance(level["weight"], float))
        odds = 2 ** (weight + PRIOR)
        probability = min(CEILING, odds / (1 + odds))
        pairs.append(FoundPair(customer_id, likeness.summary.pk, weight, probability, levels=levels))
    return store_pairs(pairs, now=now, source=source, note=note)
