"""Verifying the trail: walks both chains from the first link and names the first thing that is wrong (PLT-6)."""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from keyuan.platform.audit import anchors
from keyuan.platform.audit.chains import CHAINS, GENESIS, Chain
from keyuan.platform.audit.digests import event_mac, link_hash
from keyuan.platform.audit.sealer import LATEST_COMMIT, unsealed
from keyuan.platform.models.audit_event import EventRecord
from keyuan.platform.models.audit_seal import SealRecord

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is wrong: a code (worded as ``audit.breach.<code>``), and the link and event it concerns."""

    chain: str
    code: str
    sequence: int | None = None
    event_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was walked, and the first breach if there is one."""

    links: int
    unsealed: int
    breach: Breach | None


def verify_all(now: datetime, progress: Callable[[int], object] = int) -> Verdict:
    """Verify both chains; stops at the first breach of each and returns the first of all.

    Found are: a changed, deleted or inserted event, a changed, deleted, inserted or reordered link, a cut tail (as
    far as an anchor saw it), a forged or missing anchor. Events newer than the last sealing are counted and only
    their own digests are checked.
    """
    links = waiting = 0
    breach = None
    for chain in CHAINS:
        walk = _Walk(chain, progress)
        found = walk.run() or _anchors(chain, walk) or _strays(chain, walk, now)
        links, waiting, breach = links + walk.count, waiting + walk.waiting, breach or found
    return Verdict(links, waiting, breach)


class _Walk:
    """One walk along one chain."""

    def __init__(self, chain: Chain, progress: Callable[[int], object]) -> None:
        self.chain, self.progress = chain, progress
        self.count = self.waiting = 0
        self.previous = GENESIS
        self.hashes: dict[int, str] = {}
        self.wanted = {anchor.sequence for _, anchor in anchors.anchors_of(chain.key) if anchor}

    def run(self) -> Breach | None:
        """Check link after link; return the first broken one."""
        for seals in self._chunks():
            events = self.chain.events._default_manager.using(self.chain.alias).in_bulk(
                [seal.event_id for seal in seals]
            )
            for seal in seals:
                wrong = self._check(seal, events.get(seal.event_id))
                if wrong:
                    return Breach(self.chain.key, wrong, self.count + 1, seal.event_id)
                self.count += 1
                self.previous = bytes(seal.hash)
                if self.count in self.wanted:
                    self.hashes[self.count] = self.previous.hex()
            self.progress(self.count)
        return None

    def _chunks(self) -> Iterator[list[SealRecord]]:
        seals = self.chain.seals._default_manager.using(self.chain.alias).order_by("sequence")
        last = -1
        while chunk := list(seals.filter(sequence__gt=last)[:CHUNK]):
            yield chunk
            last = chunk[-1].sequence

    def _check(self, seal: SealRecord, event: EventRecord | None) -> str | None:
        if seal.sequence != self.count + 1:
            return "link_missing"
        if bytes(seal.previous_hash) != self.previous:
            return "link_changed"
        if event is None:
            return "event_deleted"
        if not hmac.compare_digest(bytes(event.mac), event_mac(event)):
            return "event_changed"
        if not hmac.compare_digest(bytes(seal.hash), link_hash(self.previous, seal.sequence, event)):
            return "link_changed"
        return None


def _anchors(chain: Chain, walk: _Walk) -> Breach | None:
    """Compare the chain with what stands outside the database."""
    found = anchors.anchors_of(chain.key)
    if walk.count and not found:
        return Breach(chain.key, "anchor_missing")
    for name, anchor in found:
        if anchor is None:
            return Breach(chain.key, "anchor_forged", note=name)
        if anchor.sequence > walk.count:
            return Breach(chain.key, "tail_cut", walk.count, note=name)
        if walk.hashes.get(anchor.sequence) != anchor.hash:
            return Breach(chain.key, "chain_replaced", anchor.sequence, note=name)
    return None


def _strays(chain: Chain, walk: _Walk, now: datetime) -> Breach | None:
    """Look at the events outside the chain: the new ones must be genuine, older ones must not exist."""
    floor = anchors.floor_of(chain.key, (now - LATEST_COMMIT).date())
    for event in unsealed(chain).iterator(chunk_size=CHUNK):
        walk.waiting += 1
        forged = not hmac.compare_digest(bytes(event.mac), event_mac(event))
        if forged or event.pk <= floor:
            return Breach(chain.key, "event_inserted", event_id=event.pk)
    return None
