"""Background work of the customers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers.services import batch_query
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, schedules


@chunked(batch_query.JOB, title=_("Batch query"))
def match_batch(job: Progress, state: dict[str, Any]) -> None:
    """Match a batch query, chunk by chunk."""
    batch_query.match_rows(job, state, clock.now())


def drop_expired_batches() -> int:
    """Delete batch queries past their day."""
    return batch_query.drop_expired(clock.now())


schedules.add(
    ScheduleSpec(
        "customers.expire_batches", _("Delete expired batch queries"), f"{__name__}.drop_expired_batches", "40 3 * * *"
    )
)
