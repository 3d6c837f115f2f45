"""The lines of a text that answer a question, with the words that meet it (SRV-6)."""

from keyuan.service.rules.knowledge.terms import Question, fold

#: Characters before the first place that meets, and of the whole excerpt.
BEFORE, LENGTH = 24, 120
Part = tuple[str, bool]


def excerpt(plain: str, question: Question, length: int = LENGTH) -> list[Part]:
    """Return a stretch of ``plain`` around what meets first, divided into (text, whether it meets)."""
    folded = fold(plain)
    start = _first(folded, question)
    begin = max(0, start - BEFORE)
    cut = plain[begin : begin + length]
    parts = marked(cut, question)
    if begin:
        parts.insert(0, ("…", False))
    if begin + length < len(plain):
        parts.append(("…", False))
    return parts


def _first(folded: str, question: Question) -> int:
    for wanted in (*question.pieces, *(key.gram for key in question.keys)):
        at = folded.find(wanted)
        if at >= 0:
            return at
    return 0


def marked(plain: str, question: Question) -> list[Part]:
    """Divide a text into what meets the question and what does not."""
    folded = fold(plain)
    hits = [False] * len(plain)
    for wanted in {*question.pieces, *(key.gram for key in question.keys)}:
        at = folded.find(wanted) if wanted else -1
        while at >= 0:
            hits[at : at + len(wanted)] = [True] * len(wanted)
            at = folded.find(wanted, at + 1)
    parts: list[Part] = []
    for character, is_hit in zip(plain, hits, strict=True):
        if parts and parts[-1][1] == is_hit:
            parts[-1] = (parts[-1][0] + character, is_hit)
        else:
            parts.append((character, is_hit))
    return parts
