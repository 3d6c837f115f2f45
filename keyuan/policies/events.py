"""What happened to policies, for the contexts above."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class PoliciesChanged(Event):
    """Contracts were made or changed; ``kind`` is the transition or what was changed."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class PremiumReceived(Event):
    """Payments were recorded for these policies."""
