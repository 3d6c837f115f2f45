"""Reads of privacy requests."""

from datetime import date, datetime

from django.db.models import QuerySet, Value

from keyuan.contact import permissions
from keyuan.contact.models import Erasure, LegalHold, PrivacyRequest, PrivacyStep
from keyuan.contact.rules.privacy import requests as rules
from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.platform.jobs import TrackedJob


def request_sources(actor: Actor, *, now: datetime) -> list[QuerySet[PrivacyRequest]]:
    """Return requests as list pages read them: in scope, then those of customers lent to the post."""
    return lent_rows(PrivacyRequest.objects.all(), actor, now=now)


def requests_visible_to(actor: Actor, *, now: datetime) -> QuerySet[PrivacyRequest]:
    """Every request the actor may open: in scope, or of a customer the actor sees. For bounded sets."""
    if not actor.may(permissions.PRIVACY):
        return PrivacyRequest.objects.none()
    if actor.scope.reach is Reach.ALL:
        return PrivacyRequest.objects.all()
    return PrivacyRequest.objects.filter(in_scope(actor) | customer_q(actor, now=now, prefix="customer__"))


def access_request(actor: Actor, request_id: int, *, now: datetime, lock: bool = False) -> PrivacyRequest:
    """Return one request in reach, row-locked when it is about to change. Raises NotFound."""
    rows = requests_visible_to(actor, now=now)
    rows = rows.select_for_update(of=("self",)) if lock else rows.select_related("customer")
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise NotFound("privacy.not_found")
    return found


def steps_of(request: PrivacyRequest) -> list[PrivacyStep]:
    """Return the history of a request, oldest first."""
    return list(request.steps.order_by("pk"))


def requests_of_customer(customer_id: int) -> list[PrivacyRequest]:
    """Return a customer's requests, newest first; the caller has checked access to the customer."""
    return list(PrivacyRequest.objects.filter(customer_id=customer_id).order_by("-pk")[:20])


def erasures_of(customer_id: int) -> list[Erasure]:
    """Return what was taken out of a customer's record, newest first."""
    return list(Erasure.objects.filter(customer_id=customer_id).order_by("-pk"))


def open_holds(customer_id: int) -> list[LegalHold]:
    """Return the legal holds that stand on a customer."""
    return list(LegalHold.objects.filter(customer_id=customer_id, lifted_at__isnull=True).order_by("pk"))


def held_among(customer_ids: list[int]) -> set[int]:
    """Return those of the customers on whom a legal hold stands."""
    rows = LegalHold.objects.filter(customer_id__in=customer_ids, lifted_at__isnull=True)
    return set(rows.values_list("customer_id", flat=True))


def overdue_count(actor: Actor, today: date) -> int:
    """Return how many open requests in reach are overdue or due within three days."""
    if not actor.may(permissions.PRIVACY):
        return 0
    rows = PrivacyRequest.objects.filter(in_scope(actor), status__in=(rules.RECEIVED, rules.WORKING))
    return rows.filter(due_on__lte=today).count()


def standing_holds() -> list[LegalHold]:
    """Return the legal holds that stand, newest first."""
    return list(LegalHold.objects.filter(lifted_at__isnull=True).order_by("-pk")[:200])


def copy_job(request: PrivacyRequest) -> TrackedJob | None:
    """Return the job that made or makes the request's copy, if there was one."""
    return TrackedJob.objects.filter(pk=request.copy_job_id).first() if request.copy_job_id else None


def copies_before(moment: datetime) -> list[PrivacyRequest]:
    """Return requests whose copy was made before a moment and still lies here, a hundred at most."""
    rows = PrivacyRequest.objects.filter(copy_id__isnull=False, copied_at__lt=moment).order_by("copied_at")
    return list(rows[:100])


def marks_of(customer_id: int) -> set[str]:
    """Return what stands on a customer's record, in one query: ``erasure``, ``hold``."""
    erased = Erasure.objects.filter(customer_id=customer_id).values_list(Value("erasure"))
    held = LegalHold.objects.filter(customer_id=customer_id, lifted_at__isnull=True).values_list(Value("hold"))
    return {row[0] for row in erased.union(held)}


def due_until(day: date) -> list[PrivacyRequest]:
    """Return the running requests that are due until a day, the most urgent first, a thousand at most."""
    rows = PrivacyRequest.objects.filter(status__in=(rules.RECEIVED, rules.WORKING), due_on__lte=day)
    return list(rows.order_by("due_on")[:1000])


def unfinished_erasures() -> list[int]:
    """Return the erasures that have not reached files and snapshots, a hundred at most."""
    rows = Erasure.objects.filter(outside_at__isnull=True).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:100])
