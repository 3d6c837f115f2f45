"""What the shell of every page shows: navigation, who acts in which post, theme, language, watermark."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.help import PageHelp, page_help
from keyuan.platform.navigation import OPEN_ENTRIES, NavGroup, NavItem, nav_groups, nav_items
from keyuan.platform.shell import shell_extras
from keyuan.platform.waiting import waiting

#: Usual reasons for revealing a field, one press each; another one is typed (ui.md "Masking").
REVEAL_REASONS = (
    gettext_lazy("Verifying the caller"),
    gettext_lazy("Contacting the customer"),
    gettext_lazy("Handling a request of the customer"),
    gettext_lazy("Correcting the record"),
)


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A navigation entry as one page shows it."""

    item: NavItem
    url: str
    active: bool
    count: int | None


def _here(urls: list[str], path: str) -> str:
    """Return the address among ``urls`` that ``path`` belongs to: the longest one that it begins with."""
    return max((url for url in urls if path == url or (url != "/" and path.startswith(url))), key=len, default="")


@dataclass(frozen=True, slots=True)
class NavSection:
    """A group with its entries; ``is_open`` says whether they stand there or fold under the heading."""

    group: NavGroup | None
    entries: list[NavEntry]
    is_open: bool

    @property
    def count(self) -> int:
        """What waits behind the folded heading."""
        return sum(entry.count or 0 for entry in self.entries)


def navigation(actor: Actor, request: HttpRequest) -> list[NavSection]:
    """Return the groups with the entries this post may open; the group without heading comes first.

    Short navigations stand open; in long ones the first group and that of the page.
    """
    items = [item for item in nav_items if item.is_for(actor)]
    urls = {item.key: reverse(item.url_name) for item in items}
    here = _here(list(urls.values()), request.path)
    entries = [
        NavEntry(item, urls[item.key], urls[item.key] == here, waiting(request, actor, item.count)) for item in items
    ]
    heads: list[NavGroup | None] = [None, *nav_groups]
    grouped = [(head, [entry for entry in entries if entry.item.group == (head.key if head else "")]) for head in heads]
    whole, first = len(entries) <= OPEN_ENTRIES, next((head for head, shown in grouped if head and shown), None)
    return [
        NavSection(head, shown, whole or head in (None, first) or any(entry.active for entry in shown))
        for head, shown in grouped
        if shown
    ]


def help_of(request: HttpRequest, nav: list[NavSection]) -> PageHelp | None:
    """Return the help of the page that answers ``request``, or that of the entry of the navigation it lies below."""
    match = getattr(request, "resolver_match", None)
    found = page_help.get(match.view_name) if match else None
    above = (entry.item.url_name for section in nav for entry in section.entries if entry.active)
    return found or page_help.get(next(above, ""))


def _build(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    built: dict[str, Any] = {
        "actor": actor,
        "now": clock.now(),
        "theme": request.COOKIES.get("__Host-theme") or request.COOKIES.get("theme", "auto"),
        "language": get_language(),
        "languages": settings.LANGUAGES,
        "reveal_reasons": REVEAL_REASONS,
        "nav": [],
        "help": None,
    }
    if actor is not None:
        built["nav"] = navigation(actor, request)
        built["help"] = help_of(request, built["nav"])
        built["watermark"] = f"{actor.staff_no} {actor.name} {clock.now():%m-%d %H:%M}"
        for extra in shell_extras:
            built[extra.key] = extra.build(request, actor)
    return built


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` is built when a template first uses it, so that fragments do not pay for it.

    ``page_now`` is the moment of the page for tags that fragments use.
    """
    built = SimpleLazyObject(lambda: _build(request))
    return {"shell": built, "actor": getattr(request, "actor", None), "page_now": clock.now()}
