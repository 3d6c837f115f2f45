"""Reads of the claims watch list, and its effects on underwriting and claims (CUS-10)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.models import WatchAppeal, WatchListing
from keyuan.customers.selectors.scope import customer_q
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound

#: Why a customer may be listed; a criterion without a fact behind it is no criterion.
CRITERIA: Mapping[str, Any] = {
    "FRAUD_PROVEN": _("Insurance fraud established by court or police"),
    "FRAUD_SUSPECTED": _("Suspected fraud under investigation"),
    "FALSE_STATEMENT": _("False statement in application or claim"),
    "FREQUENT_CLAIMS": _("Unusually frequent claims"),
    "FORGED_PAPERS": _("Forged or altered papers"),
    "MULTIPLE_INSURERS": _("Same loss claimed from several insurers"),
    "OTHER": _("Other established facts"),
}
GRADES: Mapping[str, Any] = {"BLACK": _("Black list"), "GREY": _("Grey list")}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a listing in force does, for the contexts that read it; the reason stays with those entitled to it."""

    listing_id: int
    grade: str
    monitors_underwriting: bool
    escalates_claims: bool
    review_on: date


def effects_of(customer_ids: Collection[int]) -> dict[int, Effect]:
    """Return the listings in force of customers (≤ 2,000), for underwriting and claims: they act on it whoever asks.

    One query by the customer's index. A page shows it only to those who may see the list (`may_see`).
    """
    rows = WatchListing.objects.filter(customer_id__in=list(customer_ids), status=WatchListing.Status.IN_FORCE)
    return {
        row.customer_id: Effect(row.pk, row.grade, row.monitors_underwriting, row.escalates_claims, row.review_on)
        for row in rows
    }


def may_see(actor: Actor) -> bool:
    """Tell whether this post sees the watch list at all."""
    return actor.may(permissions.WATCH_VIEW)


def listings_visible_to(actor: Actor, *, now: datetime) -> QuerySet[WatchListing]:
    """Listings of customers in reach, for those entitled; nothing for everybody else."""
    if not may_see(actor):
        return WatchListing.objects.none()
    return WatchListing.objects.filter(customer_q(actor, now=now, prefix="customer__"))


def access_listing(actor: Actor, listing_id: int, *, now: datetime, lock: bool = False) -> WatchListing:
    """Return one listing. Raises NotFound out of reach or without the permission: nobody can tell which."""
    rows = listings_visible_to(actor, now=now).filter(pk=listing_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows.select_related("customer")).first()
    if row is None:
        raise NotFound("watch.not_found")
    return row


def listings_of(customer_id: int) -> list[WatchListing]:
    """Return the listings of a customer, the newest first; the caller may see the list and the customer."""
    rows = WatchListing.objects.filter(customer_id=customer_id).prefetch_related("appeals")
    return list(rows.order_by("-proposed_at", "-pk")[:20])


def appeals_of(listing: WatchListing) -> list[WatchAppeal]:
    """Return the appeals against a listing, the newest first."""
    return list(listing.appeals.order_by("-received_on", "-pk"))
