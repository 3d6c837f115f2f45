"""What imports announce."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True)
class ImportFinished(Event):
    """A file was imported to its end; ``ids`` holds the import, ``target`` what kind of record it filled."""

    target: str = ""
    created: int = 0
    updated: int = 0
