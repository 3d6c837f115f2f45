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
class InteractionsRecorded(Event):
    """Entries were added to timelines; ``ids`` are theirs."""


@dataclass(frozen=True, slots=True)
class TasksChanged(Event):
    """Tasks were made (``kind`` CREATE) or moved: done, dropped, reopened, postponed (UPDATE)."""

    kind: str = ""
