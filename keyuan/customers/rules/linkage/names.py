"""Keys under which names are compared: simplified characters, pinyin with and without tones, near sounds (CUS-8).

Everything is asked once for each distinct part of a name, so a million records cost a few seconds.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from pypinyin.constants import PINYIN_DICT

from keyuan.kernel.names import syllables
from keyuan.kernel.surnames import COMPOUND_READINGS

_LETTERS = re.compile(r"[^a-z0-9]+")
_VOWELS = re.compile(r"[aeiouhwy]+")
_TWICE = re.compile(r"(.)\1+")
#: Initials that whole regions do not tell apart, and finals that end in n or ng.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"), ("f", "h"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"), ("ong", "on"))


class NameKeys(NamedTuple):
    """How one part of a name sounds: ``key`` letters or toneless pinyin, ``tone`` pinyin with tones (characters
    only), ``near`` with what dialects and clerks confuse brought together."""

    key: str
    tone: str
    near: str


def compound_surnames() -> tuple[str, ...]:
    """Return the surnames of two characters."""
    return tuple(COMPOUND_READINGS)


def _near_syllable(syllable: str) -> str:
    for old, new in _INITIALS:
        if syllable.startswith(old) and len(syllable) > len(old):
            syllable = new + syllable.removeprefix(old)
            break
    for old, new in _FINALS:
        if syllable.endswith(old):
            return syllable.removesuffix(old) + new
    return syllable


def skeleton(letters: str) -> str:
    """Return the first letter and the consonants behind it, each once; a name that leaves fewer than three, whole."""
    if not letters:
        return ""
    rest = _VOWELS.sub("", letters[1:].replace("ph", "f").replace("ck", "k"))
    short = _TWICE.sub(r"\1", letters[0] + rest)
    return short if len(short) > 2 else letters


@cache
def _tone(character: str) -> str:
    return PINYIN_DICT.get(ord(character), character).split(",", 1)[0]


def _latin(text: str) -> str:
    if not text.isascii():
        text = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _LETTERS.sub("", text.lower())


def name_keys(part: str, *, is_surname: bool) -> NameKeys:
    """Return the keys of a surname or a given name in search form; a surname is read as one (曾 zeng, 单 shan)."""
    if part.isascii() or not any("\u3400" <= sign <= "\u9fff" for sign in part):
        letters = _latin(part) or part
        return NameKeys(letters, "", skeleton(letters))
    # A given name is read behind a surname, so that its first character is not taken for one.
    readings = syllables(part) if is_surname else syllables("王" + part)[1:]
    sounds = [choices[0] for choices in readings]
    return NameKeys(
        "".join(sounds),
        "" if is_surname else " ".join(_tone(sign) for sign in part),
        "".join(_near_syllable(sound) for sound in sounds),
    )
