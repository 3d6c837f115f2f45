"""What every parser does first: bring typed text to plain capitals without blanks and dashes."""

from keyuan.kernel.errors import Refused
from keyuan.kernel.width import half_width

_SEPARATORS = str.maketrans("", "", " \t\r\n\u3000-‐‑‒–—―_.·")


def compact(text: str) -> str:
    """Return ``text`` in half-width capitals without the blanks, dashes and dots people put between groups."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return half_width(text).translate(_SEPARATORS).upper()


def require_length(text: str, lengths: tuple[int, ...], family: str, field: str | None) -> None:
    """Raise `Refused` ``family.empty`` or ``family.length`` (``length`` typed, ``expected``) unless it is allowed."""
    if not text:
        raise Refused(f"{family}.empty", field=field)
    if len(text) not in lengths:
        raise Refused(f"{family}.length", field=field, length=len(text), expected=lengths[-1])


def require_alphabet(text: str, alphabet: frozenset[str], family: str, field: str | None) -> None:
    """Raise `Refused` ``family.character`` (``position`` from 1) at the first character outside ``alphabet``."""
    if alphabet.issuperset(text):
        return
    position = next(index for index, character in enumerate(text, 1) if character not in alphabet)
    raise Refused(f"{family}.character", field=field, position=position)
