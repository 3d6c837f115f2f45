"""``keyuan night``: copy the book, compute what customers are worth, write it back, count figures (ANA-1)."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from keyuan.analytics.drivers.arguments import day
from keyuan.analytics.models import NightRun
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.analytics.services.night.starting import PROGRAM
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock

BAR = 28


class Command(BaseCommand):
    """Run the night of a day."""

    help = "Run the night: copy the book, compute features and scores, write them back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day."""
        parser.add_argument("--date", type=day, help="the day it is about, default: today")
        parser.add_argument("--again", action="store_true", help="do every step anew, on the same copy of the book")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run it. Raises Refused ``night.busy`` while another runs, ``night.no_snapshot`` for a day without a copy."""
        # People's requests come first.
        os.nice(10)
        ways = Ways(self._say, clock.now)
        day = options["date"] or clock.today()
        run = run_night(actor=system_actor(PROGRAM), day=day, ways=ways, again=options["again"])
        self._sum_up(run)

    def _say(self, label: Any, done: int, total: int) -> None:
        """Move the bar on a terminal; in a log a line for each step that ended."""
        ended = done >= total
        if self.stderr.isatty():
            filled = BAR * done // max(1, total)
            text = f"\r{label!s:<40}[{'#' * filled}{'.' * (BAR - filled)}] {done}/{total}"
            self.stderr.write(text, ending="\n" if ended else "")
        elif ended:
            self.stdout.write(f"{label}")

    def _sum_up(self, run: NightRun) -> None:
        for step in run.steps.order_by("place"):
            self.stdout.write(
                f"{step.key:<24}{step.rows_in:>12,} → {step.rows_out:>12,}{step.changed:>12,}{step.seconds:>9.1f} s"
            )
        self.stdout.write(f"{run.day} {run.status} {run.snapshot} {run.engine}")
