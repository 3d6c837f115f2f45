"""What happened to customers, for the contexts above."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class CustomersChanged(Event):
    """Archives were created (``kind`` CREATE) or changed (UPDATE, IMPORT, CONTACT, RELATION, HOUSEHOLD, TAG)."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class CustomersAssigned(Event):
    """Customers got another servicing person or unit."""


@dataclass(frozen=True, slots=True)
class CustomersHandedOver(Event):
    """Customers whose service person left or moved have a successor: they are to be told (销售办法 36; CUS-9).

    Exactly one of ``handover_id`` (a leaver's hand-over) and ``allocation_id`` (orphans allocated in bulk and
    accepted) is not 0. Who told them says so with `keyuan.customers.services.allocation.notices.record_notified`.
    """

    handover_id: int = 0
    allocation_id: int = 0


@dataclass(frozen=True, slots=True)
class CustomersMerged(Event):
    """``ids`` survived a merge with ``losers`` (in the same order), or were taken apart again (``kind`` UNDO; CUS-8).

    What refers to a merged record through `merge_references` points to the survivor already; whatever holds
    ids of customers elsewhere follows this event.
    """

    losers: tuple[int, ...] = ()
    kind: str = "MERGE"


@dataclass(frozen=True, slots=True)
class InteractionsRecorded(Event):
    """Entries were added to timelines; ``ids`` are theirs."""


@dataclass(frozen=True, slots=True)
class TasksChanged(Event):
    """Tasks were made (``kind`` CREATE) or moved: done, dropped, reopened, postponed (UPDATE)."""

    kind: str = ""
