"""``keyuan lapse backtest``: who, in force on 1 January, ends within twelve months, judged on past years (ANA-6)."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from keyuan.analytics.drivers.arguments import at_least, day, require_writable
from keyuan.analytics.drivers.tables import dates_of, numbers_of, read_table, require_columns
from keyuan.analytics.rules.lapse.book import UNITS, Book, build_book
from keyuan.analytics.rules.lapse.known import Suspect, suspects
from keyuan.analytics.rules.lapse.report import Findings, report_of
from keyuan.analytics.rules.lapse.rolling import Settings, backtest, importance, spread
from keyuan.analytics.rules.reporting import saving
from keyuan.analytics.rules.reporting.circumstances import Stopwatch
from keyuan.analytics.rules.reporting.texts import LANGUAGES
from keyuan.kernel.errors import Refused


def read_book(options: dict[str, Any]) -> Book:
    """Return the book of the file. Raises Refused table.* and lapse.* with row, column and remedy."""
    frame = read_table(options["input"])
    required = [options["issue"], options["duration"], options["event"]]
    require_columns(frame, [*required, *options["drop"], *options["keep"]])
    return build_book(
        frame.drop(columns=[*required[:2], *(set(options["drop"]) - set(required))]),
        issue=dates_of(frame, options["issue"]),
        duration=numbers_of(frame, options["duration"]),
        unit=options["duration_unit"],
        event=options["event"],
        value=options["event_value"],
        until=options["observed_until"],
    )


def without_suspects(book: Book, keep: list[str]) -> tuple[Book, list[Suspect]]:
    """Return the book without columns that look known only at exit, and all that look so.

    Raises Refused lapse.no_features when nothing is left.
    """
    found = [replace(one, left_out=one.left_out and one.column not in keep) for one in suspects(book)]
    gone = {one.column for one in found if one.left_out}
    kept = [feature for feature in book.features if feature.name not in gone]
    if not kept:
        raise Refused("lapse.no_features", left_out=", ".join(sorted(gone | set(book.left_out))) or "-")
    return replace(book, features=kept), found


class Command(BaseCommand):
    """Judges models of lapse on past years of a file."""

    help = "Judge on past years who, in force on 1 January, lapses within twelve months, without looking ahead."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, what its columns are, and the years."""
        judge = parser.add_subparsers(dest="what", required=True).add_parser("backtest", help=self.help)
        judge.add_argument("--input", type=Path, required=True, help="one policy a row: CSV, TSV or Parquet")
        judge.add_argument("--issue", required=True, metavar="COL", help="day of issue")
        judge.add_argument("--duration", required=True, metavar="COL", help="from issue to the end, or to now")
        judge.add_argument("--duration-unit", choices=tuple(UNITS), required=True)
        judge.add_argument("--event", required=True, metavar="COL", help="how the policy ended, or that it runs on")
        judge.add_argument("--event-value", required=True, metavar="V", help="what that column says of the event")
        judge.add_argument("--observed-until", type=day, required=True, metavar="DATE")
        judge.add_argument("--first", type=int, required=True, metavar="YEAR", help="first year that is judged")
        judge.add_argument("--last", type=int, required=True, metavar="YEAR")
        judge.add_argument(
            "--drop", nargs="+", action="extend", default=[], metavar="COL", help="not to be learnt from"
        )
        judge.add_argument(
            "--keep",
            nargs="+",
            action="extend",
            default=[],
            metavar="COL",
            help="known at the snapshot, suspect or not",
        )
        judge.add_argument("--seed", type=at_least(0), default=20)
        judge.add_argument("--max-rows", type=at_least(1), default=400_000, help="most rows of one training")
        judge.add_argument("--report", type=Path, default=Path("lapse-backtest"), metavar="STEM")
        judge.add_argument("--language", choices=LANGUAGES, default="zh-hans", help="language of the HTML report")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, look for columns of the exit, judge, report."""
        watch = Stopwatch()
        require_writable(*saving.files_of(options["report"]))
        settings = Settings(options["first"], options["last"], seed=options["seed"], max_rows=options["max_rows"])
        book, suspicious = without_suspects(read_book(options), options["keep"])
        judged = backtest(book, settings, self.stderr.write)
        deviations, mean_deviation = spread(judged, settings)
        found = Findings(
            book=book,
            settings=settings,
            backtest=judged,
            suspects=suspicious,
            dropped=options["drop"],
            deviations=deviations,
            mean_deviation=mean_deviation,
            importance=list(importance(book, judged, settings)),
        )
        report = report_of(found, watch.facts([options["input"]]))
        written = saving.write(report, options["report"], language=options["language"])
        for warning in report.warnings:
            self.stderr.write(warning.en)
        for one, deviation in zip(judged.years, deviations, strict=True):
            self.stdout.write(
                f"{one.year}  AUC {one.auc():.4f} ± {deviation:.4f}  lift at 10 % {one.lift():.3f}  {one.chosen}"
            )
        self.stdout.write(f"mean  AUC {found.mean_auc:.4f} ± {mean_deviation:.4f}  lift at 10 % {found.mean_lift:.3f}")
        self.stdout.write(f"{written[0]}, {written[1]}: {watch.seconds} s")
