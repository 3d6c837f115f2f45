"""What people call a group, and their wish to have the groups found anew (ANA-4)."""

from datetime import datetime

from django.db import transaction

from keyuan.analytics.models import Cluster, ClusterWish
from keyuan.analytics.selectors.clusters.fits import open_wish
from keyuan.analytics.services.terms import require_governing
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.locks import hold
from keyuan.platform.subjects import Subject

LONGEST = 40


@transaction.atomic
def name_cluster(*, actor: Actor, code: str, version: int, name: str, now: datetime) -> Cluster:
    """Call a group ``name``; empty goes back to the suggestion. The night leaves a typed name alone.

    Raises Forbidden below the whole book, NotFound, Conflict when it was named since, Refused ``cluster.name`` and
    ``cluster.name_taken``.
    """
    require_governing(actor)
    wanted = name.strip()
    if len(wanted) > LONGEST:
        raise Refused("cluster.name", field="name", most=LONGEST)
    hold("cluster names")
    row = Cluster.objects.select_for_update().filter(pk=code).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise Conflict("conflict", version=row.version)
    if wanted and Cluster.objects.filter(name=wanted).exclude(pk=code).exists():
        raise Refused("cluster.name_taken", field="name", name=wanted)
    if wanted == row.name:
        return row
    before = {"name": row.name}
    row.name, row.named_by, row.named_at, row.version = wanted, actor.name[:40], now, row.version + 1
    row.save()
    record(actor, Action.UPDATE, _subject(row), before=before, after={"name": wanted}, detail={"code": code}, now=now)
    return row


def _subject(row: Cluster) -> Subject:
    # Codes are a letter and a number that stays.
    return Subject("cluster", int(row.code[1:]))


@transaction.atomic
def wish_groups(*, actor: Actor, reason: str, now: datetime) -> ClusterWish:
    """Have the groups found anew by the next night; asked twice it is one wish. Raises Refused ``cluster.reason``."""
    require_governing(actor)
    if not reason.strip():
        raise Refused("cluster.reason", field="reason")
    hold("cluster wish")
    known = open_wish()
    if known is not None:
        return known
    made = ClusterWish.objects.create(
        asked_by_id=actor.id, asked_by=actor.name[:40], asked_at=now, reason=reason.strip()[:200]
    )
    record(actor, Action.CREATE, Subject("cluster_wish", made.pk), after={"reason": made.reason}, now=now)
    return made
