"""Reads of clusters of complaints; a post sees a cluster when it reaches one of its complaints, and then only those."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.service.models import ComplaintCluster, ComplaintSign, LikenessRule, WorkOrder
from keyuan.service.rules import likeness
from keyuan.service.selectors.orders import is_about, orders_visible_to

MOST, MEMBERS = 100, 200


def clusters_in_reach(actor: Actor) -> QuerySet[ComplaintCluster]:
    """Return the clusters with a complaint in the actor's scope that is not about themselves."""
    own = ComplaintSign.objects.filter(in_scope(actor, "complaint__order__"), cluster=OuterRef("pk"))
    return ComplaintCluster.objects.filter(Exists(own.filter(~is_about(actor, "complaint_id"))))


def clusters(actor: Actor, *, open_only: bool) -> list[ComplaintCluster]:
    """Return clusters in reach, the newest first; open ones alone, or those that somebody decided."""
    rows = clusters_in_reach(actor)
    rows = rows.filter(status=likeness.OPEN) if open_only else rows.exclude(status=likeness.OPEN)
    return list(rows.order_by("-last_at", "-pk")[:MOST])


def access_cluster(actor: Actor, cluster_id: int, *, lock: bool = False) -> ComplaintCluster:
    """Return a cluster in reach, row-locked when it is about to change. Raises NotFound."""
    rows = clusters_in_reach(actor).filter(pk=cluster_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound("cluster.not_found")
    return found


def members(actor: Actor, cluster: ComplaintCluster, *, now: datetime) -> list[WorkOrder]:
    """Return the orders of a cluster that the actor may open, the newest first."""
    ids = cluster.signs.order_by("-at", "-pk").values_list("complaint_id", flat=True)[:MEMBERS]
    rows = orders_visible_to(actor, now=now).filter(pk__in=list(ids)).select_related("complaint", "category")
    return list(rows.order_by("-received_at", "-pk"))


def versions_of_rules() -> dict[str, int]:
    """Return the version of each threshold that was ever changed."""
    return dict(LikenessRule.objects.values_list("kind", "version"))


def clusters_of(order_id: int) -> list[ComplaintCluster]:
    """Return the clusters in which a complaint stands, dismissed ones left out; the caller has accessed the order."""
    rows = ComplaintCluster.objects.filter(signs__complaint_id=order_id).exclude(status=likeness.DISMISSED)
    return list(rows.order_by("pk"))
