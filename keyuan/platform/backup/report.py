"""What a drill would find: the last proven backup, its age and duration, and what stands in the way."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from keyuan.kernel.errors import Refused
from keyuan.platform.backup import keys
from keyuan.platform.backup.config import LEAST_PLACES, Place, Plan, load_plan
from keyuan.platform.models.backup_run import BackupCopy, BackupRun

Copy = BackupCopy.State


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """One destination: its newest copy, and its newest proven one."""

    name: str
    kind: str
    last: BackupCopy | None
    proven: BackupCopy | None
    on_same_disk: bool


@dataclass(frozen=True, slots=True)
class DrillReport:
    """How a restore would go, as far as it was tried.

    ``warnings`` are codes with sentences (``backup.warn.…``). ``is_late`` means that the last proven copy is missing
    or older than the plan allows.
    """

    places: tuple[PlaceReport, ...] = ()
    last_verified_at: datetime | None = None
    last_name: str = ""
    age: timedelta | None = None
    restore_seconds: float = 0
    backup_seconds: float = 0
    plain_bytes: int = 0
    stored_bytes: int = 0
    file_bytes: int = 0
    running: BackupRun | None = None
    last_run: BackupRun | None = None
    is_late: bool = True
    warnings: tuple[str, ...] = field(default=())


def drill_report(now: datetime) -> DrillReport:
    """Return the state of backups at ``now`` (the true present), in a handful of queries (PLT-12)."""
    try:
        plan, warnings = load_plan(), []
    except Refused:
        plan, warnings = Plan(), ["backup.warn.config"]
    proven = BackupCopy.objects.filter(verified_at__isnull=False).select_related("run").order_by("-run_id").first()
    last_run = BackupRun.objects.order_by("-started_at", "-id").first()
    places = tuple(_place(place) for place in plan.places)
    # The age of a backup is that of its data, not of its proof.
    age = now - proven.run.started_at if proven else None
    return DrillReport(
        places=places,
        last_verified_at=proven.verified_at if proven else None,
        last_name=proven.run.name if proven else "",
        age=age,
        restore_seconds=proven.verify_seconds if proven else 0,
        backup_seconds=proven.run.seconds if proven else 0,
        plain_bytes=proven.run.plain_bytes if proven else 0,
        stored_bytes=proven.run.stored_bytes if proven else 0,
        file_bytes=proven.run.file_bytes if proven else 0,
        running=last_run if last_run and last_run.state == BackupRun.State.RUNNING else None,
        last_run=last_run,
        is_late=age is None or age > plan.verified_within,
        warnings=tuple(warnings + _warnings(places, last_run)),
    )


def _warnings(places: tuple[PlaceReport, ...], last_run: BackupRun | None) -> list[str]:
    found = []
    if len(places) < LEAST_PLACES:
        found.append("backup.warn.few_places" if places else "backup.warn.no_place")
    if places and all(place.on_same_disk for place in places):
        found.append("backup.warn.same_disk")
    if places and keys.recovery_path().is_file():
        found.append("backup.warn.recovery_here")
    if last_run and last_run.state not in (BackupRun.State.DONE, BackupRun.State.RUNNING):
        found.append("backup.warn.last_failed")
    return found


def _place(place: Place) -> PlaceReport:
    copies = BackupCopy.objects.filter(destination=place.name).select_related("run")
    return PlaceReport(
        name=place.name,
        kind=place.kind,
        last=copies.order_by("-run_id").first(),
        proven=copies.filter(verified_at__isnull=False).order_by("-verified_at", "-id").first(),
        on_same_disk=place.kind == "folder" and _on_same_disk(Path(place.options["path"])),
    )


def _on_same_disk(path: Path) -> bool:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path.stat().st_dev == Path(settings.VAR_DIR).stat().st_dev
