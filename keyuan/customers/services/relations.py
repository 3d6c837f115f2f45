"""Relations between two customers; each is stored from both sides (CUS-2)."""

from datetime import datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.events import CustomersChanged
from keyuan.customers.models import Relation
from keyuan.customers.rules.relations import inverse_of
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.family import access_relation
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit


def add_relation(
    *, actor: Actor, customer_id: int, other_id: int, kind: str, now: datetime, note: str = ""
) -> Relation:
    """State that ``customer_id`` is the ``kind`` of ``other_id``; the inverse comes by itself.

    Stating it again changes the note only. Raises `Refused` relation.self, relation.kind.
    """
    actor.require(permissions.EDIT)
    inverse = inverse_of(kind)
    if customer_id == other_id:
        raise Refused("relation.self", field="other")
    first = access_customer(actor, customer_id, now=now)
    second = access_customer(actor, other_id, now=now)
    shared = {"note": note.strip()[:100]}
    with transaction.atomic():
        relation, is_new = Relation.objects.update_or_create(
            customer=first, other=second, kind=kind, defaults=shared, create_defaults={**shared, "created_at": now}
        )
        Relation.objects.update_or_create(
            customer=second, other=first, kind=inverse, defaults=shared, create_defaults={**shared, "created_at": now}
        )
        if is_new:
            for one, other, what in ((first.pk, second.pk, kind), (second.pk, first.pk, inverse)):
                _record(actor, Action.CREATE, one, other, what, now)
    return relation


def remove_relation(*, actor: Actor, relation_id: int, now: datetime) -> None:
    """Take a relation away from both sides. Raises NotFound unless the actor sees both customers."""
    actor.require(permissions.EDIT)
    relation = access_relation(actor, relation_id, now=now)
    inverse = inverse_of(relation.kind)
    pairs = (
        (relation.customer_id, relation.other_id, relation.kind),
        (relation.other_id, relation.customer_id, inverse),
    )
    with transaction.atomic():
        for one, other, kind in pairs:
            deleted, _ = Relation.objects.filter(customer_id=one, other_id=other, kind=kind).delete()
            if deleted:
                _record(actor, Action.DELETE, one, other, kind, now)


def _record(actor: Actor, action: Action, customer_id: int, other_id: int, kind: str, now: datetime) -> None:
    detail = {"relation": kind, "other": other_id}
    record(actor, action, Subject("customer", customer_id), customer_id=customer_id, detail=detail, now=now)
    emit(CustomersChanged((customer_id,), "RELATION"))
