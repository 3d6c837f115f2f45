"""Numbers that people type into a conversation and colleagues need not read: identity cards, bank cards, phones."""

import re

from keyuan.kernel import masks

#: Signs that people put between digits.
_GAP = r"[ \-]?"
_IDENTITY = rf"[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]"
_CARD = rf"[1-9](?:{_GAP}\d){{15,18}}"
_PHONE = rf"1{_GAP}[3-9](?:{_GAP}\d){{9}}"
_NUMBERS = re.compile(rf"(?<![\d])(?:(?P<identity>{_IDENTITY})|(?P<card>{_CARD})|(?P<phone>{_PHONE}))(?![\d])")
_GAPS = re.compile(r"[ \-]")


def hidden(text: str) -> str:
    """Return ``text`` with every such number masked; the same text when there is none."""
    return _NUMBERS.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    plain = _GAPS.sub("", match[0])
    if match["identity"]:
        return masks.identity_number(plain.upper())
    return masks.bank_account(plain) if match["card"] else masks.phone(plain)
