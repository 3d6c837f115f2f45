"""Reads of imports: one's own, and all for those who watch the jobs."""

from django.db.models import Count, Min, QuerySet

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.imports.mappings import FileMapping, from_json
from keyuan.platform.imports.targets import Placement, Target, placement_sources, targets
from keyuan.platform.models.import_job import ImportIssue, ImportJob
from keyuan.platform.permissions import IMPORT_RUN, JOBS_MANAGE


def imports_visible_to(actor: Actor) -> QuerySet[ImportJob]:
    """The actor's own imports; with the permission to watch jobs everybody's, as counts and reasons without values."""
    if actor.kind is ActorKind.SYSTEM or actor.may(JOBS_MANAGE):
        return ImportJob.objects.all()
    return ImportJob.objects.filter(actor_id=actor.id) if actor.id is not None else ImportJob.objects.none()


def access_import(actor: Actor, import_id: int, *, lock: bool = False) -> ImportJob:
    """Return one import the actor may look at, or raise NotFound."""
    found = imports_visible_to(actor).filter(pk=import_id)
    row = (found.select_for_update() if lock else found.select_related("job")).first()
    if row is None:
        raise NotFound("import.not_found")
    return row


def access_own_import(actor: Actor, import_id: int, *, lock: bool = False) -> ImportJob:
    """Return an import whose file the actor uploaded, or raise NotFound: nobody else sees or moves its content."""
    row = access_import(actor, import_id, lock=lock)
    if actor.kind is not ActorKind.SYSTEM and row.actor_id != actor.id:
        raise NotFound("import.not_found")
    return row


def target_of(import_job: ImportJob) -> Target:
    """Return the import's target. Raises Refused import.target while none is chosen."""
    found = targets.get(import_job.target)
    if found is None:
        raise Refused("import.target", field="target")
    return found


def mapping_of(import_job: ImportJob) -> FileMapping:
    """Return the import's mapping. Raises `Invalid` while it is incomplete."""
    return from_json(import_job.mapping)


def targets_for(actor: Actor) -> list[Target]:
    """Return the targets into which the actor may import."""
    return [target for target in targets if actor.may(IMPORT_RUN) and actor.may(target.permission)]


def placements_for(actor: Actor) -> list[Placement]:
    """Return the units into which the actor may import."""
    return [placement for source in placement_sources for placement in source.choices(actor)]


def placement(actor: Actor, unit: int | str | None) -> Placement:
    """Return one unit by id or code. Raises Refused import.unit for none, or one outside the actor's reach."""
    if unit is not None and unit != "":
        for source in placement_sources:
            found = source.find(actor, unit)
            if found is not None:
                return found
    raise Refused("import.unit", field="unit")


def commonest_issues(import_job: ImportJob, limit: int = 8) -> list[tuple[int, ImportIssue]]:
    """Return the commonest reasons of refusal: how many rows each stopped, and the first of them as an example."""
    issues = ImportIssue.objects.filter(import_job=import_job)
    counted = issues.values("code").annotate(rows=Count("pk"), first=Min("pk")).order_by("-rows", "code")[:limit]
    examples = issues.in_bulk([row["first"] for row in counted])
    return [(row["rows"], examples[row["first"]]) for row in counted]
