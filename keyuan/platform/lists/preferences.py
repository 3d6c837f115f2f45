"""What people set for themselves (theme, keys, navigation, columns, density): one small table, kept by key."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.models import UserPreference

#: Longest value, as JSON text.
LONGEST = 8_000


def preferences_of(actor: Actor, keys: Iterable[str]) -> dict[str, Any]:
    """Return the person's choices under ``keys``; absent ones are left out."""
    if actor.id is None:
        return {}
    found = UserPreference.objects.filter(user_id=actor.id, key__in=list(keys))
    return dict(found.values_list("key", "value"))


def preference_of(actor: Actor, key: str, default: Any = None) -> Any:
    """Return one choice of the person, or ``default``."""
    return preferences_of(actor, [key]).get(key, default)


@transaction.atomic
def keep_preference(*, actor: Actor, key: str, value: Any, now: datetime) -> None:
    """Keep one choice of the person; None forgets it. No permission: it is theirs alone.

    Raises Refused where the key or the value is too long, or the actor is no person.
    """
    if actor.id is None or not key or len(key) > 80 or len(repr(value)) > LONGEST:
        raise Refused("preference.unsound")
    if value is None:
        UserPreference.objects.filter(user_id=actor.id, key=key).delete()
        return
    UserPreference.objects.update_or_create(user_id=actor.id, key=key, defaults={"value": value, "updated_at": now})
