"""``keyuan propensity``: learn who buys from a file, and score another file (ANA-7)."""

from argparse import ArgumentParser
from math import isfinite
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from keyuan.analytics.drivers.arguments import at_least, require_writable
from keyuan.analytics.drivers.scored import write_scored
from keyuan.analytics.drivers.tables import require_columns, table_chunks, typed
from keyuan.analytics.rules.propensity import storing
from keyuan.analytics.rules.propensity.aligning import aligned
from keyuan.analytics.rules.propensity.findings import report_of
from keyuan.analytics.rules.propensity.fitting import Findings, Judgement, Settings, fit
from keyuan.analytics.rules.propensity.sampling import sample_of, thinned
from keyuan.analytics.rules.reporting import saving
from keyuan.analytics.rules.reporting.circumstances import Stopwatch, digest
from keyuan.analytics.rules.reporting.texts import LANGUAGES
from keyuan.kernel.errors import Refused

MOST_ROWS, LEAST_ROWS = 50_000, 500


class Command(BaseCommand):
    """Fits and uses propensity models on any analyst's file."""

    help = "Learn from a file who buys (fit), and score the rows of another (score): CSV, TSV or Parquet."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare both acts."""
        acts = parser.add_subparsers(dest="act", required=True)
        self._fit_arguments(acts.add_parser("fit", help="choose and fit a model by cross-validation on the file alone"))
        score = acts.add_parser("score", help="write a file's rows in order with a column score")
        score.add_argument("--model", type=Path, required=True, help="folder that fit wrote")
        score.add_argument("--input", type=Path, required=True, help="rows to score; may have the target or lack it")
        score.add_argument("--no-header", action="store_true", help="the first line is a row; columns are c1, c2, …")
        score.add_argument("--out", type=Path, required=True, help="new file: .csv, .tsv or .parquet")

    def _fit_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--train", type=Path, required=True, help="rows with known outcome")
        parser.add_argument("--target", required=True, metavar="COLUMN", help="column of two values: bought or not")
        parser.add_argument("--model", type=Path, required=True, help="folder to write the model and its report to")
        parser.add_argument("--no-header", action="store_true", help="the first line is a row; columns are c1, c2, …")
        parser.add_argument(
            "--group-duplicates", action="store_true", help="keep rows that are alike in all columns in one fold"
        )
        parser.add_argument("--drop", nargs="+", default=[], metavar="COLUMN", help="columns that must not be used")
        parser.add_argument("--positive", default="", metavar="VALUE", help="value of the target that means bought")
        parser.add_argument("--depth", type=float, default=0.2, help="share of rows that will be approached (0.2)")
        parser.add_argument(
            "--repeats", type=at_least(0), default=0, help="repeats of the folds (by the number of rows)"
        )
        parser.add_argument("--seed", type=at_least(0), default=1, help="same seed and file, same model")
        parser.add_argument("--max-rows", type=int, default=MOST_ROWS, help=f"rows learned from at most ({MOST_ROWS})")
        parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0], help="language of report.html")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Fit or score. Raises Refused table.* and propensity.*."""
        if options["act"] == "fit":
            self._fit(options)
        else:
            self._score(options)

    def _fit(self, options: dict[str, Any]) -> None:
        _check(options)
        storing.prepare(options["model"])
        watch, train, target = Stopwatch(), options["train"], options["target"]
        frame, seen = thinned(
            table_chunks(train, has_header=not options["no_header"]), options["max_rows"], options["seed"]
        )
        require_columns(frame, [target, *options["drop"]])
        columns = [str(name) for name in frame.columns]
        sample = sample_of(
            typed(frame.drop(columns=options["drop"])), target=target, positive=options["positive"],
            group_duplicates=options["group_duplicates"], rows_in_file=seen,
        )  # fmt: skip
        settings = Settings(options["depth"], options["seed"], options["repeats"])
        model, findings = fit(sample, settings, self.stderr.write)
        kept = storing.Kept(model, columns, target, not options["no_header"])
        storing.save(kept, options["model"], {"data": train.name, "data_sha256": digest(train), "rows": seen})
        report = report_of(findings, source=train.name, target=target, circumstances=watch.facts([train]))
        _data, page = saving.write(report, options["model"] / "report", language=options["language"])
        self.stdout.write(_told(findings, watch.seconds, page))

    def _score(self, options: dict[str, Any]) -> None:
        require_writable(options["out"])
        kept, named = storing.load(options["model"]), not options["no_header"]
        rows = write_scored(
            table_chunks(options["input"], has_header=named),
            lambda frame: kept.model.probability(aligned(frame, kept.columns, kept.target, named=named)),
            options["out"],
        )
        self.stdout.write(f"{rows} rows scored: {options['out']}")


def _check(options: dict[str, Any]) -> None:
    if not 0.01 <= options["depth"] <= 0.5:
        raise Refused("propensity.depth", depth=options["depth"])
    if options["max_rows"] < LEAST_ROWS:
        raise Refused("propensity.most_rows", least=LEAST_ROWS, given=options["max_rows"])


def _line(name: str, one: Judgement) -> str:
    # One repeat has no spread.
    spread = f" ± {one.captured_sd:.1%}" if isfinite(one.captured_sd) else ""
    return f"{name:<18} {one.captured:.1%}{spread}   AUC {one.area:.4f}"


def _told(findings: Findings, seconds: float, page: Path) -> str:
    blend, share = findings.blend, f"{findings.settings.depth:.0%}"
    weights = ", ".join(f"{key} {weight:.0%}" for key, weight in findings.weights.items())
    lines = [
        f"{'family':<18} buyers found in the best {share}, {findings.repeats} × 5 grouped folds",
        *(_line(key, one) for key, one in findings.judgements.items()),
        f"{_line('blend', blend)}   ({weights})",
        f"{seconds} s; {page}",
    ]
    return "\n".join(lines)
