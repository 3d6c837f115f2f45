"""The command palette: one box for records and commands (ui.md "Command palette", PLT-17).

Contexts add search providers and commands in ``ready()``. A provider searches inside the actor's scope and returns
masked hits; a command is shown to posts that hold its permission.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.kernel.names import pinyin_readings, search_form
from keyuan.kernel.registry import Registry
from keyuan.platform.keyboard import keys_of
from keyuan.platform.navigation import nav_items
from keyuan.platform.recent import recent_visits
from keyuan.platform.subjects import Subject, subject_kinds

#: Hits of one group.
LIMIT = 6
#: Longest text that is searched; more is somebody's clipboard.
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the palette: ``action`` runs in the browser instead of following ``url`` (see palette.js)."""

    label: Any
    url: str
    icon: str = "search"
    detail: Any = ""
    shortcut: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind under a heading."""

    label: Any
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class SearchProvider:
    """Finds records of one kind: ``search(actor, text, limit)`` stays in scope, masks, and takes milliseconds."""

    key: str
    label: Any
    search: Callable[[Actor, str, int], list[Hit]]
    permission: str | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """Something one can do from anywhere; ``key_action`` names the key that does the same, ``words`` are synonyms."""

    key: str
    label: Any
    icon: str
    url_name: str = ""
    permission: str | None = None
    action: str = ""
    key_action: str = ""
    words: Any = ""
    order: int = 0


@dataclass(frozen=True, slots=True)
class RecordCommands:
    """What can be done with the record on the page: ``build(actor, id)`` returns its hits, none when out of reach."""

    key: str
    build: Callable[[Actor, int], list[Hit]]


search_providers: Registry[SearchProvider] = Registry()
commands: Registry[Command] = Registry()
record_commands: Registry[RecordCommands] = Registry()


def _allowed(items: Iterable[Any], actor: Actor) -> list[Any]:
    return [item for item in items if item.permission is None or actor.may(item.permission)]


@lru_cache(maxsize=2048)
def _spellings(label: str) -> tuple[str, ...]:
    """Return how a label may be typed: itself, in pinyin, by initials."""
    readings = [part for reading in pinyin_readings(label) for part in reading] if not label.isascii() else []
    return (search_form(label), *readings)


def _matches(text: str, *labels: Any) -> bool:
    wanted = search_form(text)
    return any(wanted in spelling for label in labels if label for spelling in _spellings(str(label)))


def _all_commands(actor: Actor) -> list[tuple[Hit, str]]:
    """Return the post's commands and pages, each with its synonyms."""
    keys = keys_of(actor)
    found = [
        (
            Hit(
                command.label,
                reverse(command.url_name) if command.url_name else "#",
                command.icon,
                shortcut=keys.get(command.key_action, ""),
                action=command.action,
            ),
            str(command.words),
        )
        for command in _allowed(commands, actor)
    ]
    for item in nav_items:
        if not item.is_for(actor):
            continue
        shortcut = keys.get(f"go-{item.key}", "")
        found.append((Hit(item.label, reverse(item.url_name), item.icon, detail=_("Page"), shortcut=shortcut), ""))
    return found


def _record_hits(actor: Actor, subject: Subject | None) -> list[Hit]:
    entry = record_commands.get(subject.kind) if subject else None
    if entry is None or subject is None:
        return []
    known = subject_kinds.get(subject.kind)
    try:
        if known is not None:
            known.access(actor, subject.id)
    except NotFound:
        return []
    return entry.build(actor, subject.id)


def _without_text(actor: Actor, subject: Subject | None) -> list[HitGroup]:
    recent = [Hit(visit.label, visit.url, "history", detail=visit.kind) for visit in recent_visits(actor, LIMIT)]
    shown = [hit for hit, _words in _all_commands(actor)][:LIMIT]
    return [
        HitGroup(_("This record"), _record_hits(actor, subject)),
        HitGroup(_("Recently visited"), recent),
        HitGroup(_("Commands"), shown),
    ]


def find(actor: Actor, text: str, subject: Subject | None = None) -> list[HitGroup]:
    """Return what the palette shows for ``text``; without text, recent records and what fits ``subject``.

    Every group is inside the actor's scope; groups without hits are left out.
    """
    text = text.strip()[:LONGEST]
    if not text:
        groups = _without_text(actor, subject)
    else:
        hits = [hit for hit, words in _all_commands(actor) if _matches(text, hit.label, *words.split())]
        groups = [
            HitGroup(provider.label, provider.search(actor, text, LIMIT))
            for provider in _allowed(search_providers, actor)
        ]
        groups.append(HitGroup(_("Commands"), hits[:LIMIT]))
    return [group for group in groups if group.hits]


def register() -> None:
    """Add the commands that every page has; their actions run in the browser (palette.js)."""
    for command in (
        Command("keys", gettext_lazy("Show the keys"), "keyboard", action="keyboard", key_action="help", order=90),
        Command("theme-light", gettext_lazy("Light appearance"), "sun", action="theme-light", words="theme", order=91),
        Command("theme-dark", gettext_lazy("Dark appearance"), "moon", action="theme-dark", words="theme", order=92),
        Command(
            "theme-system",
            gettext_lazy("Appearance of the system"),
            "device-desktop",
            action="theme-system",
            words="theme",
            order=93,
        ),
        Command("print", gettext_lazy("Print this page"), "printer", action="print", order=94),
    ):
        commands.add(command)
