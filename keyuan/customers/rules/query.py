"""Understanding what was typed into the search box (CUS-4): pieces, each of one kind, all of which must fit.

Pieces are divided by blanks. Digits are phone, identity or policy numbers or their tails; letters are pinyin,
initials or codes; Chinese characters are names or places; a piece of both is a mixed name such as "zhang三".
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from keyuan.kernel.names import all_syllables, search_form
from keyuan.kernel.width import half_width

LONGEST_PIECE = 32
MOST_PIECES = 5
MOST_CHARACTERS = 4
LONGEST_SYLLABLE = 6
_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_PLATE = re.compile(rf"^[{_PROVINCES}][A-Z][A-Z0-9·]{{0,7}}$")
_CUSTOMER_NO = re.compile(r"^C\d{6,}$")
_RESIDENT = re.compile(r"^\d{17}[\dX]$|^\d{15}$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_RUNS = re.compile(r"[a-z]+|[^a-z]+")


class Kind(StrEnum):
    """What a piece can be; a piece may be several things at once."""

    NAME = "name"
    LATIN = "latin"
    MIXED = "mixed"
    TAIL = "tail"
    PHONE = "phone"
    IDENTITY = "identity"
    CUSTOMER_NO = "customer_no"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Piece:
    """One condition. ``text`` is in the form its index holds; ``runs`` divides a mixed name."""

    text: str
    kinds: tuple[Kind, ...]
    runs: tuple[str, ...] = ()
    #: As typed, in capitals: numbers of other systems may hold dashes.
    raw: str = ""

    def is_a(self, kind: Kind) -> bool:
        """Tell whether the piece can be of ``kind``."""
        return kind in self.kinds


def understand(typed: str) -> list[Piece]:
    """Return the pieces of ``typed``, at most five; an empty list when nothing can be looked for."""
    pieces = [_piece(word) for word in half_width(typed).split()[:MOST_PIECES]]
    return [piece for piece in pieces if piece.text]


def _piece(word: str) -> Piece:
    word = word[:LONGEST_PIECE]
    plain = word.replace("-", "").upper()
    if plain.isascii() and any(character.isdigit() for character in plain):
        return replace(_with_digits(plain), raw=word.upper())
    if _PLATE.match(plain):
        return Piece(plain.replace("·", ""), (Kind.CODE,))
    form = search_form(word)
    if form.isascii():
        return Piece(form, (Kind.LATIN, Kind.NAME, Kind.CODE) if len(form) > 2 else (Kind.LATIN, Kind.NAME))
    runs = tuple(_RUNS.findall(form))
    return Piece(form, (Kind.NAME,)) if len(runs) == 1 else Piece(form, (Kind.MIXED,), runs)


def _with_digits(plain: str) -> Piece:
    if _CUSTOMER_NO.match(plain):
        return Piece(plain, (Kind.CUSTOMER_NO, Kind.CODE))
    if not plain.isdigit():
        kinds = (Kind.IDENTITY, Kind.CODE) if _RESIDENT.match(plain) else (Kind.TAIL, Kind.CODE)
        return Piece(plain, kinds if len(plain) == 4 or kinds[0] is Kind.IDENTITY else (Kind.CODE,))
    if _MOBILE.match(plain):
        return Piece(plain, (Kind.PHONE, Kind.CODE))
    if _RESIDENT.match(plain):
        return Piece(plain, (Kind.IDENTITY, Kind.CODE))
    if len(plain) == 4:
        return Piece(plain, (Kind.TAIL, Kind.CODE))
    return Piece(plain, (Kind.PHONE, Kind.CODE) if 7 <= len(plain) <= 12 else (Kind.CODE,))


def fits_runs(name_form: str, readings: list[tuple[str, ...]], runs: tuple[str, ...]) -> bool:
    """Tell whether ``runs`` of letters and characters follow each other in a name.

    ``name_form`` is the name as indexed, ``readings`` the syllables of each of its characters. Letters stand for whole
    syllables, the beginning of a syllable, or initials.
    """
    return any(_fits_from(name_form, readings, start, runs) for start in range(len(name_form)))


def _fits_from(name_form: str, readings: list[tuple[str, ...]], start: int, runs: tuple[str, ...]) -> bool:
    if not runs:
        return True
    if start >= len(name_form):
        return False
    head, rest = runs[0], runs[1:]
    if not head.isascii():
        return name_form.startswith(head, start) and _fits_from(name_form, readings, start + len(head), rest)
    return any(
        _fits_from(name_form, readings, end, rest) for end in _ends_of_letters(readings, start, head, last=not rest)
    )


def _ends_of_letters(readings: list[tuple[str, ...]], start: int, letters: str, *, last: bool) -> set[int]:
    """Return the places at which ``letters``, read from place ``start``, can end."""
    ends: set[int] = set()
    if not letters:
        return {start}
    if start >= len(readings):
        return ends
    for syllable in readings[start]:
        if letters.startswith(syllable):
            ends |= _ends_of_letters(readings, start + 1, letters[len(syllable) :], last=last)
        if letters[0] == syllable[0]:
            ends |= _ends_of_letters(readings, start + 1, letters[1:], last=last)
        if syllable.startswith(letters):
            ends.add(start + 1)
    return ends


def abbreviated(letters: str) -> set[str]:
    """Return the initials of names that ``letters`` may abbreviate, such as zgd for zhougd: syllables or first letters.

    Two to four characters, of which at least one is spelt out; spellings in full have an index of their own.
    """
    found: set[str] = set()
    _divide(letters, "", found, spelt=False)
    return found


def _divide(rest: str, initials: str, found: set[str], *, spelt: bool) -> None:
    if not rest:
        if spelt and len(initials) > 1:
            found.add(initials)
        return
    if len(initials) == MOST_CHARACTERS:
        return
    _divide(rest[1:], initials + rest[0], found, spelt=spelt)
    for length in range(2, min(LONGEST_SYLLABLE, len(rest)) + 1):
        if rest[:length] in all_syllables():
            _divide(rest[length:], initials + rest[0], found, spelt=True)


def one_edit_away(word: str) -> set[str]:
    """Return every spelling one typing error away: a letter missing, doubled, wrong, or two exchanged."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    missing = {head + tail[1:] for head, tail in splits if tail}
    exchanged = {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    wrong = {head + letter + tail[1:] for head, tail in splits if tail for letter in letters}
    added = {head + letter + tail for head, tail in splits for letter in letters}
    return (missing | exchanged | wrong | added) - {word}


def differs_by_one(left: str, right: str) -> bool:
    """Tell whether two names of equal length differ in exactly one character."""
    return len(left) == len(right) and sum(a != b for a, b in zip(left, right, strict=True)) == 1
