"""What happened to consents and refusals, for whoever built lists or queued messages on them."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class ConsentGiven(Event):
    """Customers (``ids``) consented to ``purpose`` through ``channel`` (empty: any)."""

    purpose: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Event):
    """Customers (``ids``) took a consent back; their open permits for it are cancelled already."""

    purpose: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ContactRefused(Event):
    """Customers (``ids``) do not want to be contacted; open permits that this forbids are cancelled already."""

    channel: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class MessagesLost(Event):
    """Messages (``ids``) about a subject of kind ``about`` did not reach their customers and are tried no more."""

    about: str = ""
