"""What happened to policies, for the contexts above."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class PoliciesChanged(Event):
    """Contracts were made or changed; ``kind`` is the transition or what was changed."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class RenewalsClosed(Event):
    """Chances of renewal were closed; the ids are those of the expiring contracts, ``stage`` WON or LOST."""

    stage: str = ""


@dataclass(frozen=True, slots=True)
class PremiumReceived(Event):
    """Payments were recorded for these policies."""


@dataclass(frozen=True, slots=True)
class RefundsPaid(Event):
    """The bank paid these refunds out; the ids are theirs."""


@dataclass(frozen=True, slots=True)
class ServiceRequestsMoved(Event):
    """Requests of policy service came in, were asked of the system that keeps the contract, or were decided.

    ``kind``: RECEIVED, SENT, EFFECTIVE, REJECTED, VOID or REVERSED.
    """

    kind: str = ""
