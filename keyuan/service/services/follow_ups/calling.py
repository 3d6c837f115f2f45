"""Calling: the permit, what came of it, and what that brings about (SRV-8; domain.md §A.4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from keyuan.contact.models import Permit
from keyuan.contact.selectors.permits import access_permit
from keyuan.contact.services.permits import permit, use_permit
from keyuan.customers.models import ContactPoint
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import formats
from keyuan.platform.events import emit
from keyuan.service import permissions
from keyuan.service.events import FollowUpsChanged
from keyuan.service.models import FollowUp, FollowUpCall
from keyuan.service.rules.follow_ups import plans, results
from keyuan.service.rules.follow_ups.results import EFFECTS, EXPECTED, LETTER, LETTER_DUE, SUCCESS, TROUBLE, is_expected
from keyuan.service.rules.follow_ups.ways import LETTER as LETTER_WAY
from keyuan.service.rules.follow_ups.ways import PHONE, with_way
from keyuan.service.selectors.follow_ups.hours import call_hours
from keyuan.service.selectors.follow_ups.reading import access_follow_up, number_of
from keyuan.service.services.follow_ups import problems, resampling
from keyuan.service.services.follow_ups.answering import standing_of
from keyuan.service.services.follow_ups.histories import note_change, purpose_of, tell_timeline
from keyuan.service.services.follow_ups.taking import locked, release, require_may_call, take

KEPT = (
    "status", "is_open", "calls", "failed", "last_result", "next_at", "permit_id", "owner_id", "owner_name", "pool_id",
    "order", "is_misselling", "done_on", "done_by_name", "in_time", "end_reason", "version", "way_at", "asked_ways",
    "done_way", "contact_channel",
)  # fmt: skip


#: States of a permit under which a call was begun.
STOOD = (Permit.State.GRANTED, Permit.State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a call, letter or questionnaire (``way``); ``token`` makes a second sending no second call."""

    result: str
    note: str = ""
    recording: str = ""
    letter_no: str = ""
    seconds: int | None = None
    appointed_at: datetime | None = None
    is_misselling: bool = False
    token: str = ""
    way: str = PHONE


def begin_call(
    *, actor: Actor, follow_up_id: int, now: datetime, on_request: bool = False
) -> tuple[FollowUp, ContactPoint | None]:
    """Take the call and ask for the permit to make it; return it with the number to be called.

    Again it gives the same permit. In quiet hours only whoever asked for it is called: at the time agreed, or because
    they say so now (``on_request``, which the trail keeps). Raises Refused where no number may be called, with the
    reason of a permit that is refused, and for who sold the contract; Conflict where somebody else has it.
    """
    actor.require(permissions.CALLBACK)
    opens = call_hours().open_from(access_follow_up(actor, follow_up_id, now=now), now)
    if opens > now and not on_request:
        raise _quiet(opens)
    follow_up, point = _line(actor, follow_up_id, now)
    follow_up.permit_id = _permit_for(actor, follow_up, PHONE, point.pk, now, on_request=on_request)
    with transaction.atomic():
        FollowUp.objects.filter(pk=follow_up.pk, owner_id=actor.id).update(permit_id=follow_up.permit_id)
        if opens > now:
            note_change(actor, follow_up, {}, {"on_request": True}, now)
    return follow_up, point


def _quiet(opens: datetime) -> Refused:
    return Refused("follow_up.quiet", moment=formats.moment(opens))


def _line(actor: Actor, follow_up_id: int, now: datetime) -> tuple[FollowUp, ContactPoint]:
    """Take a follow-up for calling; return it with the number. Raises as `begin_call` does."""
    follow_up = take(actor=actor, follow_up_id=follow_up_id, now=now)
    if follow_up.status not in results.CALLABLE:
        raise Conflict("follow_up.moved_on", status=follow_up.status)
    point, code = number_of(follow_up)
    if code or point is None:
        raise Refused(code or "follow_up.no_number")
    return follow_up, point


def _permit_for(
    actor: Actor, follow_up: FollowUp, way: str, point_id: int | None, now: datetime, *, on_request: bool = False
) -> int:
    """Return the permit in hand, or ask for one; it is recorded and counted either way.

    What was begun before the quiet hours is written down in them, too: a permit that ran out meanwhile is renewed.
    """
    held = Permit.objects.filter(pk=follow_up.permit_id or 0, contact_channel=way).first()
    if held is not None and _is_good(held, now):
        return int(held.pk)
    was_begun = held is not None and held.state in STOOD and held.at > now - EXPECTED
    wished = on_request or was_begun or is_expected(follow_up.status, follow_up.next_at, now)
    answer = permit(
        actor=actor, customer_id=follow_up.customer_id, channel=way, purpose=purpose_of(follow_up), now=now,
        key=f"follow-up:{follow_up.pk}:{follow_up.calls}:{way}:{now:%y%m%d%H}{':on' if was_begun else ''}",
        contact_point_id=point_id, on_request=wished,
    )  # fmt: skip
    if not isinstance(answer, Permit):
        if answer.reason == "quiet_hours" and answer.next_at is not None:
            raise _quiet(answer.next_at)
        raise Refused("follow_up.not_permitted", reason=answer.reason)
    return int(answer.pk)


def _is_good(held: Permit, now: datetime) -> bool:
    return held.state == Permit.State.GRANTED and (held.expires_at is None or held.expires_at > now)


def record_attempt(*, actor: Actor, follow_up_id: int, attempt: Attempt, now: datetime) -> FollowUp:
    """Record what came of a call or letter and do what follows from it, all or nothing.

    SUCCESS takes every answer as required, and no problem that is still being worked on. PROBLEM opens a work order.
    Raises Refused for what is missing, Conflict for a result that does not exist where the follow-up stands.
    """
    known = FollowUpCall.objects.filter(token=attempt.token).first() if attempt.token else None
    if known is not None:
        return access_follow_up(actor, known.follow_up_id, now=now)
    _check(attempt, now)
    follow_up = access_follow_up(actor, follow_up_id, now=now)
    _require_result(follow_up, attempt.result)
    permit_id, point_id = _allowed(actor, follow_up, attempt, now)
    with transaction.atomic():
        follow_up = locked(actor, follow_up_id, now)
        if attempt.token and FollowUpCall.objects.filter(token=attempt.token).exists():
            return follow_up
        if follow_up.owner_id not in (None, actor.id):
            raise Conflict("follow_up.taken", by=follow_up.owner_name)
        _require_result(follow_up, attempt.result)
        if attempt.result == SUCCESS:
            _require_complete(follow_up)
        _record(actor, follow_up, attempt, permit_id, point_id, now)
        bring_about(actor, follow_up, attempt, now)
    return follow_up


def _check(attempt: Attempt, now: datetime) -> None:
    effect = EFFECTS.get(attempt.result)
    if effect is None:
        raise Refused("follow_up.result", field="result")
    for field in effect.takes:
        value = getattr(attempt, field)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise Refused(f"follow_up.{field}", field=field)
    if attempt.appointed_at is not None and attempt.appointed_at <= now:
        raise Refused("follow_up.appointed_past", field="appointed_at")


def _require_result(follow_up: FollowUp, result: str) -> None:
    if follow_up.status not in EFFECTS[result].sources:
        raise Conflict("follow_up.moved_on", status=follow_up.status)


def _require_complete(follow_up: FollowUp) -> None:
    if follow_up.order is not None and follow_up.order.is_open:
        raise Refused("follow_up.problem_open", field="result", number=follow_up.order.number)
    standing = standing_of(follow_up)
    if standing.wrong:
        raise Refused("follow_up.not_as_required", field="result", count=len(standing.wrong))
    if standing.unanswered:
        raise Refused("follow_up.unanswered", field="result", count=len(standing.unanswered))


def _allowed(actor: Actor, follow_up: FollowUp, attempt: Attempt, now: datetime) -> tuple[int | None, int | None]:
    """Return permit and number of what was done. A letter that came back signed took its permit when it was sent."""
    require_may_call(actor, follow_up)
    if follow_up.status == LETTER:
        return None, None
    if EFFECTS[attempt.result].is_call:
        called, point = _line(actor, follow_up.pk, now)
        return _permit_for(actor, called, PHONE, point.pk, now), point.pk
    return _permit_for(actor, follow_up, LETTER_WAY, None, now), None


def _record(
    actor: Actor, follow_up: FollowUp, attempt: Attempt, permit_id: int | None, point_id: int | None, now: datetime
) -> None:
    FollowUpCall.objects.create(
        follow_up=follow_up, at=now, result=attempt.result, note=attempt.note.strip()[:500],
        recording=attempt.recording.strip()[:80], letter_no=attempt.letter_no.strip()[:40], seconds=attempt.seconds,
        appointed_at=attempt.appointed_at, contact_point_id=point_id, permit_id=permit_id, staff_id=actor.id,
        staff_name=actor.name[:80], token=attempt.token[:64] or None,
    )  # fmt: skip
    by_letter = permit_id is None or not EFFECTS[attempt.result].is_call
    entry = tell_timeline(
        actor, follow_up, kind="LETTER" if by_letter else "CALL", direction="IN" if permit_id is None else "OUT",
        result=attempt.result, note=attempt.note, seconds=attempt.seconds, now=now,
    )  # fmt: skip
    if permit_id is not None:
        # The permit may have been cancelled while the line was open: then nothing of the call stands.
        use_permit(actor=actor, permit_id=access_permit(actor, permit_id, now=now).pk, now=now, interaction_id=entry)
    refresh([follow_up.customer_id], now)


def bring_about(actor: Actor, follow_up: FollowUp, attempt: Attempt, now: datetime) -> None:
    """Do what follows from a result in the caller's transaction: state, next day, work order, sample, trail, event."""
    effect, source, content = EFFECTS[attempt.result], follow_up.status, plans.read(follow_up.plan.content)
    target = results.target_of(attempt.result, source, follow_up.failed, content.attempts) or source
    if target == LETTER_DUE and follow_up.kind == plans.VISIT:
        # No law asks for a letter here: whom nobody reaches is left in peace.
        target = results.UNREACHED
    follow_up.status, follow_up.is_open = target, target in results.OPEN
    _note_way(follow_up, attempt, source)
    follow_up.failed += effect.failed
    follow_up.last_result, follow_up.permit_id = attempt.result, None
    follow_up.next_at = attempt.appointed_at or now + timedelta(hours=content.retry_hours)
    if attempt.result == TROUBLE:
        follow_up.is_misselling = attempt.is_misselling
        follow_up.order = problems.open_order(
            actor, follow_up, note=attempt.note, is_misselling=attempt.is_misselling, way=attempt.way, now=now
        )
    if not follow_up.is_open:
        finish(actor, follow_up, now)
    release(follow_up)
    follow_up.save(update_fields=list(KEPT))
    after = {"status": target, "result": attempt.result, "calls": follow_up.calls}
    note_change(actor, follow_up, {"status": source}, after, now)
    emit(FollowUpsChanged((follow_up.pk,), attempt.result))


def _note_way(follow_up: FollowUp, attempt: Attempt, source: str) -> None:
    """Keep by which way it was: whatever comes of a call or letter, the questionnaire is waited for no longer."""
    way = LETTER_WAY if source == LETTER and attempt.way == PHONE else attempt.way
    if EFFECTS[attempt.result].is_call and way == PHONE:
        follow_up.calls += 1
        follow_up.asked_ways = with_way(follow_up.asked_ways, PHONE)
        follow_up.contact_channel = PHONE
    follow_up.way_at = None
    if attempt.result in (SUCCESS, TROUBLE):
        follow_up.done_way = way


def finish(actor: Actor, follow_up: FollowUp, now: datetime) -> None:
    """Fill in that it is over: by whom, whether in time; draw lots for a second call on a success."""
    follow_up.done_on, follow_up.done_by_name = timezone.localdate(now), actor.name[:80]
    follow_up.in_time = follow_up.status == results.DONE and follow_up.done_on <= follow_up.due_on
    if follow_up.status == results.DONE:
        resampling.draw(actor, follow_up, now=now)


def close_unreached(*, actor: Actor, follow_up_id: int, reason: str, now: datetime) -> FollowUp:
    """End a call-back that no call and no letter has reached, after its last day; it counts as missed for ever.

    Raises Refused without reason, before the last day is over, or before a letter was sent.
    """
    if not reason.strip():
        raise Refused("follow_up.reason", field="reason")
    with transaction.atomic():
        follow_up = locked(actor, follow_up_id, now)
        if follow_up.status != LETTER:
            raise Refused("follow_up.letter_first", field="reason")
        if timezone.localdate(now) <= follow_up.due_on:
            raise Refused("follow_up.not_over", field="reason", day=follow_up.due_on.isoformat())
        follow_up.status, follow_up.is_open, follow_up.end_reason = results.UNREACHED, False, reason.strip()[:200]
        finish(actor, follow_up, now)
        release(follow_up)
        follow_up.save(update_fields=list(KEPT))
        note_change(actor, follow_up, {"status": LETTER}, {"status": results.UNREACHED}, now, reason)
        emit(FollowUpsChanged((follow_up.pk,), results.UNREACHED))
    return follow_up
