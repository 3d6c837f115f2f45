"""Which customers an actor sees (decision 3): served in scope, with a policy served there, or granted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from keyuan.customers.models import Customer, CustomerSummary, Grant, Interaction, SharedCustomer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Moved, NotFound
from keyuan.organisation.selectors import in_scope, scope_q

R = TypeVar("R", bound=Model)
#: A chain of merges is followed at most so far.
LONGEST_CHAIN = 50


def _shared_ids(actor: Actor) -> QuerySet[SharedCustomer, Any]:
    return SharedCustomer.objects.filter(in_scope(actor)).values("customer_id")


def _granted_ids(actor: Actor, now: datetime) -> QuerySet[Grant, Any]:
    return Grant.objects.filter(post_id=actor.post_id or 0, until__gt=now).values("customer_id")


def lent_rows(rows: QuerySet[R], actor: Actor, *, now: datetime, customer: str = "customer") -> list[QuerySet[R]]:
    """Return ``rows`` in scope and, apart from them, those of customers lent to the post: sources of a list page.

    ``customer`` names the column that leads to the customer. The lent ones are few, and found through it.
    """
    own = in_scope(actor)
    if not own:
        return [rows]
    lent = Q(**{f"{customer}_id__in": _granted_ids(actor, now)})
    return [rows.filter(own), rows.filter(lent).exclude(own)]


def customer_q(actor: Actor, *, now: datetime, prefix: str = "") -> Q:
    """Return the filter for rows of customers (or behind ``prefix`` to one) that the actor sees.

    Right for one row or a bounded set of ids; sorted pages use `summary_sources`, whose parts have their indexes.
    """
    own = scope_q(actor.scope, f"{prefix}summary__")
    if not own:
        # The whole book: an empty filter joined by OR would vanish and leave the guests alone.
        return own
    key = f"{prefix}pk__in" if prefix else "pk__in"
    shared = Q(**{key: _shared_ids(actor)})
    granted = Q(**{key: _granted_ids(actor, now)})
    return own | shared | granted


def customers_visible_to(actor: Actor, *, now: datetime) -> QuerySet[Customer]:
    """Every customer inside the actor's reach, merged ones left out. All reads start here."""
    return Customer.objects.exclude(status=Customer.Status.MERGED).filter(customer_q(actor, now=now))


def summaries_visible_to(actor: Actor, *, now: datetime) -> QuerySet[CustomerSummary]:
    """The summary rows of the customers the actor sees."""
    own = in_scope(actor)
    if not own:
        return CustomerSummary.objects.all()
    return CustomerSummary.objects.filter(own | Q(pk__in=_shared_ids(actor)) | Q(pk__in=_granted_ids(actor, now)))


def visible_among(actor: Actor, ids: Sequence[int], *, now: datetime) -> list[int]:
    """Return those of a bounded list of customers that the actor sees, in the list's order.

    Each is looked up by its key: asked for ids *and* scope at once, SQLite reads the whole scope by an index of it.
    """
    own = in_scope(actor)
    terms = [child for child in own.children if isinstance(child, tuple)]
    wanted = [(column, value) for column, value in terms if not column.endswith("__in")]
    columns = [column for column, _value in wanted]
    values = tuple(value for _column, value in wanted)
    rows = CustomerSummary.objects.filter(pk__in=ids).values_list("pk", *columns)
    if not own:
        found = {row[0] for row in rows}
    else:
        found = {row[0] for row in rows if row[1:] == values} if columns else set()
        rest = [pk for pk in ids if pk not in found]
        shared = SharedCustomer.objects.filter(in_scope(actor), customer_id__in=rest)
        found.update(shared.values_list("customer_id", flat=True))
        found.update(_granted_ids(actor, now).filter(customer_id__in=rest).values_list("customer_id", flat=True))
    return [pk for pk in ids if pk in found]


def guest_ids(actor: Actor, *, now: datetime, most: int) -> list[int]:
    """Return at most ``most`` customers that are shared with the actor's scope or granted to the post."""
    return list(_shared_ids(actor).union(_granted_ids(actor, now)).values_list("customer_id", flat=True)[:most])


def reach_ids(actor: Actor, *, now: datetime, most: int) -> list[int] | None:
    """Return every customer the actor sees where they are no more than ``most``, else None."""
    own = list(CustomerSummary.objects.filter(in_scope(actor)).order_by().values_list("pk", flat=True)[: most + 1])
    guests = guest_ids(actor, now=now, most=most + 1)
    ids = list(dict.fromkeys(own + guests))
    return ids if len(ids) <= most else None


def scope_terms(actor: Actor) -> list[tuple[str, Any]] | None:
    """Return the actor's scope as equalities of columns: none for the whole book, None where nothing is in reach."""
    own = in_scope(actor)
    terms = [child for child in own.children if isinstance(child, tuple)]
    return None if any(column.endswith("__in") for column, _value in terms) else terms


def lent_ids(actor: Actor, *, now: datetime) -> list[int]:
    """Return the customers whom the post sees beside those served in its scope: shared with it, or granted to it."""
    return sorted(_shared_ids(actor).union(_granted_ids(actor, now)).values_list("customer_id", flat=True))


def summary_sources(actor: Actor, *, now: datetime) -> list[QuerySet[CustomerSummary]]:
    """The same rows as disjoint parts, each served by its own index: served in scope, then shared or granted."""
    own = in_scope(actor)
    if not own:
        return [CustomerSummary.objects.all()]
    # A union, not an OR: with an OR PostgreSQL reads the whole table.
    guests = _shared_ids(actor).union(_granted_ids(actor, now))
    return [CustomerSummary.objects.filter(own), CustomerSummary.objects.filter(pk__in=guests).exclude(own)]


def access_customer(actor: Actor, customer_id: int, *, now: datetime, lock: bool = False) -> Customer:
    """Return one customer the actor may see, row-locked when it is about to change.

    Raises NotFound out of reach, `Moved` for one that was merged into a customer whom the actor sees (CUS-8).
    """
    customers = customers_visible_to(actor, now=now)
    customers = customers.select_for_update(of=("self",)) if lock else customers.select_related("summary")
    try:
        return customers.get(pk=customer_id)
    except Customer.DoesNotExist:
        head = living_head(customer_id)
        if head is not None and customers_visible_to(actor, now=now).filter(pk=head).exists():
            raise Moved("customer.merged_away", gone=customer_id, successor=head) from None
        raise NotFound("customer.not_found") from None


def living_head(customer_id: int) -> int | None:
    """Return who stands for a merged record today; None for a record that is not merged."""
    seen = customer_id
    for _step in range(LONGEST_CHAIN):
        into = Customer.objects.filter(pk=seen).values_list("merged_into_id", flat=True).first()
        if into is None:
            break
        seen = into
    return seen if seen != customer_id else None


def interaction_sources(actor: Actor, *, now: datetime) -> list[QuerySet[Interaction]]:
    """The timeline entries of a list page: those of customers served in scope, then of customers lent to the post."""
    return lent_rows(Interaction.objects.all(), actor, now=now)


def interactions_visible_to(actor: Actor) -> QuerySet[Interaction]:
    """Timeline entries of customers served in the actor's scope; a 360° page reads one customer's directly."""
    return Interaction.objects.filter(in_scope(actor))
