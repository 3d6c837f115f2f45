"""Task rules as values: what one says, whether it makes sense, and how its text is filled in (CUS-13)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from keyuan.customers.rules.deadlines import WORK_ENDS
from keyuan.kernel.errors import Invalid, Refused

#: Further from its occasion than this no task is made.
FARTHEST = 180
LONGEST_TERM = 90
PLACE = re.compile(r"\{([a-z_]*)\}")
CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What a rule says. ``days`` before (negative) or after its occasion; empty ``tiers`` and ``channels``: all."""

    name: str
    occasion: str
    days: int
    kind: str
    title: str
    reason: str = ""
    assignee: str = "SERVICE"
    tiers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    skip_open_claims: bool = False
    due_days: int = 0
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """The words a rule may use: occasions with the places of their texts, kinds, tiers, channels."""

    places: Mapping[str, Collection[str]]
    kinds: Collection[str]
    tiers: Collection[str]
    channels: Collection[str]


def check(draft: RuleDraft, known: Known) -> RuleDraft:
    """Return the draft trimmed; raises `Invalid` with one `Refused` for each field that is wrong."""
    errors = [
        Refused("task_rule.missing", field=name) for name in ("name", "title") if not getattr(draft, name).strip()
    ]
    if draft.occasion not in known.places:
        errors.append(Refused("task_rule.occasion", field="occasion"))
    else:
        errors += _unknown_places(draft, known.places[draft.occasion])
    if abs(draft.days) > FARTHEST:
        errors.append(Refused("task_rule.days", field="days", most=FARTHEST))
    if not 0 <= draft.due_days <= LONGEST_TERM:
        errors.append(Refused("task_rule.due_days", field="due_days", most=LONGEST_TERM))
    if draft.kind not in known.kinds:
        errors.append(Refused("field.choice", field="kind"))
    for name, allowed in (("tiers", known.tiers), ("channels", known.channels)):
        if set(getattr(draft, name)) - set(allowed):
            errors.append(Refused("field.choice", field=name))
    if errors:
        raise Invalid(errors)
    return draft


def _unknown_places(draft: RuleDraft, places: Collection[str]) -> list[Refused]:
    shown = "、".join(f"{{{place}}}" for place in sorted(places))
    return [
        Refused("task_rule.place", field=name, place=place, places=shown)
        for name in ("title", "reason")
        for place in PLACE.findall(getattr(draft, name))
        if place not in places
    ]


def said(text: str, words: Mapping[str, str]) -> str:
    """Return a rule's text with its places filled in; a place without a word vanishes."""
    return PLACE.sub(lambda match: words.get(match[1], ""), text)


def occasion_of(run_on: date, days: int) -> date:
    """Return the day whose occasions a rule looks at in the night of ``run_on``."""
    return run_on - timedelta(days=days)


def due_at(run_on: date, due_days: int) -> datetime:
    """Return the deadline, without time zone, of a task made in the night of ``run_on``."""
    return datetime.combine(run_on + timedelta(days=due_days), WORK_ENDS)


def nights(last: date | None, today: date, *, most: int) -> list[date]:
    """Return the nights to be made up to ``today``, at most the last ``most``: none twice, none left out."""
    first = today if last is None else max(last + timedelta(days=1), today - timedelta(days=most - 1))
    return [first + timedelta(days=ahead) for ahead in range((today - first).days + 1)]
