"""What makes a password acceptable (PLT-5, domain.md E.7): length, classes of characters, nothing personal in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: A piece of the person's own data shorter than this may stand in a password.
SHORTEST_PERSONAL = 4


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """Thresholds; ``max_age_days`` None means that passwords do not expire."""

    min_length: int = 8
    min_classes: int = 3
    history: int = 5
    max_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing that is wrong with a password: a code and its figure."""

    code: str
    limit: int = 0


def classes_of(password: str) -> int:
    """Count the classes present: capital letters, small letters, digits, everything else."""
    kinds = {_kind(character) for character in password}
    return len(kinds)


def _kind(character: str) -> str:
    if character.isascii() and character.isupper():
        return "capital"
    if character.isascii() and character.islower():
        return "small"
    return "digit" if character.isdigit() else "other"


def weaknesses(
    password: str, policy: PasswordPolicy, *, personal: tuple[str, ...] = (), words: tuple[str, ...] = ()
) -> list[Weakness]:
    """Return what ``policy`` finds wrong with ``password``; ``personal`` and ``words`` must not stand in it."""
    found = []
    if len(password) < policy.min_length:
        found.append(Weakness("password.too_short", policy.min_length))
    if classes_of(password) < policy.min_classes:
        found.append(Weakness("password.too_few_classes", policy.min_classes))
    lowered = password.lower()
    if any(len(piece) >= SHORTEST_PERSONAL and piece.lower() in lowered for piece in personal):
        found.append(Weakness("password.personal"))
    if any(word in lowered for word in words):
        found.append(Weakness("password.word"))
    return found


def is_expired(changed_at: datetime | None, policy: PasswordPolicy, now: datetime) -> bool:
    """Tell whether a password is older than ``policy`` allows; one of unknown age is, once ages count."""
    if policy.max_age_days is None:
        return False
    return changed_at is None or now - changed_at > timedelta(days=policy.max_age_days)
