"""What the shell of every page shows: navigation, who acts in which post, theme, language, watermark."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.navigation import NavGroup, NavItem, nav_groups, nav_items
from keyuan.platform.shell import shell_extras


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A navigation entry as one page shows it."""

    item: NavItem
    url: str
    active: bool
    count: int | None


def _entry(item: NavItem, actor: Actor, path: str) -> NavEntry:
    url = reverse(item.url_name)
    active = path == url if url == "/" else path.startswith(url)
    return NavEntry(item, url, active, item.count(actor) if item.count else None)


def navigation(actor: Actor, path: str) -> list[tuple[NavGroup | None, list[NavEntry]]]:
    """Return the groups with the entries this post may open; the group without heading comes first."""
    entries = [_entry(item, actor, path) for item in nav_items if item.permission is None or actor.may(item.permission)]
    heads: list[NavGroup | None] = [None, *nav_groups]
    grouped = [(head, [entry for entry in entries if entry.item.group == (head.key if head else "")]) for head in heads]
    return [(head, items) for head, items in grouped if items]


def _build(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    built: dict[str, Any] = {
        "actor": actor,
        "now": clock.now(),
        "theme": request.COOKIES.get("theme", "auto"),
        "language": get_language(),
        "languages": settings.LANGUAGES,
        "nav": [],
    }
    if actor is not None:
        built["nav"] = navigation(actor, request.path)
        built["watermark"] = f"{actor.staff_no} {actor.name} {clock.now():%m-%d %H:%M}"
        for extra in shell_extras:
            built[extra.key] = extra.build(request, actor)
    return built


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` is built when a template first uses it, so that fragments do not pay for it."""
    return {"shell": SimpleLazyObject(lambda: _build(request)), "actor": getattr(request, "actor", None)}
