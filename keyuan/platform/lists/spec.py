"""The declaration of a list: columns, filters, orders, views, actions and the source of its rows (architecture 4.5)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

from django.db.models import QuerySet
from django.urls import reverse

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry
from keyuan.platform.lists.actions import BulkAction
from keyuan.platform.lists.columns import Column
from keyuan.platform.lists.filters import Filter, FilterContext
from keyuan.platform.lists.sorts import Sort, SortChoice

PAGE_SIZES = (20, 50, 100)
DEFAULT_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class View:
    """A declared view: a tab with its filters and order, written as they stand in the address.

    ``roles`` limits it to posts of these roles, ``not_roles`` to the others; ``permission`` to posts that hold it.
    """

    key: str
    label: Any
    query: str = ""
    roles: frozenset[str] = frozenset()
    not_roles: frozenset[str] = frozenset()
    permission: str = ""

    def suits(self, actor: Actor) -> bool:
        """Tell whether this post gets the tab."""
        role = actor.role_code
        is_meant = (not self.roles or role in self.roles) and role not in self.not_roles
        return is_meant and (not self.permission or actor.may(self.permission))


@dataclass(frozen=True, kw_only=True)
class PageAction:
    """A button in the head of the list: what to do next; ``filtered`` ones take the list's filters along.

    ``shown`` hides it from posts that have the permission but not the reach, as `NavItem.shown` does.
    """

    label: Any
    url_name: str
    icon: str = ""
    permission: str = ""
    primary: bool = False
    filtered: bool = False
    shown: Callable[[Actor], bool] | None = None

    def is_for(self, actor: Actor) -> bool:
        """Tell whether the post gets somewhere by it."""
        return (not self.permission or actor.may(self.permission)) and (self.shown is None or self.shown(actor))


@dataclass(frozen=True, kw_only=True)
class RowAction:
    """A small button at the end of a row, shown on hover and focus; ``url(row)`` empty hides it for that row."""

    key: str
    label: Any
    icon: str
    url: Callable[[Any], str]
    permission: str = ""
    panel: bool = False

    def is_for(self, actor: Actor) -> bool:
        """Tell whether the post may do it."""
        return not self.permission or actor.may(self.permission)


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What a list says while it has no row at all."""

    title: Any
    text: Any = ""
    action: PageAction | None = None


class ListSpec:
    """A list, declared once by subclassing. The engine does paging, counting, views, export and bulk work.

    ``sources`` returns **disjoint** querysets of one model, each reaching its rows by an index; they are merged in the
    order of the sort. Filters are put on by the engine. ``prepare`` loads in bulk what columns need besides the rows;
    nothing else may query per row.
    """

    key: ClassVar[str]
    title: ClassVar[Any]
    permission: ClassVar[str]
    url_name: ClassVar[str]
    noun: ClassVar[Any] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    filters: ClassVar[tuple[Filter, ...]] = ()
    sorts: ClassVar[tuple[Sort, ...]] = ()
    views: ClassVar[tuple[View, ...]] = ()
    bulk_actions: ClassVar[tuple[BulkAction, ...]] = ()
    page_actions: ClassVar[tuple[PageAction, ...]] = ()
    row_actions: ClassVar[tuple[RowAction, ...]] = ()
    empty: ClassVar[Empty | None] = None
    default_sort: ClassVar[str] = ""
    export_permission: ClassVar[str] = ""
    exportable: ClassVar[bool] = True
    template: ClassVar[str] = "lists/list.html"

    def sources(self, actor: Actor, context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return the disjoint querysets of the rows this actor may see."""
        raise NotImplementedError

    def prepare(self, _actor: Actor, _rows: Sequence[Any], _context: FilterContext) -> Any:
        """Load in a constant number of queries what the columns of the rows need; passed to column functions."""
        return None

    def row_url(self, _row: Any) -> str:
        """Return the row's own page, empty when it has none."""
        return ""

    def panel_url(self, row: Any) -> str:
        """Return the address of the side panel; empty opens the row's page instead."""
        url = self.row_url(row)
        return f"{url}?panel=1" if url else ""

    def row_class(self, _row: Any) -> str:
        """Return ``edge-bad`` or ``edge-warn`` for rows that need an eye."""
        return ""

    # What follows is the engine's own; lists do not override it.

    def url(self, part: str = "", **kwargs: Any) -> str:
        """Return the address of the list or of one of its parts."""
        return reverse(f"{self.url_name}-{part}" if part else self.url_name, kwargs=kwargs or None)

    @property
    def first_column(self) -> Column:
        """Return the column that names a row."""
        return next((column for column in self.columns if column.first), self.columns[0])

    def column(self, key: str) -> Column | None:
        """Return the column named ``key``."""
        return next((column for column in self.columns if column.key == key), None)

    def action(self, key: str) -> BulkAction | None:
        """Return the bulk action named ``key``."""
        return next((action for action in self.bulk_actions if action.key == key), None)

    def sort_choice(self, text: str) -> SortChoice:
        """Return the order that ``text`` (``key`` or ``-key``) means; an unknown one means the default."""
        for wanted in (text, self.default_sort):
            for sort in self.sorts:
                if wanted.removeprefix("-") == sort.key:
                    return SortChoice(sort, wanted.startswith("-"))
        first = self.sorts[0]
        return SortChoice(first, first.descending)

    def filters_for(self, actor: Actor) -> list[Filter]:
        """Return the filters this post may use."""
        return [item for item in self.filters if not item.permission or actor.may(item.permission)]

    def actions_for(self, actor: Actor) -> list[BulkAction]:
        """Return the bulk actions this post may run."""
        return [action for action in self.bulk_actions if actor.may(action.permission)]

    def views_for(self, actor: Actor) -> list[View]:
        """Return the declared views that suit this post."""
        return [view for view in self.views if view.suits(actor)]


def _key(spec: ListSpec) -> str:
    return spec.key


#: Every list of the system, for the permission matrix, the benchmark and the jobs of bulk actions and exports.
lists: Registry[ListSpec] = Registry(_key)


class _Offered(Protocol):
    def is_for(self, actor: Actor) -> bool: ...


Action = TypeVar("Action", bound=_Offered)


def permitted(items: Iterable[Action], actor: Actor) -> list[Action]:
    """Keep the actions that are for this post."""
    return [item for item in items if item.is_for(actor)]
