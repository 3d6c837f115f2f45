"""What can be wrong with a record, by dimension (CUS-11, domain.md §B, §G).

A record's findings are one number, a bit for each in the order below: a new finding is added at the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass

#: Complete, valid, unique, fresh, consistent: the columns of the side table have these names.
DIMENSIONS = ("complete", "valid", "distinct", "fresh", "consistent")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that can be wrong: what it costs its dimension (of 100) by default, and whom it concerns.

    ``kinds`` holds P for persons and O for organisations.
    """

    code: str
    dimension: str
    weight: int
    kinds: str = "PO"


FINDINGS = (
    Finding("NO_NAME", "complete", 50),
    Finding("NO_PHONE", "complete", 40),
    Finding("NO_ADDRESS", "complete", 20),
    Finding("NO_BIRTHDAY", "complete", 20, "P"),
    Finding("NO_DOCUMENT", "complete", 25, "P"),
    Finding("NO_OCCUPATION", "complete", 10, "P"),
    Finding("NO_USCC", "complete", 40, "O"),
    Finding("NO_LEGAL_REP", "complete", 20, "O"),
    Finding("DEAD_NUMBER", "valid", 40),
    Finding("UNREACHED", "valid", 30),
    Finding("EMAIL_BOUNCED", "valid", 20),
    Finding("ADDRESS_RETURNED", "valid", 30),
    Finding("DOCUMENT_EXPIRED", "valid", 40, "P"),
    Finding("BIRTHDAY_ODD", "valid", 40, "P"),
    Finding("NAME_ODD", "valid", 40),
    Finding("USCC_WRONG", "valid", 60, "O"),
    Finding("DUPLICATE", "distinct", 60),
    Finding("SHARED_NUMBER", "distinct", 40),
    Finding("STALE", "fresh", 70),
    Finding("UNVERIFIED", "fresh", 30),
    Finding("IDENTITY_CLASH", "consistent", 80, "P"),
    Finding("DEATH_CLASH", "consistent", 60, "P"),
)
CODES = tuple(finding.code for finding in FINDINGS)
BY_CODE = {finding.code: finding for finding in FINDINGS}
BITS = {code: 1 << place for place, code in enumerate(CODES)}


def codes_of(mask: int) -> list[str]:
    """Return the codes of a record's findings."""
    return [code for code in CODES if mask & BITS[code]]


def mask_of(codes: Iterable[str]) -> int:
    """Return the number that stands for findings; codes nobody knows count for nothing."""
    return sum(BITS[code] for code in set(codes) if code in BITS)
