"""Reserved customers within an actor's reach."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from keyuan.contact.models import Reservation
from keyuan.customers.selectors.scope import customer_q, lent_rows
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def in_force(now: datetime) -> QuerySet[Reservation]:
    """Return the reservations that bind at ``now``."""
    return Reservation.objects.filter(until__gt=now, released_at__isnull=True)


def reservation_sources(actor: Actor, *, now: datetime) -> Sequence[QuerySet[Reservation]]:
    """Return the rows of the list: of customers served in scope, then of those lent to the post."""
    return lent_rows(Reservation.objects.all(), actor, now=now)


def access_reservation(actor: Actor, reservation_id: int, *, now: datetime, lock: bool = False) -> Reservation:
    """Return one reservation of a customer the actor sees. Raises NotFound."""
    rows = Reservation.objects.filter(customer_q(actor, now=now, prefix="customer__"))
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=reservation_id).first()
    if found is None:
        raise NotFound("reservation.not_found")
    return found
