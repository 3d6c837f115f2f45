"""Help of pages: what a page is for and how its work goes, behind the question mark in the head of every page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class PageHelp:
    """The help of one page: ``key`` is the name of its address, ``text`` some plain sentences."""

    key: str
    text: Any


page_help: Registry[PageHelp] = Registry()


def add_help(pairs: Iterable[tuple[str, Any]]) -> None:
    """Give pages their help: (name of the address, text)."""
    for key, text in pairs:
        page_help.add(PageHelp(key, text))
