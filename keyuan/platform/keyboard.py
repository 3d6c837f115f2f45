"""The keys of the pages: what each does, which key it has by default, and what a person changed (ui.md "Keyboard")."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.kernel.registry import Registry
from keyuan.platform.lists.preferences import keep_preference, preference_of
from keyuan.platform.navigation import nav_items

PREFERENCE = "keys"
#: One key with its modifiers, or two plain keys one after the other ("G H").
_SHAPE = re.compile(r"(?:(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?(?:[!-~]|[A-Z][A-Za-z0-9]{1,11})|[A-Z] [A-Z])")


@dataclass(frozen=True, slots=True)
class KeyAction:
    """One thing a key does. ``fixed`` keys cannot change; ``nav_key`` limits it to posts with that navigation entry."""

    key: str
    group: Any
    label: Any
    default: str
    fixed: bool = False
    nav_key: str = ""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A row of the keyboard sheet."""

    action: str
    label: Any
    key: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """A group of the keyboard sheet."""

    label: Any
    keys: list[KeyRow]


key_actions: Registry[KeyAction] = Registry()


def register() -> None:
    """Add the keys that every page has."""
    everywhere, lists, go = _("Everywhere"), _("Lists and records"), _("Go to")
    for action in (
        KeyAction("help", everywhere, _("Show the keys"), "?"),
        KeyAction("search", everywhere, _("Search"), "/"),
        KeyAction("palette", everywhere, _("Search and commands"), "Ctrl+K"),
        KeyAction("next", lists, _("Next row"), "J"),
        KeyAction("previous", lists, _("Previous row"), "K"),
        KeyAction("select", lists, _("Select the row"), "X"),
        KeyAction("extend", lists, _("Select up to this row"), "Shift+X"),
        KeyAction("open", lists, _("Open; once more for the whole page"), "Enter"),
        KeyAction("edit", lists, _("Edit"), "E"),
        KeyAction("assign", lists, _("Assign or take over"), "A"),
        KeyAction("comment", lists, _("Comment"), "C"),
        KeyAction("go-home", go, _("Home"), "G H", nav_key="home"),
        KeyAction("go-work_orders", go, _("Work orders"), "G W", nav_key="work_orders"),
        KeyAction("go-customers", go, _("Customers"), "G C", nav_key="customers"),
        KeyAction("go-qa", go, _("Quality checks"), "G Q", nav_key="qa"),
    ):
        key_actions.add(action)


def _is_there(action: KeyAction, actor: Actor) -> bool:
    if not action.nav_key:
        return True
    item = nav_items.get(action.nav_key)
    return item is not None and item.is_for(actor)


def keys_of(actor: Actor) -> dict[str, str]:
    """Return the key of each action for this person: the default, or what they chose."""
    own = preference_of(actor, PREFERENCE, {})
    return {action.key: own.get(action.key, action.default) for action in key_actions}


def key_groups(actor: Actor) -> list[KeyGroup]:
    """Return the keyboard sheet of this person, without keys that lead nowhere for their post."""
    keys = keys_of(actor)
    groups: dict[str, KeyGroup] = {}
    for action in key_actions:
        if _is_there(action, actor):
            group = groups.setdefault(str(action.group), KeyGroup(action.group, []))
            group.keys.append(KeyRow(action.key, action.label, keys[action.key], action.fixed))
    return list(groups.values())


def _clashes(wanted: str, taken: str) -> bool:
    """Tell whether two keys cannot both be told apart: the same, or one begins the other ("G" and "G H")."""
    return wanted == taken or wanted.startswith(f"{taken} ") or taken.startswith(f"{wanted} ")


def change_key(*, actor: Actor, action: str, key: str, now: datetime) -> None:
    """Give ``action`` another key for this person; the default key forgets the change.

    Raises Refused ``keys.unknown`` for an action that has no key of its own to change, ``keys.unsound`` for what is
    no key, and Conflict ``keys.taken`` naming the action that has the key already.
    """
    known = key_actions.get(action)
    if known is None or known.fixed:
        raise Refused("keys.unknown")
    if not _SHAPE.fullmatch(key):
        raise Refused("keys.unsound")
    for other, taken in keys_of(actor).items():
        if other != action and _clashes(key, taken):
            raise Conflict("keys.taken", key=key, action=str(key_actions[other].label))
    own = dict(preference_of(actor, PREFERENCE, {}))
    own.pop(action, None)
    if key != known.default:
        own[action] = key
    keep_preference(actor=actor, key=PREFERENCE, value=own or None, now=now)
