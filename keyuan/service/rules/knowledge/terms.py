"""Texts and questions as terms: pairs of Chinese characters, whole words, spellings (SRV-6).

Chinese has no blanks, so every text is kept by its overlapping pairs; a question is cut alike and meets them. A text is
folded first (simplified, lower case, half width) without changing its length, so that places in the folded text are
places in the text itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from keyuan.kernel.names import all_syllables, simplify, syllables

#: Where a term stands: body (title, tags and text together), title and tags, spelling, initials.
BODY, TITLE, SPELLED, INITIALS = "B", "T", "P", "I"
#: Characters that say nothing: a pair with one of them is not kept, and asks for nothing.
EMPTY = frozenset("的了是和及与或在有我你您他她们吗呢么吧啊请问怎这那为被把就都也还要能会可以于之其将对等")
LONGEST_WORD, MOST_KEYS = 16, 12
_RUNS = re.compile(r"[㐀-鿿豈-﫿]+|[a-z0-9]+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
#: Numbers that could be somebody's: five digits and more, also divided, and what an identity number ends with.
_NUMBERS = re.compile(r"\d(?:[\s\-*]?\d){4,}[xX]?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
MASK = "***"


@dataclass(frozen=True, slots=True)
class Term:
    """One key of the index: where it stands, and the characters."""

    place: str
    gram: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is looked for: folded text, pieces between blanks, and the keys of each."""

    text: str
    pieces: tuple[str, ...]
    keys: tuple[Term, ...]

    @property
    def is_single(self) -> bool:
        """One Chinese character alone."""
        return len(self.text) == 1 and not self.text.isascii()


def fold(text: str) -> str:
    """Return ``text`` simplified, in lower case and half width, of the same length."""
    plain = simplify(text.translate(_FULL_WIDTH))
    lower = plain.lower()
    return lower if len(lower) == len(text) else "".join(one.lower() if one.isascii() else one for one in plain)


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of a run of Chinese characters that say something; a lone character itself."""
    if len(run) == 1:
        return [] if run in EMPTY else [run]
    found = [run[at : at + 2] for at in range(len(run) - 1)]
    return [pair for pair in found if not EMPTY.intersection(pair)]


def grams(folded: str) -> Iterable[str]:
    """Yield the pairs and words of a folded text, as often as they stand there."""
    for run in _RUNS.findall(folded):
        if run[0].isascii():
            yield run[:LONGEST_WORD]
        else:
            yield from pairs(run)


def _spellings(title: str) -> Iterable[Term]:
    for run in _RUNS.findall(title):
        if run[0].isascii():
            continue
        sounds = [choices[0] for choices in syllables(run)]
        for first, second in pairwise(sounds):
            yield Term(SPELLED, (first + second)[:LONGEST_WORD])
            yield Term(INITIALS, first[0] + second[0])


def terms_of(title: str, tags: Iterable[str], body: str) -> frozenset[Term]:
    """Return everything by which an article is found: pairs and words of all of it, title and tags for themselves."""
    head = fold("\n".join([title, *tags]))
    named = set(grams(head)) | {one for one in head if not one.isascii() and one not in EMPTY and _RUNS.match(one)}
    found = {Term(TITLE, gram) for gram in named}
    found |= {Term(BODY, gram) for gram in (*grams(head), *grams(fold(body)))}
    return frozenset(found.union(_spellings(head)))


def read_question(typed: str) -> Question:
    """Return a question cut like the texts; what says nothing asks for nothing, unless it is all there is."""
    text = " ".join(fold(typed).split())[:100]
    found = [Term(BODY, gram) for gram in grams(text)]
    if not found:
        found = [Term(BODY, run[:2]) for run in _RUNS.findall(text)]
    return Question(text, tuple(text.split(" ")) if text else (), tuple(dict.fromkeys(found))[:MOST_KEYS])


def spelled(word: str) -> list[Term]:
    """Return what a word in letters asks for as pinyin: pairs of syllables, else pairs of initials."""
    parts = _divided(word)
    if parts is not None and len(parts) > 1:
        return [Term(SPELLED, (one + two)[:LONGEST_WORD]) for one, two in pairwise(parts)]
    return [Term(INITIALS, word[at : at + 2]) for at in range(len(word) - 1)][:MOST_KEYS]


def _divided(word: str) -> list[str] | None:
    """Divide letters into syllables, the longest first; None where it cannot be done."""
    if not word:
        return []
    for length in range(min(6, len(word)), 0, -1):
        if word[:length] in all_syllables():
            rest = _divided(word[length:])
            if rest is not None:
                return [word[:length], *rest]
    return None


def alternatives(text: str, groups: Iterable[Iterable[str]], most: int = 3) -> list[str]:
    """Return the question in other words: each group of synonyms says which words stand for one another."""
    found: dict[str, None] = {}
    for group in groups:
        words = [fold(word) for word in group]
        for word in sorted(words, key=len, reverse=True):
            if word and word in text:
                found.update(dict.fromkeys(text.replace(word, other) for other in words if other != word))
                break
    return [other for other in found if other != text][:most]


def masked(typed: str) -> str:
    """Return a question without what could be a person's: long numbers and mail addresses become ``***``."""
    text = " ".join(typed.translate(_FULL_WIDTH | dict.fromkeys(range(32), " ")).split())
    return _NUMBERS.sub(MASK, _MAIL.sub(MASK, text))[:60]
