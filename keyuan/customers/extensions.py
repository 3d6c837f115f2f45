"""Where contexts above customers hang their parts in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the 360° page that loads by itself and fails by itself.

    ``url_name`` takes the customer's id and answers a fragment (a card). ``column`` is left, middle or right, or empty
    for a panel that stands on its tab only; ``tab`` names the tab the panel also opens whole, with ``?whole=1``
    (empty: only on the overview). The first two of each column come with the page. A panel loads itself anew when the
    browser event ``panel-<key>`` reaches the body, which a response sends by ``HX-Trigger``.
    """

    key: str
    label: Any
    url_name: str
    permission: str
    column: str = "right"
    order: int = 0
    tab: str = ""
    persons: bool = True
    organisations: bool = True
    #: A cheap figure beside the tab's name, from the summary: count(actor, customer).
    count: Callable[[Actor, Any], int | None] | None = None


@dataclass(frozen=True, slots=True)
class MergeReference:
    """A foreign key to Customer and what a merge does with it; an unregistered one fails the build (decision 17)."""

    key: str
    model: str
    field: str
    rule: str = "move"


@dataclass(frozen=True, slots=True)
class Recompute:
    """Rebuilds its part of the summary of ``customer_ids`` from the facts (decision 6)."""

    key: str
    run: Callable[[list[int], datetime], None]
    order: int = 0


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task: icon, verb of its button, and where the button leads."""

    key: str
    label: Any
    icon: str
    verb: Any
    url: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class KeyLookup:
    """Finds customers by a number of another context (policy, plate, claim): at most ``limit`` ids from one index.

    ``find_many`` answers for many exact numbers at once with (number, customer id) pairs, for batch queries.
    """

    key: str
    label: Any
    find: Callable[[str, int], Iterable[int]]
    find_many: Callable[[list[str]], Iterable[tuple[str, int]]] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure in the head of the 360° page.

    ``build(actor, summary)`` returns (label, text, tone) or None; the tone is empty, ``gold``,
    ``bad``, ``warn`` or ``ok``. It must not query: what it shows stands in the summary.
    """

    key: str
    build: Callable[[Actor, Any], Any]
    order: int = 0


@dataclass(frozen=True, slots=True)
class HomeCard:
    """A card on the home pages: a view that answers a fragment for posts that hold ``permission``.

    ``column`` is main or side; ``board`` puts it on the managers' board, else on everybody's page.
    """

    key: str
    label: Any
    url_name: str
    permission: str
    column: str = "side"
    order: int = 0
    board: bool = True


panels: Registry[Panel] = Registry()
merge_references: Registry[MergeReference] = Registry()
recomputes: Registry[Recompute] = Registry()
task_kinds: Registry[TaskKind] = Registry()
head_facts: Registry[Fact] = Registry()
home_cards: Registry[HomeCard] = Registry()
key_lookups: Registry[KeyLookup] = Registry()
