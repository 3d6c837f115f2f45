"""Whether a customer may be contacted at a moment, why not, and from when on (MKT-9; domain.md D.1).

Everything is a value: the same facts give the same verdict for any moment, so a refusal can be explained and replayed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from keyuan.contact.rules.purposes import CARE, GUARDED_AGE, LEGAL_DUTY, SALES, SERVICE, Terms
from keyuan.contact.rules.terms import BEREAVED, CLAIM, COMPLAINT, NUMBER, Cap, Quiet, Rules

BEIJING = ZoneInfo("Asia/Shanghai")
#: How often the next possible moment is looked for before the answer is "not by waiting".
TRIES = 24
HOLD_CODES = {CLAIM: "open_claim", COMPLAINT: "open_complaint", BEREAVED: "bereaved"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to contact whom, how and what for. ``rank`` says how near the asking unit stands to the customer."""

    terms: Terms
    channel: str
    unit_id: int | None = None
    rank: int = 0
    post_id: int | None = None
    on_request: bool = False


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent in force."""

    purpose: str
    channel: str
    expires_on: date | None = None
    by_guardian: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A do-not-contact entry that has not been lifted; it binds through ``until``."""

    scope: str
    channel: str
    until: date


@dataclass(frozen=True, slots=True)
class Peace:
    """A hold; open while ``ended_at`` is None."""

    kind: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation for a unit, or for one of its posts."""

    unit_id: int
    post_id: int | None
    until: datetime
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that counts: one that took place, or a permit for one that is still good."""

    id: int
    at: datetime
    kind: str
    channel: str
    unit_id: int | None
    rank: int
    priority: int
    is_used: bool
    number: int | None = None


@dataclass(slots=True)
class Facts:
    """What is known of one customer when somebody asks. ``units`` are those that serve the customer, all levels."""

    is_person: bool = True
    is_gone: bool = False
    born_on: date | None = None
    units: frozenset[int] = frozenset()
    number: int | None = None
    agreed: list[Agreed] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    holds: list[Peace] = field(default_factory=list)
    reserved: list[Reserved] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    #: From when on a purpose may be served through a channel, where that lies ahead.
    opens: dict[tuple[str, str], datetime] = field(default_factory=dict)
    #: Contacts by the same phone number with other customers.
    by_number: list[Contact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """One reason against: its code and from when on it falls away (None: not by waiting)."""

    code: str
    until: datetime | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer; ``outranked`` are unused permits of other units that give way to this one."""

    blocks: tuple[Block, ...] = ()
    next_at: datetime | None = None
    outranked: tuple[int, ...] = ()

    @property
    def is_granted(self) -> bool:
        """Tell whether nothing stands against it."""
        return not self.blocks


def judge(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> Verdict:
    """Return the verdict on a contact at ``at``: every reason against it, and the next moment without any."""
    blocks = tuple(blocks_at(asked, facts, rules, at))
    if not blocks:
        return Verdict(outranked=tuple(contact.id for contact in _rivals(asked, facts, rules, at, outranked=True)))
    return Verdict(blocks, _next(asked, facts, rules, blocks))


def _next(asked: Asked, facts: Facts, rules: Rules, blocks: tuple[Block, ...]) -> datetime | None:
    for _try in range(TRIES):
        ends = [block.until for block in blocks]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return None
        moment = max(known)
        blocks = tuple(blocks_at(asked, facts, rules, moment))
        if not blocks:
            return moment
    return None


def blocks_at(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> Iterator[Block]:
    """Yield every reason against a contact at ``at``, the gravest first."""
    if facts.is_gone and asked.terms.kind != SERVICE:
        yield Block("customer_gone")
    if not asked.terms.is_active or not asked.terms.is_contact or asked.channel not in asked.terms.channels:
        yield Block("purpose_closed")
    yield from _too_early(asked, facts, at)
    yield from _refused(asked, facts, at)
    if asked.terms.needs_consent:
        yield from _consent(asked, facts, at)
    if asked.terms.kind in (SALES, CARE):
        yield from _reserved(asked, facts, at)
        yield from ruled_at(asked, facts, rules, at)
    else:
        yield from _hours(asked, facts, rules, at)


def _too_early(asked: Asked, facts: Facts, at: datetime) -> Iterator[Block]:
    opens = facts.opens.get((asked.terms.key, asked.channel))
    if opens is not None and at < opens and not asked.on_request:
        yield Block("too_early", opens, {"on": _day(opens).isoformat()})


def ruled_at(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> Iterator[Block]:
    """Yield the reasons that come from the editable rules; a preview asks for these alone."""
    yield from _peace(asked, facts, rules, at)
    yield from _conflict(asked, facts, rules, at)
    yield from _budget(asked, facts, rules, at)
    yield from _hours(asked, facts, rules, at)


def day_start(day: date) -> datetime:
    """Return the first moment of a day in Beijing."""
    return datetime.combine(day, time(), BEIJING)


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def binds(refusal: Refusal, asked: Asked, at: datetime) -> bool:
    """Tell whether a refusal forbids the contact; what the law demands reaches everybody."""
    if refusal.channel not in ("", asked.channel) or _day(at) > refusal.until:
        return False
    if refusal.scope == "ALL":
        return asked.terms.basis != LEGAL_DUTY
    return asked.terms.kind == SALES or (refusal.scope == "PROMOTION" and asked.terms.kind == CARE)


def _refused(asked: Asked, facts: Facts, at: datetime) -> Iterator[Block]:
    ends = [refusal.until for refusal in facts.refusals if binds(refusal, asked, at)]
    if ends:
        last = max(ends)
        # The last day of the calendar is how systems write "for ever": no moment comes after it.
        opens = day_start(last + timedelta(days=1)) if last < date.max else None
        yield Block("do_not_contact", opens, {"until": last.isoformat()})


def is_child(facts: Facts, at: datetime) -> bool:
    """Tell whether the customer is under 14, so that a guardian consents."""
    if not facts.is_person or facts.born_on is None:
        return False
    day = _day(at)
    return (
        day.year - facts.born_on.year - ((day.month, day.day) < (facts.born_on.month, facts.born_on.day)) < GUARDED_AGE
    )


def _consent(asked: Asked, facts: Facts, at: datetime) -> Iterator[Block]:
    given = [
        agreed for agreed in facts.agreed if agreed.purpose == asked.terms.key and agreed.channel in ("", asked.channel)
    ]
    valid = [agreed for agreed in given if agreed.expires_on is None or agreed.expires_on >= _day(at)]
    if not given:
        yield Block("no_consent")
    elif not valid:
        yield Block("consent_expired")
    elif is_child(facts, at) and not any(agreed.by_guardian for agreed in valid):
        yield Block("no_guardian")


def _peace(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> Iterator[Block]:
    days = {rest.hold: rest.days for rest in rules.rests if rest.kind == asked.terms.kind}
    for hold in facts.holds:
        if hold.kind not in days:
            continue
        if hold.ended_at is None or hold.ended_at > at:
            yield Block(HOLD_CODES.get(hold.kind, "on_hold"), None, {"hold": hold.kind})
        elif (rested := hold.ended_at + timedelta(days=days[hold.kind])) > at:
            code = "bereaved" if hold.kind == BEREAVED else "resting"
            yield Block(code, rested, {"hold": hold.kind, "days": days[hold.kind]})


def _reserved(asked: Asked, facts: Facts, at: datetime) -> Iterator[Block]:
    if asked.terms.kind != SALES:
        return
    for kept in facts.reserved:
        own = kept.post_id == asked.post_id if kept.post_id else kept.unit_id == asked.unit_id
        if kept.until > at and not own:
            yield Block("reserved", kept.until, {"holder": kept.holder})


def _rivals(asked: Asked, facts: Facts, rules: Rules, at: datetime, *, outranked: bool) -> Iterator[Contact]:
    """Yield other units' sales contacts near ``at``: those that give way to this one, or those it gives way to."""
    if asked.terms.kind != SALES:
        return
    span = timedelta(days=rules.conflict_days)
    for contact in facts.contacts:
        other = contact.kind == SALES and contact.unit_id not in (asked.unit_id, None)
        if other and abs(contact.at - at) < span:
            beats = (asked.terms.priority, asked.rank) > (contact.priority, contact.rank)
            if beats == outranked and not (outranked and contact.is_used):
                yield contact


def _conflict(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> Iterator[Block]:
    rivals = list(_rivals(asked, facts, rules, at, outranked=False))
    if rivals and asked.unit_id is not None:
        last = max(rivals, key=lambda contact: contact.at)
        until = last.at + timedelta(days=rules.conflict_days)
        yield Block("other_unit", until, {"unit": last.unit_id, "days": rules.conflict_days})


def counted(cap: Cap, facts: Facts, at: datetime, without: Iterable[int] = ()) -> list[datetime]:
    """Return the moments of the contacts that count against ``cap`` at ``at``, oldest first."""
    rows = facts.contacts
    if cap.per == NUMBER and facts.number is not None:
        rows = [row for row in facts.contacts if row.number in (facts.number, None)] + facts.by_number
    span, left_out = timedelta(days=cap.days), set(without)
    return sorted(
        row.at
        for row in rows
        if cap.covers(row.kind, row.channel) and abs(row.at - at) < span and row.id not in left_out
    )


def _budget(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> Iterator[Block]:
    giving_way = [contact.id for contact in _rivals(asked, facts, rules, at, outranked=True)]
    for cap in rules.caps:
        if not cap.covers(asked.terms.kind, asked.channel):
            continue
        used = counted(cap, facts, at, giving_way)
        if len(used) >= cap.most:
            until = used[len(used) - cap.most] + timedelta(days=cap.days) if cap.most else None
            yield Block("over_budget", until, {"most": cap.most, "days": cap.days, "channel": cap.channel})


def _hours(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> Iterator[Block]:
    end = _quiet_end(asked, facts, rules, at)
    if end is not None:
        yield Block("quiet_hours", end)


def _quiet_end(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> datetime | None:
    """Return when the quiet hours end that hold for a contact at ``at``, or None outside of them."""
    if asked.on_request or asked.channel == "LETTER":
        return None
    ends = [end for quiet in rules.quiet if _applies(quiet, asked, facts) and (end := quiet_until(quiet, at))]
    return max(ends, default=None)


def open_from(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> datetime:
    """Return the first moment from ``at`` on outside quiet hours; what else may stand against it is left out.

    Hours that leave no moment open give the end of the last ones looked at.
    """
    for _try in range(TRIES):
        end = _quiet_end(asked, facts, rules, at)
        if end is None:
            break
        at = end
    return at


def _applies(quiet: Quiet, asked: Asked, facts: Facts) -> bool:
    here = quiet.unit_id is None or quiet.unit_id in facts.units
    return quiet.kind == asked.terms.kind and quiet.channel in ("", asked.channel) and here


def quiet_until(quiet: Quiet, at: datetime) -> datetime | None:
    """Return when the quiet hours end that hold at ``at``, or None outside of them."""
    local = at.astimezone(BEIJING)
    for day in (local.date() - timedelta(days=1), local.date()):
        if quiet.weekdays and day.weekday() not in quiet.weekdays:
            continue
        starts = datetime.combine(day, quiet.starts, BEIJING)
        over_night = quiet.ends <= quiet.starts
        ends = datetime.combine(day + timedelta(days=int(over_night)), quiet.ends, BEIJING)
        if starts <= local < ends:
            return ends
    return None


def good_until(asked: Asked, facts: Facts, rules: Rules, at: datetime) -> datetime:
    """Return when a permit given for ``at`` ends: after its hours, or when the next quiet hours begin."""
    end = at + timedelta(hours=rules.permit_hours)
    if asked.terms.kind == SERVICE or asked.on_request or asked.channel == "LETTER":
        return end
    for quiet in rules.quiet:
        if _applies(quiet, asked, facts):
            end = min(end, _next_start(quiet, at))
    return end


def _next_start(quiet: Quiet, at: datetime) -> datetime:
    local = at.astimezone(BEIJING)
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        starts = datetime.combine(day, quiet.starts, BEIJING)
        if starts > local and (not quiet.weekdays or day.weekday() in quiet.weekdays):
            return starts
    return local + timedelta(days=8)
