"""What happened to work orders, for the contexts above."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class WorkOrdersTaken(Event):
    """Work orders came in."""


@dataclass(frozen=True, slots=True)
class WorkOrdersMoved(Event):
    """Work orders went on by ``act``, such as close."""

    act: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpsChanged(Event):
    """Call-backs or follow-ups were opened (CREATE), had a result (its code) or ended without one (the state)."""

    kind: str = ""
