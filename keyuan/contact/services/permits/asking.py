"""Asking whether customers may be contacted: one by one, or many at once (MKT-9)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.contact import permissions
from keyuan.contact.models import Permit
from keyuan.contact.rules.judging import Asked, Block, Contact, Verdict, good_until, judge
from keyuan.contact.rules.purposes import CHANNELS, Terms
from keyuan.contact.rules.terms import SERVING, Rules
from keyuan.contact.selectors.facts import Known, known_of, numbers_of_points
from keyuan.contact.selectors.terms import purposes, rules_in_force
from keyuan.contact.services.permits.locking import lock_budgets
from keyuan.customers.selectors import visible_among
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.organisation.models import Unit

#: Asks of one transaction: about 50 ms of SQLite's only writer.
CHUNK = 500
KEY_LENGTH = 80
#: Ways that lead to a phone number.
BY_NUMBER = frozenset({"PHONE", "SMS"})


@dataclass(frozen=True, slots=True)
class Ask:
    """One contact that somebody wants to make.

    ``key`` makes asking again harmless. ``contact_point_id`` names the number, else it is the main phone. A customer
    who asked to be called at this time (``on_request``) may be called in quiet hours.
    """

    customer_id: int
    channel: str
    purpose: str
    key: str = ""
    campaign: str = ""
    contact_point_id: int | None = None
    on_request: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, with every reason, and from when on it would be yes (None: not by waiting); ``permit_id`` is its row."""

    ask: Ask
    reasons: tuple[Block, ...]
    next_at: datetime | None = None
    permit_id: int | None = None

    @property
    def reason(self) -> str:
        """The gravest reason."""
        return self.reasons[0].code


Answer = Permit | Refusal


@dataclass(slots=True)
class _Round:
    """One transaction of asks: who asks, by which rules, and what is known of the customers."""

    actor: Actor
    unit: Unit | None
    at: datetime
    now: datetime
    terms: dict[str, Terms]
    rules: Rules
    known: dict[int, Known] = field(default_factory=dict)
    points: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    replayed: dict[str, Permit] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    new: list[Permit] = field(default_factory=list)
    again: list[Permit] = field(default_factory=list)
    outranked: set[int] = field(default_factory=set)
    number: Any = field(default_factory=lambda: count(-1, -1))


def permit(
    *, actor: Actor, customer_id: int, channel: str, purpose: str, now: datetime, at: datetime | None = None,
    unit_id: int | None = None, campaign: str = "", key: str = "", contact_point_id: int | None = None,
    on_request: bool = False,
) -> Answer:  # fmt: skip
    """Ask to contact one customer at ``at`` (now, unless said otherwise): a granted `Permit`, or a `Refusal`.

    The answer is recorded and counted either way; a granted permit is to be used or cancelled. Raises NotFound for a
    customer out of reach, `Refused` for a purpose or channel that does not exist, or a key that stood for another ask.
    """
    ask = Ask(customer_id, channel, purpose, key, campaign, contact_point_id, on_request)
    answer = permit_many(actor=actor, asks=[ask], now=now, at=at, unit_id=unit_id)[0]
    if isinstance(answer, Refusal) and answer.reason == "not_found":
        raise NotFound("customer.not_found")
    return answer


def permit_many(
    *, actor: Actor, asks: Sequence[Ask], now: datetime, at: datetime | None = None, unit_id: int | None = None
) -> list[Answer]:
    """Ask for many contacts, answered in the order of ``asks``; committed in chunks of 500.

    ``unit_id`` is who sends, the actor's own unit unless said otherwise. Customers out of reach are refused as
    ``not_found`` and leave no row. Raises `Refused` as `permit` does, before anything is recorded.
    """
    actor.require(permissions.START)
    terms = purposes()
    for ask in asks:
        _check(ask, terms)
    moment = max(at or now, now)
    unit = Unit.objects.filter(pk=unit_id or actor.unit_id or 0).first()
    answers: list[Answer] = []
    for start in range(0, len(asks), CHUNK):
        part = asks[start : start + CHUNK]
        seen = set(visible_among(actor, list({ask.customer_id for ask in part}), now=now))
        turn = _Round(actor, unit, moment, now, terms, rules_in_force())
        try:
            with transaction.atomic():
                answers += _answered(turn, part, seen)
        except IntegrityError:
            raise Conflict("permit.key_reused", field="key") from None
    return answers


def _check(ask: Ask, terms: dict[str, Terms]) -> None:
    if ask.purpose not in terms:
        raise Refused("permit.no_such_purpose", field="purpose")
    if ask.channel not in CHANNELS:
        raise Refused("permit.no_such_channel", field="channel")
    if len(ask.key) > KEY_LENGTH:
        raise Refused("permit.key_long", field="key", limit=KEY_LENGTH)


def _answered(turn: _Round, asks: Sequence[Ask], seen: set[int]) -> list[Answer]:
    lock_budgets(seen & {ask.customer_id for ask in asks})
    keys = [ask.key for ask in asks if ask.key]
    turn.replayed = {row.key or "": row for row in Permit.objects.filter(key__in=keys)} if keys else {}
    points = {ask.contact_point_id for ask in asks if ask.contact_point_id}
    turn.points = numbers_of_points(points) if points else {}
    numbers = {number for _owner, number in turn.points.values() if number is not None}
    ways = {(ask.purpose, ask.channel) for ask in asks}
    turn.known = known_of(seen, turn.terms, turn.rules, at=turn.at, numbers=numbers, ways=ways)
    answers = [_answer(turn, ask) for ask in asks]
    _write(turn)
    return [_with_id(answer) for answer in answers]


def _answer(turn: _Round, ask: Ask) -> Any:
    known = turn.known.get(ask.customer_id)
    if known is None:
        return Refusal(ask, (Block("not_found"),))
    row = turn.replayed.get(ask.key) if ask.key else None
    if row is not None:
        if (row.customer_id, row.contact_channel, row.purpose) != (ask.customer_id, ask.channel, ask.purpose):
            raise Conflict("permit.key_reused", field="key")
        if row.state != Permit.State.REFUSED or ask.key in turn.said:
            return turn.said.get(ask.key, row)
    asked = asked_of(turn.actor, ask, turn.unit, known, turn.terms[ask.purpose], turn.rules)
    number = _number(turn, ask, known)
    verdict = judge(asked, known.facts, turn.rules, turn.at)
    row = row or Permit(customer_id=ask.customer_id, key=ask.key or None)
    _fill(turn, row, ask, asked, known, number)
    _settle(turn, row, verdict, asked, known)
    (turn.again if row.pk else turn.new).append(row)
    answer = row if verdict.is_granted else (ask, verdict, row)
    if ask.key:
        turn.replayed[ask.key], turn.said[ask.key] = row, answer
    return answer


def _with_id(answer: Any) -> Answer:
    if isinstance(answer, tuple):
        ask, verdict, row = answer
        return Refusal(ask, verdict.blocks, verdict.next_at, row.pk)
    result: Answer = answer
    return result


def asked_of(actor: Actor, ask: Ask, unit: Unit | None, known: Known, terms: Terms, rules: Rules) -> Asked:
    """Return an ask as the rules judge it: with how near the asking unit stands to the customer."""
    place = known.place
    near = {place["sub_branch_id"], place["section_id"], place["team_id"]} - {None}
    serving = bool(unit and unit.pk in near) or bool(
        actor.scope.agent_id and actor.scope.agent_id == place["servicing_agent_id"]
    )
    channel = (unit.sales_channel if unit else "") or actor.scope.sales_channel or ""
    main = bool(channel) and channel == place["sales_channel"]
    first, second = (serving, main) if rules.first_rank == SERVING else (main, serving)
    rank = 2 * first + second
    return Asked(terms, ask.channel, unit.pk if unit else None, rank, actor.post_id, ask.on_request)


def _number(turn: _Round, ask: Ask, known: Known) -> int | None:
    """Return the number to be called; a point of somebody else's is not theirs to be called by."""
    if ask.channel not in BY_NUMBER:
        return None
    if ask.contact_point_id is not None:
        owner, number = turn.points.get(ask.contact_point_id, (None, None))
        if owner != ask.customer_id:
            raise Refused("permit.no_such_number", field="contact_point_id")
        known.facts.number = number
    return known.facts.number


def _fill(turn: _Round, row: Permit, ask: Ask, asked: Asked, known: Known, number: int | None) -> None:
    row.contact_channel, row.purpose, row.kind = ask.channel, ask.purpose, asked.terms.kind
    row.campaign, row.number_index = ask.campaign[:40], number
    row.unit_id, row.rank = asked.unit_id, asked.rank
    row.staff_id, row.staff_name = turn.actor.id, turn.actor.name[:40]
    row.at, row.asked_at = turn.at, turn.now
    for column, value in known.place.items():
        setattr(row, column, value)


def _settle(turn: _Round, row: Permit, verdict: Verdict, asked: Asked, known: Known) -> None:
    """Write the verdict into the row, and what was granted into the facts, so that the next ask counts it."""
    facts = known.facts
    row.next_at, row.reason, row.expires_at = verdict.next_at, "", None
    row.reasons = [reason_json(block) for block in verdict.blocks]
    if not verdict.is_granted:
        row.state, row.reason = Permit.State.REFUSED, verdict.blocks[0].code
        return
    row.state = Permit.State.GRANTED
    row.expires_at = good_until(asked, facts, turn.rules, turn.at)
    turn.outranked.update(verdict.outranked)
    facts.contacts = [contact for contact in facts.contacts if contact.id not in verdict.outranked]
    contact = Contact(
        next(turn.number), turn.at, row.kind, row.contact_channel, row.unit_id, row.rank, asked.terms.priority,
        is_used=False, number=row.number_index,
    )  # fmt: skip
    facts.contacts.append(contact)
    if contact.number is not None:
        for other in turn.known.values():
            if other.facts is not facts and other.facts.number == contact.number:
                other.facts.by_number.append(contact)


def reason_json(block: Block) -> dict[str, Any]:
    """Return a reason as the ledger keeps it."""
    return {"code": block.code, "until": block.until.isoformat() if block.until else None, "params": block.params}


#: What asking again changes in a row that stood for a refusal.
CHANGED = [
    "contact_channel", "purpose", "kind", "state", "reason", "reasons", "campaign", "number_index", "unit_id",
    "staff_id", "staff_name", "rank", "at", "asked_at", "expires_at", "next_at",
]  # fmt: skip


def _write(turn: _Round) -> None:
    Permit.objects.bulk_create(turn.new, batch_size=CHUNK)
    if turn.again:
        Permit.objects.bulk_update(turn.again, CHANGED, batch_size=CHUNK)
    stored = [pk for pk in turn.outranked if pk > 0]
    if stored:
        rows = Permit.objects.filter(pk__in=stored, state=Permit.State.GRANTED)
        rows.update(state=Permit.State.CANCELLED, closed_at=turn.now, close_note="outranked")
