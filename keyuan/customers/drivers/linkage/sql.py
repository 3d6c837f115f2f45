"""Small helpers for SQL text: everything that enters a statement passes through one of these."""

import math
from collections.abc import Iterable


def name(text: str) -> str:
    """Return ``text`` as a quoted identifier."""
    return '"' + text.replace('"', '""') + '"'


def value(text: str) -> str:
    """Return ``text`` as a quoted literal."""
    return "'" + text.replace("'", "''") + "'"


def values(texts: Iterable[str]) -> str:
    """Return several literals with commas between."""
    return ", ".join(value(text) for text in texts)


def joined(parts: Iterable[str], word: str = ", ") -> str:
    """Return parts with ``word`` between."""
    return word.join(parts)


def replaced(expression: str, pattern: str, by: str = "") -> str:
    """Return ``expression`` with every match of a regular expression replaced."""
    return f"regexp_replace({expression}, {value(pattern)}, {value(by)}, 'g')"


def bits(probability: float) -> float:
    """Return a probability as log2 odds."""
    return math.log2(probability / (1 - probability))
