"""``keyuan ledger check``: prove that every entry balances and that payments and ledger agree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keyuan.policies.services.ledger.checking import NAMED, entries_count, faults


class Command(BaseCommand):
    """Check the ledger of contracts."""

    help = "Prove the ledger of contracts: every entry balances, payments and ledger agree (status 1 if not)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument("act", choices=("check",))

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Check everything; exit with 1 where something does not agree."""
        count = 0
        for fault in faults():
            count += 1
            if count <= NAMED:
                self.stdout.write(f"{fault.code:<12} {fault.id:>12} said {fault.said} found {fault.found}")
        if count:
            raise CommandError(f"{count} faults")
        self.stdout.write(f"up to entry {entries_count()}: all entries balance, payments and ledger agree")
