"""From facts to findings and from findings to the score, for many records at once (CUS-11).

Facts are columns side by side; days are counted from 1970-01-01, `NO_DAY` where there is none. One record is a column
of one: the nightly run and the change of a single record ask the same functions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from keyuan.customers.rules.quality.findings import BITS, DIMENSIONS, FINDINGS
from keyuan.customers.rules.quality.weights import LEVELS, Weights
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers import parse_uscc

Column = npt.NDArray[Any]
Facts = Mapping[str, Column]
NO_DAY = -(10**8)
EPOCH = date(1970, 1, 1)
#: Nobody on file is older.
OLDEST_YEARS = 115
#: Days of a mean month and a mean year.
MONTH, YEAR = 30.436875, 365.2425
#: A placeholder, a digit or a sign where a person's name should be. Company names may hold digits.
ODD_PERSON = re.compile(r"[0-9０-９?？*＊#]|测试|未知|无名|不详|^(?:test|xxx+)", re.IGNORECASE)
ODD_COMPANY = re.compile(r"[?？*＊]|测试|未知|不详|^(?:test|xxx+)", re.IGNORECASE)
NUMBERS = (
    "birth", "death", "usable_phones", "verified_phones", "dead_phones", "dead_emails", "dead_addresses",
    "usable_addresses", "documents", "document_until", "confirmed", "shares", "failed_calls", "clash",
)  # fmt: skip
FLAGS = ("is_org", "has_occupation", "has_legal_rep", "has_pair")
TEXTS = ("name", "uscc")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, record by record: findings as bits, the score of each dimension, the score and its level."""

    masks: Column
    dimensions: dict[str, Column]
    scores: Column
    levels: Column


def judge(facts: Facts, weights: Weights, today: date) -> Verdict:
    """Return the verdict on every record of ``facts``."""
    return score(masks_of(facts, weights, today), weights)


def score(masks: Column, weights: Weights) -> Verdict:
    """Return what findings cost: a finding less never lowers a score."""
    dimensions: dict[str, Column] = {}
    total = np.zeros(len(masks), dtype=np.int64)
    for name in DIMENSIONS:
        lost = np.zeros(len(masks), dtype=np.int64)
        for finding in FINDINGS:
            if finding.dimension == name:
                lost += np.where(masks & BITS[finding.code], weights.findings[finding.code], 0)
        dimensions[name] = np.maximum(0, 100 - lost)
        total += dimensions[name] * weights.dimensions[name]
    scores = total // sum(weights.dimensions.values())
    steps = [scores >= weights.good_from, scores >= weights.fair_from, scores >= weights.poor_from]
    return Verdict(masks, dimensions, scores, np.select(steps, LEVELS[:3], LEVELS[3]))


def masks_of(facts: Facts, weights: Weights, today: date) -> Column:
    """Return the findings of every record as bits."""
    cases = {**_missing(facts), **_invalid(facts, weights, today), **_other(facts, weights, today)}
    organisation = facts["is_org"]
    masks = np.zeros(len(organisation), dtype=np.int64)
    for finding in FINDINGS:
        concerned = cases[finding.code]
        if finding.kinds == "P":
            concerned = concerned & ~organisation
        elif finding.kinds == "O":
            concerned = concerned & organisation
        masks |= np.where(concerned, BITS[finding.code], 0)
    return masks


def _missing(facts: Facts) -> dict[str, Column]:
    return {
        "NO_NAME": facts["name"] == "",
        "NO_PHONE": facts["usable_phones"] == 0,
        "NO_ADDRESS": facts["usable_addresses"] == 0,
        "NO_BIRTHDAY": facts["birth"] == NO_DAY,
        "NO_DOCUMENT": facts["documents"] == 0,
        "NO_OCCUPATION": ~facts["has_occupation"],
        "NO_USCC": facts["uscc"] == "",
        "NO_LEGAL_REP": ~facts["has_legal_rep"],
    }


def _invalid(facts: Facts, weights: Weights, today: date) -> dict[str, Column]:
    day = (today - EPOCH).days
    born = facts["birth"]
    return {
        "DEAD_NUMBER": facts["dead_phones"] > 0,
        "UNREACHED": facts["failed_calls"] >= weights.failed_calls,
        "EMAIL_BOUNCED": facts["dead_emails"] > 0,
        "ADDRESS_RETURNED": facts["dead_addresses"] > 0,
        "DOCUMENT_EXPIRED": (facts["documents"] > 0) & (facts["document_until"] < day),
        "BIRTHDAY_ODD": (born != NO_DAY) & ((born > day) | (born < day - int(OLDEST_YEARS * YEAR))),
        "NAME_ODD": _odd_names(facts),
        "USCC_WRONG": _wrong_usccs(facts),
    }


def _other(facts: Facts, weights: Weights, today: date) -> dict[str, Column]:
    oldest = (today - EPOCH).days - int(weights.stale_months * MONTH)
    return {
        "DUPLICATE": facts["has_pair"],
        "SHARED_NUMBER": facts["shares"] >= weights.shared_by,
        "STALE": facts["confirmed"] < oldest,
        "UNVERIFIED": (facts["usable_phones"] > 0) & (facts["verified_phones"] == 0),
        "IDENTITY_CLASH": facts["clash"] > 0,
        "DEATH_CLASH": facts["death"] != NO_DAY,
    }


def _odd_names(facts: Facts) -> Column:
    pairs = zip(facts["name"].tolist(), facts["is_org"].tolist(), strict=True)
    found = [name != "" and (ODD_COMPANY if org else ODD_PERSON).search(name) is not None for name, org in pairs]
    return np.array(found, dtype=np.bool_)


def _wrong_usccs(facts: Facts) -> Column:
    found = np.zeros(len(facts["uscc"]), dtype=np.bool_)
    for place in np.flatnonzero(facts["uscc"] != "").tolist():
        found[place] = not _is_uscc(str(facts["uscc"][place]))
    return found


def _is_uscc(text: str) -> bool:
    try:
        parse_uscc(text)
    except Refused:
        return False
    return True
