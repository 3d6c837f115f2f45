"""``keyuan backup``: back up, prove copies again, list them (PLT-12)."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from keyuan.kernel.actor import Actor, system_actor
from keyuan.platform import clock
from keyuan.platform.backup import checking, ledger, running
from keyuan.platform.backup.config import LEAST_PLACES, Plan, load_plan
from keyuan.platform.backup.destinations import opened
from keyuan.platform.backup.faults import Flawed, Unreachable
from keyuan.platform.backup.fetching import names_at
from keyuan.platform.backup.hooks import after_restore
from keyuan.platform.backup.keys import ensure_keys, recovery_path
from keyuan.platform.models.backup_run import BackupCopy, BackupRun
from keyuan.platform.wording import say, say_code

ACTS = ("now", "verify", "list", "keys", "check", "restored")


class Command(BaseCommand):
    """Back the book up to every destination and prove each copy."""

    help = "Back up to every destination and prove each copy by restoring it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to do."""
        parser.add_argument(
            "act",
            nargs="?",
            choices=ACTS,
            default="now",
            help="now (default); verify copies again; list what the destinations hold; keys: say who can open backups;"
            " check: prove the book of this data folder; restored is said by keyuan restore",
        )
        parser.add_argument("--name", default="", help="the backup to verify; default: the newest")
        parser.add_argument("--to", dest="place", default="", help="only this destination")
        parser.add_argument("--recovery", type=Path, help="recovery key file, where it was moved to")
        parser.add_argument("--config", type=Path, help="file of destinations; default: KEYUAN_BACKUP_DESTINATIONS")
        parser.add_argument("--all-files", action="store_true", help="check: the whole vault must be here")
        parser.add_argument("--for", dest="person", type=int, help="id of the person who asked for it")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; exit with 1 when a copy is not proven."""
        getattr(self, f"_{options['act']}")(options)

    def _now(self, options: dict[str, Any]) -> None:
        # People's requests come first.
        os.nice(10)
        plan = load_plan(options["config"])
        if len(plan.places) < LEAST_PLACES:
            self.stderr.write(say_code("backup.few_places", {"count": len(plan.places), "least": LEAST_PLACES}))
        run = running.back_up(actor=_actor(options["person"]), plan=plan, say=self._say)
        self._report(run)
        if run.state != BackupRun.State.DONE:
            raise CommandError(say_code(run.error or "backup.not_all_proven", run.error_params))

    def _verify(self, options: dict[str, Any]) -> None:
        copies = running.verify_again(
            actor=_actor(options["person"]),
            plan=load_plan(options["config"]),
            name=options["name"],
            destination=options["place"],
            say=self._say,
            recovery_file=options["recovery"],
        )
        for copy in copies:
            self._line(copy)
        if not copies or any(copy.error for copy in copies):
            raise CommandError(say_code("backup.not_all_proven"))

    def _list(self, options: dict[str, Any]) -> None:
        plan: Plan = load_plan(options["config"])
        for place in plan.places:
            self.stdout.write(f"{place.name} ({place.kind})")
            try:
                with opened(place) as destination:
                    for name in names_at(destination):
                        self.stdout.write(f"  {name}")
            except Unreachable as error:
                self.stderr.write(f"  {say(error)}")

    def _keys(self, _options: dict[str, Any]) -> None:
        self.stdout.write(ensure_keys().recipient)
        here = "backup.recovery_here" if recovery_path().is_file() else "backup.recovery_away"
        self.stdout.write(say_code(here, {"path": recovery_path()}))

    def _check(self, options: dict[str, Any]) -> None:
        try:
            for finding in checking.check_book(clock.now(), all_files=options["all_files"]):
                self.stdout.write(json.dumps(finding))
        except Flawed as error:
            params = {key: str(value) for key, value in error.params.items()}
            self.stdout.write(json.dumps({"flaw": error.code, "params": params}))
            raise CommandError(say(error)) from error

    def _restored(self, options: dict[str, Any]) -> None:
        ledger.restored(system_actor("keyuan restore"), options["name"], clock.now())
        for act in after_restore:
            self.stdout.write(f"{act.key} {act.run(clock.now())}")

    def _say(self, stage: str) -> None:
        self.stdout.write(f"· {stage}")

    def _report(self, run: BackupRun) -> None:
        size, stored = filesizeformat(run.plain_bytes), filesizeformat(run.stored_bytes)
        self.stdout.write(f"{run.name}  {run.rows:,} rows  {size} -> {stored}  {run.file_count:,} files")
        for copy in run.copies.order_by("id"):
            self._line(copy)

    def _line(self, copy: BackupCopy) -> None:
        times = f"sent {copy.send_seconds:.1f} s, proven {copy.verify_seconds:.1f} s"
        self.stdout.write(f"  {copy.destination:<20} {copy.state:<9} {times}")
        if copy.error:
            self.stderr.write(f"  {copy.destination:<20} {say_code(copy.error, copy.error_params)}")


def _actor(person: int | None) -> Actor:
    return ledger.who(person) if person else system_actor("keyuan backup")
