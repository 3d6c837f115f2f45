"""Pairs to be decided, inside the actor's reach: only those of which the post sees both (CUS-8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from keyuan.customers.models import CustomerSummary, DuplicatePair
from keyuan.customers.selectors.scope import customers_visible_to, visible_among
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope

Status = DuplicatePair.Status


def pairs_visible_to(actor: Actor) -> QuerySet[DuplicatePair]:
    """Return the pairs both of whose customers stand in the actor's scope; folded ones left out."""
    return DuplicatePair.objects.filter(in_scope(actor)).exclude(status=Status.FOLDED)


def access_pair(actor: Actor, pair_id: int, *, now: datetime) -> DuplicatePair:
    """Return a pair of which the actor sees both customers today. Raises NotFound."""
    pair = DuplicatePair.objects.filter(pk=pair_id).exclude(status=Status.FOLDED).first()
    if pair is None:
        raise NotFound("merge.no_pair")
    wanted = [pair.a_id, pair.b_id]
    if pair.status == Status.MERGED:
        wanted = [survivor for survivor in wanted if CustomerSummary.objects.filter(pk=survivor).exists()]
    if not wanted or len(visible_among(actor, wanted, now=now)) != len(wanted):
        raise NotFound("merge.no_pair")
    return pair


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The pairs before and after one in the queue (by weight, the strongest first)."""

    previous: int | None
    next: int | None


def neighbours_of(actor: Actor, pair: DuplicatePair) -> Neighbours:
    """Return what J and K lead to: open pairs in the actor's scope."""
    rows = pairs_visible_to(actor).filter(status=Status.OPEN)
    below = rows.filter(Q(weight__lt=pair.weight) | Q(weight=pair.weight, pk__lt=pair.pk))
    above = rows.filter(Q(weight__gt=pair.weight) | Q(weight=pair.weight, pk__gt=pair.pk))
    return Neighbours(
        above.order_by("weight", "pk").values_list("pk", flat=True).first(),
        below.order_by("-weight", "-pk").values_list("pk", flat=True).first(),
    )


def open_pairs_of(actor: Actor, customer_id: int, *, now: datetime, most: int = 20) -> list[DuplicatePair]:
    """Return the open pairs of a customer whose other customer the actor sees, too; the strongest first."""
    pairs = DuplicatePair.objects.filter(status=Status.OPEN)
    # A union, not an OR: each half has its index, and no pair stands in both.
    both = pairs.filter(a_id=customer_id).union(pairs.filter(b_id=customer_id), all=True)
    found = list(both.order_by("-weight", "-id")[: 2 * most])
    others = [pair.b_id if pair.a_id == customer_id else pair.a_id for pair in found]
    seen = set(visible_among(actor, others, now=now)) if others else set()
    kept = [pair for pair, other in zip(found, others, strict=True) if other in seen]
    return sorted(kept, key=lambda pair: pair.weight, reverse=True)[:most]


def open_count(actor: Actor, most: int = 1000) -> int:
    """Count the open pairs in the actor's scope, up to ``most``."""
    return pairs_visible_to(actor).filter(status=Status.OPEN)[:most].count()


def decided_pairs_of(customer_id: int) -> list[DuplicatePair]:
    """Return what was said not to be this person; the caller has accessed the customer."""
    found: list[DuplicatePair] = []
    for which in (Q(a_id=customer_id), Q(b_id=customer_id)):
        found += DuplicatePair.objects.filter(which, status=Status.DISTINCT).select_related("a", "b")[:50]
    return found


def names_in_reach(actor: Actor, ids: Iterable[int], *, now: datetime) -> dict[int, CustomerSummary]:
    """Return the summaries of those of ``ids`` that the actor sees."""
    seen = visible_among(actor, sorted(set(ids)), now=now)
    return CustomerSummary.objects.in_bulk(seen)


def both_visible(actor: Actor, one: int, other: int, *, now: datetime) -> bool:
    """Tell whether the actor sees both customers."""
    return customers_visible_to(actor, now=now).filter(pk__in=(one, other)).count() == 2
