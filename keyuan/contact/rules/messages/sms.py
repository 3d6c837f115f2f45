"""Text messages: the sign in front, the way out at the end, and how many the network makes of one (PLT-11).

Chinese gateways count characters of UCS-2: 70 in a single message, 67 in each part of a longer one; a text of GSM's own
alphabet has 160 and 153.
"""

import math
from dataclasses import dataclass

#: Characters of the whole text that gateways take at most (GK).
LONGEST = 500
UCS2, UCS2_PART, GSM, GSM_PART = 70, 67, 160, 153
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Signs that take two places in GSM's alphabet.
DOUBLE = frozenset("^{}\\[~]|€\f")
OPEN, CLOSE = "【", "】"


@dataclass(frozen=True, slots=True)
class Size:
    """How long a text is as the network counts it: characters, messages, and characters of one message."""

    characters: int
    segments: int
    per_segment: int
    is_gsm: bool


def size_of(text: str) -> Size:
    """Count ``text``; signs beyond the first plane count twice, as the network does."""
    if all(sign in BASIC or sign in DOUBLE for sign in text):
        count = sum(2 if sign in DOUBLE else 1 for sign in text)
        return _sized(count, GSM, GSM_PART, is_gsm=True)
    count = len(text.encode("utf-16-be")) // 2
    return _sized(count, UCS2, UCS2_PART, is_gsm=False)


def _sized(count: int, single: int, part: int, *, is_gsm: bool) -> Size:
    if count <= single:
        return Size(count, 1 if count else 0, single, is_gsm)
    return Size(count, math.ceil(count / part), part, is_gsm)


def compose(body: str, *, sign: str, way_out: str) -> str:
    """Return the text as it leaves: 【sign】 in front, ``way_out`` (拒收请回复R) at the end of marketing.

    A sign or way out that the body has already is not written twice.
    """
    text = body.strip()
    head = f"{OPEN}{sign.strip(OPEN + CLOSE)}{CLOSE}" if sign else ""
    if head and not text.startswith(head):
        text = f"{head}{text}"
    if way_out and not text.endswith(way_out):
        text = f"{text} {way_out}"
    return text
