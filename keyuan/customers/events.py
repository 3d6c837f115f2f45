"""What happened to customers, for the contexts above."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class CustomersChanged(Event):
    """Archives were created or changed."""


@dataclass(frozen=True, slots=True)
class CustomersAssigned(Event):
    """Customers got another servicing person or unit."""
