"""``keyuan mart``: take a snapshot of the book in columns, list those that are kept (decision 21)."""

import os
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.mart import building, shelf


class Command(BaseCommand):
    """Take or list snapshots."""

    help = "Take a snapshot of the book for segments and analysis, or list those that are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("act", choices=("build", "list"), help="build a snapshot; list those that are kept")
        parser.add_argument("--date", type=date.fromisoformat, help="the day it is filed under, default: today")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it. Raises Refused ``mart.busy`` while another build runs, ``mart.future`` for a day to come."""
        if options["act"] == "list":
            return self._list()
        day = options["date"] or clock.today()
        if day > clock.today():
            raise Refused("mart.future", day=day.isoformat())
        # People's requests come first.
        os.nice(10)
        built = building.build(day=day, now=clock.now(), say=lambda key, rows: self._line(key, str(rows)))
        self._line(built.folder.name, f"{built.seconds} s")
        return None

    def _list(self) -> None:
        for one in shelf.snapshots():
            self._line(one.folder.name, f"{one.as_of:%Y-%m-%d %H:%M} {sum(one.rows.values())} {one.seconds} s")

    def _line(self, name: str, text: str) -> None:
        self.stdout.write(f"{name:<20} {text}")
