"""Recently visited records of a person: references only, named anew inside the actor's scope each time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.platform.http import may_open
from keyuan.platform.lists.preferences import keep_preference, preference_of
from keyuan.platform.subjects import Subject, subject_kinds

PREFERENCE = "recent"
KEPT = 20


@dataclass(frozen=True, slots=True)
class Visit:
    """A visited record as its person may see it today."""

    kind: Any
    label: str
    url: str
    at: datetime


def remember_visit(*, actor: Actor, subject: Subject, now: datetime) -> None:
    """Put ``subject`` on top of the person's recent records; the one already on top costs no write."""
    if actor.id is None:
        return
    kept: list[list[Any]] = preference_of(actor, PREFERENCE, [])
    if kept and kept[0][:2] == [subject.kind, subject.id]:
        return
    rest = [entry for entry in kept if entry[:2] != [subject.kind, subject.id]]
    entries = [[subject.kind, subject.id, now.isoformat(timespec="seconds")], *rest]
    keep_preference(actor=actor, key=PREFERENCE, value=entries[:KEPT], now=now)


def recent_visits(actor: Actor, limit: int = KEPT) -> list[Visit]:
    """Return the person's last visited records, newest first.

    Those that left their reach, or that this post may not open, are not named.
    """
    kept: list[list[Any]] = preference_of(actor, PREFERENCE, [])
    by_kind: dict[str, list[int]] = {}
    for kind, number, _at in kept:
        by_kind.setdefault(kind, []).append(number)
    labels = {
        (kind, number): label
        for kind, numbers in by_kind.items()
        if kind in subject_kinds
        for number, label in subject_kinds[kind].labels(actor, numbers).items()
    }
    visits = [
        Visit(
            subject_kinds[kind].label, labels[kind, number], subject_kinds[kind].url(number), datetime.fromisoformat(at)
        )
        for kind, number, at in kept
        if (kind, number) in labels
    ]
    return [visit for visit in visits if may_open(actor, visit.url)][:limit]
