"""Reading scores (ANA-2), and how a night compares what stands with what it reckoned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from keyuan.customers.extensions import segment_fields
from keyuan.customers.models import CustomerScore
from keyuan.customers.selectors.scope import lent_rows
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors import in_scope


def score_sources(actor: Actor, *, now: datetime) -> list[QuerySet[CustomerScore]]:
    """The scores of a list page: of customers served in scope, then of those lent to the post."""
    return lent_rows(CustomerScore.objects.all(), actor, now=now)


def scores_visible_to(actor: Actor) -> QuerySet[CustomerScore]:
    """The scores of customers served in the actor's scope, for adding them up."""
    return CustomerScore.objects.filter(in_scope(actor))


def score_of(customer_id: int) -> CustomerScore | None:
    """Return the score of one customer, whom the caller was let see; None before the first night."""
    return CustomerScore.objects.filter(pk=customer_id).first()


def scores_of(customer_ids: Sequence[int]) -> dict[int, CustomerScore]:
    """Return the scores of a page of customers."""
    return CustomerScore.objects.in_bulk(list(customer_ids))


def cluster_words() -> dict[str, Any]:
    """Return what the groups of similar needs are called; whoever finds them offers their names to segments, too."""
    field = segment_fields.get("cluster")
    return {str(code): word for code, word in field.choices()} if field and field.choices else {}
