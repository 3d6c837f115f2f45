"""Figures that head office may settle otherwise (GK): shares and rates in basis points, amounts in 分."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from keyuan.kernel.errors import Refused

WHOLE_BP, PERCENT = 10_000, 100
#: Interest is reckoned by days of a year of 365, in leap years too (GK).
DAYS_A_YEAR = 365
#: A policy loan takes at most this share of the cash value, for at most so many months each time (domain.md §A.7).
LOAN_SHARE_BP, LOAN_MONTHS = 8_000, 6
#: Yearly interest on policy loans, on premium loans and on arrears of a reinstatement.
LOAN_RATE_BP = APL_RATE_BP = ARREARS_RATE_BP = 500
#: The most that the document fee of a cancellation in cooling-off may be (domain.md §A.3); `MoneyRules` settles it.
MOST_DOCUMENT_FEE = 1_000
#: Handling fee of a cancellation before property cover begins, as a share of the premium (保险法 54).
HANDLING_FEE_BP = 300
#: Part of a short personal cover's premium that is spent at once; the rest is refunded by days.
SHORT_EXPENSE_BP = 2_500
#: Yearly interest on dividends and benefits left to accumulate.
ACCUMULATION_RATE_BP = 200
#: Cash value as a share of the premiums paid at the end of each year, where no table tells; the last holds on.
FALLBACK_BP = (2_000, 3_000, 4_000, 5_000, 5_500, 6_000, 6_500, 7_000, 7_500, 8_000, 8_500, 9_000)
#: Yearly cost of 1,000,000 分 of term cover from this age on, for the extended term where no product says.
TERM_COST = ((0, 800), (30, 1_200), (40, 2_500), (50, 6_000), (60, 14_000), (70, 35_000), (80, 90_000))


@dataclass(frozen=True, slots=True)
class Terms:
    """What is settled for the values of contracts where product and contract say nothing."""

    loan_share_bp: int = LOAN_SHARE_BP
    loan_months: int = LOAN_MONTHS
    loan_rate_bp: int = LOAN_RATE_BP
    apl_rate_bp: int = APL_RATE_BP
    arrears_rate_bp: int = ARREARS_RATE_BP
    handling_fee_bp: int = HANDLING_FEE_BP
    short_expense_bp: int = SHORT_EXPENSE_BP
    accumulation_rate_bp: int = ACCUMULATION_RATE_BP
    fallback_bp: Sequence[int] = FALLBACK_BP
    term_cost: Sequence[tuple[int, int]] = TERM_COST


#: Name → the most it may be. A loan never takes the whole value, nor runs longer than six months (domain.md §A.7).
MOST = {
    "loan_share_bp": LOAN_SHARE_BP, "loan_months": LOAN_MONTHS, "loan_rate_bp": 2_400, "apl_rate_bp": 2_400,
    "arrears_rate_bp": 2_400, "handling_fee_bp": 1_000, "short_expense_bp": 5_000, "accumulation_rate_bp": 1_000,
}  # fmt: skip
MOST_YEARS, MOST_AGE = 60, 110


def check_terms(terms: Terms) -> None:
    """Raise `Refused` values.terms_range (field, ``least``, ``most``), values.terms_order for lists out of order."""
    for name, most in MOST.items():
        least = 1 if name == "loan_months" else 0
        if not least <= getattr(terms, name) <= most:
            shown = most if name == "loan_months" else f"{most / 100:g}"
            raise Refused("values.terms_range", field=name, least=least, most=shown)
    shares, costs = list(terms.fallback_bp), list(terms.term_cost)
    falls = any(later < earlier for earlier, later in pairwise(shares))
    if not 0 < len(shares) <= MOST_YEARS or falls or not 0 <= min(shares) <= max(shares) <= WHOLE_BP:
        raise Refused("values.terms_order", field="fallback_bp")
    ages = [age for age, _cost in costs]
    rises = ages == sorted(set(ages)) and ages[:1] == [0] and ages[-1] <= MOST_AGE
    if not rises or min(cost for _age, cost in costs) <= 0:
        raise Refused("values.terms_order", field="term_cost")
