"""What changes of a contract cost or give: reinstatement, paid-up, extended term, smaller sum, frequency, wrong age.

Sources: domain.md §A.5 and §A.7; 保险法 32, 37; 解释三 8. Amounts in 分, rounded half up once at the end; sums insured
are rounded down to whole yuan, so that nobody is promised more than the value buys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.kernel.codes import PayMode
from keyuan.kernel.dates import completed_years
from keyuan.kernel.deadlines import deadline
from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, format_amount
from keyuan.policies.rules.values.defaults import ARREARS_RATE_BP, TERM_COST, WHOLE_BP
from keyuan.policies.rules.values.loans import Debt, interest
from keyuan.products.rules.pricing import half_up, modal_factor

YUAN = 100
MILLION = 1_000_000
REINSTATEMENT = deadline("DL-REINST")


@dataclass(frozen=True, slots=True)
class Arrears:
    """What a reinstatement costs: unpaid premiums, interest on them, and the debt that must be paid with it."""

    premiums: int
    interest: int
    debt: int = 0

    @property
    def total(self) -> int:
        """All together in 分."""
        return self.premiums + self.interest + self.debt


def reinstatement(
    dues: Sequence[tuple[date, int]],
    *,
    suspended_on: date,
    on: date,
    rate_bp: int = ARREARS_RATE_BP,
    overdrawn: int = 0,
) -> Arrears:
    """Return what brings a suspended contract back on ``on``: each (due day, amount) due by then, with interest.

    ``overdrawn`` is how far debt exceeds the cash value. Raises `Refused` values.reinstatement_over when the two years
    are over (保险法 37; ``last`` is the last day) and values.not_suspended before the suspension.
    """
    if on < suspended_on:
        raise Refused("values.not_suspended", field="on")
    if REINSTATEMENT.is_over(suspended_on, on):
        raise Refused("values.reinstatement_over", field="on", last=REINSTATEMENT.last_day(suspended_on).isoformat())
    owed = [(due_on, amount) for due_on, amount in dues if due_on <= on and amount > 0]
    return Arrears(
        sum(amount for _on, amount in owed),
        sum(interest(amount, rate_bp, due_on, on) for due_on, amount in owed),
        max(0, overdrawn),
    )


def reduced_paid_up(sum_insured: int, *, value: int, debt: Debt, paid: int, planned: int) -> int:
    """Return the sum of a reduced paid-up contract (减额交清), in whole yuan.

    Where no single premium is known (GK): the share of the premiums paid, by the part of the cash value that debt
    leaves. ``paid`` and ``planned`` are premiums in 分. Raises `Refused` values.nothing_left without net value.
    """
    net = value - debt.total
    if value <= 0 or net <= 0 or planned <= 0:
        raise Refused("values.nothing_left")
    return min(sum_insured, sum_insured * min(paid, planned) * net // (planned * value)) // YUAN * YUAN


def paid_up_by_rate(net_value: int, single_rate: int, base: int, sum_insured: int) -> int:
    """Return the sum that ``net_value`` buys at a single premium of ``single_rate`` for each ``base`` 分, whole yuan.

    Raises `Refused` values.nothing_left.
    """
    if net_value <= 0 or single_rate <= 0:
        raise Refused("values.nothing_left")
    return min(sum_insured, net_value * base // single_rate) // YUAN * YUAN


def yearly_cost(age: int, table: Sequence[tuple[int, int]] = TERM_COST) -> int:
    """Return the yearly cost of 1,000,000 分 of term cover at ``age`` in 分."""
    return next(cost for first, cost in reversed(table) if age >= first)


@dataclass(frozen=True, slots=True)
class Extended:
    """An extended term (展期): last day of cover, and what is left where the value outlasts the contract itself."""

    until: date
    left: int


def extended_term(
    sum_insured: int, net_value: int, *, birth_on: date, on: date, expires_on: date,
    costs_by_age: Sequence[tuple[int, int]] = TERM_COST,
) -> Extended:  # fmt: skip
    """Return how long the net cash value carries the whole sum from ``on`` as term cover (GK), day by day of cost.

    Never beyond ``expires_on``; what is left then stays with the holder. Raises `Refused` values.nothing_left where it
    does not pay a day.
    """
    left, day = net_value * MILLION * 365, on
    while day < expires_on:
        costs = sum_insured * yearly_cost(completed_years(birth_on, day), costs_by_age)
        # Birthdays change the cost: whole stretches up to the next one are taken at once.
        stretch = min((_next_birthday(birth_on, day) - day).days, (expires_on - day).days)
        days = min(stretch, left // costs) if costs > 0 else stretch
        left, day = left - days * costs, day + timedelta(days=days)
        if days < stretch:
            break
    if day == on:
        raise Refused("values.nothing_left")
    return Extended(day, left // (MILLION * 365) if day >= expires_on else 0)


def _next_birthday(birth_on: date, day: date) -> date:
    years = completed_years(birth_on, day) + 1
    try:
        return birth_on.replace(year=birth_on.year + years)
    except ValueError:
        return date(birth_on.year + years, 2, 28)


@dataclass(frozen=True, slots=True)
class SumDown:
    """A smaller sum: cash value of the part given up, and the premium from then on."""

    refund: int
    premium: int


def sum_down(sum_insured: int, new_sum: int, *, value: int, premium: int, least: int = 1) -> SumDown:
    """Return what a reduction of the sum (减保) pays, and the premium of what remains; both pro rata (GK).

    Raises `Refused` values.sum_range (field sum_insured) unless ``least`` <= new sum < present sum.
    """
    if not max(1, least) <= new_sum < sum_insured:
        raise Refused("values.sum_range", field="sum_insured", least=format_amount(Money(least)))
    given_up = sum_insured - new_sum
    return SumDown(half_up(value * given_up, sum_insured), half_up(premium * new_sum, sum_insured))


def modal_premium(annual: int, mode: str, factors: Mapping[str, int] | None = None) -> int:
    """Return the premium of one instalment from the yearly one: the factor of the product's table, else the default.

    Raises `Refused` rates.no_mode (field pay_mode).
    """
    return half_up(annual * modal_factor(mode, factors or {}), WHOLE_BP)


def mode_change(premium: int, mode: str, new_mode: str, factors: Mapping[str, int] | None = None) -> int:
    """Return the instalment under ``new_mode`` of a contract that pays ``premium`` under ``mode``; rounded once.

    Raises `Refused` rates.no_mode, and values.mode_single for a single premium either way (field pay_mode).
    """
    if PayMode.SINGLE in (mode, new_mode):
        raise Refused("values.mode_single", field="pay_mode")
    known = factors or {}
    return half_up(premium * modal_factor(new_mode, known), modal_factor(mode, known))


@dataclass(frozen=True, slots=True)
class Correction:
    """A wrong age or sex set right (保险法 32): ``due`` is collected, or ``back`` refunded.

    ``share`` is paid over due premium: the part of a benefit that falls due before the difference was collected.
    """

    due: int
    back: int
    share: tuple[int, int]


def correct(charged: int, true_premium: int, instalments: int) -> Correction:
    """Return what corrects ``instalments`` premiums charged at ``charged`` that should have been ``true_premium``.

    No interest either way (GK). Raises `Refused` values.no_premium where the true premium is not positive.
    """
    if true_premium <= 0:
        raise Refused("values.no_premium")
    difference = (true_premium - charged) * instalments
    share = (charged, true_premium) if charged < true_premium else (1, 1)
    return Correction(max(0, difference), max(0, -difference), share)


def reduced_benefit(benefit: int, correction: Correction) -> int:
    """Return what is paid of a benefit while premium is short: pro rata, half up (保险法 32)."""
    paid, due = correction.share
    return half_up(benefit * paid, due)


def check_age(age: int, limits: tuple[int | None, int | None], issued_on: date, on: date) -> str | None:
    """Return ``RESCINDABLE`` where the true age at issue lies outside the product's limits within two years of issue.

    Behind the two years the contract stands (保险法 32, 16): None, as for an age inside the limits.
    """
    low, high = limits
    if (low is None or age >= low) and (high is None or age <= high):
        return None
    return None if deadline("DL-RESCIND", "BAR").is_over(issued_on, on) else "RESCINDABLE"
