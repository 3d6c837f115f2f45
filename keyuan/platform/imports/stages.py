"""An import's state in one word: its stage, or what its work is doing just now."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.models.tracked_job import TrackedJob

Stage, Status = ImportJob.Stage, TrackedJob.Status
#: Word and tone of each stage.
STAGES: dict[str, tuple[Any, str]] = {
    Stage.DRAFT: (_("To be mapped"), "off"),
    Stage.CHECKING: (_("Being checked"), "accent"),
    Stage.CHECKED: (_("Checked"), "accent"),
    Stage.WRITING: (_("Being imported"), "accent"),
    Stage.DONE: (_("Import finished"), "ok"),
    Stage.REFUSED: (_("Not imported"), "bad"),
    Stage.CANCELLED: (_("Cancelled"), "off"),
}
INTERRUPTED: dict[str, tuple[Any, str]] = {
    Status.QUEUED: (_("Waiting"), "accent"),
    Status.PAUSED: (_("Paused"), "warn"),
    Status.FAILED: (_("Failed"), "bad"),
    Status.CANCELLED: (_("Cancelled"), "off"),
}


def shown_state(import_job: ImportJob) -> tuple[Any, str]:
    """Return word and tone of an import read with its job."""
    if import_job.stage in (Stage.CHECKING, Stage.WRITING) and import_job.job is not None:
        return INTERRUPTED.get(import_job.job.status, STAGES[import_job.stage])
    word, tone = STAGES[import_job.stage]
    if import_job.stage in (Stage.DONE, Stage.CHECKED) and import_job.refused:
        return word, "warn"
    return word, tone
