"""``keyuan linkage``: who stands twice in a file of persons, or in two files (CUS-8)."""

import json
import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from keyuan.customers.drivers.linkage.engine import link_files
from keyuan.customers.drivers.linkage.judging import judge, read_pattern
from keyuan.customers.drivers.linkage.reporting import lines_of, report_of
from keyuan.customers.drivers.linkage.session import session
from keyuan.customers.drivers.linkage.writing import check_target, write_groups, write_pairs
from keyuan.customers.forms import linkage_wording  # noqa: F401 - words what is refused here
from keyuan.customers.rules.linkage.config import Options, read_options
from keyuan.kernel.errors import Refused


def load_options(path: Path | None) -> Options:
    """Return the options of a TOML or JSON file. Raises Refused linkage.config_missing and .config_unreadable."""
    if path is None:
        return Options()
    if not path.is_file():
        raise Refused("linkage.config_missing", file=str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
        return read_options(json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text))
    except (UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused("linkage.config_unreadable", file=path.name, reason=str(error)) from None


class Command(BaseCommand):
    """Links the records of any person file; the model learns from the file itself."""

    help = "Find who stands twice in a file of persons, or in two, by probabilistic linkage (CSV, XLSX, Parquet)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare files and options."""
        parser.add_argument(
            "--input", type=Path, required=True, help="file of persons: .csv, .csv.gz, .xlsx or .parquet"
        )
        parser.add_argument(
            "--link", type=Path, help="second file: records of the first are linked with records of this one"
        )
        parser.add_argument(
            "--config", type=Path, help="TOML or JSON: what the columns hold, thresholds, limits; see docs/linkage.md"
        )
        parser.add_argument(
            "--out", type=Path, required=True, help="the records with cluster_id: .csv, .parquet or .xlsx"
        )
        parser.add_argument("--pairs", type=Path, help="also write the pairs with match weights and levels here")
        parser.add_argument("--report", type=Path, help="also write the whole report here, as JSON")
        parser.add_argument(
            "--truth", default="", metavar="COLUMN", help="column that names the person: report precision, recall, F1"
        )
        parser.add_argument(
            "--truth-pattern", default="", metavar="REGEX", help=r"takes the person out of it, such as rec-(\d+)-"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Link, write, report."""
        chosen = load_options(options["config"])
        pattern = read_pattern(options["truth_pattern"])
        for target in filter(None, (options["out"], options["pairs"])):
            check_target(target)
        paths = [path for path in (options["input"], options["link"]) if path]
        folder = Path(settings.VAR_DIR) / "linkage"
        with session(memory_limit=chosen.memory_limit, threads=chosen.threads, folder=folder) as connection:
            linkage = link_files(
                connection, paths, chosen, truth=options["truth"], folder=folder, say=self._say(options)
            )
            groups = write_groups(connection, linkage, options["out"])
            if options["pairs"]:
                write_pairs(connection, linkage, options["pairs"])
            score = judge(connection, linkage, options["truth"], pattern) if options["truth"] else None
        report = report_of(linkage, groups, score)
        if options["report"]:
            options["report"].write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        self.stdout.write("\n".join(lines_of(report)))

    def _say(self, options: dict[str, Any]) -> Any:
        return self.stderr.write if options["verbosity"] > 1 else lambda _: None
