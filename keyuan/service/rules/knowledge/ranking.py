"""Which article answers best: title over text, the phrase itself, what is new, what helped others (SRV-6)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keyuan.service.rules.knowledge.terms import Question, fold

#: Points: the whole phrase in the title or text, all of its terms in the title or text, an official answer.
TITLE_PHRASE, BODY_PHRASE, TITLE_TERMS, BODY_TERMS, OFFICIAL = 60.0, 25.0, 35.0, 20.0, 4.0
NEW, RECENT = (90, 4.0), (365, 2.0)
#: How much of a question an article has to hold when none holds all: by weight of what is known, and by count; and what
#: the share is worth.
LEAST_WEIGHT, LEAST_COUNT, SHARED = 0.5, 0.25, 40.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rank of an article rests on; ``folded`` is title, tags and text in one."""

    pk: int
    title: str
    folded: str
    is_answer: bool
    changed_on: date
    useful: int
    useless: int
    uses: int


def score(candidate: Candidate, question: Question, today: date) -> float:
    """Return the points of a candidate for a question; more is better, zero means nothing meets."""
    title = fold(candidate.title)
    texts = [key.gram for key in question.keys]
    points = sum(TITLE_PHRASE if piece in title else BODY_PHRASE if piece in candidate.folded else 0.0
                 for piece in question.pieces) / max(len(question.pieces), 1)  # fmt: skip
    points += TITLE_TERMS * _share(texts, title) + BODY_TERMS * _share(texts, candidate.folded)
    if not points:
        return 0.0
    points += min(5.0, math.log1p(sum(candidate.folded.count(gram) for gram in texts[:4])))
    points += 3.0 if title == question.text else 0.0
    return points + _standing(candidate, today)


def _share(grams: Sequence[str], text: str) -> float:
    return sum(gram in text for gram in grams) / len(grams) if grams else 0.0


def _standing(candidate: Candidate, today: date) -> float:
    """Points that no question changes: how new it is and how it helped."""
    age = (today - candidate.changed_on).days
    fresh = next((points for days, points in (NEW, RECENT) if age <= days), 0.0)
    judged = candidate.useful + candidate.useless
    helped = 6.0 * (candidate.useful + 1) / (judged + 2) - 3.0
    return fresh + helped + min(3.0, math.log1p(candidate.uses)) + (OFFICIAL if candidate.is_answer else 0.0)


def rarity(found: int, articles: int) -> float:
    """Return how much a term says that ``found`` of ``articles`` have."""
    return math.log((articles + 1) / (found + 1)) + 0.1
