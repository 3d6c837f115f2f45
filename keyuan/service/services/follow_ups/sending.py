"""Follow-ups by questionnaire: a link that leaves as a message, and the next way when it brings no answer (SRV-8).

Each step locks the follow-up and looks again, so that a step asked for twice, or by two at once, is taken once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keyuan.contact.selectors.messages.providers import policy as message_policy
from keyuan.contact.selectors.refusals import is_refused
from keyuan.contact.services.messages.defaults import shipped_template
from keyuan.contact.services.messages.queueing import Answer, Draft, NotSent, send
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Conflict, KeyuanError, Refused
from keyuan.platform.events import emit
from keyuan.policies.selectors.proposals import hash_of
from keyuan.service import permissions
from keyuan.service.events import FollowUpsChanged
from keyuan.service.models import FollowUp, FollowUpLink
from keyuan.service.rules.follow_ups import plans, results
from keyuan.service.rules.follow_ups.questions import BIRTH
from keyuan.service.rules.follow_ups.ways import BY_LINK, LAWFUL, PHONE, next_way, with_way
from keyuan.service.selectors.follow_ups.reading import number_of, script_of
from keyuan.service.services.follow_ups.calling import KEPT
from keyuan.service.services.follow_ups.histories import note_change, purpose_of, subject_of
from keyuan.service.services.follow_ups.taking import locked, release

PROGRAM = system_actor("follow-ups")
BYTES = 32
#: Steps that one run takes; what is left is taken by the next one.
MOST_STEPS = 1000
#: States in which somebody may send the questionnaire by hand.
SENDABLE = results.CALLABLE - {results.RECHECK}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending: the link, or why there is none, and from when on it is possible."""

    link: FollowUpLink | None = None
    because: str = ""
    again_at: datetime | None = None


def take_steps(now: datetime) -> dict[str, int]:
    """Take the steps that are due: send questionnaires, go on where nobody answered; return how many."""
    due = FollowUp.objects.filter(way_at__lte=now).order_by("way_at", "pk").values_list("pk", flat=True)
    taken = sum(take_step(pk, now=now) for pk in list(due[:MOST_STEPS]))
    return {"steps": taken}


def take_step(follow_up_id: int, *, now: datetime) -> bool:
    """Take the step of one follow-up that is due; tell whether there was one."""
    with transaction.atomic():
        follow_up = _locked(follow_up_id)
        if follow_up is None or follow_up.way_at is None or follow_up.way_at > now:
            return False
        asked = FollowUpLink.objects.filter(follow_up=follow_up, contact_channel=follow_up.contact_channel)
        if asked.exists():
            _go_on(follow_up, now)
        else:
            _approach(follow_up, follow_up.contact_channel, now)
    return True


def _locked(follow_up_id: int) -> FollowUp | None:
    rows = FollowUp.objects.select_for_update(of=("self",)).filter(pk=follow_up_id, status=results.ASKED)
    return rows.select_related("plan", "questionnaire", "customer").first()


def _approach(follow_up: FollowUp, way: str, now: datetime) -> None:
    """Send the questionnaire by a way; where that is impossible go on to the next one at once."""
    outcome = _sent(PROGRAM, follow_up, way, now)
    if outcome.again_at is not None:
        _save_way(follow_up, way, outcome.again_at)
    elif outcome.because:
        _go_on(follow_up, now, since=way)
    else:
        _save_way(follow_up, way, now + timedelta(days=plans.read(follow_up.plan.content).wait_days))


def _save_way(follow_up: FollowUp, way: str, at: datetime) -> None:
    follow_up.contact_channel, follow_up.way_at = way, at
    follow_up.version += 1
    follow_up.save(update_fields=["contact_channel", "way_at", "asked_ways", "version"])


def _go_on(follow_up: FollowUp, now: datetime, *, since: str = "") -> None:
    """Go on to the next way: another message, the phone, or the end where the plan has no other."""
    way = next_way(plans.read(follow_up.plan.content).ways, since or follow_up.contact_channel)
    if way in BY_LINK:
        _approach(follow_up, way, now)
        return
    if way == PHONE and not _phone_is_refused(follow_up, now):
        follow_up.contact_channel, follow_up.status, follow_up.next_at = PHONE, results.WAITING, now
    else:
        # No law asks for more: whoever refused every way, or answers none, is left in peace.
        follow_up.status = results.DROPPED if way == PHONE else results.UNREACHED
        follow_up.end_reason, follow_up.is_open = "refused" if way == PHONE else "unanswered", False
        follow_up.done_on = timezone.localdate(now)
    follow_up.way_at = None
    release(follow_up)
    follow_up.save(update_fields=list(KEPT))
    note_change(PROGRAM, follow_up, {"status": results.ASKED}, {"status": follow_up.status}, now)
    if not follow_up.is_open:
        emit(FollowUpsChanged((follow_up.pk,), follow_up.status))


def _phone_is_refused(follow_up: FollowUp, now: datetime) -> bool:
    return is_refused(follow_up.customer, channel=PHONE, purpose=purpose_of(follow_up), now=now)


def _sent(actor: Actor, follow_up: FollowUp, way: str, now: datetime) -> Outcome:
    """Send the link in the caller's transaction and keep it, or keep why it was not sent."""
    plan = plans.read(follow_up.plan.content)
    token = secrets.token_urlsafe(BYTES)
    link = FollowUpLink(
        follow_up=follow_up, contact_channel=way, token_hash=hash_of(token), made_at=now,
        made_by_name="" if actor is PROGRAM else actor.name[:80], expires_at=now + timedelta(days=plan.link_days),
    )  # fmt: skip
    try:
        with transaction.atomic():
            answer = _send(actor, follow_up, link, token, now)
    except KeyuanError as error:
        link.not_sent_because = error.code[:60]
    else:
        soon = now + timedelta(days=plan.wait_days)
        if isinstance(answer, NotSent):
            again = answer.refusal.next_at if answer.refusal else None
            if again is not None and now < again <= soon and actor is PROGRAM:
                # Quiet hours and days of rest: it is worth waiting for, and no fault of this way.
                return Outcome(because=answer.code, again_at=again)
            link.not_sent_because = answer.code[:60]
        else:
            link.message_id = answer.pk
            follow_up.asked_ways = with_way(follow_up.asked_ways, way)
    link.ended_at = now if link.not_sent_because else None
    link.save()
    note_change(actor, follow_up, {}, {"way": way, "not_sent": link.not_sent_because}, now)
    return Outcome(link, link.not_sent_because)


def _send(actor: Actor, follow_up: FollowUp, link: FollowUpLink, token: str, now: datetime) -> Answer:
    """Put the message into the outbox under a key of its own. Raises Refused where no link may be sent."""
    base = message_policy().public_url.rstrip("/")
    if not base:
        raise Refused("no_public_url")
    point_id = _address(follow_up, link.contact_channel)
    number = FollowUpLink.objects.filter(follow_up=follow_up).count()
    template = shipped_template(template_code(follow_up, link.contact_channel), now)
    draft = Draft(
        follow_up.customer_id,
        {
            "link": base + reverse("service:questionnaire-page", args=[token]),
            "until": timezone.localdate(link.expires_at).isoformat(),
        },
        key=f"follow-up:{follow_up.pk}:{number}",
        contact_point_id=point_id,
        subject=subject_of(follow_up),
    )
    return send(actor=actor, template_id=template.pk, draft=draft, now=now)


def template_code(follow_up: FollowUp, way: str) -> str:
    """Return the code of the template by which a questionnaire leaves: one for each purpose and way."""
    return f"follow-up-{purpose_of(follow_up)}-{way}".lower()


def _address(follow_up: FollowUp, way: str) -> int | None:
    """Return the address a questionnaire has to go to; None leaves the choice to the outbox.

    What the law asks about a contract goes to the number held and nowhere else, to somebody whose date of birth can be
    compared; second calls and re-checks are made by people (domain.md §A.4). Raises Refused.
    """
    if follow_up.kind == plans.VISIT:
        return None
    asks_birth = any(question.kind == BIRTH for question in script_of(follow_up)[0])
    lawful = follow_up.kind == plans.CALLBACK and way in LAWFUL
    if not lawful or (asks_birth and follow_up.customer.birth_on is None):
        raise Refused("unlawful")
    point, code = number_of(follow_up)
    if code or point is None:
        raise Refused(code or "follow_up.no_number")
    return int(point.pk)


def send_by_hand(*, actor: Actor, follow_up_id: int, way: str, now: datetime) -> FollowUpLink:
    """Send the questionnaire by a way that somebody chose, such as during a call; an older link ends.

    It waits for the answer as if the plan had sent it. Raises Refused with the reason when nothing left, Conflict where
    it moved on.
    """
    actor.require(permissions.CALLBACK)
    with transaction.atomic():
        follow_up = locked(actor, follow_up_id, now)
        if way not in BY_LINK:
            raise Refused("follow_up.way", field="way")
        if follow_up.owner_id not in (None, actor.id):
            raise Conflict("follow_up.taken", by=follow_up.owner_name)
        if follow_up.status not in SENDABLE:
            raise Conflict("follow_up.moved_on", status=follow_up.status)
        outcome = _sent(actor, follow_up, way, now)
        if outcome.link is not None and not outcome.because:
            end_links([follow_up.pk], "replaced", now, but=outcome.link.pk)
            follow_up.status = results.ASKED
            release(follow_up)
            follow_up.save(update_fields=["status", "owner_id", "owner_name", "pool_id", "version"])
            _save_way(follow_up, way, now + timedelta(days=plans.read(follow_up.plan.content).wait_days))
    if outcome.link is None or outcome.because:
        raise Refused("follow_up.not_sent", field="way", because=outcome.because)
    return outcome.link


def end_links(follow_up_ids: Sequence[int], reason: str, now: datetime, *, but: int = 0) -> int:
    """End the links of follow-ups that nobody has answered; return how many."""
    live = FollowUpLink.objects.filter(follow_up_id__in=list(follow_up_ids), answered_at=None, ended_at=None)
    return live.exclude(pk=but).update(ended_at=now, end_reason=reason)


def lost(message_ids: Sequence[int], *, now: datetime) -> int:
    """Go on where a message did not arrive, without waiting for the rest of its days; return how many went on."""
    links = FollowUpLink.objects.filter(message_id__in=list(message_ids), answered_at=None, ended_at=None)
    return sum(_lost(link, now) for link in links.order_by("pk"))


def _lost(link: FollowUpLink, now: datetime) -> bool:
    with transaction.atomic():
        follow_up = _locked(link.follow_up_id)
        live = FollowUpLink.objects.filter(pk=link.pk, ended_at=None, answered_at=None)
        if not live.update(ended_at=now, end_reason="undeliverable") or follow_up is None:
            return False
        if follow_up.contact_channel != link.contact_channel:
            return False
        _go_on(follow_up, now)
    return True


def give_up(link: FollowUpLink, reason: str, *, now: datetime) -> None:
    """End a link that was misused, and go on to the next way, in the caller's transaction."""
    FollowUpLink.objects.filter(pk=link.pk).update(ended_at=now, end_reason=reason)
    follow_up = _locked(link.follow_up_id)
    if follow_up is not None and follow_up.contact_channel == link.contact_channel:
        _go_on(follow_up, now)
