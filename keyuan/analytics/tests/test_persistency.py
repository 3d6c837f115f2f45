"""Persistency by the exact definition and the worked cases of domain.md §A.10, in three cuts (ANA-10)."""

from datetime import date

import pyarrow as pa
import pytest

from keyuan.analytics.rules.persistency.measuring import persistency, premium_years
from keyuan.analytics.rules.persistency.ratios import Choice, accumulated, observed_from, ratio_of
from keyuan.analytics.testing import computed

INT, SMALL, TEXT, DAY = pa.int64(), pa.int32(), pa.string(), pa.date32()
PLACES = ("head_office_id", "branch_id", "sub_branch_id", "section_id", "team_id")
COHORTS = pa.schema([
    *((name, INT) for name in ("policy_id", "customer_id", "annual_premium", "servicing_agent_id")),
    *((name, SMALL) for name in (*PLACES, "grace_days", "pay_term")),
    *((name, TEXT) for name in ("product_kind", "sales_channel", "status", "termination_reason", "excluded",
                                "pay_term_unit")),
    *((name, DAY) for name in ("effective_on", "reinstated_on")),
])  # fmt: skip
LATER = pa.schema([
    ("policy_id", INT), ("policy_year", SMALL), ("due_on", DAY), ("paid_on", DAY), ("received", INT),
    ("by_loan", pa.bool_()),
])  # fmt: skip
APRIL, MAY, JUNE = date(2009, 4, 30), date(2009, 5, 31), date(2009, 6, 30)
IN_TIME = date(2010, 4, 30)


def sold(policy_id, premium, on=APRIL, **more):
    """A contract of ``premium`` yuan."""
    usual = {
        "policy_id": policy_id, "customer_id": policy_id, "annual_premium": premium * 100, "branch_id": 7,
        "sales_channel": "INDIVIDUAL", "excluded": "", "effective_on": on, "grace_days": 60,
    }  # fmt: skip
    return usual | more


def paid(policy_id, premium, on, *, due=IN_TIME, year=2, **more):
    """Its premium of a later year, received on a day."""
    return {
        "policy_id": policy_id, "policy_year": year, "due_on": due, "paid_on": on, "received": premium * 100,
        "by_loan": False,
    } | more  # fmt: skip


def cells(engine, folder, contracts, premiums, as_of=date(2010, 6, 29)):
    """Return the cells of the whole book, by cohort."""
    tables = {"cohorts": (COHORTS, contracts), "later_premiums": (LATER, premiums)}
    years = computed(premium_years, tables, folder, engine=engine, as_of=as_of)
    schema = pa.schema([
        *((name, INT) for name in ("policy_id", "customer_id", "months", "base", "due_base", "due_month", "first_grace",
                                   "grace_end", "by_loan", "reinstated")),
        *((name, SMALL) for name in PLACES), ("sales_channel", TEXT), ("cohort", DAY),
    ])  # fmt: skip
    added = computed(persistency, {"premium_years": (schema, years)}, folder, engine=engine, as_of=as_of)
    return [row for row in added if row["unit_id"] == 0], [row for row in added if row["unit_id"] == 7]


def test_successive_cohorts_accumulate_to_the_worked_ratios(engine, tmp_path):
    contracts = [sold(1, 9_000), sold(2, 1_000), sold(3, 5_000, MAY), sold(4, 10_000, JUNE)]
    premiums = [
        paid(1, 9_000, IN_TIME),
        paid(3, 5_000, date(2010, 5, 31), due=date(2010, 5, 31)),
        paid(4, 10_000, date(2010, 6, 30), due=date(2010, 6, 30)),
    ]

    book, branch = cells(engine, tmp_path, contracts, premiums, as_of=date(2010, 8, 29))

    ratios = [ratio_of(cell, Choice()) for cell in sorted(book, key=lambda row: row["cohort"])]
    totals = [(one.received // 100, one.base // 100) for one in accumulated(ratios)]
    assert totals == [(9_000, 10_000), (14_000, 15_000), (24_000, 25_000)]
    assert [round(one.share, 3) for one in accumulated(ratios)] == [0.9, 0.933, 0.96]
    assert [row["base"] for row in branch] == [row["base"] for row in book]


@pytest.mark.parametrize(
    "on, due_month, first_grace, grace_end",
    [
        (date(2010, 4, 30), 1, 1, 1),
        (date(2010, 5, 31), 0, 1, 1),
        (date(2010, 6, 1), 0, 0, 1),
        (date(2010, 6, 29), 0, 0, 1),
        (date(2010, 6, 30), 0, 0, 0),
    ],
)
def test_three_cuts_by_the_day_of_payment(engine, tmp_path, on, due_month, first_grace, grace_end):
    book, _branch = cells(engine, tmp_path, [sold(1, 100)], [paid(1, 100, on)])

    cell = book[0]
    assert (cell["due_month"], cell["first_grace"], cell["grace_end"]) == tuple(
        10_000 * part for part in (due_month, first_grace, grace_end)
    )


def test_loans_and_reinstated_contracts_count_where_the_reader_says_so(engine, tmp_path):
    contracts = [sold(1, 100), sold(2, 100, reinstated_on=date(2010, 12, 1)), sold(3, 200)]
    premiums = [
        paid(1, 100, date(2010, 6, 29), by_loan=True),
        paid(2, 100, date(2010, 12, 1)),
        paid(3, 200, date(2010, 12, 1)),
    ]

    book, _branch = cells(engine, tmp_path, contracts, premiums, as_of=date(2011, 1, 1))

    cell = book[0]
    assert ratio_of(cell, Choice()).share == 0
    assert ratio_of(cell, Choice(count_apl=True)).share == 0.25
    assert ratio_of(cell, Choice(count_apl=True, count_reinstated=True)).share == 0.5
    assert ratio_of(cell, Choice("due_month", count_apl=True)).share == 0


def test_what_does_not_count_is_out_on_both_sides(engine, tmp_path):
    contracts = [
        sold(1, 100, excluded="CLAIM"), sold(2, 100, pay_term=1, pay_term_unit="Y"), sold(3, 0, annual_premium=None),
        sold(4, 100, date(2009, 7, 1)), sold(5, 100, pay_term=60, pay_term_unit="A"),
    ]  # fmt: skip

    book, _branch = cells(engine, tmp_path, contracts, [])

    assert [(row["contracts"], row["base"], row["months"]) for row in book] == [(1, 10_000, 13)]


def test_the_25th_month_stands_over_the_first_year_or_over_what_was_due(engine, tmp_path):
    contracts = [sold(1, 100), sold(2, 100)]
    premiums = [paid(1, 100, IN_TIME), paid(1, 100, date(2011, 4, 30), due=date(2011, 4, 30), year=3)]

    book, _branch = cells(engine, tmp_path, contracts, premiums, as_of=date(2011, 7, 1))

    later = next(row for row in book if row["months"] == 25)
    assert ratio_of(later, Choice()).share == 0.5
    assert ratio_of(later, Choice(over_due=True)).share == 1


@pytest.mark.parametrize(
    "cut, day", [("due_month", date(2010, 5, 1)), ("first_grace", date(2010, 6, 1)), ("grace_end", date(2010, 6, 30))]
)
def test_april_business_is_complete_in_june_of_the_next_year(cut, day):
    assert observed_from(date(2009, 4, 1), 13, cut) == day
