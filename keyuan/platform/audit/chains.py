"""The two chains: over the changes, and over the looks, which on SQLite stand in a file of their own."""

from dataclasses import dataclass

from django.db import router

from keyuan.platform.models.audit_event import AuditEvent, EventRecord, ReadEvent
from keyuan.platform.models.audit_seal import AuditSeal, ReadSeal, SealRecord

#: What the first link follows.
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain: the events it covers and its links."""

    key: str
    events: type[EventRecord]
    seals: type[SealRecord]

    @property
    def alias(self) -> str:
        """The database of both tables."""
        return router.db_for_write(self.events)

    def head(self) -> tuple[int, bytes]:
        """Return sequence and hash of the last link; (0, `GENESIS`) of an empty chain."""
        last = self.seals._default_manager.using(self.alias).order_by("-sequence").first()
        return (last.sequence, bytes(last.hash)) if last else (0, GENESIS)


CHAINS = (Chain("changes", AuditEvent, AuditSeal), Chain("reads", ReadEvent, ReadSeal))
