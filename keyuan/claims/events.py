"""What happened to claims, for the contexts above."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class ClaimsChanged(Event):
    """Claims came in (``kind`` CREATE) or their source said something new of them (IMPORT)."""

    kind: str = ""
