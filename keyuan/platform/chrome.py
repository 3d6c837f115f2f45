"""What stands around every page besides the navigation: the utility bar, the account menu, keys and commands.

Contexts add to the two registries in ``ready()``; the platform itself offers recent visits, keys and the palette.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry
from keyuan.platform.keyboard import key_groups
from keyuan.platform.live.addresses import stream_url
from keyuan.platform.notices import unread_count
from keyuan.platform.shell import ShellExtra, shell_extras
from keyuan.platform.waiting import waiting


@dataclass(frozen=True, slots=True)
class UtilityItem:
    """An entry of the bar at the foot: ``url_name`` answers with a side panel. ``count`` must be one cheap query."""

    key: str
    label: Any
    icon: str
    url_name: str
    permission: str | None = None
    order: int = 0
    count: Callable[[Actor], int | None] | None = None


@dataclass(frozen=True, slots=True)
class AccountItem:
    """An entry of the person's own menu, such as "My sessions"; ``settings`` puts it at the foot of the navigation."""

    key: str
    label: Any
    icon: str
    url_name: str
    permission: str | None = None
    order: int = 0
    settings: bool = False


@dataclass(frozen=True, slots=True)
class ChromeEntry:
    """An entry as one page shows it."""

    label: Any
    icon: str
    url: str
    count: int | None = None


utility_items: Registry[UtilityItem] = Registry()
account_items: Registry[AccountItem] = Registry()


def _utility(request: HttpRequest, actor: Actor) -> list[ChromeEntry]:
    return [
        ChromeEntry(item.label, item.icon, reverse(item.url_name), waiting(request, actor, item.count))
        for item in utility_items
        if item.permission is None or actor.may(item.permission)
    ]


def _entries(actor: Actor, *, settings: bool) -> list[ChromeEntry]:
    return [
        ChromeEntry(item.label, item.icon, reverse(item.url_name))
        for item in account_items
        if item.settings is settings and (item.permission is None or actor.may(item.permission))
    ]


def _settings_url(_request: HttpRequest, actor: Actor) -> str:
    found = _entries(actor, settings=True)
    return found[0].url if found else ""


def register() -> None:
    """Put the platform's own parts into the shell."""
    utility_items.add(UtilityItem("recent", _("Recently visited"), "history", "platform:recent", order=90))
    shell_extras.add(ShellExtra("utility", _utility))
    shell_extras.add(ShellExtra("account", lambda _request, actor: _entries(actor, settings=False)))
    shell_extras.add(ShellExtra("settings_url", _settings_url))
    shell_extras.add(ShellExtra("notices", lambda _request, actor: unread_count(actor)))
    shell_extras.add(ShellExtra("keys", lambda _request, actor: key_groups(actor)))
    shell_extras.add(ShellExtra("palette_url", lambda _request, _actor: reverse("platform:palette")))
    shell_extras.add(ShellExtra("preferences_url", lambda _request, _actor: reverse("platform:keys")))
    shell_extras.add(ShellExtra("live_url", lambda request, _actor: stream_url(request)))
    shell_extras.add(ShellExtra("sign_in_url", lambda _request, _actor: resolve_url(settings.LOGIN_URL)))
