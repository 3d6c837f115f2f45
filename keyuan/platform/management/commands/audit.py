"""``keyuan audit verify``: proves that the audit trail is whole, or names what is not (PLT-6)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from keyuan.platform import clock
from keyuan.platform.audit.sealer import seal_all
from keyuan.platform.audit.verifier import verify_all
from keyuan.platform.wording import say_code


class Command(BaseCommand):
    """Verify or seal the audit trail."""

    help = "Verify the audit trail and name the first broken link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do."""
        parser.add_argument("act", choices=["verify", "seal"], help="verify the chain, or chain new events now")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Exit with 0 when the trail is whole, with 1 and the first breach when it is not."""
        if options["act"] == "seal":
            self.stdout.write(say_code("audit.sealed", {"count": seal_all(clock.now())}))
            return
        verdict = verify_all(clock.now(), self._progress)
        if verdict.breach is not None:
            breach = verdict.breach
            place = {"chain": breach.chain, "sequence": breach.sequence, "event": breach.event_id, "note": breach.note}
            raise CommandError(say_code(f"audit.breach.{breach.code}", place))
        self.stdout.write(say_code("audit.whole", {"links": verdict.links, "unsealed": verdict.unsealed}))

    def _progress(self, count: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{count:,}", ending="")
