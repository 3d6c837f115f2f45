"""Runs of the comparison of the whole book: how far they are, what they found (CUS-8)."""

from django.db.models import QuerySet

from keyuan.customers import permissions
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.models import TrackedJob

#: The kind of the jobs; `services.linkage.running` does them.
JOB = "customers.linkage"


def linkage_runs_visible_to(actor: Actor) -> QuerySet[TrackedJob]:
    """Return all runs for those who may start one: they hold figures only, no customer."""
    runs = TrackedJob.objects.filter(kind=JOB)
    return runs if actor.may(permissions.MERGE_BULK) else runs.none()


def access_linkage_run(actor: Actor, job_id: int) -> TrackedJob:
    """Return one run. Raises NotFound linkage.no_run."""
    found = linkage_runs_visible_to(actor).filter(pk=job_id).first()
    if found is None:
        raise NotFound("linkage.no_run")
    return found


def open_linkage_run(actor: Actor) -> TrackedJob | None:
    """Return the run that is under way, if there is one."""
    return linkage_runs_visible_to(actor).filter(status__in=TrackedJob.OPEN).order_by("-pk").first()
