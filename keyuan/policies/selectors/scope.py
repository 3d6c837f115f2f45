"""Which policies an actor sees: those served in scope, and those of customers the actor may see."""

from datetime import datetime

from django.db.models import QuerySet

from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.policies.models import Policy, PolicyParty


def policy_sources(actor: Actor, *, now: datetime) -> list[QuerySet[Policy]]:
    """Policies as list pages read them: served in scope, each sort by its index; then those of customers lent."""
    return lent_rows(Policy.objects.all(), actor, now=now, customer="holder")


def policies_visible_to(actor: Actor, *, now: datetime) -> QuerySet[Policy]:
    """Every policy the actor may open: served in scope, or with a holder the actor sees. For bounded sets."""
    if actor.scope.reach is Reach.ALL:
        return Policy.objects.all()
    return Policy.objects.filter(in_scope(actor) | customer_q(actor, now=now, prefix="holder__"))


def access_policy(actor: Actor, policy_id: int, *, now: datetime, lock: bool = False) -> Policy:
    """Return one policy the actor may see, row-locked when it is about to change."""
    policies = policies_visible_to(actor, now=now).select_related("product")
    if lock:
        policies = policies.select_for_update(of=("self",))
    try:
        return policies.get(pk=policy_id)
    except Policy.DoesNotExist:
        raise NotFound("policy.not_found") from None


def policies_of_customer(customer_id: int) -> QuerySet[Policy]:
    """Every policy in which the customer has a role now; the caller has checked access to the customer."""
    roles = PolicyParty.objects.filter(customer_id=customer_id, valid_until__isnull=True).values("policy_id")
    # A union, not an OR: with an OR PostgreSQL reads the whole table.
    either = Policy.objects.filter(holder_id=customer_id).values("pk").union(roles)
    return Policy.objects.filter(pk__in=either).select_related("product").order_by("status", "-annual_premium", "pk")
