"""The last look before a message leaves: its permit, and what was withdrawn since (PLT-8, MKT-9).

A permit that was taken back stops the message; one that ran out is asked for anew; a message that is tried again is
judged by consents, refusals, holds and quiet hours of that moment.
"""

from dataclasses import dataclass
from datetime import datetime

from keyuan.contact.models import Message, Permit
from keyuan.contact.rules.judging import Asked, Block, judge
from keyuan.contact.selectors.facts import known_of
from keyuan.contact.selectors.terms import purposes, rules_in_force
from keyuan.contact.services.permits import Refusal, permit, use_permit
from keyuan.kernel.actor import system_actor

SENDER = system_actor("messages")
#: Reasons that count contacts; a message that was let in once is not refused for itself.
COUNTED = frozenset({"over_budget", "other_unit", "reserved"})
#: Reasons that pass by waiting; the others stop the message.
PASSING = frozenset({"quiet_hours"})


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a message does not leave now; ``until`` says when it may be tried again, None stops it for good."""

    because: str
    until: datetime | None = None


def pass_gate(message: Message, now: datetime) -> Stopped | None:
    """Use the message's permit in the caller's transaction, or say what stops it. None lets it leave."""
    if message.expires_at <= now:
        return Stopped("expired")
    held = Permit.objects.filter(pk=message.permit_id or 0).first()
    if held is None:
        return Stopped("no_permit")
    if held.state == Permit.State.CANCELLED:
        return Stopped(f"taken_back_{held.close_note}"[:40] if held.close_note.isidentifier() else "taken_back")
    if held.state == Permit.State.USED:
        return _again(message, now)
    if held.state == Permit.State.GRANTED and (held.expires_at is None or held.expires_at > now):
        use_permit(actor=SENDER, permit_id=held.pk, now=now)
        return None
    return _anew(message, held, now)


def _again(message: Message, now: datetime) -> Stopped | None:
    """Judge a message whose permit was used by a failed try: what was withdrawn since counts, the budget does not."""
    terms, rules = purposes(), rules_in_force()
    known = known_of([message.customer_id], terms, rules, at=now).get(message.customer_id)
    if known is None or message.purpose not in terms:
        return Stopped("no_permit")
    verdict = judge(Asked(terms[message.purpose], message.channel), known.facts, rules, now)
    return _stopped([block for block in verdict.blocks if block.code not in COUNTED])


def _anew(message: Message, held: Permit, now: datetime) -> Stopped | None:
    """Ask anew for a message that waited longer than its permit was good."""
    answer = permit(
        actor=SENDER,
        customer_id=message.customer_id,
        channel=message.channel,
        purpose=message.purpose,
        now=now,
        unit_id=held.unit_id,
        campaign=message.batch,
        key=f"message:{message.pk}:after:{held.pk}",
        contact_point_id=message.contact_point_id,
    )
    if isinstance(answer, Refusal):
        return Stopped(answer.reason, answer.next_at)
    message.permit_id = answer.pk
    use_permit(actor=SENDER, permit_id=answer.pk, now=now)
    return None


def _stopped(blocks: list[Block]) -> Stopped | None:
    if not blocks:
        return None
    if all(block.code in PASSING and block.until for block in blocks):
        return Stopped(blocks[0].code, max(block.until for block in blocks if block.until))
    return Stopped(next(block.code for block in blocks if block.code not in PASSING))
