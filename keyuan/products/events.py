"""What happened to the catalogue, for the contexts above."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True, slots=True)
class ProductsChanged(Event):
    """Products were entered (``kind`` CREATE) or changed (UPDATE)."""

    kind: str = ""
