"""``keyuan forecast calls``: calls per interval of the days to come, from a file of the past (ANA-14)."""

import re
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from django.core.management.base import BaseCommand

from keyuan.analytics.drivers.arguments import day, require_writable
from keyuan.analytics.drivers.calls import USUAL, columns_of
from keyuan.analytics.drivers.tables import dates_of, numbers_of, read_table
from keyuan.analytics.rules.calls.judging import HORIZONS, Judged
from keyuan.analytics.rules.calls.report import report_of
from keyuan.analytics.rules.calls.running import Outcome, run
from keyuan.analytics.rules.calls.series import build_series
from keyuan.analytics.rules.calls.staffing import manned, targets_of
from keyuan.analytics.rules.reporting import saving
from keyuan.analytics.rules.reporting.circumstances import Stopwatch
from keyuan.analytics.rules.reporting.texts import LANGUAGES
from keyuan.analytics.rules.staffing.erlang import Targets

DAY = re.compile(r"\d{4}[-/.]?\d\d?[-/.]?\d\d?")


def read_holidays(path: Path | None) -> dict[date, str]:
    """Return the names of holidays by day, from lines of a day and, where given, a name; a header is allowed."""
    if path is None:
        return {}
    rows = read_table(path, has_header=False)
    if not DAY.fullmatch(str(rows["c1"].iloc[0]).strip()):
        rows = rows.iloc[1:]
    names = rows["c2"].fillna("holiday").astype(str) if "c2" in rows else ["holiday"] * len(rows)
    return {day.date(): name for day, name in zip(dates_of(rows, "c1"), names, strict=True)}


class Command(BaseCommand):
    """Forecasts calls, and says how far such forecasts were off."""

    help = "Forecast calls per interval from a file of the past, with errors against two baselines."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare file, days and outputs."""
        calls = parser.add_subparsers(dest="what", required=True).add_parser("calls", help=self.help)
        calls.add_argument("--input", type=Path, required=True, help="calls per day and interval: CSV, TSV or Parquet")
        calls.add_argument("--train-until", type=day, required=True, metavar="DATE")
        calls.add_argument("--horizon", type=int, required=True, metavar="DAYS", help="days to forecast after that day")
        calls.add_argument("--holidays", type=Path, help="days that are holidays, one a line: date, and a name if any")
        calls.add_argument("--out", type=Path, required=True, help="written here: date, interval, calls (CSV)")
        calls.add_argument(
            "--report", type=Path, metavar="STEM", help="STEM.json and STEM.html (default: beside --out)"
        )
        calls.add_argument("--language", choices=LANGUAGES, default="zh-hans", help="language of the HTML report")
        plan = calls.add_argument_group("staffing", "agents for each interval, by Erlang C")
        plan.add_argument(
            "--staffing", type=Path, metavar="FILE", help="written here: agents and staff by interval (CSV)"
        )
        plan.add_argument("--aht", type=float, default=180.0, metavar="SECONDS", help="mean handling time (180)")
        plan.add_argument("--service-level", type=float, default=0.8, metavar="SHARE", help="answered in time (0.8)")
        plan.add_argument("--answer-within", type=float, default=20.0, metavar="SECONDS", help="what is in time (20)")
        plan.add_argument("--shrinkage", type=float, default=0.3, metavar="SHARE", help="paid time not on calls (0.3)")
        for role in USUAL:
            calls.add_argument(f"--{role}", default="", metavar="COL", help=f"column of the {role}")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, forecast, write, report."""
        watch = Stopwatch()
        targets = targets_of(
            share=options["service_level"],
            seconds=options["answer_within"],
            shrinkage=options["shrinkage"],
            handling_seconds=options["aht"],
        )
        stem = options["report"] or options["out"].with_name(f"{options['out'].stem}-report")
        plans = [options["staffing"]] if options["staffing"] else []
        require_writable(options["out"], *plans, *saving.files_of(stem))
        frame = read_table(options["input"])
        columns = columns_of(frame, {role: options[role] for role in USUAL})
        calls = numbers_of(frame, columns["calls"])
        series = build_series(dates_of(frame, columns["date"]), frame[columns["interval"]], calls)
        holidays = read_holidays(options["holidays"])
        outcome = run(series, options["train_until"], options["horizon"], holidays)
        self._write(outcome, options["out"])
        if options["staffing"]:
            self._plan(outcome, options["staffing"], options["aht"], targets)
        report = report_of(outcome, watch.facts([options["input"]]))
        written = saving.write(report, stem, language=options["language"])
        for warning in report.warnings:
            self.stderr.write(warning.en)
        for name, judged in (("rolling origin", outcome.rolling), ("after training", outcome.held_out)):
            self._say(name, judged)
        self.stdout.write(f"{options['out']}, {written[0]}, {written[1]}: {watch.seconds} s")

    def _write(self, outcome: Outcome, path: Path) -> None:
        days = [outcome.until + timedelta(days=ahead + 1) for ahead in range(len(outcome.written))]
        rows = pd.DataFrame(outcome.written, index=[day.isoformat() for day in days], columns=outcome.series.intervals)
        long = rows.rename_axis("date").reset_index().melt("date", var_name="interval", value_name="calls")
        long["order"] = long["interval"].map({name: place for place, name in enumerate(outcome.series.intervals)})
        long = long.sort_values(["date", "order"], kind="stable").drop(columns="order")
        long["calls"] = long["calls"].round(4)
        long.to_csv(path, index=False)

    def _plan(self, outcome: Outcome, path: Path, handling_seconds: float, targets: Targets) -> None:
        rows = [
            {
                "date": one.day.isoformat(),
                "interval": one.interval,
                "calls": round(one.calls, 4),
                "agents": one.need.queue.agents,
                "service_level": round(one.need.queue.service_level, 4),
                "mean_wait": round(one.need.queue.mean_wait, 2),
                "occupancy": round(one.need.queue.occupancy, 4),
                "staff": one.need.staff,
            }
            for one in manned(outcome, handling_seconds, targets)
        ]
        pd.DataFrame(rows).to_csv(path, index=False)

    def _say(self, name: str, judged: Judged | None) -> None:
        if judged is None:
            return
        reach = len(judged.tallies["forecast"].calls)
        for way, tally in judged.tallies.items():
            figures = "  ".join(f"{days:>2} d {tally.wape(days):.4f}" for days in HORIZONS if days <= reach)
            self.stdout.write(f"{name:<15} WAPE {way:<12} {figures}")
