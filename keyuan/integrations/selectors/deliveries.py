"""Reads of deliveries, and which of them the engine takes up next."""

from datetime import date, datetime

from django.db.models import F, QuerySet

from keyuan.integrations import permissions
from keyuan.integrations.models import Connector, Delivery, DeliveryPart
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.models.tracked_job import TrackedJob

#: Announcements remembered so that a folder that nobody clears is not read anew each time.
REMEMBERED = 5000
AT_REST = (ImportJob.Stage.CHECKED, ImportJob.Stage.DONE, ImportJob.Stage.REFUSED, ImportJob.Stage.CANCELLED)
State, Stage = Delivery.State, DeliveryPart.Stage


def deliveries_visible_to(actor: Actor) -> QuerySet[Delivery]:
    """Return every delivery for posts that may see connectors, else none."""
    return Delivery.objects.all() if actor.may(permissions.VIEW) else Delivery.objects.none()


def access_delivery(actor: Actor, delivery_id: int, *, lock: bool = False) -> Delivery:
    """Return one delivery, or raise NotFound."""
    rows = deliveries_visible_to(actor)
    found = (rows.select_for_update() if lock else rows.select_related("connector")).filter(pk=delivery_id).first()
    if found is None:
        raise NotFound("delivery.not_found")
    return found


def known_stamps(connector: Connector) -> frozenset[str]:
    """Return the announcements that were dealt with; those of deliveries still moving are looked at again."""
    rows = Delivery.objects.filter(connector=connector).exclude(state__in=(*Delivery.MOVING, State.LATE))
    found = rows.order_by("-seen_at", "-pk").values_list("stamps", flat=True)[:REMEMBERED]
    return frozenset(stamp for stamps in found for stamp in stamps)


def moving_deliveries(connector: Connector) -> list[Delivery]:
    """Return what may move on by itself: what is being loaded first, then by number, day and arrival."""
    rows = Delivery.objects.filter(connector=connector, state__in=Delivery.MOVING)
    ordered = rows.order_by(F("sequence").asc(nulls_last=True), "business_date", "pk")
    return sorted(ordered[:500], key=lambda delivery: delivery.state != State.LOADING)


def first_open_number(connector: Connector) -> int | None:
    """Return the lowest number among the deliveries that are neither loaded nor rejected."""
    states = (*Delivery.MOVING, State.QUARANTINED)
    rows = Delivery.objects.filter(connector=connector, state__in=states, sequence__isnull=False)
    return rows.order_by("sequence").values_list("sequence", flat=True).first()


def unsettled_deliveries(connector: Connector) -> list[Delivery]:
    """Return what is done with here and not yet put away at the other side."""
    rows = Delivery.objects.filter(connector=connector, state__in=(*Delivery.WRITTEN, State.REJECTED), is_settled=False)
    return list(rows.order_by("pk")[:500])


def parts_of(delivery: Delivery) -> list[DeliveryPart]:
    """Return a delivery's parts in order, with the imports that load them."""
    return list(DeliveryPart.objects.filter(delivery=delivery).select_related("import_job__job").order_by("position"))


def is_at_rest(import_job: ImportJob) -> bool:
    """Tell whether an import's work has come to an end, whichever way."""
    ended = import_job.job is None or import_job.job.status in TrackedJob.ENDED
    return import_job.stage in AT_REST or ended


def part_of_import(import_id: int) -> DeliveryPart | None:
    """Return the part that an import loads, None when people sent its file."""
    return DeliveryPart.objects.filter(import_job_id=import_id).select_related("delivery").first()


def imports_under_way(connector: Connector) -> list[ImportJob]:
    """Return the imports of a connector that are at work."""
    parts = DeliveryPart.objects.filter(delivery__connector=connector, delivery__state=State.LOADING)
    rows = parts.filter(stage__in=(Stage.CHECKING, Stage.WRITING)).select_related("import_job__job")
    return [part.import_job for part in rows if part.import_job is not None and not is_at_rest(part.import_job)]


def is_awaited(connector: Connector) -> bool:
    """Tell whether the book, not the other side, has the next word: a part whose import is at rest or not begun."""
    for delivery in Delivery.objects.filter(connector=connector, state=State.LOADING):
        parts = parts_of(delivery)
        current = next((part for part in parts if part.stage != Stage.DONE), None)
        if current is None or current.import_job is None or is_at_rest(current.import_job):
            return True
    return False


def known_days(connector: Connector) -> set[date]:
    """Return the latest business dates of which something is known, late or not."""
    rows = Delivery.objects.filter(connector=connector, business_date__isnull=False).order_by("-business_date")
    return {day for day in rows.values_list("business_date", flat=True)[:400] if day is not None}


def expired_parts(connector: Connector, before: datetime) -> list[DeliveryPart]:
    """Return parts whose evidence, kept outside imports, is older than ``before``; some at a time."""
    ended = DeliveryPart.objects.filter(delivery__connector=connector, delivery__ended_at__lt=before)
    return list(ended.exclude(storage_name="").order_by("pk")[:500])
