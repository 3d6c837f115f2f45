"""``keyuan restore``: a book from a backup, on this machine or a new one (PLT-12)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.backup.config import Place, Plan, adhoc, load_plan
from keyuan.platform.backup.faults import Flawed, Unreachable
from keyuan.platform.backup.keys import read_recovery, recovery_path
from keyuan.platform.backup.restoring import available, check_target, restore
from keyuan.platform.wording import say, say_code


class Command(BaseCommand):
    """Restore a book from one of its backups."""

    help = "Restore a book from a backup; refuses to overwrite one without --replace."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which backup, from where, and where to."""
        parser.add_argument("name", nargs="?", default="", help="the backup; default: the newest there")
        parser.add_argument("--from", dest="place", help="a destination of the file, or a folder that holds backups")
        parser.add_argument("--config", type=Path, help="file of destinations; default: KEYUAN_BACKUP_DESTINATIONS")
        parser.add_argument("--recovery", type=Path, help="recovery key file; default: beside the key ring")
        parser.add_argument("--into", type=Path, help="data folder to make; default: KEYUAN_VAR")
        parser.add_argument("--replace", action="store_true", help="set the book that is there aside")
        parser.add_argument("--list", action="store_true", help="only list what can be restored")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore; exit with 1 when it is refused or the backup is not what was sent."""
        plan = load_plan(options["config"])
        places = _places(plan, options["place"])
        if options["list"]:
            self._list(places)
            return
        into: Path = (options["into"] or Path(settings.VAR_DIR)).resolve()
        try:
            # Before the key is asked for: nobody should carry it here in vain.
            check_target(into, replace=options["replace"])
            self._restore(places[0], into, options)
        except (Flawed, Unreachable) as error:
            raise CommandError(say(error)) from error

    def _restore(self, place: Place, into: Path, options: dict[str, Any]) -> None:
        contents = restore(
            place=place,
            name=options["name"],
            into=into,
            recovery=read_recovery(options["recovery"] or recovery_path()),
            replace=options["replace"],
            now=clock.wall(),
            note=self._note,
        )
        self.stdout.write(say_code("backup.restored", {"name": contents.name, "path": into}))

    def _list(self, places: list[Place]) -> None:
        for place in places:
            try:
                names = available(place)
            except Unreachable as error:
                self.stderr.write(say(error))
                continue
            self.stdout.write(f"{place.name} ({place.kind})")
            for name in names:
                self.stdout.write(f"  {name}")

    def _note(self, key: str, /, **facts: Any) -> None:
        self.stdout.write(f"· {key} " + " ".join(f"{name}={value}" for name, value in facts.items()))


def _places(plan: Plan, wanted: str | None) -> list[Place]:
    if wanted and ("/" in wanted or Path(wanted).is_dir()):
        return [adhoc(Path(wanted))]
    if wanted:
        return [plan.place(wanted)]
    if not plan.places:
        raise Refused("backup.no_destination")
    return list(plan.places)
