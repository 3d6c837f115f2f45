"""The extension point: a lower context declares a Registry, higher ones fill it in ``ready()`` (style.md 2.5)."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def key_of(item: Any) -> str:
    """Take an item's ``key`` attribute as its name in a registry."""
    return str(item.key)


class Registry(Generic[T]):
    """An ordered collection of named things; a second thing of one name is a programming error.

    Iteration follows ``order`` (an item's attribute of that name, 0 where it has none), then the order of adding.
    """

    def __init__(self, key: Callable[[T], str] = key_of) -> None:
        self._key = key
        self._items: dict[str, T] = {}

    def add(self, item: T) -> T:
        """Register ``item`` and return it, so that it also works as a decorator of keyed callables."""
        key = self._key(item)
        if key in self._items:
            raise ValueError(f"{key!r} is registered already")
        self._items[key] = item
        return item

    def get(self, key: str) -> T | None:
        """Return the item named ``key``, or None."""
        return self._items.get(key)

    def __getitem__(self, key: str) -> T:
        return self._items[key]

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._items.values(), key=lambda item: getattr(item, "order", 0)))

    def __len__(self) -> int:
        return len(self._items)
