"""Starting runs: by the clock, by hand, by the end of an import; one at a time for each connector (PLT-14)."""

from datetime import datetime, timedelta

from django.db import transaction

from keyuan.integrations import permissions
from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.selectors.connectors import access_connector, is_running
from keyuan.integrations.services.moving import actor_for
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import start_tracked
from keyuan.platform.jobs.timetable import next_moment

KIND = "connectors.run"
#: How long a connector in trouble is left alone before work under way is tried again.
BREATH = timedelta(minutes=5)


def start_run(connector_id: int, *, looks: bool) -> bool:
    """Start a run unless one holds the connector; tell whether it did. ``looks``: list what the other side offers."""
    with transaction.atomic():
        held = Connector.objects.select_for_update().filter(pk=connector_id, is_active=True).first()
        if held is None or is_running(held):
            return False
        job = start_tracked(actor_for(held), KIND, params={"name": held.name}, connector_id=held.pk, looks=looks)
        Connector.objects.filter(pk=held.pk).update(running_job=job)
    return True


def run_now(*, actor: Actor, connector_id: int, now: datetime) -> None:
    """Look at a connector at once. Raises Conflict connector.paused, connector.running."""
    actor.require(permissions.MANAGE)
    with transaction.atomic():
        connector = access_connector(actor, connector_id, lock=True)
        if not connector.is_active:
            raise Conflict("connector.paused")
        if not start_run(connector.pk, looks=True):
            raise Conflict("connector.running")
        record(actor, Action.JOB, Subject("connector", connector.pk), detail={"run_now": connector.key}, now=now)


def start_due(now: datetime) -> int:
    """Start the runs that the clock asks for, once however many workers ask; return how many."""
    started = 0
    for connector in Connector.objects.filter(is_active=True, next_at__lte=now):
        with transaction.atomic():
            mine = Connector.objects.filter(pk=connector.pk, next_at=connector.next_at)
            if mine.update(next_at=next_moment(connector.cron, now)):
                started += start_run(connector.pk, looks=True)
    return started


def go_on(now: datetime) -> int:
    """Start runs for work under way that lost its run (a dead machine, an import that a person ended)."""
    rows = Connector.objects.filter(is_active=True, deliveries__state=Delivery.State.LOADING).distinct()
    resting = [item for item in rows if item.error_at is None or item.error_at < now - BREATH]
    return sum(start_run(connector.pk, looks=False) for connector in resting)
