"""The records of the quality list, and the numbers in force (CUS-11)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from keyuan.customers.models import DuplicatePair, QualityRules, RecordQuality, SupplierCount, Task
from keyuan.customers.rules.quality import Weights, from_json
from keyuan.customers.selectors.scope import lent_rows
from keyuan.kernel.actor import Actor, Reach
from keyuan.organisation.models import Partner
from keyuan.organisation.selectors import in_scope

SHOWN = 20


def weights_in_force() -> tuple[Weights, QualityRules | None]:
    """Return the weights in force and their version; the defaults before anybody changed them."""
    newest = QualityRules.objects.order_by("-number").first()
    return (from_json(newest.content), newest) if newest else (Weights(), None)


def versions() -> list[QualityRules]:
    """Return the last versions of the weights, the newest first."""
    return list(QualityRules.objects.order_by("-number")[:SHOWN])


def partner_names(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of agencies that supply records."""
    return dict(Partner.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def quality_sources(actor: Actor, *, now: datetime) -> list[QuerySet[RecordQuality]]:
    """The records of a list page: those served in scope, then those lent to the post."""
    return lent_rows(RecordQuality.objects.all(), actor, now=now)


def quality_visible_to(actor: Actor) -> QuerySet[RecordQuality]:
    """The records served in the actor's scope, for adding them up."""
    return RecordQuality.objects.filter(in_scope(actor))


def quality_of(customer_id: int) -> RecordQuality | None:
    """Return the verdict on one customer, whom the caller was let see; None for one that was never judged."""
    return RecordQuality.objects.filter(pk=customer_id).first()


def open_pair(customer_id: int) -> int | None:
    """Return an open pair of likely duplicates that a customer is in."""
    pairs = DuplicatePair.objects.filter(status=DuplicatePair.Status.OPEN).exclude(band=DuplicatePair.Band.POSSIBLE)
    for column in ("a_id", "b_id"):
        found = pairs.filter(**{column: customer_id}).values_list("pk", flat=True).first()
        if found:
            return found
    return None


def open_task(customer_id: int) -> Task | None:
    """Return the open cleansing task of a customer."""
    return Task.objects.filter(cleansing__customer_id=customer_id, closed_at__isnull=True).first()


def supplier_choices(actor: Actor) -> list[str]:
    """Return the suppliers of the actor's records, as last counted; of a small reach, those of the whole book."""
    day = SupplierCount.objects.order_by("-day").values_list("day", flat=True).first()
    if day is None:
        return []
    scope = actor.scope
    branch = scope.unit_id or 0 if scope.unit_level == "branch" and scope.reach is not Reach.SELF else 0
    rows = SupplierCount.objects.filter(day=day, branch_id=branch)
    return sorted(set(rows.order_by().values_list("supplier", flat=True).distinct()))
