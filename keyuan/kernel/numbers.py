"""Keyuan's own numbers (decision 13): a prefix, a permuted counter and a check digit, such as ``KH4170926384``.

The permutation is a bijection of the counters of one width, so numbers never collide and neighbours look unrelated.
It hides order from a reader; it is no secret, so access is never granted for knowing a number. The check digit
(Damm) catches every single wrong digit and every swap of two neighbouring digits, and depends on the prefix.
"""

import re
from functools import lru_cache
from hashlib import blake2b

from stdnum import damm

MAX_WIDTH = 18
_ROUNDS = 6
_MASK = 2**64 - 1
_NUMBER = re.compile(r"([A-Z]+)(\d{2,})", re.ASCII)


@lru_cache(maxsize=64)
def _keys(prefix: str, width: int) -> tuple[int, ...]:
    digest = blake2b(f"{prefix}/{width}".encode(), digest_size=8 * _ROUNDS).digest()
    return tuple(int.from_bytes(digest[start : start + 8], "big") for start in range(0, len(digest), 8))


def _mixed(value: int, key: int) -> int:
    value = ((value + 1) * 0x9E3779B97F4A7C15 ^ key) & _MASK
    value = ((value ^ value >> 29) * 0xBF58476D1CE4E5B9) & _MASK
    return value ^ value >> 32


def permute(counter: int, prefix: str, width: int) -> int:
    """Return the image of ``counter`` under the permutation of 0 … 10^width − 1 that belongs to ``prefix``."""
    small: int = 10 ** (width // 2)
    high, low = divmod(counter, small)
    large: int = 10 ** (width - width // 2)
    # Two halves, each shifted in turn by a scramble of the other: every round can be undone, so all of it can.
    for index, key in enumerate(_keys(prefix, width)):
        if index % 2:
            low = (low + _mixed(high, key)) % small
        else:
            high = (high + _mixed(low, key)) % large
    return high * small + low


def unpermute(image: int, prefix: str, width: int) -> int:
    """Return the counter whose `permute` is ``image``."""
    small: int = 10 ** (width // 2)
    large: int = 10 ** (width - width // 2)
    high, low = divmod(image, small)
    for index, key in reversed(list(enumerate(_keys(prefix, width)))):
        if index % 2:
            low = (low - _mixed(high, key)) % small
        else:
            high = (high - _mixed(low, key)) % large
    return high * small + low


@lru_cache(maxsize=64)
def _prefix_digits(prefix: str) -> str:
    return str(int.from_bytes(prefix.encode(), "big"))


def _check_digit(prefix: str, body: str) -> str:
    return damm.calc_check_digit(_prefix_digits(prefix) + body)


def make_number(prefix: str, counter: int, width: int = 9) -> str:
    """Return the number of ``counter``: ``prefix`` (capital letters), ``width`` digits and a check digit.

    Raises ValueError when the counter does not fit the width, or the prefix is not of capital letters.
    """
    if not 1 < width <= MAX_WIDTH or not 0 <= counter < 10**width:
        raise ValueError(f"counter {counter} does not fit {width} digits")
    if not (prefix.isascii() and prefix.isalpha() and prefix.isupper()):
        raise ValueError(f"{prefix!r} is not a prefix of capital letters")
    body = str(permute(counter, prefix, width)).rjust(width, "0")
    return prefix + body + _check_digit(prefix, body)


def is_valid(number: str) -> bool:
    """Tell whether the shape and the check digit of ``number`` are right."""
    match = _NUMBER.fullmatch(number)
    return match is not None and _check_digit(match[1], match[2][:-1]) == match[2][-1]


def counter_of(number: str) -> int:
    """Return the counter from which `make_number` made ``number``. Raises ValueError when it is not valid."""
    match = _NUMBER.fullmatch(number)
    if match is None or not is_valid(number):
        raise ValueError("not a number of ours")
    body = match[2][:-1]
    return unpermute(int(body), match[1], len(body))
