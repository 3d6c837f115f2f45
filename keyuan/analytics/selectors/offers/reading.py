"""Offers in an actor's reach, one of them, and a customer's own with what was answered (ANA-7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from keyuan.analytics.models import Offer, OfferAnswer
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.scope import lent_rows
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound

HISTORY = 20


def offer_sources(actor: Actor, *, now: datetime) -> Sequence[QuerySet[Offer]]:
    """Return the offers of a list page: of customers served in scope, then of those lent to the post."""
    return lent_rows(Offer.objects.select_related("product"), actor, now=now)


def access_offer(actor: Actor, offer_id: int, *, now: datetime, lock: bool = False) -> Offer:
    """Return one offer to a customer whom the actor sees, row-locked when it is about to change. Raises NotFound."""
    rows = Offer.objects.select_related("product")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=offer_id).first()
    if found is None:
        raise NotFound("offer.not_found")
    access_customer(actor, found.customer_id, now=now)
    return found


def offers_of(customer_id: int) -> list[Offer]:
    """Return a customer's offers, the first to propose first; the caller has accessed the customer."""
    return list(Offer.objects.filter(customer_id=customer_id).select_related("product").order_by("place"))


def offers_among(offer_ids: Sequence[int]) -> list[Offer]:
    """Return offers by their ids, for sorting out a choice; the caller asks who sees their customers."""
    return list(Offer.objects.filter(pk__in=list(offer_ids)).order_by("pk"))


def customer_of(offer_id: int) -> int | None:
    """Return to whom an offer stands; None once it does not stand any more."""
    return Offer.objects.filter(pk=offer_id).values_list("customer_id", flat=True).first()


def answers_of(customer_id: int) -> list[OfferAnswer]:
    """Return what a customer said of offers, newest first; the caller has accessed the customer."""
    return list(OfferAnswer.objects.filter(customer_id=customer_id).order_by("-made_at", "-pk")[:HISTORY])


def access_answer(actor: Actor, answer_id: int, *, now: datetime, lock: bool = False) -> OfferAnswer:
    """Return one answer of a customer whom the actor sees, row-locked when it is about to change. Raises NotFound."""
    rows = OfferAnswer.objects.select_for_update() if lock else OfferAnswer.objects.all()
    found = rows.filter(pk=answer_id).first()
    if found is None:
        raise NotFound("offer.not_found")
    access_customer(actor, found.customer_id, now=now)
    return found
