"""Reading batch queries: everybody sees their own only."""

from django.db.models import QuerySet

from keyuan.customers.models import BatchQuery, BatchQueryRow
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def batches_of(actor: Actor) -> QuerySet[BatchQuery]:
    """Return the actor's own batches."""
    return BatchQuery.objects.filter(user_id=actor.id or 0)


def access_batch(actor: Actor, query_id: int) -> BatchQuery:
    """Return one of the actor's own batches; raises `NotFound`."""
    query = batches_of(actor).filter(pk=query_id).first()
    if query is None:
        raise NotFound("batch.not_found")
    return query


def batch_rows_of(actor: Actor) -> QuerySet[BatchQueryRow]:
    """Return the rows of the actor's own batches."""
    return BatchQueryRow.objects.filter(query__in=batches_of(actor).values("pk"))
