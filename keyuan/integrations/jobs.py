"""What connectors do in the background."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from keyuan.integrations.models import Connector
from keyuan.integrations.selectors.deliveries import expired_parts
from keyuan.integrations.services import storing
from keyuan.integrations.services.expecting import note_late
from keyuan.integrations.services.loading import Run
from keyuan.integrations.services.runs import KIND, go_on, start_due
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, schedules


@chunked(KIND, title=_("Connector %(name)s"))
def run_connector(job: Progress, state: dict[str, Any]) -> None:
    """Do one slice of a connector's run."""
    Run(job, state, now=clock.now).go()


def tick() -> None:
    """Start what is due, take up what was left, note what is missing: once a minute."""
    # The wall moves on where a demonstration's day stands still.
    start_due(clock.wall())
    go_on(clock.now())
    note_late(clock.now())


def forget_evidence() -> int:
    """Throw away files in quarantine whose time is over; those that were imported go with their import."""
    gone = 0
    for connector in Connector.objects.all():
        for part in expired_parts(connector, clock.now() - timedelta(days=connector.keep_days)):
            with transaction.atomic():
                storing.forget(part)
            gone += 1
    return gone


schedules.add(ScheduleSpec("connectors.tick", _("Look at connectors that are due"), f"{__name__}.tick", "* * * * *"))
schedules.add(
    ScheduleSpec(
        "connectors.forget", _("Remove expired files of connectors"), f"{__name__}.forget_evidence", "50 3 * * *"
    )
)
