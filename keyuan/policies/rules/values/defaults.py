"""Figures that a contract may set otherwise (GK): shares in basis points, amounts in 分."""

WHOLE_BP, PERCENT = 10_000, 100
#: Interest is reckoned by days of a year of 365, in leap years too (GK).
DAYS_A_YEAR = 365
#: A policy loan takes at most this share of the cash value, for at most so many months each time (domain.md §A.7).
LOAN_SHARE_BP, LOAN_MONTHS = 8_000, 6
#: Yearly interest on policy loans, on premium loans and on arrears of a reinstatement.
LOAN_RATE_BP = APL_RATE_BP = ARREARS_RATE_BP = 500
#: The document fee of a cancellation in cooling-off, and the most it may be (domain.md §A.3).
DOCUMENT_FEE, MOST_DOCUMENT_FEE = 1_000, 1_000
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
