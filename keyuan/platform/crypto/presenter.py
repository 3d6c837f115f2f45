"""The one way by which personal values reach people: pages, lists, exports, API and print (decision 4)."""

from collections.abc import Iterable
from typing import Any

from keyuan.kernel.actor import Actor, ActorKind, FieldLevel
from keyuan.kernel.masks import mask
from keyuan.platform.crypto.sealed import Sealed

#: What stands for a value that is missing, and for one that is none of the reader's business: the same.
MISSING = "--"


def present(actor: Actor, value: Any, field_key: str | None = None) -> str:
    """Return ``value`` as ``actor`` may see it; ``--`` when it is missing or hidden.

    A `Sealed` knows its field; plain personal text (a name, a policy number) needs ``field_key``; any other value
    is returned as text. Sealed values never come out whole here: that takes `keyuan.platform.crypto.reveal.reveal`.
    """
    if value is None or value == "":
        return MISSING
    if isinstance(value, Sealed):
        level = actor.level_of(value.field_key)
        return MISSING if level is FieldLevel.HIDDEN else value.masked(strict=level is FieldLevel.STRICT)
    if field_key is None:
        return str(value)
    return _plain(actor, field_key, str(value))


def _plain(actor: Actor, field_key: str, text: str) -> str:
    level = actor.level_of(field_key)
    if level is FieldLevel.HIDDEN:
        return MISSING
    if level is FieldLevel.REVEAL or actor.kind is ActorKind.SYSTEM:
        return text
    return mask(field_key, text, strict=level is FieldLevel.STRICT)


def present_many(actor: Actor, values: Iterable[Any], field_key: str | None = None) -> list[str]:
    """Return `present` of each value."""
    return [present(actor, value, field_key) for value in values]


def may_reveal(actor: Actor, field_key: str) -> bool:
    """Tell whether the eye icon stands beside a field for this actor."""
    return actor.level_of(field_key) is FieldLevel.REVEAL
