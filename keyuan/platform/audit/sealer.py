"""The sealer: one job that appends events to their chain (decision 18, docs/decisions/0002-audit-chain.md).

Writers never wait for it: they insert unchained events. It finds by anti-join what is not chained yet, whatever the
order in which transactions committed, and is alone by a lock for the length of one chunk.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse

from keyuan.platform import clock
from keyuan.platform.audit import anchors
from keyuan.platform.audit.chains import CHAINS, Chain
from keyuan.platform.audit.digests import link_hash
from keyuan.platform.audit.telling import tell_readers
from keyuan.platform.locks import try_hold

CHUNK = 2000
#: No transaction lives so long: an event that is not chained below an anchor of this age was put in by other means.
LATEST_COMMIT = timedelta(days=2)


def seal_all(now: datetime | None = None) -> int:
    """Chain every event that is not chained yet; return how many (a job, every minute).

    A chain whose head is gone is left as it stands, and compliance is told once a day.
    """
    at = now or clock.now()
    return sum(_sealed_or_told(chain, at) for chain in CHAINS)


def _sealed_or_told(chain: Chain, now: datetime) -> int:
    try:
        return seal_chain(chain, now)
    except ChainBroken:
        tell_readers("audit.chain_broken", {"chain": chain.key}, reverse("platform:audit-list"), now)
        return 0


def seal_chain(chain: Chain, now: datetime) -> int:
    """Chain the new events of one chain, a chunk a transaction, and anchor the head; return how many.

    Raises `ChainBroken` when the head kept outside the database is not in the chain any more.
    """
    _check_head(chain)
    floor = anchors.floor_of(chain.key, (now - LATEST_COMMIT).date())
    count = 0
    while sealed := _seal_chunk(chain, floor, now):
        count += sealed
    sequence, last_hash = chain.head()
    if sequence:
        max_id = chain.seals._default_manager.using(chain.alias).aggregate(Max("event_id"))["event_id__max"]
        anchor = anchors.Anchor(chain.key, sequence, last_hash.hex(), max_id, now.isoformat())
        if count:
            anchors.keep_head(anchor)
        anchors.keep_daily(anchor, now.date())
    return count


class ChainBroken(RuntimeError):
    """The head kept outside the database is not in the chain any more: links were cut off or replaced."""


def _check_head(chain: Chain) -> None:
    """Raise `ChainBroken` rather than replace the only witness of what was cut off."""
    heads = [anchor for name, anchor in anchors.anchors_of(chain.key) if name == f"{chain.key}-head.json"]
    for anchor in heads:
        seals = chain.seals._default_manager.using(chain.alias).filter(sequence=anchor.sequence if anchor else -1)
        if anchor is None or [bytes(seal.hash).hex() for seal in seals] != [anchor.hash]:
            raise ChainBroken(chain.key)


def _seal_chunk(chain: Chain, floor: int, now: datetime) -> int:
    with transaction.atomic(using=chain.alias):
        if not try_hold(f"audit.seal.{chain.key}", using=chain.alias):
            return 0
        sequence, previous = chain.head()
        links = []
        for event in unsealed(chain, floor)[:CHUNK]:
            sequence += 1
            digest = link_hash(previous, sequence, event)
            links.append(
                chain.seals(sequence=sequence, event_id=event.pk, hash=digest, previous_hash=previous, sealed_at=now)
            )
            previous = digest
        chain.seals._default_manager.using(chain.alias).bulk_create(links, batch_size=CHUNK)
    return len(links)


def unsealed(chain: Chain, floor: int = 0) -> QuerySet[Any]:
    """Return the events above id ``floor`` that are not in the chain, in order of id."""
    seals = chain.seals._default_manager.using(chain.alias).filter(event_id=OuterRef("pk"))
    events = chain.events._default_manager.using(chain.alias).filter(pk__gt=floor)
    return events.filter(~Exists(seals)).order_by("pk")
