"""``keyuan import``: the same import as in the browser, for operators (PLT-9)."""  # noqa: N999 - the command's name

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.imports import inline, lifecycle
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.mappings import FileMapping, from_json
from keyuan.platform.imports.remembering import fitting_mappings, known_mapping
from keyuan.platform.imports.reports import control_sums, error_file, first_reasons
from keyuan.platform.imports.targets import placement_sources, targets
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.wording import say_code

BLOCK = 256 * 1024
#: Exit status when the import came to its end but refused some rows.
SOME_REFUSED = 3
UNOPENED = {
    FileNotFoundError: "import.file_missing",
    IsADirectoryError: "import.file_folder",
    PermissionError: "import.file_forbidden",
}


class Command(BaseCommand):
    """Imports one file and says what came of it."""

    help = "Import a file of customers, policies, payments or claims."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="CSV or TSV (plain or gzip) or XLSX")
        parser.add_argument("--target", choices=[target.key for target in targets], help="what is imported")
        parser.add_argument("--mapping", help="name of a saved or shipped mapping, or a JSON file")
        parser.add_argument("--unit", help="code of the unit that new records belong to")
        parser.add_argument("--dry-run", action="store_true", help="read and check only, write nothing")
        parser.add_argument("--all-or-nothing", action="store_true", help="write nothing when a row is refused")
        parser.add_argument(
            "--as", dest="staff_no", help="staff number of the person who imports; default: the operator"
        )
        parser.add_argument("--errors", type=Path, help="write the refused rows with their reasons to this file")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the import and report; exit status 3 when rows were refused."""
        actor = _actor(options["staff_no"])
        path: Path = options["file"]
        with _opened(path) as file:
            blocks = iter(lambda: file.read(BLOCK), b"")
            import_job = lifecycle.receive_file(actor=actor, name=path.name, blocks=blocks, now=clock.now())
        mapping = _mapping(import_job, options["mapping"], options["target"])
        mode = ImportJob.Mode.ALL_OR_NOTHING if options["all_or_nothing"] else ImportJob.Mode.KEEP_GOOD
        lifecycle.configure(actor=actor, import_id=import_job.pk, mapping=mapping, unit=options["unit"], mode=mode)
        begin = lifecycle.start_check if options["dry_run"] else lifecycle.start_import
        import_job = begin(actor=actor, import_id=import_job.pk)
        inline.run_here(import_job, self.stdout)
        import_job.refresh_from_db()
        self._report(import_job, options["errors"])

    def _report(self, import_job: ImportJob, errors: Path | None) -> None:
        write = self.stdout.write
        for name in ("rows_read", "created", "updated", "unchanged", "refused"):
            write(f"{name:<10} {getattr(import_job, name):>12,}")
        for name, number in sorted(import_job.extras.items()):
            write(f"{name:<10} {number:>12,}")
        for line in control_sums(import_job):
            write(
                f"{line.label} ({line.currency}): read {line.read}, taken {line.taken}, "
                f"repeated {line.repeated}, refused {line.refused}"
            )
        for reason in first_reasons(import_job, 10):
            write(f"  {reason.row_number}: {reason.field} {reason.text}")
        if import_job.refused and errors is not None:
            _name, _kind, blocks = error_file(import_job)
            with _opened(errors, "wb") as file:
                file.writelines(blocks)
        if import_job.failure:
            self.stderr.write(say_code(import_job.failure, import_job.failure_params))
            sys.exit(1)
        if import_job.stage not in (ImportJob.Stage.DONE, ImportJob.Stage.CHECKED):
            self.stderr.write(import_job.stage)
            sys.exit(1)
        if import_job.refused:
            sys.exit(SOME_REFUSED)


def _opened(path: Path, mode: str = "rb") -> IO[bytes]:
    """Open ``path``. Raises `Refused` that says why it cannot be: missing, a folder, no right, anything else."""
    try:
        return cast(IO[bytes], path.open(mode))
    except OSError as error:
        code = next((code for kind, code in UNOPENED.items() if isinstance(error, kind)), "import.file_unopened")
        raise Refused(code, path=path, why=error.strerror) from error


def _mapping_in(path: Path) -> FileMapping:
    """Return the mapping in a JSON file. Raises `Refused` when it cannot be opened or holds no such thing."""
    with _opened(path) as file:
        try:
            stored = json.load(file)
        except ValueError as error:
            raise Refused("import.mapping_no_json", path=path) from error
    if not isinstance(stored, dict):
        raise Refused("import.mapping_no_json", path=path)
    return from_json(stored)


def _actor(staff_no: str | None) -> Actor:
    if staff_no is None:
        return system_actor("operator")
    for source in placement_sources:
        actor = source.actor(staff_no, clock.now())
        if actor is not None:
            return actor
    raise Refused("import.actor_unknown", staff_no=staff_no)


def _mapping(import_job: ImportJob, name: str | None, target: str | None) -> FileMapping:
    """Return the mapping called ``name``, from a JSON file, or the one that fits the file's columns."""
    if name and Path(name).suffix == ".json":
        return _mapping_in(Path(name))
    if name:
        for key in [target] if target else [item.key for item in targets]:
            found = known_mapping(name, key)
            if found is not None:
                return found
        raise Refused("import.mapping_unknown", name=name)
    fitting = fitting_mappings(Layout.from_json(import_job.layout))
    chosen = [mapping for mapping in fitting if target in (None, mapping.target)]
    if not chosen:
        raise Refused("import.mapping_needed")
    return chosen[0]
