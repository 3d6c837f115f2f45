"""Merges and what stood behind them, inside the actor's reach (CUS-8)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from keyuan.customers.models import Customer, Merge, MergeBatch
from keyuan.customers.selectors.scope import access_customer, living_head
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope


def merges_visible_to(actor: Actor) -> QuerySet[Merge]:
    """Return the merges whose survivor stood in the actor's scope, plans of batches left out."""
    return Merge.objects.filter(in_scope(actor), done_at__isnull=False)


def access_merge(actor: Actor, merge_id: int, *, now: datetime) -> Merge:
    """Return a merge in reach: in the actor's scope, or of a survivor whom the actor sees. Raises NotFound."""
    merge = Merge.objects.filter(pk=merge_id, done_at__isnull=False).select_related("survivor", "loser").first()
    if merge is None:
        raise NotFound("merge.not_found")
    if not merges_visible_to(actor).filter(pk=merge_id).exists():
        try:
            access_customer(actor, merge.survivor_id, now=now)
        except NotFound:
            raise NotFound("merge.not_found") from None
    return merge


def merges_of(customer_id: int) -> list[Merge]:
    """Return the merges that a record was part of, newest first; the caller has accessed the customer."""
    found: list[Merge] = []
    for which in (Q(survivor_id=customer_id), Q(loser_id=customer_id)):
        rows = Merge.objects.filter(which, done_at__isnull=False).select_related("survivor", "loser")
        found += rows.order_by("-serial")[:50]
    return sorted(found, key=lambda merge: merge.serial or 0, reverse=True)


def batches_visible_to(actor: Actor) -> QuerySet[MergeBatch]:
    """Return the batches whose pairs all stood in the actor's scope."""
    return MergeBatch.objects.filter(in_scope(actor))


def access_batch(actor: Actor, batch_id: int) -> MergeBatch:
    """Return a batch in reach. Raises NotFound."""
    batch = batches_visible_to(actor).filter(pk=batch_id).first()
    if batch is None:
        raise NotFound("merge.batch_not_found")
    return batch


def survivors_by_number(text: str, limit: int) -> list[int]:
    """Return who stands for the merged customer with a number: old letters and links go on leading somewhere."""
    rows = Customer.objects.filter(customer_no=text.strip().upper(), merged_into__isnull=False)
    heads = [living_head(pk) for pk in rows.values_list("pk", flat=True)[:limit]]
    return [head for head in heads if head is not None]


def merge_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name merges in scope by their number."""
    return {pk: str(pk) for pk in merges_visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True)}
