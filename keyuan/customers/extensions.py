"""Where contexts above customers hang their parts in."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from keyuan.customers.rules.segments.fields import Entity, Field
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
    """A column that points to a customer and what a merge does with its rows; an unregistered one fails the build.

    ``model`` is ``app.Model``, ``field`` a foreign key, one-to-one key or plain column with the id; with ``kind_field``
    the rows are those whose ``kind_field`` says ``customer``. Rules:

    - ``move``: the rows follow the survivor. A row that the table's unique rules forbid beside one of the survivor's
      (or whose column ``apart`` names the survivor itself) stays with the merged record, out of sight; ``combine``
      says what the survivor's row takes from it, by column: max, min, sum, or fill (only where it is empty).
    - ``keep``: as ``move``, for one row a customer: the survivor's own stands, with its gaps filled by ``combine``.
    - ``rebuild``: derived rows: the merged record's are taken away, and put back by an undo; the owner makes the
      survivor's anew (`recomputes`, `merge_follow_ups`).
    - ``stay``, ``follow``, ``pairs``: history that goes on pointing to the record, older merges, pairs of duplicates.

    ``alone`` are rows of which a customer has one at most, whatever the table says (its open household).

    ``stamp`` gives the columns that moved rows take from the survivor's summary (its place), for rows that pass
    ``stamped``. ``label`` is what the preview calls the rows; without one they count as other records. ``noted`` are
    rows that the system writes by itself: one that came after the merge is nobody's edit; an undo does not flag it.
    """

    key: str
    model: str
    field: str
    rule: str = "move"
    label: Any = ""
    combine: Mapping[str, str] | None = None
    apart: str = ""
    kind_field: str = ""
    alone: Mapping[str, Any] | None = None
    stamp: Callable[[Any], dict[str, Any]] | None = None
    stamped: Mapping[str, Any] | None = None
    noted: bool = False
    order: int = 50


@dataclass(frozen=True, slots=True)
class MergeFollowUp:
    """Brings what a context derives from its rows of ``customer_ids`` up to date after a merge or its undo.

    Called inside the transaction, after the rows moved, with survivors (and, after an undo, restored records).
    """

    key: str
    run: Callable[[list[int], datetime], None]
    order: int = 0


@dataclass(frozen=True, slots=True)
class Recompute:
    """Rebuilds its part of the summary of ``customer_ids`` from the facts (decision 6)."""

    key: str
    run: Callable[[list[int], datetime], None]
    order: int = 0


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of task: icon, verb of its button, and where the button leads.

    ``purpose`` (a code of `labels.PURPOSES`) says that doing it means contacting the customer: its button leads to
    whatever `contact_starts` offers, where the post may open that.
    """

    key: str
    label: Any
    icon: str
    verb: Any
    url: Callable[[Any], str]
    purpose: str = ""


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
class CollectionLimit:
    """How much a purpose of processing may collect (PIPL 6; PLT-8): forms and files drop the rest and say so.

    ``excess(purpose, fields)`` returns those of ``fields`` (keys of columns) that are too much; an unknown purpose may
    collect nothing.
    """

    key: str
    excess: Callable[[str, Collection[str]], list[str]]


@dataclass(frozen=True, slots=True)
class HeadBadge:
    """What stands out about a customer beside the name: ``build(actor, customer)`` returns (kind, label, icon) triples.

    ``kind`` is empty, ``gold``, ``warn``, ``bad`` or ``accent``; one query by an index at most.
    """

    key: str
    build: Callable[[Actor, Any], Iterable[tuple[str, Any, str]]]
    order: int = 0


@dataclass(frozen=True, slots=True)
class RecordAction:
    """A button in the head of a customer's page that opens a dialog; ``url_name`` takes the customer's id.

    ``is_first`` puts it before our own buttons, as the next thing to do.
    """

    key: str
    label: Any
    icon: str
    url_name: str
    permission: str
    is_first: bool = False
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


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that comes round for a customer or a contract, and for which rules make tasks (CUS-13).

    ``on(day)`` answers disjoint querysets of what has its occasion that day, each by an index, so that a night reads
    what it needs and not the book; what is no longer among them has lost its occasion, and its task is closed.
    ``columns`` are those to read of a row: subject, customer, stake (None: no money), then the facts that
    ``words(facts, day)`` turns into the ``places`` of a rule's text. ``customer`` and ``summary`` lead from a row to
    the customer and the summary (``summary`` is empty where the row is one).
    """

    key: str
    label: Any
    subject_kind: str
    kind: str
    on: Callable[[date], Sequence[Any]]
    columns: tuple[str | None, ...]
    words: Callable[[Sequence[Any], date], Mapping[str, str]]
    customer: str = "customer"
    summary: str = "customer__summary__"
    places: tuple[str, ...] = ("date",)
    order: int = 0


@dataclass(frozen=True, slots=True)
class ContactStart:
    """Where contacting a customer begins: ``url(task)`` of a dialog that asks for a permit; the first one serves."""

    key: str
    permission: str
    url: Callable[[Any], str]
    order: int = 0


@dataclass(frozen=True, slots=True)
class EntryPart:
    """What else is asked while a customer is entered, to whoever has ``permission``: a section of the entry form.

    ``form(actor, data, now)`` returns the form (``data`` None: empty) with field names of its own; ``save(actor,
    customer_id, form, now)`` keeps what was said, in the transaction of the entry: what it refuses, nothing is entered.
    """

    key: str
    label: Any
    permission: str
    form: Callable[[Any, Any, datetime], Any]
    save: Callable[[Any, int, Any, datetime], None]
    order: int = 0


@dataclass(frozen=True, slots=True)
class Worth:
    """What a customer's contracts are worth to the tiers (domain.md §I.1); money in minor units of CNY.

    ``vip_premium``: contracts in force and past cooling-off, yearly premium × the factor of its payment term.
    ``single_premium``: single premiums among them. ``three_years``: yearly premium of those paid for three years.
    """

    vip_premium: int = 0
    single_premium: int = 0
    three_years: int = 0


@dataclass(frozen=True, slots=True)
class WorthSource:
    """Weighs customers (≤ 2,000 at once) with the factors of an edition on a day; absent ones are worth nothing."""

    key: str
    weigh: Callable[[Collection[int], Mapping[str, int], date], Mapping[int, Worth]]


@dataclass(frozen=True, slots=True)
class GradeSource:
    """What customers hold, for choosing who may serve them (domain.md §A.9).

    ``read`` returns, for those of ``ids`` (≤ 5,000) that hold something in force, the highest grade that selling it
    takes and the kinds of the products.
    """

    key: str
    read: Callable[[list[int]], Mapping[int, tuple[int, frozenset[str]]]]


@dataclass(frozen=True, slots=True)
class ReceiverBlock:
    """Who may be given no customers for a while, such as somebody with an open complaint against them.

    ``among`` returns those of ``agent_ids``; ``code`` says why (`RECEIVER_CODES` of the allocation's words).
    """

    key: str
    code: str
    among: Callable[[list[int]], set[int]]


@dataclass(frozen=True, slots=True)
class KeyCustomers:
    """Who is a key customer, with at least two contacts and a short term for the first contact (CUS-9)."""

    key: str
    among: Callable[[list[int]], set[int]]


@dataclass(frozen=True, slots=True)
class Leaver:
    """Whoever leaves: the agent record, the account, or both."""

    agent_id: int | None
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that a leaver holds: its id, the customer it is about, what it is worth in minor units of CNY."""

    object_id: int
    customer_id: int | None = None
    value: int = 0


@dataclass(frozen=True, slots=True)
class HandoverPart:
    """One kind of thing a leaver holds and a hand-over moves or ends (CUS-9).

    ``held(leaver, after, limit)`` lists it by ascending id behind ``after``. ``move(actor, leaver, chosen, now)``
    gives things (id → the successor's agent id) to successors inside the caller's transaction and returns those it
    moved: what the leaver no longer holds it leaves alone, so that a second call changes nothing. A part that
    ``ends`` gives nothing to anybody: its successors are None. ``follows`` means that things about a customer go
    to whom the customer goes.
    """

    key: str
    label: Any
    icon: str
    held: Callable[[Leaver, int, int], list[Held]]
    count: Callable[[Leaver], int]
    move: Callable[[Actor, Leaver, Mapping[int, int | None], datetime], set[int]]
    order: int = 0
    ends: bool = False
    follows: bool = True


panels: Registry[Panel] = Registry()
merge_references: Registry[MergeReference] = Registry()
merge_follow_ups: Registry[MergeFollowUp] = Registry()
recomputes: Registry[Recompute] = Registry()
task_kinds: Registry[TaskKind] = Registry()
head_facts: Registry[Fact] = Registry()
head_badges: Registry[HeadBadge] = Registry()
collection_limits: Registry[CollectionLimit] = Registry()
record_actions: Registry[RecordAction] = Registry()
home_cards: Registry[HomeCard] = Registry()
key_lookups: Registry[KeyLookup] = Registry()
#: What conditions of segments can be about; `docs/segments.md` says how to add to them.
segment_fields: Registry[Field] = Registry()
segment_entities: Registry[Entity] = Registry()
occasions: Registry[Occasion] = Registry()
contact_starts: Registry[ContactStart] = Registry()
entry_parts: Registry[EntryPart] = Registry()
worth_sources: Registry[WorthSource] = Registry()
grade_sources: Registry[GradeSource] = Registry()
receiver_blocks: Registry[ReceiverBlock] = Registry()
key_customers: Registry[KeyCustomers] = Registry()
handover_parts: Registry[HandoverPart] = Registry()
