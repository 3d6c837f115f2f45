"""Reads of complaints: one with its parts, and the figures that the regulator counts by (SRV-4; domain.md §C.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors import in_scope
from keyuan.service.models import Complaint
from keyuan.service.selectors.orders import is_about

PREFIX = "order__"


def complaint_of(order_id: int) -> Complaint | None:
    """Return what makes an order a complaint, with its parts; the caller has accessed the order."""
    rows = Complaint.objects.filter(pk=order_id).prefetch_related("accused", "extensions", "reviews")
    return rows.first()


@dataclass(frozen=True, slots=True)
class Figures:
    """Complaints of a period: how many, by category, line, cause and branch, decided in time."""

    total: int
    by: Mapping[str, list[tuple[str, int]]]
    decided: int
    repeated: int
    groups: int
    proxies: int
    alike: int


#: What the page breaks complaints down by.
BREAKDOWNS = {
    "category": "order__category__name",
    "line": "line",
    "cause": "order__cause",
    "source": "source",
    "decision": "decision",
}


def figures(actor: Actor, since: datetime, until: datetime) -> Figures:
    """Count the complaints in scope that came in from ``since`` on and before ``until``; merged ones count once.

    Those about the actor are counted no more than they are listed: each figure leads to its rows.
    """
    rows = Complaint.objects.filter(in_scope(actor, PREFIX), received_at__gte=since, received_at__lt=until)
    rows = rows.exclude(order__status="MERGED").filter(~is_about(actor)).order_by()
    by = {
        key: sorted(
            ((name or "", count) for name, count in rows.values_list(column).annotate(n=Count("pk"))),
            key=lambda pair: -pair[1],
        )
        for key, column in BREAKDOWNS.items()
    }
    totals = rows.aggregate(
        total=Count("pk"),
        decided=Count("pk", filter=~Q(decision="")),
        repeated=Count("pk", filter=Q(is_repeated=True)),
        groups=Count("pk", filter=~Q(level="GENERAL")),
        proxies=Count("pk", filter=Q(is_proxy_sign=True)),
        alike=Count("pk", filter=Q(is_group_sign=True)),
    )
    return Figures(by=by, **totals)
