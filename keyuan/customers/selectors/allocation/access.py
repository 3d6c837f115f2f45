"""Which orphan cases, batches, receptions and first contacts an actor sees."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from keyuan.customers.models import Allocation, AllocationItem, Assignment, FirstContact, OrphanCase, Reception
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors import in_scope

Choice = Mapping[str, Any]
NO_NOTICE = "9999-12-31"


def orphans_visible_to(actor: Actor) -> QuerySet[OrphanCase]:
    """Return the open cases in the actor's units."""
    return OrphanCase.objects.filter(in_scope(actor), closed_at__isnull=True)


def chosen_orphans(actor: Actor, choice: Choice) -> QuerySet[OrphanCase]:
    """Return the open cases that a batch's choice names; unknown keys choose nothing less."""
    cases = orphans_visible_to(actor)
    lists = {"reasons": "reason__in", "channels": "sales_channel__in", "tiers": "tier__in"}
    for key, lookup in lists.items():
        if choice.get(key):
            cases = cases.filter(**{lookup: list(choice[key])})
    if choice.get("unit_id"):
        unit = Unit.objects.filter(pk=choice["unit_id"]).first()
        cases = cases.filter(**{f"{LEVEL_NAMES[unit.level]}_id": unit.pk}) if unit else cases.none()
    if choice.get("least_premium"):
        cases = cases.filter(annual_premium__gte=int(choice["least_premium"]))
    if choice.get("in_force"):
        cases = cases.filter(policies_in_force__gt=0)
    if choice.get("customers"):
        cases = cases.filter(customer_id__in=list(choice["customers"])[:5000])
    return cases


LEVEL_NAMES = {1: "head_office", 2: "branch", 3: "sub_branch", 4: "section", 5: "team"}


def allocations_visible_to(actor: Actor) -> QuerySet[Allocation]:
    """Return the batches run by units in the actor's scope."""
    if actor.scope.reach is Reach.SELF:
        return Allocation.objects.none()
    return Allocation.objects.filter(in_scope(actor))


def access_allocation(actor: Actor, allocation_id: int, *, lock: bool = False) -> Allocation:
    """Return one batch in scope. Raises NotFound otherwise."""
    rows = allocations_visible_to(actor).filter(pk=allocation_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows.select_related("unit")).first()
    if found is None:
        raise NotFound("allocation.not_found")
    return found


def items_visible_to(actor: Actor) -> QuerySet[AllocationItem]:
    """Return the customers of batches in scope, and of what the actor's units received."""
    own = allocations_visible_to(actor).values("pk")
    received = receptions_visible_to(actor).values("allocation_id", "unit_id")
    if not in_scope(actor):
        return AllocationItem.objects.all()
    pairs = Q(pk__in=())
    for row in received:
        pairs |= Q(allocation_id=row["allocation_id"], receiving_unit_id=row["unit_id"])
    return AllocationItem.objects.filter(Q(allocation_id__in=own) | pairs)


def receptions_visible_to(actor: Actor) -> QuerySet[Reception]:
    """Return what units in the actor's scope got, whether answered or not."""
    if actor.scope.reach is Reach.SELF:
        return Reception.objects.none()
    return Reception.objects.filter(in_scope(actor))


def access_reception(actor: Actor, reception_id: int, *, lock: bool = False) -> Reception:
    """Return one reception in scope. Raises NotFound otherwise."""
    rows = receptions_visible_to(actor).filter(pk=reception_id)
    found = (
        rows.select_for_update(of=("self",)) if lock else rows.select_related("unit", "allocation")
    ).first()  # fmt: skip
    if found is None:
        raise NotFound("reception.not_found")
    return found


def first_contacts_visible_to(actor: Actor) -> QuerySet[FirstContact]:
    """Return the first contacts still owed in the actor's scope."""
    return FirstContact.objects.filter(in_scope(actor), ended_at__isnull=True)


def open_assignments(ids: list[int]) -> dict[int, int]:
    """Return the open assignment of each customer."""
    rows = Assignment.objects.filter(customer_id__in=ids, valid_until__isnull=True)
    return dict(rows.values_list("customer_id", "pk"))


def overdue_receptions(now: datetime) -> QuerySet[Reception]:
    """Return the receptions whose deadline passed without an answer."""
    return Reception.objects.filter(state=Reception.State.WAITING, deadline_at__lt=now)
