"""Personal and company names as search sees them (CUS-4): normal form, simplified characters, pinyin, grams.

Everything here is per character and cached, because 1.4 million names are indexed in one go.
"""

import re
import unicodedata
from functools import cache
from itertools import product

from opencc import OpenCC
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from keyuan.kernel.errors import Refused
from keyuan.kernel.surnames import COMPOUND_READINGS, GIVEN_READINGS, SURNAME_READINGS
from keyuan.kernel.width import half_width

#: No name is indexed under more readings than this.
MAX_READINGS = 4
#: Emoji and other pictures begin here.
FIRST_PICTURE = 0x2600
#: Company names are cut here for grams.
MAX_GRAM_LENGTH = 64

_DOTS = str.maketrans(dict.fromkeys("·•‧・●∙⋅˙᛫", "·"))
_WORDS = re.compile(r"[a-z0-9]+")
_SPACES = re.compile(r"\s+")
_HAN_SPACE = re.compile(r"(?<![!-~]) | (?![!-~])")
_SEPARATORS = str.maketrans("", "", "· -'’.")
_HAN_RANGES = ((0x2E80, 0x3000), (0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))


def normalise_name(text: str) -> str:
    """Return a name in the one form we store: half-width, dots as 「·」, no blanks beside Chinese characters."""
    if text.isascii():
        return " ".join(text.split())
    # The dots first: folding would break some of them up.
    folded = half_width(text.translate(_DOTS)).translate(_DOTS)
    return _HAN_SPACE.sub("", _SPACES.sub(" ", folded).strip())


def strange_in(name: str) -> str:
    """Return the first character of a normalised name that no person's name holds, "" where there is none.

    Control and format characters, and pictures such as emoji. Signs below U+2600 stay: ○ is written for a
    character that nobody can read.
    """
    for character in name:
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cf", "Cs") or (kind == "So" and ord(character) >= FIRST_PICTURE):
            return character
    return ""


def check_person_name(name: str, field: str) -> None:
    """Raise `Refused` name.characters with the ``character``, by its number where it cannot be seen."""
    found = strange_in(name)
    if found:
        seen = found if unicodedata.category(found) == "So" else f"U+{ord(found):04X}"
        raise Refused("name.characters", field=field, character=seen)


@cache
def _simplified() -> dict[int, str]:
    """Every character that OpenCC changes, asked for once so that names are a `str.translate` each."""
    characters = [chr(code) for start, end in _HAN_RANGES for code in range(start, end)]
    changed = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(old): new for old, new in zip(characters, changed, strict=True) if old != new}


def simplify(text: str) -> str:
    """Return ``text`` in simplified characters, one by one: for indexes and comparison, not for display."""
    return text if text.isascii() else text.translate(_simplified())


def search_form(name: str) -> str:
    """Return the form under which a name is indexed and looked for: simplified, lower case, without separators."""
    return simplify(normalise_name(name)).lower().translate(_SEPARATORS)


def grams(name: str) -> list[str]:
    """Return the one- and two-character grams of a name, each once, in order.

    A name of three characters also gives first + third, so that one wrong middle character still meets.
    """
    text = search_form(name)[:MAX_GRAM_LENGTH]
    pairs = [text[index : index + 2] for index in range(len(text) - 1)]
    skipped = [text[0] + text[2]] if len(text) == 3 else []
    return list(dict.fromkeys((*text, *pairs, *skipped)))


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """The usual reading of every character, without tones, ü as v."""
    usual = {chr(code): (to_normal(text.split(",", 1)[0]).replace("ü", "v"),) for code, text in PINYIN_DICT.items()}
    return usual | GIVEN_READINGS


@cache
def _surname_readings() -> dict[str, tuple[str, ...]]:
    """Readings in the place of a surname: its own first, the usual ones behind it."""
    usual = _readings()
    return usual | {
        surname: tuple(dict.fromkeys((*own, *usual.get(surname, ())))) for surname, own in SURNAME_READINGS.items()
    }


def split_surname(name: str) -> tuple[str, str]:
    """Divide a normalised Chinese name into surname and given name, knowing the compound surnames (复姓).

    A name that is no plain Chinese name (Latin letters, a dot) has no surname: ("", name).
    """
    if not name or name.isascii() or "·" in name:
        return "", name
    length = 2 if len(name) > 2 and simplify(name[:2]) in COMPOUND_READINGS else 1
    return name[:length], name[length:]


def _places(text: str) -> list[tuple[str, ...]]:
    """Return the readings to choose from at each place; a compound surname is one place of two syllables."""
    table = _readings()
    if len(text) > 2 and text[:2] in COMPOUND_READINGS:
        head, rest = COMPOUND_READINGS[text[:2]], text[2:]
    else:
        head, rest = _surname_readings().get(text[0], (text[0],)), text[1:]
    return [head, *(table.get(character, (character,)) for character in rest)]


def pinyin_readings(name: str) -> list[tuple[str, str]]:
    """Return the readings of a name as (full, initials), the likeliest first, at most `MAX_READINGS`.

    张三 gives ("zhangsan", "zs"); 曾乐 both zeng and ceng, le and yue. Words in letters give their own initials;
    letters beside Chinese characters stand for themselves. An empty name has no reading.
    """
    text = search_form(name)[:MAX_GRAM_LENGTH]
    if not text:
        return []
    if text.isascii():
        return [(text, "".join(word[0] for word in _WORDS.findall(normalise_name(name).lower())))]
    found: dict[tuple[str, str], None] = {}
    for choice in product(*_places(text)):
        syllables = " ".join(choice).split(" ")
        found["".join(syllables), "".join([syllable[0] for syllable in syllables])] = None
        if len(found) == MAX_READINGS:
            break
    return list(found)


@cache
def all_syllables() -> frozenset[str]:
    """Return every syllable that some character reads as."""
    return frozenset(syllable for choices in _readings().values() for syllable in choices)


def syllables(name: str) -> list[tuple[str, ...]]:
    """Return the possible syllables of each character of a name as indexed; letters stand for themselves."""
    found: list[tuple[str, ...]] = []
    for choices in _places(search_form(name)[:MAX_GRAM_LENGTH]) if name else []:
        divided = [choice.split(" ") for choice in choices]
        # A compound surname is one place of two syllables: give each character its own.
        found += [tuple(dict.fromkeys(parts)) for parts in zip(*divided, strict=True)]
    return found
