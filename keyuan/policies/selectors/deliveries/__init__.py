"""Shipments and reading links as an actor sees them (POL-8)."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import QuerySet

from keyuan.customers.models import ContactPoint
from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.policies.models import PolicyLink, Shipment, ShipmentEvent
from keyuan.policies.rules.deliveries.states import OPEN, State

#: A courier is asked again after so long.
ASK_AGAIN = timedelta(hours=3)


def shipment_sources(actor: Actor, *, now: datetime) -> list[QuerySet[Shipment]]:
    """Return shipments as the list reads them: served in scope, then those of customers lent."""
    return lent_rows(Shipment.objects.all(), actor, now=now)


def shipments_visible_to(actor: Actor, *, now: datetime) -> QuerySet[Shipment]:
    """Return every shipment the actor may open. For bounded sets."""
    if actor.scope.reach is Reach.ALL:
        return Shipment.objects.all()
    return Shipment.objects.filter(in_scope(actor) | customer_q(actor, now=now, prefix="customer__"))


def access_shipment(actor: Actor, shipment_id: int, *, now: datetime, lock: bool = False) -> Shipment:
    """Return one shipment the actor may see, row-locked when it is about to change. Raises `NotFound`."""
    rows = shipments_visible_to(actor, now=now).select_related("policy", "application")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=shipment_id).first()
    if found is None:
        raise NotFound("shipment.not_found")
    return found


def shipment_by_key(key: str) -> Shipment | None:
    """Return the shipment that a form made before."""
    return Shipment.objects.filter(form_key=key).first() if key else None


def open_shipment_with(policy_id: int | None, application_id: int | None, papers: list[str]) -> Shipment | None:
    """Return a shipment of the same papers that has not failed or ended."""
    rows = Shipment.objects.filter(state__in=list(OPEN))
    rows = rows.filter(policy_id=policy_id) if policy_id else rows.filter(application_id=application_id or 0)
    return next((row for row in rows.order_by("pk") if set(row.papers) & set(papers)), None)


def events_of(shipment: Shipment) -> QuerySet[ShipmentEvent]:
    """Return what happened to a shipment, newest first."""
    return ShipmentEvent.objects.filter(shipment=shipment).order_by("-pk")


def shipments_of_policy(policy_id: int) -> list[Shipment]:
    """Return the shipments of a contract the caller has access to, newest first."""
    return list(Shipment.objects.filter(policy_id=policy_id).order_by("-pk")[:50])


def shipments_of_application(application_id: int) -> list[Shipment]:
    """Return the shipments of an application the caller has access to, newest first."""
    return list(Shipment.objects.filter(application_id=application_id).order_by("-pk")[:20])


def on_their_way(now: datetime, limit: int) -> list[Shipment]:
    """Return sent shipments whose courier was not asked lately, those that wait longest first."""
    rows = Shipment.objects.filter(state=State.SENT, asked_at__lt=now - ASK_AGAIN).exclude(tracking_no="")
    return list(rows.order_by("asked_at", "pk")[:limit])


def destination(customer_id: int) -> tuple[ContactPoint | None, ContactPoint | None]:
    """Return the address and the phone to which something goes: the main ones, else the newest good ones."""
    rows = ContactPoint.objects.filter(customer_id=customer_id, invalid_at__isnull=True)
    found = {}
    for kind in (ContactPoint.Kind.ADDRESS, ContactPoint.Kind.MOBILE):
        found[kind] = rows.filter(kind=kind).order_by("-is_primary", "-pk").first()
    return found[ContactPoint.Kind.ADDRESS], found[ContactPoint.Kind.MOBILE]


def hash_of(token: str) -> str:
    """Return the only thing that is kept of a token."""
    return sha256(token.encode()).hexdigest()


def policy_link_by_token(token: str, now: datetime) -> PolicyLink:
    """Return the link that a token opens now. Raises `NotFound` for every other token alike."""
    link = PolicyLink.objects.filter(token_hash=hash_of(token)).select_related("policy__product").first()
    if link is None or link.revoked_at is not None or link.expires_at <= now:
        raise NotFound("policy.link_over")
    return link


def links_of_policy(policy_id: int) -> list[PolicyLink]:
    """Return the reading links of a contract the caller has access to, newest first."""
    return list(PolicyLink.objects.filter(policy_id=policy_id).order_by("-pk")[:20])


def prepared_ids(actor: Actor, *, now: datetime) -> list[int]:
    """Return what waits to be sent within reach, the oldest first, at most 500."""
    rows = shipments_visible_to(actor, now=now).filter(state=State.PREPARED).order_by("created_on", "pk")
    return list(rows.values_list("pk", flat=True)[:500])
