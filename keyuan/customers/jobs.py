"""Background work of the customers."""

from django.utils.translation import gettext_lazy as _

from keyuan.customers.services import batch_query
from keyuan.platform import clock
from keyuan.platform.jobs import ScheduleSpec, schedules


def drop_expired_batches() -> int:
    """Delete batch queries past their day."""
    return batch_query.drop_expired(clock.now())


schedules.add(
    ScheduleSpec(
        "customers.expire_batches", _("Delete expired batch queries"), f"{__name__}.drop_expired_batches", "40 3 * * *"
    )
)
