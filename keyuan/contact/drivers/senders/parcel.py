"""What a sender gets and promises."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from keyuan.contact.rules.messages.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message as it leaves; what speaks of a person never stands in its ``repr``.

    ``key`` is the same in every try, so that a provider that knows it can pass over a second one.
    """

    key: str
    at: datetime
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    language: str = "zh-hans"
    way_out_url: str = field(default="", repr=False)


class Sender(Protocol):
    """One open way out, used by one thread.

    ``send`` never raises for what the other side does: it says `Outcome`, and says ``UNKNOWN`` whenever the message may
    have gone out. ``repeats_safely``: the provider drops a second message of one key.
    """

    repeats_safely: bool

    def send(self, parcel: Parcel) -> Outcome:
        """Hand one message over."""

    def check(self) -> Outcome:
        """Try the way as far as it goes without a message: connect, sign in."""

    def close(self) -> None:
        """Let go of connections."""
