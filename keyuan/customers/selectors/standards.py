"""Reads of the service standard: the edition in force, entitlements for queues and pages, memberships (CUS-14)."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet, Sum

from keyuan.customers import permissions
from keyuan.customers.models import (
    CustomerSummary,
    EntitlementUse,
    Membership,
    ServiceException,
    ServiceStandard,
    TierChange,
)
from keyuan.customers.rules.standards import BASE, Standard, from_json
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.scope import customer_q
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound

Issued = ServiceStandard.Status.ISSUED


@dataclass(frozen=True, slots=True)
class Entitled:
    """What a customer has of an item: words, quota a calendar year and what is left of it, minutes to an answer.

    ``quota`` None means as often as needed; ``by`` says why: the tier's code, or EXCEPTION.
    """

    item: str
    service: str
    quota: int | None
    used: int
    response_minutes: int | None
    tier: str
    by: str
    until: date | None = None

    @property
    def left(self) -> int | None:
        """How often it may still be used this year; None without a limit."""
        return None if self.quota is None else max(0, self.quota - self.used)


def standard_row(on: date) -> ServiceStandard | None:
    """Return the edition in force on a day, as a record."""
    rows = ServiceStandard.objects.filter(status=Issued, valid_from__lte=on)
    return rows.order_by("-valid_from", "-number").first()


#: How long the names of tiers are believed, in seconds.
BELIEVED = 60.0
_remembered = {"at": -BELIEVED}


def remember_names(on: date, *, anew: bool = False) -> None:
    """Let pages call tiers as the edition in force does; read at most once a minute in each process."""
    present = time.monotonic()
    if not anew and present - _remembered["at"] < BELIEVED:
        return
    _remembered["at"] = present
    standard = standard_on(on)
    names = {tier.code: tier.name for tier in standard.tiers if tier.name} if standard else {}
    labels.TIER_NAMES.clear()
    labels.TIER_NAMES.update(names)


def standard_on(on: date) -> Standard | None:
    """Return the edition in force on a day; None before the first."""
    row = standard_row(on)
    return from_json(row.content) if row else None


def editions_visible_to(actor: Actor) -> list[ServiceStandard]:
    """Return every edition, the newest first; drafts for those who write or approve them only."""
    drafts = actor.may(permissions.STANDARDS) or actor.may(permissions.EXCEPTION_DECIDE)
    rows = ServiceStandard.objects.all() if drafts else ServiceStandard.objects.filter(status=Issued)
    return list(rows.order_by("-number"))


def access_edition(actor: Actor, number: int) -> ServiceStandard:
    """Return one edition. Raises NotFound for one that is not there, or a draft of others' business."""
    row = next((row for row in editions_visible_to(actor) if row.number == number), None)
    if row is None:
        raise NotFound("standard.not_found")
    return row


def year_of(on: date) -> tuple[date, date]:
    """Return the calendar year by which uses are counted."""
    return date(on.year, 1, 1), date(on.year, 12, 31)


def used_by(customer_ids: Collection[int], on: date, items: Collection[str] = ()) -> dict[tuple[int, str], int]:
    """Return how often each item was used in the year of ``on``, by customer."""
    first, last = year_of(on)
    uses = EntitlementUse.objects.filter(
        customer_id__in=list(customer_ids), used_on__gte=first, used_on__lte=last, undone_at__isnull=True
    )
    if items:
        uses = uses.filter(item__in=list(items))
    rows = uses.values_list("customer_id", "item").annotate(times=Sum("quantity"))
    return {(customer_id, item): times for customer_id, item, times in rows.order_by()}


def exceptions_in_force(
    customer_ids: Collection[int], on: date, item: str = ""
) -> dict[tuple[int, str], ServiceException]:
    """Return what was approved beyond the tier and holds on a day; of several the one decided last."""
    rows = ServiceException.objects.filter(
        customer_id__in=list(customer_ids),
        status=ServiceException.Status.APPROVED,
        valid_from__lte=on,
        valid_until__gte=on,
    )
    if item:
        rows = rows.filter(item=item)
    return {(row.customer_id, row.item): row for row in rows.order_by("decided_at", "pk")}


def entitlement(customer_ids: Collection[int], item: str, *, on: date) -> dict[int, Entitled]:
    """Return what each customer has of ``item`` on a day, for queues (≤ 2,000 at once); who has nothing is absent.

    The caller has found the customers inside its own reach. Four queries, however many customers.
    """
    standard = standard_on(on)
    if standard is None:
        return {}
    tiers = dict(CustomerSummary.objects.filter(pk__in=list(customer_ids)).values_list("pk", "tier"))
    beyond = exceptions_in_force(tiers, on, item)
    used = used_by(tiers, on, (item,))
    found = {}
    for pk, tier in tiers.items():
        entry = entitled(standard, item, tier, beyond.get((pk, item)), used.get((pk, item), 0))
        if entry is not None:
            found[pk] = entry
    return found


def entitled(standard: Standard, item: str, tier: str, beyond: ServiceException | None, used: int) -> Entitled | None:
    """Return what a tier and an exception give of an item; the exception goes before the tier."""
    cell = standard.cell(item, tier)
    if beyond is not None:
        minutes = beyond.response_minutes or (cell.response_minutes if cell else None)
        return Entitled(item, beyond.service, beyond.quota, used, minutes, tier, "EXCEPTION", beyond.valid_until)
    if cell is None:
        return None
    return Entitled(item, cell.service, cell.quota, used, cell.response_minutes, tier, tier)


def entitlements_of(customer_id: int, tier: str, standard: Standard, *, on: date) -> list[tuple[str, Entitled]]:
    """Return everything one customer has, as (name of the item, entitlement); the caller has accessed the customer."""
    beyond = exceptions_in_force([customer_id], on)
    used = used_by([customer_id], on)
    found = []
    for item in standard.items:
        key = (customer_id, item.code)
        entry = entitled(standard, item.code, tier, beyond.get(key), used.get(key, 0))
        if entry is not None:
            found.append((item.name, entry))
    return found


def membership_of(customer_id: int) -> Membership | None:
    """Return the membership of a customer whom the caller has accessed."""
    return Membership.objects.filter(pk=customer_id).first()


def tier_history(customer_id: int) -> list[TierChange]:
    """Return the steps between tiers, the latest first; the caller has accessed the customer."""
    return list(TierChange.objects.filter(customer_id=customer_id).order_by("-changed_on", "-pk")[:50])


def tier_as_of(customer_id: int, on: date) -> str:
    """Return the tier that a customer had on a day; empty when nothing is known of it."""
    rows = TierChange.objects.filter(customer_id=customer_id, changed_on__lte=on).order_by("-changed_on", "-pk")
    return rows.values_list("to_tier", flat=True).first() or ""


def uses_of(customer_id: int) -> list[EntitlementUse]:
    """Return what a customer used lately; the caller has accessed the customer."""
    rows = EntitlementUse.objects.filter(customer_id=customer_id, undone_at__isnull=True)
    return list(rows.order_by("-used_on", "-pk")[:20])


def exceptions_visible_to(actor: Actor, *, now: datetime) -> QuerySet[ServiceException]:
    """Requests about customers in reach, for those who ask and those who decide."""
    if not (actor.may(permissions.EXCEPTION_ASK) or actor.may(permissions.EXCEPTION_DECIDE)):
        return ServiceException.objects.none()
    return ServiceException.objects.filter(customer_q(actor, now=now, prefix="customer__"))


def access_exception(actor: Actor, exception_id: int, *, now: datetime, lock: bool = False) -> ServiceException:
    """Return one request. Raises NotFound out of reach."""
    rows = exceptions_visible_to(actor, now=now).filter(pk=exception_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows.select_related("customer")).first()
    if row is None:
        raise NotFound("exception.not_found")
    return row


def exceptions_of(customer_id: int) -> list[ServiceException]:
    """Return the requests about a customer, the newest first; the caller has accessed the customer."""
    return list(ServiceException.objects.filter(customer_id=customer_id).order_by("-asked_at", "-pk")[:20])


def tier_counts() -> Mapping[str, int]:
    """Return how many customers of the whole book stand in each tier above the base one, by the index."""
    rows = Membership.objects.exclude(tier=BASE).values_list("tier").order_by("tier")
    return dict(rows.annotate(customers=Count("pk")))
