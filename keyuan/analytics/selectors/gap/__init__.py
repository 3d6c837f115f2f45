"""Reads of protection gaps: which results an actor sees, and one of them (ANA-8)."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from keyuan.analytics.models import GapAssumptions, GapNeed, GapResult, GapSheet
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.scope import lent_rows
from keyuan.kernel.actor import Actor, FieldLevel
from keyuan.kernel.errors import NotFound
from keyuan.policies.rules.gap.assumptions import Assumptions, from_json

#: Whose level says who reads answers about money and what follows from them.
FIELD = "income"
HISTORY = 20


def reads_money(actor: Actor) -> bool:
    """Tell whether the actor reads incomes and what follows from them, as on the archive's page (PLT-4 c)."""
    return actor.level_of(FIELD) in (FieldLevel.MASKED, FieldLevel.REVEAL)


def result_sources(actor: Actor, *, now: datetime) -> list[QuerySet[GapResult]]:
    """Return the results in scope and those of customers lent to the post, as disjoint parts of a list."""
    return lent_rows(GapResult.objects.all(), actor, now=now)


def access_result(actor: Actor, result_id: int, *, now: datetime) -> GapResult:
    """Return one result of a customer whom the actor sees. Raises `NotFound`."""
    found = GapResult.objects.select_related("customer__summary").filter(pk=result_id).first()
    if found is None:
        raise NotFound("gap.not_found")
    access_customer(actor, found.customer_id, now=now)
    return found


def results_of(customer_id: int) -> QuerySet[GapResult]:
    """Return a customer's results, newest first; the caller has accessed the customer."""
    return GapResult.objects.filter(customer_id=customer_id).order_by("-made_at", "-pk")


def latest_of(customer_id: int) -> GapResult | None:
    """Return a customer's present result; the caller has accessed the customer."""
    return results_of(customer_id).filter(is_latest=True).prefetch_related("needs").first()


def before(result: GapResult) -> GapResult | None:
    """Return the result that stood before this one."""
    older = results_of(result.customer_id).filter(made_at__lte=result.made_at).exclude(pk=result.pk)
    return older.filter(pk__lt=result.pk).prefetch_related("needs").first()


def needs_of(result: GapResult) -> list[GapNeed]:
    """Return the needs of a result in their order."""
    return sorted(result.needs.all(), key=lambda need: need.position)


def sheet_of(customer_id: int) -> GapSheet | None:
    """Return a customer's answers; the caller has accessed the customer."""
    return GapSheet.objects.filter(customer_id=customer_id).first()


def edition_on(day: date) -> tuple[int, Assumptions]:
    """Return the number and the values of the edition in force on a day; number 0 are the usual ones."""
    found = GapAssumptions.objects.filter(valid_from__lte=day).order_by("-valid_from", "-number").first()
    return (found.number, from_json(found.values)) if found else (0, Assumptions())


def editions() -> QuerySet[GapAssumptions]:
    """Return every edition, newest first."""
    return GapAssumptions.objects.order_by("-number")


def labels(actor: Actor, ids: list[int], *, now: datetime) -> dict[int, str]:
    """Name results in reach by their day."""
    found: dict[int, str] = {}
    for part in result_sources(actor, now=now):
        found |= {
            pk: f"{timezone.localtime(made_at):%Y-%m-%d}"
            for pk, made_at in part.filter(pk__in=ids).values_list("pk", "made_at")
        }
    return found
