"""When benefits fall due and how much they are, from the benefits of the product (POL-6; domain.md §A.7).

An income that begins in policy year n (unit Y) is paid on the n-th anniversary and each one after; one that begins at
an age (unit A) on the first anniversary on which the insured has completed it. A maturity benefit falls due on the last
day of cover. Dividends of participating products fall due on every anniversary (GK). Amounts in 分.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.kernel.dates import add_years, completed_years
from keyuan.products.rules.figures import BenefitFacts

SURVIVAL, ANNUITY, MATURITY, DIVIDEND = "SURVIVAL", "ANNUITY", "MATURITY", "DIVIDEND"
#: Code of the maturity benefit in the catalogue, and the one that dividends go by.
MATURITY_CODE, DIVIDEND_CODE = "MATURITY", "DIVIDEND"
#: How many days before it falls due a benefit is opened, so that people can be told.
LEADS = {SURVIVAL: 30, ANNUITY: 30, MATURITY: 90, DIVIDEND: 0}
MOST_LEAD = max(LEADS.values())
#: Days from the due day on which the payee is told, and how often afterwards while nobody collects (GK).
PROMPTS = {
    MATURITY: (-90, -30, 0, 30, 90, 180),
    SURVIVAL: (-30, 0, 30, 90, 180),
    ANNUITY: (-30, 0, 30, 90, 180),
    DIVIDEND: (0, 90),
}
AGAIN_EVERY = 180
#: A matured benefit that nobody collects is asked about for so long (民法典 188: three years, GK).
LAST_PROMPT = 1_095
MOST_ANNIVERSARIES = 110


@dataclass(frozen=True, slots=True)
class Cover:
    """What of a contract decides its benefits; ``birth_on`` is the insured's, None where unknown."""

    effective_on: date
    expires_on: date
    sum_insured: int
    is_annuity: bool = False
    is_participating: bool = False
    birth_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Falling:
    """One benefit on one day; ``number`` counts the payments of its code. A dividend's amount is known later: 0."""

    kind: str
    code: str
    number: int
    due_on: date
    amount: int


def falling(cover: Cover, benefits: Sequence[BenefitFacts], first: date, last: date) -> Iterator[Falling]:
    """Yield what falls due from ``first`` to ``last``, both included, in the order of the benefits."""
    if cover.ended_on is not None and cover.ended_on < cover.expires_on:
        last = min(last, cover.ended_on)
    for benefit in benefits:
        if benefit.code == MATURITY_CODE:
            if first <= cover.expires_on <= last and cover.expires_on.year < date.max.year:
                yield Falling(MATURITY, benefit.code, 1, cover.expires_on, benefit.worth(cover.sum_insured))
        elif benefit.is_income and benefit.income_from is not None:
            yield from _incomes(cover, benefit, first, last)
    if cover.is_participating:
        for year, on in _anniversaries(cover, first, last):
            yield Falling(DIVIDEND, DIVIDEND_CODE, year, on, 0)


def _incomes(cover: Cover, benefit: BenefitFacts, first: date, last: date) -> Iterator[Falling]:
    begins = first_year(cover, benefit)
    amount = benefit.worth(cover.sum_insured)
    if begins is None or amount <= 0:
        return
    kind = ANNUITY if cover.is_annuity else SURVIVAL
    for year, on in _anniversaries(cover, first, last):
        number = year - begins + 1
        if number >= 1 and (benefit.income_times is None or number <= benefit.income_times):
            yield Falling(kind, benefit.code, number, on, amount)


def first_year(cover: Cover, benefit: BenefitFacts) -> int | None:
    """Return the anniversary of an income's first payment; None where the insured's birth is not known."""
    begins = benefit.income_from or 1
    if benefit.income_from_unit != "A":
        return max(1, begins)
    born = cover.birth_on
    if born is None or born > cover.effective_on:
        return None
    entry = completed_years(born, cover.effective_on)
    # Age and policy year go up together, on different days: the anniversary decides.
    return max(1, begins - entry)


def _anniversaries(cover: Cover, first: date, last: date) -> Iterator[tuple[int, date]]:
    """Yield number and day of the anniversaries in a span, none behind the end of cover."""
    last = min(last, cover.expires_on)
    year = max(1, first.year - cover.effective_on.year)
    while year <= MOST_ANNIVERSARIES:
        on = add_years(cover.effective_on, year)
        if on > last:
            return
        if on >= first:
            yield year, on
        year += 1


def anniversary_days(first: date, last: date, oldest: int = 90) -> list[date]:
    """Return every day on which a contract can have begun that has an anniversary from ``first`` to ``last``.

    With 29 February beside the 28th of common years, as `add_years` counts.
    """
    found = set()
    day = first
    while day <= last:
        for years in range(1, oldest + 1):
            begun = add_years(day, -years)
            for one in (begun, begun + timedelta(days=1)):
                if add_years(one, years) == day:
                    found.add(one)
        day += timedelta(days=1)
    return sorted(found)


def next_prompt(kind: str, due_on: date, after: date | None) -> date | None:
    """Return the first day behind ``after`` (None: any) on which somebody is told; None when that is over."""
    for days in PROMPTS[kind]:
        on = due_on + timedelta(days=days)
        if after is None or on > after:
            return on
    if kind == DIVIDEND or after is None:
        return None
    last = PROMPTS[kind][-1]
    days = last + ((after - due_on).days - last) // AGAIN_EVERY * AGAIN_EVERY + AGAIN_EVERY
    return due_on + timedelta(days=days) if days <= LAST_PROMPT else None
