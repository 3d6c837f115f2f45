"""``keyuan clocks``: make the nights that are due, one night again, or compare one with what it would do again."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.jobs.here import work_off
from keyuan.platform.models import TrackedJob
from keyuan.policies.models import ClockRun
from keyuan.policies.services.clocks.comparing import start_comparison
from keyuan.policies.services.clocks.nightly import start_night, start_nights
from keyuan.policies.services.clocks.rewinding import start_rewinding

ACTOR = system_actor("keyuan clocks")


class Command(BaseCommand):
    """Run or compare the nightly clocks."""

    help = "Bring about what time alone does to policies: grace, suspension, maturity and the rest."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the night and what to do with it."""
        parser.add_argument("--date", type=date.fromisoformat, help="one night; default: all that are due up to today")
        parser.add_argument(
            "--replay",
            action="store_true",
            help="change nothing: work the night out again from the records known then and name the differences"
            " (status 1)",
        )

        parser.add_argument(
            "--set",
            action="store_true",
            help="work out for every contract when the clocks look at it next: after an upgrade that brings new clocks,"
            " after the days of a product were changed, after a book was loaded from outside",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; exit with 1 where a replay differs. Raises Refused for a night to come or one that never ran."""
        on = options["date"]
        if options["set"]:
            job = start_rewinding(actor=ACTOR)
            self._work_off(job)
            self.stdout.write(f"{job.result['changed']} of {job.result['looked']} changed")
            return
        if options["replay"]:
            self._compare(on or clock.today())
            return
        if on is None:
            job = start_nights(actor=ACTOR, today=clock.today())
        else:
            job = start_night(actor=ACTOR, on=on, now=clock.now())
        self._work_off(job)
        self._lines(job.result.get("counts", {}))

    def _compare(self, on: date) -> None:
        job = start_comparison(actor=ACTOR, on=on)
        self._work_off(job)
        run = ClockRun.objects.get(pk=job.result["run"])
        self._lines(run.counts)
        for row in run.report:
            side = "+" if row["again"] else "-"
            self.stdout.write(f"{side} policy {row['policy']:<12} {row['rule']:<16} {row['due_on']}")
        if run.differences:
            raise CommandError(f"{run.differences} differences")
        self.stdout.write("no differences")

    def _work_off(self, job: TrackedJob) -> None:
        work_off(job)
        if job.status != TrackedJob.Status.DONE:
            raise CommandError(job.error or str(job.status))

    def _lines(self, counts: dict[str, int]) -> None:
        for rule, number in sorted(counts.items()):
            self.stdout.write(f"{rule:<20} {number:>9}")
