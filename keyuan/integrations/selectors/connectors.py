"""Reads of connectors: whoever may see them sees all, since they carry counts and never records."""

from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from keyuan.integrations import permissions
from keyuan.integrations.models import Connector, Delivery
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.models.tracked_job import TrackedJob

State = Delivery.State


def connectors_visible_to(actor: Actor) -> QuerySet[Connector]:
    """Return every connector for posts that may see them, else none."""
    return Connector.objects.all() if actor.may(permissions.VIEW) else Connector.objects.none()


def access_connector(actor: Actor, connector_id: int, *, lock: bool = False) -> Connector:
    """Return one connector, or raise NotFound."""
    rows = connectors_visible_to(actor)
    found = (rows.select_for_update() if lock else rows.select_related("running_job")).filter(pk=connector_id).first()
    if found is None:
        raise NotFound("connector.not_found")
    return found


def connector_by_key(actor: Actor, key: str) -> Connector:
    """Return the connector named ``key``, or raise NotFound."""
    found = connectors_visible_to(actor).filter(key=key).first()
    if found is None:
        raise NotFound("connector.not_found")
    return found


def is_running(connector: Connector) -> bool:
    """Tell whether a run holds the connector; one that a person paused holds it, too."""
    job = connector.running_job
    return job is not None and job.status in TrackedJob.OPEN


@dataclass(frozen=True, slots=True)
class Health:
    """How a connector stands: deliveries by state that need an eye, and the latest one loaded."""

    quarantined: int = 0
    late: int = 0
    waiting: int = 0
    loading: int = 0


def health_of(connector_ids: list[int]) -> dict[int, Health]:
    """Return the health of connectors in one query; a connector without deliveries has an empty one."""
    open_states = (State.QUARANTINED, State.LATE, State.WAITING, State.LOADING)
    rows = (
        Delivery.objects.filter(connector_id__in=connector_ids, state__in=open_states)
        .values_list("connector_id", "state")
        .annotate(many=Count("pk"))
        .order_by()
    )
    counts: dict[int, dict[str, int]] = {pk: {} for pk in connector_ids}
    for connector_id, state, many in rows:
        counts[connector_id][str(state)] = many
    return {pk: Health(**found) for pk, found in counts.items()}


def latest_loaded(connector_ids: list[int]) -> dict[int, Delivery]:
    """Return the latest delivery of each connector that was loaded."""
    newest = (
        Delivery.objects.filter(connector_id__in=connector_ids, state__in=Delivery.WRITTEN)
        .values("connector_id")
        .annotate(newest=Max("pk"))
        .order_by()
    )
    found = Delivery.objects.in_bulk([row["newest"] for row in newest])
    return {delivery.connector_id: delivery for delivery in found.values()}
