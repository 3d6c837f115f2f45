"""``keyuan lapse backtest`` and ``keyuan forecast calls`` from file to file (issue 6, item 5; ANA-6, ANA-14)."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from keyuan.analytics.rules.calls.tests.test_calls import FIRST, HOLIDAYS, series
from keyuan.analytics.rules.lapse.tests import made
from keyuan.kernel.errors import Refused
from keyuan.platform.wording import say

UNTIL = FIRST + timedelta(days=155)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def told(*arguments: str) -> tuple[str, str]:
    """Run a command; return what it said and what it warned of."""
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def lapse(path: Path, *more: str, value: str = "surrender", first: str = "2007") -> tuple[str, str]:
    flags = "--issue issue --duration quarters --duration-unit quarters --event cause --observed-until 2010-05-31"
    years = ["--event-value", value, "--first", first, "--last", "2007", "--max-rows", "4000"]
    return told("lapse", "backtest", "--input", str(path), *flags.split(), *years, *more)


def test_a_lapse_backtest_writes_what_it_found_and_names_columns_of_the_exit(tmp_path: Path) -> None:
    table = made.frame(1500)
    table["DJIA"] = table["quarters"]
    table["flag"] = (table["cause"] == "surrender").astype(int)
    path = tmp_path / "policies.tsv"
    table.to_csv(path, sep="\t", index=False)

    said, warned = lapse(path, "--drop", "DJIA", "--report", str(tmp_path / "report"))

    report = json.loads((tmp_path / "report.json").read_text())
    assert "The column flag looks known only at exit and was left out" in warned
    assert report["facts"]["features"] == "frequency, premium"
    assert report["facts"]["dropped"] == "DJIA"
    assert [row["year"] for row in report["sections"]["years"]["years"]] == ["2007"]
    assert f"mean  AUC {report['facts']['auc_mean']:.4f}" in said
    ways = [row["way"] for row in report["sections"]["ways"]["ways"]]
    assert {"chosen", "baseline: plain logistic", "baseline: default boosting"} < set(ways)
    assert sum(row["count"] for row in report["sections"]["calibration"]["calibration"]) > 100
    assert "退保回测" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize(
    "change, said",
    [
        ({"value": "Surrender"}, "No row has Surrender in the column cause. It holds: death, in-force, surrender."),
        ({"first": "1999"}, "Before 1999 too few years have closed to learn from."),
    ],
)
def test_what_cannot_be_judged_is_refused_in_a_sentence(tmp_path: Path, change: dict[str, str], said: str) -> None:
    path = tmp_path / "policies.csv"
    made.frame(300).to_csv(path, index=False)

    with pytest.raises(Refused) as refused:
        lapse(path, **change)

    assert say(refused.value).startswith(said)


@pytest.mark.parametrize("more, said", [
    (("--first", "-5"), "Before -5 too few years have closed"),
    (("--last", "99999"), "The year 99999 cannot be judged"),
    (("--report", "."), "is a folder. Name a file."),
])  # fmt: skip
def test_years_beyond_the_calendar_and_a_folder_as_report_are_refused(
    tmp_path: Path, more: tuple[str, str], said: str
) -> None:
    made.frame(300).to_csv(tmp_path / "policies.csv", index=False)
    (tmp_path / "report.json").mkdir()
    flag, value = more

    with pytest.raises(Refused) as refused:
        lapse(tmp_path / "policies.csv", flag, str(tmp_path / "report") if flag == "--report" else value)

    assert said in say(refused.value)


@pytest.mark.parametrize("command", [
    "lapse backtest --input a --issue i --duration d --duration-unit years --event e --observed-until 9",
    "forecast calls --input a --horizon 1 --out b --train-until tomorrow", "night --date 31.12.2020",
    "propensity fit --train a --target t --model m --repeats -1",
    "propensity fit --train a --target t --model m --seed x",
])  # fmt: skip
def test_a_wrong_day_or_number_on_the_line_is_told_in_a_sentence(command: str) -> None:
    with pytest.raises(CommandError, match=r"write it as 2010-05-31|is no whole number from 0 on"):
        told(*command.split())


def calls_file(path: Path) -> Path:
    """Write the made-up calls as day, interval, number."""
    made_up = series()
    rows = [
        (day.isoformat(), interval, calls)
        for day, row in zip(made_up.days, made_up.calls, strict=True)
        for interval, calls in zip(made_up.intervals, row, strict=True)
    ]
    pd.DataFrame(rows, columns=["date", "bin", "calls"]).to_parquet(path)
    return path


def forecast(path: Path, out: Path, until: date, *more: str) -> tuple[str, str]:
    flags = ["--train-until", until.isoformat(), "--horizon", "10", "--out", str(out)]
    return told("forecast", "calls", "--input", str(path), *flags, *more)


def test_a_forecast_has_a_row_for_each_interval_and_says_how_far_it_was_off(tmp_path: Path) -> None:
    holidays = tmp_path / "holidays.csv"
    holidays.write_text("day,name\n" + "".join(f"{day.isoformat()},{name}\n" for day, name in HOLIDAYS.items()))
    out = tmp_path / "out.csv"

    plan = ["--staffing", str(tmp_path / "agents.csv"), "--aht", "300"]
    said, _ = forecast(calls_file(tmp_path / "calls.parquet"), out, UNTIL, "--holidays", str(holidays), *plan)

    table = pd.read_csv(out)
    assert table.columns.tolist() == ["date", "interval", "calls"]
    assert len(table) == 10 * 12
    assert table["date"].iloc[0] == (UNTIL + timedelta(days=1)).isoformat()
    assert table["interval"].head(12).tolist() == list(range(12))
    report = json.loads((tmp_path / "out-report.json").read_text())
    rolling = report["sections"]["rolling"]["rolling_wape"]
    assert [row["way"] for row in rolling[:3]] == ["this forecast", "same weekday of last week", "mean of eight weeks"]
    assert rolling[0]["wape_7"] < min(rolling[1]["wape_7"], rolling[2]["wape_7"])
    assert len(report["sections"]["days"]["days"]) == 10
    assert said.count("after training") == 3
    agents = pd.read_csv(tmp_path / "agents.csv")
    assert len(agents) == 10 * 12
    # Two hours hold 7,200 seconds: the load is calls × 300 ÷ 7,200, and nobody plans fewer agents than that.
    assert (agents["agents"] > agents["calls"] * 300 / 7200).all()
    assert (agents["service_level"] >= 0.8).all()
    assert (agents["staff"] >= agents["agents"] / 0.7 - 1e-9).all()


@pytest.mark.parametrize("target", [("--shrinkage", "1"), ("--aht", "nan"), ("--answer-within", "inf")])
def test_targets_that_nobody_can_meet_are_refused(tmp_path: Path, target: tuple[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        forecast(calls_file(tmp_path / "calls.parquet"), tmp_path / "out.csv", UNTIL, *target)

    assert say(refused.value).startswith("These targets cannot be met.")


@pytest.mark.parametrize("flag", ["--out", "--staffing"])
def test_a_folder_in_place_of_a_file_is_refused_before_anything_is_reckoned(tmp_path: Path, flag: str) -> None:
    with pytest.raises(Refused) as refused:
        forecast(tmp_path / "absent.csv", tmp_path / "out.csv", UNTIL, flag, str(tmp_path))

    assert say(refused.value) == f"{tmp_path} is a folder. Name a file."


def test_a_day_outside_the_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        forecast(calls_file(tmp_path / "calls.parquet"), tmp_path / "out.csv", date(2031, 1, 1))

    assert say(refused.value).startswith("2031-01-01 lies outside the file, which runs from 2021-01-04 to 2021-06-22.")
