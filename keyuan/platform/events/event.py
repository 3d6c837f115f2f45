"""What an event is: a frozen dataclass in the past tense, holding ids and small facts (decision 7)."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, Self, get_type_hints

MAX_IDS = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events: up to 1,000 ids of what it happened to, and facts in fields of the subclass.

    Facts are numbers, short codes, truth values, dates or tuples of numbers; never personal data. Raises ValueError
    for more ids than one event carries; see `in_events_of`.
    """

    ids: tuple[int, ...]

    #: How the event is named in the outbox; the class name unless it must survive a rename.
    name: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if len(self.ids) > MAX_IDS:
            raise ValueError(f"{type(self).__name__} carries more than {MAX_IDS} ids")

    @classmethod
    def key(cls) -> str:
        """Return the event's name in the outbox."""
        return cls.name or cls.__name__

    def to_json(self) -> dict[str, Any]:
        """Return the event as JSON values."""
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, payload: dict[str, Any]) -> Self:
        """Return the event stored as ``payload``; facts added to the class since take their defaults."""
        types = get_type_hints(cls)
        known = {field.name for field in fields(cls)}
        return cls(**{key: _typed(types[key], value) for key, value in payload.items() if key in known})


def _typed(kind: Any, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and kind is datetime:
        return datetime.fromisoformat(value)
    if isinstance(value, str) and kind is date:
        return date.fromisoformat(value)
    return value


def in_events_of(ids: list[int] | tuple[int, ...]) -> list[tuple[int, ...]]:
    """Cut ``ids`` into tuples that fit into one event each."""
    return [tuple(ids[start : start + MAX_IDS]) for start in range(0, len(ids), MAX_IDS)]
