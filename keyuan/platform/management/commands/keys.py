"""``keyuan keys``: rotate the data keys while the system serves, see how far it is, retire what is unused (PLT-7)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keyuan.kernel.actor import system_actor
from keyuan.platform.crypto import rotation
from keyuan.platform.crypto.keyring import ring
from keyuan.platform.jobs import TrackedJob
from keyuan.platform.jobs.here import work_off
from keyuan.platform.wording import say_code

ACTOR = system_actor("keyuan keys")


class Command(BaseCommand):
    """Rotate, show or retire data keys."""

    help = "Rotate the keys of sealed fields while the system serves."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("act", choices=["rotate", "status", "retire"])
        parser.add_argument("--here", action="store_true", help="seal anew in this process, not in a worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; exit with 1 when it is refused."""
        {"rotate": self._rotate, "status": self._status, "retire": self._retire}[options["act"]](options["here"])

    def _rotate(self, here: bool) -> None:
        job = rotation.rotate(actor=ACTOR)
        self.stdout.write(say_code("keys.rotation_started", {"version": job.params["version"], "job": job.pk}))
        if here:
            work_off(job)
            self.stdout.write(f"{job.done:,} / {job.total or 0:,}")
        if here and job.status != TrackedJob.Status.DONE:
            raise CommandError(say_code("keys.rotation_stopped", {"job": job.pk}))

    def _status(self, _here: bool) -> None:
        keys, used = ring(), rotation.usage()
        for version in sorted(keys.data_keys):
            mark = "*" if version == keys.current else " "
            self.stdout.write(f"{mark} {version:>3}  {used[version]:,}")
        for job in TrackedJob.objects.filter(kind=rotation.KIND).order_by("-id")[:1]:
            self.stdout.write(f"{job.get_status_display()} {job.done:,} / {job.total or 0:,}")

    def _retire(self, _here: bool) -> None:
        gone = rotation.retire(actor=ACTOR)
        self.stdout.write(say_code("keys.retired", {"versions": ", ".join(map(str, gone)) or "--"}))
