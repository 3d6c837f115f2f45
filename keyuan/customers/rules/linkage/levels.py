"""How two values are compared: levels from "the same" to "differs" for each kind of column (CUS-8).

A condition is SQL over columns ending in _l and _r, in words that DuckDB and Spark share; ``jw`` and ``dl`` stand for
the similarity of Jaro and Winkler and the distance of Damerau and Levenshtein. ``prior`` is the share of true pairs
expected at a level, from which training starts and to which it is drawn where a file has few pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

#: What pages make of a level.
SAME, CLOSE, DIFFERS = "same", "close", "differs"
_CROSSED = "given_key_l = surname_key_r or surname_key_l = given_key_r"


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its label, its condition, its prior, the column whose frequency counts, and its verdict."""

    label: str
    sql: str
    prior: float
    frequency: str = ""
    verdict: str = CLOSE


@dataclass(frozen=True, slots=True)
class Comparison:
    """The levels of one feature, best first, with "differs" behind them; ``missing`` says when nothing is compared.

    ``is_personal`` marks what a family does not share: given name, birth date, identity number.
    """

    name: str
    missing: str
    levels: tuple[Level, ...]
    is_personal: bool = False

    @property
    def else_prior(self) -> float:
        """Return the share of true pairs expected to differ."""
        return 1.0 - sum(level.prior for level in self.levels)

    @property
    def priors(self) -> list[float]:
        """Return the share of true pairs expected at each level, "differs" last."""
        return [*(level.prior for level in self.levels), self.else_prior]


def _jw(column: str, least: float, other: str = "") -> str:
    return f"jw({column}_l, {other or column}_r) >= {least}"


def _dl(column: str, most: int) -> str:
    return f"dl({column}_l, {column}_r) <= {most}"


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _null(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


def given_name(*, has_tones: bool, has_surname: bool) -> Comparison:
    """Compare given names: characters, sound, near sound, likeness, an initial, exchange with the surname."""
    levels = [Level("same", _same("given"), 0.72, "given", SAME)]
    if has_tones:
        levels.append(Level("same sound and tones", _same("given_tone"), 0.03))
    levels += [
        Level("same sound or letters", _same("given_key"), 0.03, "given_key"),
        Level("very alike", f"{_jw('given_key', 0.92)} or {_same('given_near')}", 0.07),
    ]
    if has_surname:
        levels.append(Level("exchanged with the surname", _CROSSED, 0.03))
    initial = "(length(given_key_l) = 1 or length(given_key_r) = 1) and left(given_key_l, 1) = left(given_key_r, 1)"
    shared = "length(given_l) = 2 and length(given_r) = 2 and (left(given_l, 1) = left(given_r, 1) "
    shared += "or right(given_l, 1) = right(given_r, 1)) and given_tone_l is not null and given_tone_r is not null"
    alike = f"{_jw('given_key', 0.8)} or ({initial})" + (f" or ({shared})" if has_tones else "")
    levels.append(Level("alike, or an initial", alike, 0.04))
    return Comparison("given", _null("given_key"), tuple(levels), is_personal=True)


def surname(*, has_given: bool) -> Comparison:
    """Compare surnames like given names."""
    crossed = Level("exchanged with the given name", _CROSSED, 0.03)
    return Comparison(
        "surname",
        _null("surname_key"),
        (
            Level("same", _same("surname"), 0.78, "surname", SAME),
            Level("same sound or letters", _same("surname_key"), 0.02, "surname_key"),
            Level("very alike", f"{_jw('surname_key', 0.92)} or {_same('surname_near')}", 0.06),
            *((crossed,) if has_given else ()),
            Level("alike", _jw("surname_key", 0.8), 0.03),
        ),
    )


def birth(column: str) -> Comparison:
    """Compare birth dates of eight digits."""
    swapped = (
        f"left({column}_l, 4) = left({column}_r, 4) and substr({column}_l, 5, 2) = substr({column}_r, 7, 2) "
        f"and substr({column}_l, 7, 2) = substr({column}_r, 5, 2)"
    )
    two_parts = (
        f"left({column}_l, 6) = left({column}_r, 6) or right({column}_l, 4) = right({column}_r, 4) "
        f"or (left({column}_l, 4) = left({column}_r, 4) and right({column}_l, 2) = right({column}_r, 2))"
    )
    return Comparison(
        column,
        _null(column),
        (
            Level("same", _same(column), 0.85, column, SAME),
            Level("day and month exchanged", swapped, 0.02),
            Level("one digit differs", _dl(column, 1), 0.04),
            Level("two of year, month and day agree", two_parts, 0.03),
        ),
        is_personal=True,
    )


def number(column: str, *, is_long: bool, is_personal: bool = False) -> Comparison:
    """Compare numbers: the same, one digit off, for long ones two."""
    levels = [
        Level("same", _same(column), 0.85, column, SAME),
        Level("one digit differs", _dl(column, 1), 0.06),
    ]
    if is_long:
        levels.append(Level("two digits differ", _dl(column, 2), 0.02))
    return Comparison(column, _null(column), tuple(levels), is_personal=is_personal)


def phone(columns: Sequence[str]) -> Comparison:
    """Compare phones; with several columns each may stand in another's place."""
    first = columns[0]
    own = number(first, is_long=False)
    crossed = " or ".join(f"{left}_l = {right}_r" for left in columns for right in columns if left != right)
    if not crossed:
        return own
    both = " or ".join(_same(column) for column in columns[1:])
    return replace(
        own,
        missing=" and ".join(f"({_null(column)})" for column in columns),
        levels=(own.levels[0], Level("same as another", f"{crossed} or {both}", 0.05), own.levels[1]),
    )


def token(columns: Sequence[str], *, is_personal: bool = False) -> Comparison:
    """Compare hashed numbers: the same, or one of several the same in another place."""
    first = columns[0]
    levels = [Level("same", _same(first), 0.85, first, SAME)]
    others = [f"{a}_l = {b}_r" for a in columns for b in columns if (a, b) != (first, first)]
    if others:
        levels.append(Level("same as another", " or ".join(others), 0.05))
    missing = " and ".join(f"({_null(column)})" for column in columns)
    return Comparison(first, missing, tuple(levels), is_personal=is_personal)


def email(column: str) -> Comparison:
    """Compare mail addresses: whole, by what stands before the @, by likeness."""
    return Comparison(
        column,
        _null(column),
        (
            Level("same", _same(column), 0.75, column, SAME),
            Level("same before the @", _same(f"{column}_user"), 0.08),
            Level("alike", _jw(f"{column}_user", 0.9), 0.07),
        ),
    )


def address(column: str, other: str = "") -> Comparison:
    """Compare addresses by street and by house, entrance and flat numbers; ``other`` is a second line."""
    street, numbers = f"{column}_street", f"{column}_numbers"
    inside = f"length({street}_l) >= 4 and length({street}_r) >= 4 and (instr({street}_l, {street}_r) > 0 or "
    inside += f"instr({street}_r, {street}_l) > 0)"
    levels = [
        Level("same", _same(column), 0.7, column, SAME),
        Level("same numbers, street alike", f"{_same(numbers)} and ({_jw(street, 0.85)} or ({inside}))", 0.06),
        Level("street alike", f"{_jw(street, 0.92)} or ({inside})", 0.07),
    ]
    if other:
        crossed = f"{_jw(street, 0.92, other + '_street')} or {_jw(other + '_street', 0.92, street)}"
        levels.append(Level("stands in the other line", crossed, 0.03))
    levels.append(Level("a little alike", _jw(street, 0.8), 0.03))
    return Comparison(column, _null(column), tuple(levels))


def word(column: str, least: float = 0.9) -> Comparison:
    """Compare texts such as a suburb or an occupation by likeness."""
    return Comparison(
        column,
        _null(column),
        (Level("same", _same(column), 0.82, column, SAME), Level("alike", _jw(column, least), 0.08)),
    )


def choice(column: str) -> Comparison:
    """Compare what has a few values: sex, a state."""
    return Comparison(column, _null(column), (Level("same", _same(column), 0.92, column, SAME),))


def place(columns: Sequence[str]) -> Comparison:
    """Compare columns that say the same thing twice (postcode and suburb) as one, so that they count once."""
    every = " and ".join(_same(column) for column in columns)
    some = " or ".join(_same(column) for column in columns)
    alike = " or ".join(_jw(column, 0.9) for column in columns)
    return Comparison(
        "place",
        " and ".join(f"({_null(column)})" for column in columns),
        (
            Level("same", every, 0.75, columns[0], SAME),
            Level("one of them the same", some, 0.12),
            Level("alike", alike, 0.05),
        ),
    )
