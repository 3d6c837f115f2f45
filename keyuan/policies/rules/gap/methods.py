"""The sums behind protection gaps, exact to the fen (domain.md §H). Money in fen, rates in basis points.

Fractions, not floats: a result is printed, kept and compared, and has to come out the same on every machine.
"""

from collections.abc import Iterable
from fractions import Fraction

WHOLE_BP = 10_000


def to_fen(exact: Fraction) -> int:
    """Return an exact amount rounded half up to the fen."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def share(amount: int, bp: int) -> int:
    """Return ``bp`` basis points of an amount."""
    return to_fen(Fraction(amount * bp, WHOLE_BP))


def present_value(yearly: int, years: int, *, return_bp: int, growth_bp: int) -> int:
    """Return what ``years`` yearly payments are worth today, the first one a year on, each grown by ``growth_bp``.

    ``E·[1 − ((1+g)/(1+r))^n]/(r−g)``, and ``E·n/(1+r)`` where return and growth are the same.
    """
    if years <= 0 or yearly <= 0:
        return 0
    rate, growth = Fraction(return_bp, WHOLE_BP), Fraction(growth_bp, WHOLE_BP)
    if rate == growth:
        return to_fen(yearly * years / (1 + rate))
    return to_fen(yearly * (1 - ((1 + growth) / (1 + rate)) ** years) / (rate - growth))


def value_of_costs(costs: Iterable[int], *, return_bp: int, growth_bp: int) -> int:
    """Return what costs in today's prices are worth today: the first a year on, each dearer by ``growth_bp`` a year."""
    rate, growth = Fraction(return_bp, WHOLE_BP), Fraction(growth_bp, WHOLE_BP)
    exact = sum(
        (cost * (1 + growth) ** (year - 1) / (1 + rate) ** year for year, cost in enumerate(costs, start=1)), Fraction()
    )
    return to_fen(exact)


def double_ten(income: int, times: int = 10) -> int:
    """Return the sum by the rule of double ten (双十): ten times the yearly income."""
    return max(0, income) * times


def premium_ceiling(income: int, share_bp: int = 1_000) -> int:
    """Return what premiums should cost a year at most by the rule of double ten: a tenth of the income."""
    return share(max(0, income), share_bp)


def survivors_need(*, debts: int, living: int, education: int, parents: int, final: int, assets: int) -> int:
    """Return what survivors need beyond liquid assets, before any insurance (遗属需求法); never below 0."""
    return max(0, debts + living + education + parents + final - assets)


def human_life_value(income: int, own_consumption: int, years: int, *, return_bp: int, growth_bp: int) -> int:
    """Return the human life value (生命价值法): income beyond one's own consumption until the end of work, today."""
    return present_value(income - own_consumption, years, return_bp=return_bp, growth_bp=growth_bp)


def pension_need(target: int, expected: int, years: int) -> int:
    """Return what is missing in old age: (target − expected) × years, in today's prices."""
    return max(0, target - expected) * max(0, years)


def gap_of(need: int, cover: int) -> int:
    """Return what cover leaves open of a need; never below 0."""
    return max(0, need - cover)
