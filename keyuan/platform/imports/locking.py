"""One import per source at a time: a unique column is the lock, so two servers agree as well as two threads."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from keyuan.kernel.errors import Refused
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.models.tracked_job import TrackedJob


def take(import_job: ImportJob) -> None:
    """Hold the source of ``import_job`` in the caller's transaction; harmless when it is held already.

    Raises Refused import.busy (``file``, ``who``) while another import of the source is being written.
    """
    if import_job.lock_key == import_job.source:
        return
    _release_dead(import_job.source)
    try:
        with transaction.atomic():
            ImportJob.objects.filter(pk=import_job.pk).update(lock_key=import_job.source)
    except IntegrityError:
        other = ImportJob.objects.filter(lock_key=import_job.source).first()
        raise Refused(
            "import.busy", file=other.file_name if other else "", who=other.actor_name if other else ""
        ) from None
    import_job.lock_key = import_job.source


def release(import_job: ImportJob) -> None:
    """Let the next import of the source begin."""
    ImportJob.objects.filter(pk=import_job.pk).update(lock_key=None)
    import_job.lock_key = None


def _release_dead(source: str) -> None:
    """Free what an import holds whose work was ended from elsewhere, on the page of jobs for instance."""
    ended = Q(job__status__in=TrackedJob.ENDED) | Q(job__isnull=True)
    dead = ImportJob.objects.filter(ended, lock_key=source).values_list("pk", flat=True)
    ImportJob.objects.filter(pk__in=list(dead)).update(lock_key=None)
