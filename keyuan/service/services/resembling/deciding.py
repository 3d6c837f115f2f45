"""Saying what a cluster of complaints is, and from when on one is told."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.locks import hold
from keyuan.service import permissions
from keyuan.service.models import Complaint, ComplaintCluster, LikenessRule
from keyuan.service.rules import likeness
from keyuan.service.selectors.clusters import access_cluster
from keyuan.service.services.resembling.finding import raise_level

CLUSTER, RULE = "complaint_cluster", "likeness_rule"
MOST_CUSTOMERS, MOST_DAYS = 1000, 365


def decide_cluster(
    *, actor: Actor, cluster_id: int, status: str, reason: str, version: int, now: datetime
) -> ComplaintCluster:
    """Say that a cluster is one group, that its complaints have nothing to do with each other, or open it again.

    A group gives all its complaints its size and level (20 people and more: a major event); taking that back leaves
    the level, which a person may have set, and takes the sign away. Raises NotFound out of reach, Refused without a
    reason, Conflict when somebody was faster.
    """
    actor.require(permissions.ALIKE)
    if status not in likeness.STATES:
        raise Refused("cluster.status", field="status")
    if not reason.strip():
        raise Refused("order.reason", field="reason")
    with transaction.atomic():
        cluster = access_cluster(actor, cluster_id, lock=True)
        if cluster.version != version or cluster.status == status:
            raise Conflict("cluster.moved_on", by=cluster.decided_by_name)
        before = {"status": cluster.status}
        cluster.status, cluster.reason = status, reason.strip()[:500]
        cluster.decided_by_name, cluster.decided_at, cluster.version = actor.name[:80], now, cluster.version + 1
        cluster.save(update_fields=["status", "reason", "decided_by_name", "decided_at", "version"])
        if status == likeness.GROUP:
            raise_level(cluster)
        _mark(cluster)
        after = {"status": status}
        record(actor, Action.UPDATE, Subject(CLUSTER, cluster.pk), before=before, after=after, reason=reason, now=now)
    return cluster


def _mark(cluster: ComplaintCluster) -> None:
    """Let a complaint carry the sign while it stands in a cluster that nobody dismissed."""
    members = Complaint.objects.filter(signs__cluster=cluster)
    if cluster.status != likeness.DISMISSED:
        members.update(is_group_sign=True)
        return
    others = ComplaintCluster.objects.exclude(status=likeness.DISMISSED)
    kept = Complaint.objects.filter(signs__cluster__in=others).values("pk")
    members.exclude(pk__in=kept).update(is_group_sign=False)


def change_threshold(*, actor: Actor, kind: str, limit: likeness.Threshold, version: int, now: datetime) -> None:
    """Change from how many customers within how many days on a likeness is told; for complaints from then on.

    Raises NotFound for a kind that does not exist, Refused beyond the bounds, Conflict when somebody was faster.
    """
    actor.require(permissions.SETTINGS)
    if kind not in likeness.KINDS:
        raise NotFound("cluster.kind")
    if not 2 <= limit.customers <= MOST_CUSTOMERS:
        raise Refused("cluster.customers", field="customers", most=MOST_CUSTOMERS)
    if not 1 <= limit.days <= MOST_DAYS:
        raise Refused("cluster.days", field="days", most=MOST_DAYS)
    with transaction.atomic():
        hold("service:likeness")
        row = LikenessRule.objects.filter(kind=kind).first() or LikenessRule(kind=kind, version=0)
        if row.version != version:
            raise Conflict("setup.moved_on", version=row.version)
        before = {"customers": row.customers, "days": row.days}
        row.customers, row.days, row.version = limit.customers, limit.days, row.version + 1
        row.save()
        after = {"kind": kind, "customers": limit.customers, "days": limit.days}
        record(actor, Action.UPDATE, Subject(RULE, row.pk), before=before, after=after, now=now)
