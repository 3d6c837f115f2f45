"""Snapshots that know nothing of the future, and columns of the exit that are found (ANA-6; issue 6, items 3 and 5)."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from keyuan.analytics.rules.lapse.book import Book, day_number
from keyuan.analytics.rules.lapse.known import suspects
from keyuan.analytics.rules.lapse.measures import auc, calibration, lift
from keyuan.analytics.rules.lapse.models import CANDIDATES, fit
from keyuan.analytics.rules.lapse.rolling import Settings, backtest, choose, importance, spread
from keyuan.analytics.rules.lapse.snapshots import closed_days, counted, sample, snapshot
from keyuan.analytics.rules.lapse.tests import made
from keyuan.kernel.errors import Refused


@pytest.fixture(scope="module")
def book() -> Book:
    return made.book(made.frame())


def policies(*rows: tuple[str, str, str]) -> Book:
    """Return a book of (issue, end, cause)."""
    begin = pd.to_datetime(pd.Series([row[0] for row in rows]))
    end = pd.to_datetime(pd.Series([row[1] for row in rows]))
    table = pd.DataFrame({"issue": begin, "quarters": (end - begin).dt.days / (365.25 / 4)})
    table["cause"] = [row[2] for row in rows]
    table["frequency"] = ["monthly", "yearly"] * (len(rows) // 2) + ["yearly"] * (len(rows) % 2)
    return made.book(table)


def test_a_snapshot_holds_who_is_in_force_and_whom_it_happens_within_the_year() -> None:
    found = policies(
        ("2001-01-01", "2005-06-01", "surrender"),
        ("2001-01-01", "2005-06-01", "death"),
        ("2001-01-01", "2006-01-02", "surrender"),
        ("2005-01-01", "2005-06-01", "surrender"),
        ("2001-01-01", "2004-12-01", "surrender"),
        ("2004-12-01", "2010-05-31", "in-force"),
    )

    seen = snapshot(found, date(2005, 1, 1))

    assert seen.rows.tolist() == [0, 1, 2, 5]
    assert seen.happened.tolist() == [1, 0, 0, 0]
    assert seen.half_years.tolist() == [8, 8, 8, 0]


def test_only_windows_that_have_closed_are_learnt_from(book: Book) -> None:
    days = list(closed_days(book, date(2005, 1, 1)))

    assert days[:3] == [date(2004, 1, 1), date(2003, 7, 1), date(2003, 1, 1)]
    assert day_number(days[-1]) > book.issue.min()


def test_what_happens_later_changes_nothing_that_is_learnt() -> None:
    """The whole of an honest backtest: the future of the file may be anything."""
    table = made.frame(800)
    today = date(2005, 1, 1)
    later = (table["issue"] + pd.to_timedelta(table["quarters"] * 365.25 / 4, unit="D")) >= pd.Timestamp(today)
    other = table.copy()
    # Whoever still runs on that day dies, surrenders or stays in another way than before.
    running = (pd.Timestamp(made.UNTIL) - other["issue"]).dt.days / (365.25 / 4)
    other.loc[later, "cause"] = np.where(np.arange(later.sum()) % 2, "in-force", "surrender")
    other.loc[later, "quarters"] = np.where(other.loc[later, "cause"] == "in-force", running[later], running[later] - 1)

    learnt = [sample(made.book(one), today, half_life=3, max_rows=10_000, seed=1) for one in (table, other)]

    for name in ("codes", "happened", "weight"):
        assert np.array_equal(getattr(learnt[0], name), getattr(learnt[1], name))


def test_equal_rows_are_counted_with_their_weights() -> None:
    codes = np.array([[1, 2], [1, 2], [3, 4], [1, 2]], dtype=np.int16)

    found = counted(codes, np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0, 0.5, 1.0, 2.0]))

    rows = sorted(zip(found.codes.tolist(), found.happened, found.weight, strict=True))
    assert rows == [([1, 2], 0.0, 1.5), ([1, 2], 1.0, 2.0), ([3, 4], 1.0, 1.0)]


def planted(kind: str) -> pd.DataFrame:
    """Return the book with a column filled in at the end of a policy."""
    table = made.frame()
    draw = np.random.default_rng(3)
    ended = table["cause"] != "in-force"
    end = table["issue"] + pd.to_timedelta(table["quarters"] * 365.25 / 4, unit="D")
    columns = {
        "flag": (table["cause"] == "surrender").astype(int),
        "flag with errors": np.where(draw.random(len(table)) < 0.1, ~ended, ended).astype(int),
        "cause of death": np.where(table["cause"] == "death", "illness", "none"),
        "day of the end": end.where(ended),
        "index at the end": np.sin(day_numbers(end) / 300) + draw.normal(0, 0.05, len(table)),
        "premiums paid": np.floor(table["quarters"]),
    }
    return table.assign(planted=columns[kind])


def day_numbers(days: pd.Series) -> pd.Series:
    return (days - pd.Timestamp("1970-01-01")) / timedelta(days=1)


@pytest.mark.parametrize(
    "kind",
    ["flag", "flag with errors", "cause of death", "day of the end", "index at the end", "premiums paid"],
)
def test_a_column_known_only_at_exit_is_left_out(kind: str) -> None:
    found = suspects(made.book(planted(kind)))

    assert [(one.column, one.left_out) for one in found] == [("planted", True)]


def test_columns_known_at_issue_are_kept(book: Book) -> None:
    assert suspects(book) == []


def test_constant_columns_and_names_tell_nothing() -> None:
    table = made.frame(200).assign(currency="CNY", number=[f"P{place}" for place in range(200)])

    assert made.book(table).left_out == {"currency": "constant", "number": "names"}


def test_the_backtest_finds_what_drives_surrender_and_says_how_sure_it_is(book: Book) -> None:
    settings = Settings(2006, 2007, max_rows=8_000, draws=20, choosing=1)

    found = backtest(book, settings)
    deviations, mean = spread(found, settings)
    ranking = [name for name, _, _ in importance(book, found, settings, repeats=1)]

    assert [one.year for one in found.years] == [2006, 2007]
    assert all(one.auc() > 0.55 for one in found.years)
    assert all(one.lift() > 1 for one in found.years)
    assert all(0.005 < one < 0.06 for one in deviations)
    assert mean < max(deviations)
    assert ranking[0] == "frequency"
    assert [one.chosen for one in found.years] == [choose(found.tried, one.year, 1) for one in found.years]
    expected = np.mean([one.chance.mean() for one in found.years])
    assert expected == pytest.approx(np.mean([one.seen.happened.mean() for one in found.years]), abs=0.02)


def test_the_same_seed_gives_the_same_chances(book: Book) -> None:
    seen = snapshot(book, date(2006, 1, 1))

    again = [fit(book, CANDIDATES[3], date(2006, 1, 1), max_rows=5_000, seed=4).chance(book, seen) for _ in range(2)]

    assert np.array_equal(*again)


def test_absent_values_of_a_measure_are_a_bin_of_their_own_and_do_not_bend_its_curve() -> None:
    table = made.frame()
    poor = table["frequency"] == "monthly"
    table["income"] = np.where(poor, np.nan, np.random.default_rng(2).normal(size=len(table)))
    found = made.book(table.drop(columns=["frequency"]))
    today = date(2006, 1, 1)

    income = next(one for one in found.features if one.name == "income")
    fitted = fit(found, CANDIDATES[0], today, max_rows=20_000, seed=1)
    seen = snapshot(found, today)
    chance, is_absent = fitted.chance(found, seen), income.codes[seen.rows] == len(income.values) - 1

    assert np.array_equal(is_absent, poor.to_numpy()[seen.rows])
    assert chance[is_absent].mean() > 1.5 * chance[~is_absent].mean()


@pytest.mark.parametrize(
    "first, last, code",
    [
        (2007, 2006, "lapse.years"),
        (2008, 2010, "lapse.not_closed"),
        (1999, 2005, "lapse.too_early"),
    ],
)
def test_years_that_cannot_be_judged_are_refused(book: Book, first: int, last: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        backtest(book, Settings(first, last))

    assert refused.value.code == code


def test_a_negative_duration_is_named_by_its_row() -> None:
    table = made.frame(50)
    table.loc[7, "quarters"] = -1

    with pytest.raises(Refused) as refused:
        made.book(table)

    assert (refused.value.code, refused.value.params["row"]) == ("lapse.negative", 7)


def test_policies_issued_after_the_observation_are_in_no_snapshot_and_cannot_be_all() -> None:
    table = made.frame(50)
    table.loc[7, "issue"] = pd.Timestamp("2012-01-01")

    assert 5 not in snapshot(made.book(table), date(2010, 1, 1)).rows
    with pytest.raises(Refused) as refused:
        made.book(table.assign(issue=pd.Timestamp("2012-01-01")))
    assert refused.value.code == "lapse.not_issued"


def test_auc_lift_and_calibration_by_hand() -> None:
    happened, score = np.array([1.0, 0, 1, 0, 0]), np.array([0.9, 0.8, 0.8, 0.1, 0.2])

    assert auc(happened, score) == pytest.approx(5.5 / 6)
    assert auc(happened, score, np.ones(5)) == pytest.approx(5.5 / 6)
    assert auc(happened, score, np.array([0.0, 1, 1, 1, 1])) == pytest.approx(2.5 / 3)
    # Two of five are taken: the best one, and half of the two that tie.
    assert lift(happened, score, 0.4) == pytest.approx((1 + 0.5) / 2 / 0.4)
    assert [(one.count, one.observed) for one in calibration(happened, score, 2)] == [(3, 0.0), (2, 1.0)]
