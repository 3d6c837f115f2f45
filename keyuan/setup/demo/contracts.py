"""Contracts: lines cut into policies with their dates, terms and money."""

from dataclasses import dataclass

import numpy as np

from keyuan.setup.demo.days import FOREVER, NO_DAY, Bools, Ints, add_months
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.lines import DECLINED, MODE_MONTHS, PENDING, SINGLE, UNSAID, YEARLY, Lines
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.roll import Roll
from keyuan.setup.demo.table_premiums import priced_by_table, table_premiums
from keyuan.setup.demo.words.products import MOTOR_COMMERCIAL, MTPL, OFFERS

IS_LONG = np.array([offer.long for offer in OFFERS])
IS_GROUP = np.array([offer.code[0] in "GO" or offer.code == "P9002" for offer in OFFERS])
COVER_YEARS = np.array([offer.cover for offer in OFFERS], dtype=np.int64)
MEDIANS = np.array([offer.premium for offer in OFFERS], dtype=np.int64)
TIMES = np.array([offer.times for offer in OFFERS], dtype=np.int64)
COOLING_DAYS = np.array([15 if offer.long else 0 for offer in OFFERS], dtype=np.int64)
GRACE_DAYS = 60
#: What an instalment is of a year's premium, by mode; in basis points.
MODAL_BP = np.array([10_000, 880, 2_620, 5_200, 10_000], dtype=np.int64)
#: No-claim factor of a car by its year with us (domain.md §A.11).
NCD_BP = np.array([10_000, 8_000, 7_000, 6_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000], dtype=np.int64)


@dataclass(slots=True)
class Contracts:
    """Policies by position; a renewed line's years follow each other. Money in fen, dates as day numbers."""

    line: Ints
    year: Ints
    offer: Ints
    holder: Ints
    insured: Ints
    applied: Ints
    issued: Ints
    effective: Ints
    expires: Ints
    mode: Ints
    months: Ints
    pay_years: Ints
    instalments: Ints
    premium: Ints
    annual: Ints
    insured_sum: Ints
    receipt: Ints
    cooling_until: Ints

    @property
    def count(self) -> int:
        """How many policies there are."""
        return len(self.line)


def cover_end(effective: Ints, years: Ints) -> Ints:
    """Return the last day of cover: the day before the same-numbered day, or the month's last (`kernel.dates`)."""
    end = add_months(effective, 12 * years)
    same = add_months(end, -12 * years) == effective
    return np.where(years == 0, FOREVER, end - same)


def make_contracts(book: Book, lines: Lines, roll: Roll, draws: Draws) -> Contracts:
    """Return the policies of ``lines``, held by and insuring the people of ``roll``."""
    line = np.repeat(np.arange(lines.count), lines.years)
    firsts = np.concatenate(([0], np.cumsum(lines.years)[:-1])) if lines.count else np.zeros(0, dtype=np.int64)
    year = np.arange(len(line)) - firsts[line]
    offer, count = lines.offer[line], len(line)
    effective = add_months(lines.start[line], 12 * year)
    # A long contract takes effect the day after it is issued; a renewal is signed days before.
    issued = np.where(IS_LONG[offer], effective - 1, np.minimum(effective - draws.between(0, 9, count), book.today))
    applied = issued - np.where(year == 0, draws.between(0, 9, count), 0)
    pending = lines.fate[line] == PENDING
    applied = np.where(pending, np.minimum(effective, book.today), applied)
    mode, pay_years = _payment(lines, line, draws)
    months = MODE_MONTHS[mode]
    premium, annual = _premiums(lines, line, year, offer, mode, roll.income, draws)
    receipt = issued + draws.between(1, 8, count)
    known = lines.insured[line] >= 0
    births = np.where(known, roll.birth[lines.insured[line]], NO_DAY)
    told = (
        (receipt <= book.today)
        & draws.chance(0.985, count)
        & IS_LONG[offer]
        & ~pending
        & (lines.fate[line] != DECLINED)
    )
    receipt = np.where(told, receipt, NO_DAY)
    insured_sum = _sums(lines, line, offer, annual, draws)
    by_table = priced_by_table(offer, births) & (lines.premium[line] == UNSAID)
    of_table = table_premiums(offer, births, roll.sex[lines.insured[line]], effective, insured_sum)
    return Contracts(
        line=line,
        year=year,
        offer=offer,
        holder=lines.holder[line],
        insured=lines.insured[line],
        applied=applied,
        issued=np.where(pending | (lines.fate[line] == DECLINED), NO_DAY, issued),
        effective=effective,
        expires=cover_end(effective, COVER_YEARS[offer]),
        mode=mode,
        months=months,
        pay_years=pay_years,
        instalments=np.where(months > 0, pay_years * 12 // np.maximum(months, 1), 1),
        premium=np.where(by_table, of_table, premium),
        annual=np.where(by_table, of_table, annual),
        insured_sum=insured_sum,
        receipt=receipt,
        cooling_until=np.where(receipt == NO_DAY, NO_DAY, receipt + COOLING_DAYS[offer]),
    )


def _payment(lines: Lines, line: Ints, draws: Draws) -> tuple[Ints, Ints]:
    """Return mode and years of payment: mostly yearly, some monthly, some in one sum."""
    offer, count = lines.offer, lines.count
    mode = np.array([SINGLE, 1, 2, 3, YEARLY])[draws.pick((8, 7, 1.5, 1.5, 82), count)]
    place = draws.uniform(count)
    years = np.array(
        [
            OFFERS[number].pay[int(where * len(OFFERS[number].pay))] if OFFERS[number].pay else 0
            for number, where in zip(offer.tolist(), place.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    mode = np.where(lines.mode == UNSAID, mode, lines.mode)
    years = np.where(lines.pay_years == UNSAID, years, lines.pay_years)
    mode = np.where(years == 0, SINGLE, mode)
    return mode[line], np.where(mode == SINGLE, 0, years)[line]


def _premiums(
    lines: Lines, line: Ints, year: Ints, offer: Ints, mode: Ints, income: Ints, draws: Draws
) -> tuple[Ints, Ints]:
    """Return one instalment and a year's premium in fen."""
    means = np.clip(income[lines.holder] / 20_000_000, 0.35, 2.4)
    wealth = np.where(IS_LONG[lines.offer], means, 1.0)
    whole = np.round(draws.spread(MEDIANS[lines.offer], 0.42, lines.count) * wealth / 10) * 10
    yuan = np.maximum(30, whole)[line]
    motor = (offer == MTPL) | (offer == MOTOR_COMMERCIAL)
    yuan = np.where(offer == MTPL, 950, yuan) * np.where(motor, NCD_BP[np.minimum(year, 9)], 10_000) / 10_000
    fen = np.round(yuan * 100).astype(np.int64)
    single_long = (mode == SINGLE) & IS_LONG[offer] & (lines.pay_years[line] == UNSAID)
    fen = np.where(single_long & (np.array([bool(item.pay) for item in OFFERS])[offer]), fen * 3, fen)
    premium = fen * MODAL_BP[mode] // 10_000
    premium = np.where(lines.premium[line] == UNSAID, premium, lines.premium[line])
    months = MODE_MONTHS[mode]
    return premium, np.where(months > 0, premium * (12 // np.maximum(months, 1)), premium)


def _sums(lines: Lines, line: Ints, offer: Ints, annual: Ints, draws: Draws) -> Ints:
    """Return sums insured in fen: round figures near what the premium buys."""
    rough = annual // 100 * TIMES[offer] * (0.8 + 0.4 * draws.uniform(lines.count))[line]
    step = np.where(rough >= 400_000, 100_000, 10_000)
    yuan = np.maximum(step, np.round(rough / step).astype(np.int64) * step)
    yuan = np.where(offer == MTPL, 200_000, yuan)
    return np.where(lines.insured_sum[line] == UNSAID, yuan * 100, lines.insured_sum[line])


def is_motor(offer: Ints) -> Bools:
    """Tell which offers insure a car."""
    return (offer == MTPL) | (offer == MOTOR_COMMERCIAL)
