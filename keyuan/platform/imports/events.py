"""What imports announce."""

from dataclasses import dataclass

from keyuan.platform.events import Event


@dataclass(frozen=True)
class ImportFinished(Event):
    """A file was imported to its end; ``ids`` holds the import, ``target`` what kind of record it filled."""

    target: str = ""
    created: int = 0
    updated: int = 0


@dataclass(frozen=True)
class ImportEnded(Event):
    """The work of an import came to rest, whichever way (checked, done, refused, cancelled); ``ids`` holds it."""

    stage: str = ""
