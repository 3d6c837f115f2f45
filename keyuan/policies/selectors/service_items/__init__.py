"""Reads of policy service: which requests an actor sees, and what belongs to one (POL-5)."""

from collections.abc import Sequence

from django.db.models import QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.policies.models import (
    RequestConsent,
    RequestEvent,
    RequestNotice,
    RequestParty,
    ServiceItemRule,
    ServiceRequest,
)
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.rules.service_items.catalogue import BY_CODE, Item
from keyuan.policies.rules.service_items.codes import OPEN, SEALED_IN


def requests_visible_to(actor: Actor) -> QuerySet[ServiceRequest]:
    """Return every request within the actor's scope. All reads start here."""
    return ServiceRequest.objects.filter(in_scope(actor))


def access_request(actor: Actor, request_id: int, *, lock: bool = False) -> ServiceRequest:
    """Return one request the actor may see, row-locked when it is about to change. Raises `NotFound`."""
    rows = requests_visible_to(actor).select_related("policy__product", "customer", "applicant")
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=request_id).first()
    if found is None:
        raise NotFound("request.not_found")
    return found


def item_of(request: ServiceRequest) -> Item:
    """Return the row of the table that a request follows."""
    return BY_CODE[request.item]


def made_by_key(key: str) -> ServiceRequest | None:
    """Return the request that a form made before."""
    return ServiceRequest.objects.filter(form_key=key).first() if key else None


def consents_of(request: ServiceRequest) -> dict[str, RequestConsent]:
    """Return the agreements recorded, by party."""
    return {row.party: row for row in RequestConsent.objects.filter(request=request).order_by("pk")}


def people_of(request: ServiceRequest) -> list[RequestParty]:
    """Return whom a request names, in order."""
    rows = RequestParty.objects.filter(request=request).select_related("customer__summary")
    return list(rows.order_by("field", "order", "pk"))


def drafts_of(rows: Sequence[RequestParty]) -> tuple[PartyDraft, ...]:
    """Return named people as the services of contracts take them."""
    return tuple(
        PartyDraft(
            row.customer_id, row.name, row.relation_to_insured, row.order, row.share_bp, row.benefit_type or "1",
            row.is_statutory,
        )
        for row in rows
    )  # fmt: skip


def sealed_names(request: ServiceRequest) -> frozenset[str]:
    """Return which sealed columns hold something."""
    return frozenset(name for name in SEALED_IN.values() if getattr(request, name) is not None)


def events_of(request: ServiceRequest) -> QuerySet[RequestEvent]:
    """Return the steps of a request, newest first."""
    return RequestEvent.objects.filter(request=request).order_by("-pk")


def notices_of(request: ServiceRequest) -> QuerySet[RequestNotice]:
    """Return the word given to the customer, newest first."""
    return RequestNotice.objects.filter(request=request).order_by("-pk")


def requests_of_policy(actor: Actor, policy_id: int, limit: int = 50) -> list[ServiceRequest]:
    """Return the requests of one contract in reach, newest first."""
    return list(requests_visible_to(actor).filter(policy_id=policy_id).order_by("-pk")[:limit])


def requests_of_customer(actor: Actor, customer_id: int, limit: int = 20) -> list[ServiceRequest]:
    """Return the requests in reach that concern a customer's contracts or that they made, newest first."""
    rows = requests_visible_to(actor).select_related("policy__product")
    # Two reads and no OR: each side has its index.
    found = {row.pk: row for row in rows.filter(customer_id=customer_id).order_by("-pk")[:limit]}
    found |= {row.pk: row for row in rows.filter(applicant_id=customer_id).order_by("-pk")[:limit]}
    return sorted(found.values(), key=lambda row: -row.pk)[:limit]


def open_items(policy_id: int) -> set[str]:
    """Return the items for which a request of this contract is open."""
    return set(ServiceRequest.objects.filter(policy_id=policy_id, status__in=OPEN).values_list("item", flat=True))


def settled_rules() -> dict[str, ServiceItemRule]:
    """Return what the insurer settled, by item."""
    return {row.item: row for row in ServiceItemRule.objects.all()}


def rule_for(item: Item) -> tuple[bool, str, int | None]:
    """Return (is offered, second person, limit) of an item: as settled, else the default of the table."""
    row = ServiceItemRule.objects.filter(item=item.code).first()
    return (row.is_offered, row.second, row.limit) if row else (True, item.second, item.limit)
