"""The one small interface behind which every other system stands (PLT-14).

A kind opens a `Connection`; the connection lists what is offered, says what stands there of a part, and hands out its
bytes from any cursor on. Everything else (order, completeness, digests, encryption, mapping, checks, upserts,
reconciliation, quarantine, resuming) is the engine's, the same for files, REST and database views.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from keyuan.integrations.rules.offers import Block, Offer, Seen
from keyuan.kernel.registry import Registry


class Connection(Protocol):
    """An open way to another system, used by one run and outside any transaction.

    It raises `Refused` for what a person must mend, and `OSError` (`Unreachable`) for what heals by itself.
    """

    def offers(self, known: Collection[str]) -> Iterator[Offer]:
        """Yield what the other side announces, passing over announcements whose stamp is in ``known``."""

    def look(self, handle: str, part: str) -> Seen | None:
        """Return what stands there of a part now, None while there is nothing yet.

        Raises Refused delivery.not_regular for something that is no plain table.
        """

    def fetch(self, handle: str, part: str, cursor: str) -> Iterator[Block]:
        """Yield a part's bytes behind ``cursor`` (empty: from the start), each block with the cursor behind it.

        Text with a header in its first row; the same cursor gives the same rows again as long as the stamp is the same.
        """

    def settle(self, handle: str, parts: Collection[str], *, good: bool) -> None:
        """Put a finished delivery away at the other side, where that can be done; harmless when it was done before."""


@dataclass(frozen=True, slots=True)
class ConnectorKind:
    """A way to deliver. ``open`` takes the connector's settings; ``fields`` are those of them that its form asks for,
    in order; ``required`` names the ones that may not be empty."""

    key: str
    label: Any
    open: Callable[[Mapping[str, Any]], AbstractContextManager[Connection]]
    fields: tuple[str, ...]
    required: frozenset[str]


connector_kinds: Registry[ConnectorKind] = Registry()


@dataclass(frozen=True, slots=True)
class Holding:
    """What the book holds of one target: ``count(source)`` gives records and sums in minor units by field."""

    key: str
    count: Callable[[str], tuple[int, dict[str, int]]]


holdings: Registry[Holding] = Registry()
