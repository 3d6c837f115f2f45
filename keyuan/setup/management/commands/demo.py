"""``keyuan demo``: fill an empty database with a realistic insurer (decision 29)."""

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.mart import building
from keyuan.platform.mart import shelf as mart_shelf
from keyuan.setup.demo import opening
from keyuan.setup.demo.loading.progress import Progress
from keyuan.setup.demo.plan import Book

CUSTOMERS, SEED = 14_000, 1


class Command(BaseCommand):
    """Load a demo book."""

    help = "Load a demo book: a realistic Chinese insurer, the same for the same size, seed and day."
    # Migrations were run by whoever set this up; system checks read every page for nothing here.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take size, seed and day."""
        parser.add_argument("--customers", type=int, default=CUSTOMERS, help="how many customers (default 14000)")
        parser.add_argument("--seed", type=int, default=SEED, help="another seed is another insurer (default 1)")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, help="the book's present day, YYYY-MM-DD (default today)"
        )
        parser.add_argument("--replace", action="store_true", help="delete the book that is there first")
        parser.add_argument("--yes", action="store_true", help="do not ask before deleting")
        parser.add_argument("--workers", type=int, help="processes that make rows (default one a core, 0 none)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load the book and show who can sign in. Raises `Refused` when there is a book already."""
        shelf = opening.Shelf(Path(settings.VAR_DIR))
        book = Book(options["customers"], options["seed"], options["as_of"] or clock.today())
        if options["replace"] and not options["yes"] and not opening.may_load(shelf):
            self._confirm()
        headings = (_("Sign-ins of the demo book:"), _("Their password:"))
        text = opening.load_demo(
            book=book,
            shelf=shelf,
            replace=options["replace"],
            workers=options["workers"],
            progress=Progress(self._write, self.stderr.isatty()),
            headings=headings,
            now=clock.now(),
        )
        opening.fix_present(shelf, book, fixed=options["as_of"] is not None)
        mart_shelf.clear()
        building.build(day=book.as_of, now=clock.now())
        self.stdout.write(text)

    def _write(self, text: str) -> None:
        self.stderr.write(text, ending="")
        self.stderr.flush()

    def _confirm(self) -> None:
        """Ask before a book is deleted. Raises `Refused` for any answer but the one asked for."""
        self.stderr.write(_("This deletes every customer, policy and person of the present book."))
        self.stderr.write(_("Type “replace” to go on:"), ending=" ")
        if sys.stdin.readline().strip() != "replace":
            raise Refused("demo.not_confirmed")
