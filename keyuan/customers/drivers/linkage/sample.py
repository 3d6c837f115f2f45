"""A file of invented persons of whom some stand in it twice, with the truth: to try linkage and to measure it (CUS-8).

Families share surname, address and sometimes a phone, twins a birth date, and many people a name: what makes linkage
hard. The second record of a person has one to three of the errors that clerks make, and values come and go.
"""

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from opencc import OpenCC

from keyuan.customers.rules.linkage.words.people import ESTATES, GIVEN, LIKE, MINORITY, STREETS, SURNAMES
from keyuan.kernel.identifiers.regions import current_counties, find_region
from keyuan.kernel.identifiers.resident_id import check_character

COLUMNS = ("记录号", "姓名", "性别", "出生日期", "证件号码", "手机号", "地址", "邮编", "真实人")
_DAY = np.datetime64("1940-01-01")
_DAYS = 24_000
Row = list[str]


class _Dice:
    """Random numbers drawn in stock, since one at a time is slow."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._stock: list[float] = []

    def share(self) -> float:
        """Return a number from 0 to below 1."""
        if not self._stock:
            self._stock = self._random.random(65_536).tolist()
        return self._stock.pop()

    def below(self, end: int) -> int:
        """Return a whole number from 0 to below ``end``."""
        return int(self.share() * end)


def write_sample(path: Path, *, records: int, seed: int = 1, doubles: float = 0.2) -> int:
    """Write a CSV of ``records`` of which the share ``doubles`` repeats a person; return the number of true pairs."""
    random = np.random.default_rng(seed)
    extra = int(records * doubles)
    people = _people(random, records - extra)
    sources = random.integers(0, len(people), extra)
    dice = _Dice(random)
    rows = people + [_again(people[source], dice) for source in sources.tolist()]
    order = random.permutation(len(rows))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows([f"R{number:07d}", *rows[place]] for number, place in enumerate(order.tolist(), 1))
    counts = np.bincount(sources, minlength=len(people)) + 1
    return int((counts * (counts - 1) // 2).sum())


def _people(random: np.random.Generator, count: int) -> list[Row]:
    """Return persons in families of one to four."""
    dice = _Dice(random)
    rank = 1.0 / (np.arange(len(SURNAMES)) + 2)
    families = np.sort(random.integers(0, max(1, int(count / 1.8)), count)).tolist()
    surnames = random.choice(len(SURNAMES), (count, 2), p=rank / rank.sum()).tolist()
    births = np.datetime_as_string(_DAY + random.integers(0, _DAYS, count)).tolist()
    rows: list[Row] = []
    last, home, shared = -1, ("", "", ""), 0
    for family, (own, other), birth in zip(families, surnames, births, strict=True):
        if family != last:
            home, shared = _home(dice), other
        row = _person(dice, SURNAMES[shared if dice.share() < 0.6 else own], birth, home)
        if family == last and dice.share() < 0.15:
            row[4] = rows[-1][4]
        rows.append([*row, f"P{len(rows)}"])
        last = family
    return rows


def _person(dice: _Dice, surname: str, birth: str, home: tuple[str, str, str]) -> Row:
    address, postcode, county = home
    name = surname + GIVEN[dice.below(len(GIVEN))] + (GIVEN[dice.below(len(GIVEN))] if dice.share() < 0.85 else "")
    if dice.share() < 0.01:
        name = "·".join(MINORITY[dice.below(len(MINORITY))] for _ in range(2))
    serial = 1 + dice.below(999)
    body = f"{county}{birth.replace('-', '')}{serial:03d}"
    number = body + check_character(body) if dice.share() < 0.85 else ""
    mobile = f"13{dice.below(10**9):09d}" if dice.share() < 0.9 else ""
    return [name, "男" if serial % 2 else "女", birth, number, mobile, address, postcode]


@cache
def _counties() -> tuple[tuple[str, str], ...]:
    return tuple((code, region.name) for code in current_counties() if (region := find_region(code)))


def _home(dice: _Dice) -> tuple[str, str, str]:
    """Return an address, its postcode and the code of its county."""
    code, county = _counties()[dice.below(len(_counties()))]
    house, estate = 1 + dice.below(998), ESTATES[dice.below(len(ESTATES))]
    text = f"{county}{STREETS[dice.below(len(STREETS))]}{house}号{estate}"
    text += f"{1 + dice.below(30)}栋{1 + dice.below(6)}单元{101 + dice.below(900)}室"
    return text, f"{code[:4]}{house % 20:02d}", code


def _other_name(row: Row, dice: _Dice) -> None:
    name = row[0]
    places = [place for place in range(1, len(name)) if name[place] in LIKE]
    if "·" in name:
        row[0] = name.replace("·", ("•", "・", ".", "")[dice.below(4)])
    elif places:
        place = places[dice.below(len(places))]
        row[0] = name[:place] + LIKE[name[place]] + name[place + 1 :]
    else:
        row[0] = _converter().convert(name) if name else name


@cache
def _converter() -> OpenCC:
    return OpenCC("s2t")


def _digit(column: int) -> Callable[[Row, _Dice], None]:
    def change(row: Row, dice: _Dice) -> None:
        text = row[column]
        if len(text) < 8:
            return
        place = 3 + dice.below(len(text) - 4)
        if dice.share() < 0.5:
            row[column] = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        elif text[place].isdigit():
            row[column] = text[:place] + str((int(text[place]) + 1 + dice.below(8)) % 10) + text[place + 1 :]

    return change


def _empty(row: Row, dice: _Dice) -> None:
    row[(1, 2, 2, 3, 3, 3, 4, 4, 5, 6)[dice.below(10)]] = ""


def _old_number(row: Row, _: _Dice) -> None:
    if len(row[3]) == 18:
        row[3] = row[3][:6] + row[3][8:17]


def _birth(row: Row, dice: _Dice) -> None:
    if row[2].count("-") != 2:
        return
    year, month, day = row[2].split("-")
    if dice.share() < 0.4 and int(day) <= 12:
        row[2] = f"{year}-{day}-{month}"
    else:
        row[2] = f"{int(year) + (-1, 1, 10)[dice.below(3)]}-{month}-{day}"


def _moved(row: Row, dice: _Dice) -> None:
    row[5], row[6], _ = _home(dice)


def _other_phone(row: Row, dice: _Dice) -> None:
    row[4] = f"15{dice.below(10**9):09d}"


def _short_address(row: Row, dice: _Dice) -> None:
    text = row[5]
    for end in ("自治区", "省", "市"):
        if end in text[:12]:
            text = text[text.index(end) + len(end) :]
            break
    if dice.share() < 0.5:
        text = text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    row[5] = text.replace("栋", "幢") if dice.share() < 0.3 else text


#: Each as often as its number of a hundred.
_ERRORS: tuple[tuple[Callable[[Row, _Dice], None], int], ...] = (
    (_other_name, 17), (_digit(3), 10), (_digit(4), 8), (_empty, 20), (_old_number, 6), (_birth, 8), (_moved, 9),
    (_other_phone, 10), (_short_address, 12),
)  # fmt: skip
_DRAWN = [error for error, share in _ERRORS for _ in range(share)]


def _again(row: Row, dice: _Dice) -> Row:
    """Return a second record of a person, with errors."""
    second = list(row)
    for _ in range(1 + dice.below(3)):
        _DRAWN[dice.below(len(_DRAWN))](second, dice)
    if dice.share() < 0.1:
        second[2] = second[2].replace("-", "/")
    return second
