"""Working on chances: contacts, losing and taking up again, the customer's stop, assigning, reminding (POL-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.contact.rules.messages.words import prohibited_in
from keyuan.contact.selectors.messages.providers import prohibited_words
from keyuan.contact.services.contacting import record_outcome
from keyuan.contact.services.messages.queueing import Draft, NotSent, send_many
from keyuan.contact.services.permits import Refusal, permit
from keyuan.customers.services.interactions import InteractionDraft
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import ProductKind
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.audit import Action, Entry, Subject, record_many
from keyuan.platform.events import emit
from keyuan.policies import permissions
from keyuan.policies.events import RenewalsClosed
from keyuan.policies.models import Policy, Renewal, RenewalEvent, Vehicle
from keyuan.policies.rules.renewals.stages import CHOSEN, GONE, LIVE, Reason, Stage
from keyuan.policies.rules.renewals.windows import is_renewable
from keyuan.policies.rules.renewals.words import forbidden_in
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.agents import serving_agent
from keyuan.policies.selectors.renewals import renewal_of, renewals_visible_to, windows_in_force
from keyuan.policies.selectors.renewals.labels import CONTACT_RESULTS, STOP_WAYS
from keyuan.policies.selectors.templates import template_by_code
from keyuan.policies.services.recording import share_holders
from keyuan.policies.services.renewals.opening import READ, open_rows
from keyuan.policies.services.renewals.recording import locked, take

PURPOSE = "RENEWAL"
#: Messages that one call sends at most.
MOST_REMINDERS = 500
TEMPLATE = "cover-renewal"
#: What the timeline calls each way.
KINDS = {"PHONE": "CALL", "VISIT": "VISIT", "WECHAT": "WECHAT"}
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """One contact about a renewal: the way, what came of it, when to come back to it."""

    channel: str
    result: str
    note: str = ""
    follow_up_on: date | None = None


def record_contact(
    *, actor: Actor, renewal_id: int, version: int | None, draft: ContactDraft, now: datetime
) -> Renewal:  # fmt: skip
    """Record a contact under a permit: on the timeline, in the budget, with the chance.

    Calls before the window opens get no permit. Raises `Refused` renewal.too_early for a call before this contract's
    own window, the permit's gravest reason, renewal.result, renewal.no_holder, renewal.wrong_stage, and `Conflict`.
    """
    actor.require(permissions.RENEW)
    _check_contact(draft, now)
    renewal = locked_look(actor, renewal_id, version, now)
    if renewal.holder_id is None:
        raise Refused("renewal.no_holder")
    # The permit asks whether any contract of the customer may be called about; this call is about this one.
    if draft.channel == "PHONE" and renewal.calls_from > now.date():
        raise Refused("renewal.too_early", field="channel", on=renewal.calls_from)
    key = f"renewal:{renewal.pk}:{renewal.version}:{draft.channel}"
    answer = permit(
        actor=actor, customer_id=renewal.holder_id, channel=draft.channel, purpose=PURPOSE, key=key, now=now
    )
    if isinstance(answer, Refusal):
        block = answer.reasons[0]
        raise Refused(f"permit.reason.{block.code}", **block.params)
    words = str(CONTACT_RESULTS[draft.result])
    with transaction.atomic():
        renewal = locked(actor, renewal_id, renewal.version, now=now)
        renewal.contacts += 1
        renewal.last_contact_at, renewal.follow_up_on = now, draft.follow_up_on
        note = f"{words}: {draft.note}" if draft.note else words
        entry = InteractionDraft(
            KINDS[draft.channel], "OUT", now, note[:200], purpose="RENEWAL", subject_kind="policy",
            subject_id=renewal.policy_id,
        )  # fmt: skip
        record_outcome(actor=actor, permit_id=answer.pk, draft=entry, now=now)
        take(actor, renewal, "CONTACT", now, note=note, columns=("contacts", "last_contact_at", "follow_up_on"))
    return renewal


def _check_contact(draft: ContactDraft, now: datetime) -> None:
    if draft.channel not in KINDS:
        raise Refused("permit.no_such_channel", field="channel")
    if draft.result not in CONTACT_RESULTS:
        raise Refused("renewal.result", field="result")
    if draft.follow_up_on is not None and draft.follow_up_on < now.date():
        raise Refused("renewal.follow_up_passed", field="follow_up_on")


def locked_look(actor: Actor, renewal_id: int, version: int | None, now: datetime) -> Renewal:
    """Return the chance at ``version`` without changing it; raises like `locked`, renewal.wrong_stage if it is over."""
    with transaction.atomic():
        renewal = locked(actor, renewal_id, version, now=now)
    if renewal.stage not in LIVE:
        raise Refused("renewal.wrong_stage")
    return renewal


def lose(*, actor: Actor, renewal_id: int, version: int | None, reason: str, note: str, now: datetime) -> Renewal:
    """Close a chance as lost. A vehicle that is gone closes its other contracts' chances, too.

    Raises `Refused` renewal.reason, renewal.vehicle_only, renewal.note_missing (other reason), renewal.wrong_stage.
    """
    actor.require(permissions.RENEW)
    if reason not in CHOSEN:
        raise Refused("renewal.reason", field="reason")
    if reason == Reason.OTHER and not note.strip():
        raise Refused("renewal.note_missing", field="note")
    with transaction.atomic():
        renewal = locked(actor, renewal_id, version, now=now)
        if reason in GONE and renewal.kind != ProductKind.MOTOR:
            raise Refused("renewal.vehicle_only", field="reason")
        _lose(actor, renewal, reason, note, now)
        if reason in GONE:
            for other in _same_vehicle(actor, renewal, now):
                _lose(actor, other, reason, note, now)
    return renewal


def _lose(actor: Actor, renewal: Renewal, reason: str, note: str, now: datetime, act: str = "LOSE") -> None:
    renewal.reason, renewal.note = reason, note.strip()[:200]
    take(actor, renewal, act, now, note=note, columns=("reason", "note", "stopped_on", "stopped_how"))
    _stop_sharing(renewal)
    emit(RenewalsClosed((renewal.policy_id,), str(renewal.stage)))


def _same_vehicle(actor: Actor, renewal: Renewal, now: datetime) -> list[Renewal]:
    vehicle = Vehicle.objects.filter(policy_id=renewal.policy_id).exclude(vin="").first()
    if vehicle is None:
        return []
    twins = Vehicle.objects.filter(vin=vehicle.vin).exclude(policy_id=renewal.policy_id).values("policy_id")
    rows = renewals_visible_to(actor, now=now).filter(policy_id__in=twins, holder_id=renewal.holder_id)
    return list(rows.filter(stage__in=LIVE).select_for_update(of=("self",)).order_by("pk"))


def reopen(*, actor: Actor, renewal_id: int, version: int | None, now: datetime) -> Renewal:
    """Take a lost chance up again until its window has passed; a stopped one only the customer can resume.

    Raises `Refused` renewal.stopped, renewal.window_passed, renewal.wrong_stage.
    """
    actor.require(permissions.RENEW)
    with transaction.atomic():
        renewal = locked(actor, renewal_id, version, now=now)
        if renewal.stopped_on is not None:
            raise Refused("renewal.stopped")
        if renewal.lapses_on < now.date():
            raise Refused("renewal.window_passed")
        renewal.reason = renewal.note = ""
        take(actor, renewal, "REOPEN", now, columns=("reason", "note"))
    return renewal


def stop_renewal(*, actor: Actor, policy_id: int, how: str, note: str = "", now: datetime) -> Renewal:
    """Keep that the customer asked for no renewal: at any time, also before the window (domain.md §A.8).

    Doing it again changes nothing. Raises `Refused` renewal.how, renewal.not_short, renewal.wrong_stage.
    """
    actor.require(permissions.RENEW)
    if how not in STOP_WAYS:
        raise Refused("renewal.how", field="how")
    policy = access_policy(actor, policy_id, now=now)
    with transaction.atomic():
        _ensure(policy, now)
        renewal = renewal_of(policy.pk)
        if renewal is None:
            raise Refused("renewal.not_short")
        renewal = Renewal.objects.select_for_update(of=("self",)).get(pk=renewal.pk)
        if renewal.stopped_on is None:
            renewal.stopped_on, renewal.stopped_how = now.date(), how
            if renewal.stage == Stage.LOST:
                renewal.stage = Stage.OPEN
            _lose(actor, renewal, Reason.STOPPED, note, now, act="STOP")
    return renewal


def _ensure(policy: Policy, now: datetime) -> None:
    if is_renewable(policy.kind, policy.effective_on, policy.expires_on):
        rows = list(Policy.objects.filter(pk=policy.pk).values_list(*READ))
        open_rows(rows, windows_in_force(), now)


def resume_renewal(*, actor: Actor, renewal_id: int, version: int | None, now: datetime) -> Renewal:
    """Take the customer's stop back, because the customer says so. Raises `Refused` renewal.not_stopped."""
    actor.require(permissions.RENEW)
    with transaction.atomic():
        renewal = locked(actor, renewal_id, version, now=now)
        if renewal.stopped_on is None:
            raise Refused("renewal.not_stopped")
        renewal.stopped_on, renewal.stopped_how, renewal.reason, renewal.note = None, "", "", ""
        take(actor, renewal, "RESUME", now, columns=("stopped_on", "stopped_how", "reason", "note"))
    return renewal


def assign(*, actor: Actor, renewal_ids: Sequence[int], agent_id: int, now: datetime) -> list[dict[str, Any]]:
    """Give chances to an agent: they stand where that agent works, and that unit sees their holders meanwhile.

    Returns what `undo_assign` needs, for those that changed. Raises `Refused` policy.no_such_agent.
    """
    actor.require(permissions.RENEW_ASSIGN)
    agent = serving_agent(actor, agent_id, field="agent")
    with transaction.atomic():
        rows = renewals_visible_to(actor, now=now).filter(pk__in=list(renewal_ids), stage__in=LIVE)
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        changed = [row for row in found if row.servicing_agent_id != agent.pk]
        before = [{"id": row.pk, **{name: getattr(row, name) for name in PLACE}} for row in changed]
        place = {name: getattr(agent, name) for name in LEVEL_COLUMNS}
        ids = [row.pk for row in changed]
        Renewal.objects.filter(pk__in=ids).update(
            **place, servicing_agent_id=agent.pk, sales_channel=agent.sales_channel, is_assigned=True, updated_at=now,
            version=F("version") + 1,
        )  # fmt: skip
        _note_many(actor, changed, "ASSIGN", agent.name, now)
        share_holders(sorted({row.holder_id for row in changed if row.holder_id}))
    return before


def undo_assign(*, actor: Actor, before: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Give chances back to whom they were taken from; returns how many."""
    actor.require(permissions.RENEW_ASSIGN)
    with transaction.atomic():
        ids = [row["id"] for row in before]
        rows = {
            row.pk: row
            for row in renewals_visible_to(actor, now=now).filter(pk__in=ids).select_for_update(of=("self",))
        }
        for one in before:
            if one["id"] in rows:
                place = {name: one[name] for name in PLACE}
                Renewal.objects.filter(pk=one["id"]).update(
                    **place, is_assigned=False, updated_at=now, version=F("version") + 1
                )
        _note_many(actor, list(rows.values()), "ASSIGN", "", now)
        share_holders(sorted({row.holder_id for row in rows.values() if row.holder_id}))
    return len(rows)


def _note_many(actor: Actor, rows: Sequence[Renewal], act: str, note: str, now: datetime) -> None:
    RenewalEvent.objects.bulk_create(
        [
            RenewalEvent(
                renewal=row, act=act, stage=row.stage, at=now, actor_id=actor.id, actor_name=actor.name[:40],
                note=note[:200],
            )
            for row in rows
        ]
    )  # fmt: skip
    entries = [Entry(Subject("renewal", row.pk), after={"act": act}, customer_id=row.holder_id) for row in rows]
    record_many(actor, Action.UPDATE, entries, now=now)


def _stop_sharing(renewal: Renewal) -> None:
    """Let a unit that had the chance for a while lose sight of the holder."""
    if renewal.is_assigned and renewal.holder_id:
        share_holders([renewal.holder_id])


def remind(*, actor: Actor, renewal_ids: Sequence[int], now: datetime) -> tuple[int, int]:
    """Send holders the reminder that their cover ends; returns how many went out and how many could not.

    One a chance and day, under a permit each. Raises `Refused` renewal.no_template without an approved template.
    """
    actor.require(permissions.RENEW)
    template = template_by_code(TEMPLATE)
    if template is None:
        raise Refused("renewal.no_template")
    rows = renewals_visible_to(actor, now=now).filter(pk__in=list(renewal_ids)[:MOST_REMINDERS], stage__in=LIVE)
    chances = [row for row in rows.select_related("product").order_by("pk") if row.holder_id]
    drafts = [_reminder(row, template[1], now) for row in chances]
    answers = send_many(actor=actor, template_id=template[0], drafts=drafts, now=now)
    sent = [row for row, answer in zip(chances, answers, strict=True) if not isinstance(answer, NotSent)]
    with transaction.atomic():
        Renewal.objects.filter(pk__in=[row.pk for row in sent]).update(reminded_at=now, updated_at=now)
        _note_many(actor, sent, "REMIND", "", now)
    return len(sent), len(chances) - len(sent)


def _reminder(row: Renewal, places: frozenset[str], now: datetime) -> Draft:
    said = {"product": row.product.name, "expires_on": row.expires_on.isoformat()}
    return Draft(
        row.holder_id or 0, values={name: said[name] for name in said if name in places},
        key=f"renewal:{row.pk}:remind:{now.date().isoformat()}", subject=Subject("renewal", row.pk),
    )  # fmt: skip


def check_words(text: str, kind: str, field: str) -> None:
    """Raise `Refused`: renewal.words promises renewal of short-term health cover, proposal.words no seller may use."""
    for code, found in (
        ("renewal.words", forbidden_in(text, kind)),
        ("proposal.words", prohibited_in(text, prohibited_words())),
    ):
        if found:
            raise Refused(code, field=field, words="、".join(found))
