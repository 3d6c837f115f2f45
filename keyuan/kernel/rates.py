"""What a limit by rate is: so many of something within a span."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` within ``seconds``; each process reports ``batch`` calls together."""

    name: str
    most: int
    seconds: int
    batch: int = 1
