"""Reads of work orders; all start from `readable_orders`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.service import permissions
from keyuan.service.models import Accused, Follower, OrderEntry, WorkOrder
from keyuan.service.rules import machine

PANEL_LIMIT = 6


def complaints_about(actor: Actor) -> QuerySet[Accused, int]:
    """Return the keys of complaints that are about the actor and closed to them.

    Whoever is complained of has an interest in the matter (投诉处理管理办法; domain.md §C.1): they neither handle nor
    read it, so that complainants and witnesses can speak, unless `OWN_COMPLAINTS` was granted to them.
    """
    if actor.may(permissions.OWN_COMPLAINTS):
        return Accused.objects.none().values_list("complaint_id", flat=True)
    own = Q(user_id=actor.id) if actor.id is not None else Q(pk__in=())
    if actor.scope.agent_id is not None:
        own |= Q(agent_id=actor.scope.agent_id)
    return Accused.objects.filter(own).values_list("complaint_id", flat=True)


def is_about(actor: Actor, order: str = "pk") -> Exists:
    """Return the condition of rows whose order, named by the column ``order``, is a complaint closed to the actor."""
    return Exists(complaints_about(actor).filter(complaint_id=OuterRef(order)))


def readable_orders(actor: Actor) -> QuerySet[WorkOrder]:
    """Return every order, wherever it stands, but complaints about the actor; reach narrows it."""
    return WorkOrder.objects.filter(~is_about(actor))


def queue_sources(actor: Actor, *, now: datetime) -> list[QuerySet[WorkOrder]]:
    """Return open orders as the queue reads them: in scope, then of customers lent to the post."""
    return [rows.filter(is_open=True) for rows in lent_rows(readable_orders(actor), actor, now=now)]


def archive_sources(actor: Actor, *, now: datetime) -> list[QuerySet[WorkOrder]]:
    """Return all orders that ever were, as the archive reads them."""
    return lent_rows(readable_orders(actor), actor, now=now)


def orders_visible_to(actor: Actor, *, now: datetime) -> QuerySet[WorkOrder]:
    """Every order the actor may open: in scope, of a customer the actor sees, or their own. For bounded sets."""
    if not actor.may(permissions.VIEW):
        return WorkOrder.objects.none()
    within = in_scope(actor)
    if not within:
        # The whole book: an empty filter joined by OR would vanish and leave the own orders alone.
        return readable_orders(actor)
    own = Q(owner_id=actor.id) if actor.id is not None else Q(pk__in=())
    return readable_orders(actor).filter(within | own | customer_q(actor, now=now, prefix="customer__"))


def access_order(actor: Actor, order_id: int, *, now: datetime, lock: bool = False) -> WorkOrder:
    """Return one order in reach, row-locked when it is about to change. Raises NotFound."""
    rows = orders_visible_to(actor, now=now).filter(pk=order_id)
    rows = rows.select_for_update(of=("self",)) if lock else rows.select_related("category", "desk", "customer")
    found = rows.first()
    if found is None:
        raise NotFound("order.not_found")
    return found


def orders_of_customer(actor: Actor, customer_id: int) -> QuerySet[WorkOrder]:
    """Return a customer's orders, newest first; the caller has accessed the customer."""
    return readable_orders(actor).filter(customer_id=customer_id).order_by("-received_at", "-pk")


def entries_of(order_id: int) -> list[OrderEntry]:
    """Return the history of an order, oldest first; the caller has accessed the order."""
    return list(OrderEntry.objects.filter(order_id=order_id).order_by("pk"))


def related_to(actor: Actor, order: WorkOrder, *, now: datetime) -> list[WorkOrder]:
    """Return parent, children and merged orders in the actor's reach."""
    ties = Q(parent_id=order.pk) | Q(merged_into_id=order.pk) | Q(pk__in=[order.parent_id, order.merged_into_id])
    ids = list(WorkOrder.objects.filter(ties).exclude(pk=order.pk).values_list("pk", flat=True)[:50])
    return list(orders_visible_to(actor, now=now).filter(pk__in=ids).order_by("pk"))


def likely_same(actor: Actor, order: WorkOrder, *, now: datetime, days: int) -> list[WorkOrder]:
    """Return open orders of the same customer and policy of the last days: what may be merged (domain.md §C.2)."""
    if order.customer_id is None:
        return []
    rows = orders_visible_to(actor, now=now).filter(customer_id=order.customer_id, status__in=machine.UNDER_WORK)
    rows = rows.filter(received_at__gt=order.received_at - timedelta(days=days))
    if order.policy_id is not None:
        rows = rows.filter(Q(policy_id=order.policy_id) | Q(policy_id__isnull=True))
    return list(rows.exclude(pk=order.pk).order_by("-pk")[:10])


def follower_ids(order_id: int) -> list[int]:
    """Return who follows an order."""
    return list(Follower.objects.filter(order_id=order_id).values_list("user_id", flat=True))


def loads_of(user_ids: Sequence[int]) -> dict[int, int]:
    """Return how many open orders each person has in hand, by the queue's index of owners."""
    rows = WorkOrder.objects.filter(is_open=True, owner_id__in=list(user_ids)).order_by()
    return dict(rows.values_list("owner_id").annotate(orders=Count("pk")))


def own_open(actor: Actor) -> int:
    """Return how many open orders the actor has in hand."""
    return readable_orders(actor).filter(is_open=True, owner_id=actor.id).count() if actor.id else 0


def overdue_rows(actor: Actor, *, limit: int) -> list[WorkOrder]:
    """Return the overdue orders in scope, the oldest deadline first, for the board."""
    rows = readable_orders(actor).filter(in_scope(actor), is_open=True, mark="LATE").select_related("desk")
    return list(rows.order_by("due_at", "pk")[:limit])


def backlog(actor: Actor) -> list[tuple[int, str, int, int]]:
    """Return (desk, mark, open orders, those nobody took) in scope: the board's figures, from open orders alone."""
    rows = readable_orders(actor).filter(in_scope(actor), is_open=True).order_by()
    return list(rows.values_list("desk_id", "mark").annotate(orders=Count("pk"), unclaimed=Count("pool_id")))


def closed_on(actor: Actor, day: date) -> int:
    """Return how many orders in scope were closed on a day, ten thousand at most."""
    return readable_orders(actor).filter(in_scope(actor), closed_on=day)[:10_000].count()


def forgotten_orders(actor: Actor, before: datetime, limit: int) -> list[WorkOrder]:
    """Return the open orders in scope that came in before a moment, the oldest first."""
    if not actor.may(permissions.VIEW):
        return []
    rows = readable_orders(actor).filter(in_scope(actor), is_open=True, received_at__lt=before)
    return list(rows.order_by("received_at", "pk")[:limit])
