"""What stands in the calendar beside deadlines of orders: follow-ups, longer terms of complaints (SRV-2, SRV-8)."""

from collections.abc import Iterable
from datetime import date, datetime
from heapq import merge
from itertools import islice

from keyuan.kernel.actor import Actor
from keyuan.service import permissions
from keyuan.service.models import Complaint, Extension, FollowUp
from keyuan.service.rules.complaints import SIMPLE
from keyuan.service.selectors.follow_ups.reading import open_sources


def follow_ups_between(
    actor: Actor, first: date, last: date, *, owner_id: int | None, now: datetime, limit: int
) -> list[FollowUp]:
    """Return the open follow-ups in reach whose last day lies in a span, the earliest first; of one owner if asked."""
    if not actor.may(permissions.FOLLOW_UPS):
        return []
    sources = [rows.filter(due_on__gte=first, due_on__lte=last) for rows in open_sources(actor, now=now)]
    if owner_id is not None:
        sources = [rows.filter(owner_id=owner_id) for rows in sources]
    read = [rows.select_related("plan").order_by("due_on", "pk")[:limit] for rows in sources]
    return list(islice(merge(*read, key=lambda row: (row.due_on, row.pk)), limit))


def longer_terms(order_ids: Iterable[int]) -> tuple[dict[int, int], set[int]]:
    """Return the extended terms of complaints in days, and the complaints for which a longer term is asked."""
    ids = list(order_ids)
    extended = dict(Complaint.objects.filter(pk__in=ids, term__gt=SIMPLE).values_list("pk", "term"))
    asked = Extension.objects.filter(complaint_id__in=ids, status="ASKED")
    return extended, set(asked.values_list("complaint_id", flat=True))
