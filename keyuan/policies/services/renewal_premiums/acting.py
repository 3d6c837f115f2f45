"""What people do about a premium that falls due: note a call or a promise, send reminders (POL-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from keyuan.contact import permissions as contact_permissions
from keyuan.contact.services.messages.queueing import Draft, NotSent, send_many
from keyuan.customers import permissions as customer_permissions
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.kernel.money import Money, format_amount
from keyuan.platform.audit import Action, Entry, Subject, record, record_many
from keyuan.policies import permissions
from keyuan.policies.models import Policy, PremiumAct
from keyuan.policies.rules.renewal_premiums import current_step, template_of
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.ledger.rules import ladder_in_force
from keyuan.policies.selectors.renewal_premiums import chased
from keyuan.policies.selectors.scope import policies_visible_to
from keyuan.policies.selectors.templates import template_by_code

#: Messages that one call queues.
MOST = 500
#: How far ahead a promise may lie.
PROMISE_DAYS = 60
Kind = PremiumAct.Kind


@dataclass(frozen=True, slots=True)
class ActDraft:
    """One thing done: a call with its ``outcome``, a promise with its day, or a note."""

    kind: str
    outcome: str = ""
    promised_on: date | None = None
    note: str = ""


def note_act(*, actor: Actor, policy_id: int, draft: ActDraft, now: datetime) -> PremiumAct:
    """Keep what was done about the premium that is due now; the same again within a minute is the same act.

    Raises `Refused` premium.nothing_due, premium.promise_range (field ``promised_on``), premium.empty_note.
    """
    actor.require(permissions.VIEW)
    actor.require(customer_permissions.INTERACT)
    today = now.date()
    with transaction.atomic():
        policy = access_policy(actor, policy_id, now=now, lock=True)
        ladder = ladder_in_force()
        if not chased(Policy.objects.filter(pk=policy.pk), today, ladder).exists():
            raise Refused("premium.nothing_due")
        _check(draft, today)
        same = {"kind": draft.kind, "outcome": draft.outcome, "promised_on": draft.promised_on, "note": draft.note}
        recent = PremiumAct.objects.filter(policy=policy, due_on=policy.next_due_on, actor_id=actor.id, **same)
        known = recent.filter(at__gt=now - timedelta(minutes=1), undone_at__isnull=True).first()
        if known is not None:
            return known
        act = PremiumAct.objects.create(
            policy=policy,
            due_on=policy.next_due_on,
            step=current_step(policy.next_due_on, today, ladder),
            at=now,
            actor_id=actor.id,
            actor_name=actor.name[:40],
            **same,
        )
        after = {"premium_act": act.kind, "outcome": act.outcome}
        record(actor, Action.UPDATE, Subject("policy", policy.pk), after=after, customer_id=policy.holder_id, now=now)
    return act


def _check(draft: ActDraft, today: date) -> None:
    if draft.kind == Kind.PROMISE:
        on = draft.promised_on
        if on is None or not today <= on <= today + timedelta(days=PROMISE_DAYS):
            raise Refused("premium.promise_range", field="promised_on", days=PROMISE_DAYS)
    elif draft.kind == Kind.NOTE and not draft.note.strip():
        raise Refused("premium.empty_note", field="note")


def undo_act(*, actor: Actor, policy_id: int, act_id: int, now: datetime) -> PremiumAct:
    """Take back what one noted oneself and is no message; again changes nothing. Raises NotFound, `Refused`."""
    actor.require(customer_permissions.INTERACT)
    with transaction.atomic():
        policy = access_policy(actor, policy_id, now=now, lock=True)
        act = PremiumAct.objects.select_for_update().filter(pk=act_id, policy=policy).first()
        if act is None:
            raise NotFound("premium.act_not_found")
        if act.undone_at is not None:
            return act
        if act.kind == Kind.MESSAGE or act.actor_id != actor.id:
            raise Refused("premium.not_yours")
        act.undone_at = now
        act.save(update_fields=["undone_at"])
        subject = Subject("policy", policy.pk)
        record(actor, Action.UNDO, subject, before={"premium_act": act.kind}, customer_id=policy.holder_id, now=now)
    return act


def remind(*, actor: Actor, policy_ids: Sequence[int], now: datetime, by_night: bool = False) -> Mapping[int, str]:
    """Send the reminder of the step each contract stands on; at most 500, in the caller's or an own transaction.

    One message a premium and step, however often it is asked. Returns why a contract got none, by id: the refusal of
    its permit, premium.no_template, premium.nothing_due, premium.no_holder.
    """
    actor.require(contact_permissions.SEND)
    today = now.date()
    ids, ladder = list(policy_ids)[:MOST], ladder_in_force()
    rows = {row.pk: row for row in chased(policies_visible_to(actor, now=now).filter(pk__in=ids), today, ladder)}
    refused = {pk: "premium.nothing_due" for pk in ids if pk not in rows}
    refused |= {pk: "premium.no_holder" for pk, row in rows.items() if row.holder_id is None}
    steps = {pk: current_step(row.next_due_on, today, ladder) for pk, row in rows.items() if pk not in refused}
    with transaction.atomic():
        for step in sorted({step for step in steps.values() if step is not None}):
            some = [rows[pk] for pk, own in steps.items() if own == step]
            refused |= _remind_step(actor, step, some, now, by_night=by_night)
    return refused


def _remind_step(actor: Actor, step: int, rows: Sequence[Policy], now: datetime, *, by_night: bool) -> dict[int, str]:
    template = template_by_code(template_of(step))
    if template is None:
        return {row.pk: "premium.no_template" for row in rows}
    drafts = [_draft(row, step, template[1]) for row in rows]
    answers = send_many(actor=actor, template_id=template[0], drafts=drafts, now=now, batch=f"premium:{now:%Y%m%d}")
    pairs = list(zip(rows, answers, strict=True))
    refused = {row.pk: answer.code for row, answer in pairs if isinstance(answer, NotSent)}
    sent = [(row, answer.pk) for row, answer in pairs if not isinstance(answer, NotSent)]
    there = PremiumAct.objects.filter(kind=Kind.MESSAGE, message_id__in=[pk for _, pk in sent])
    known = set(there.filter(policy__in=[row for row, _ in sent]).values_list("message_id", flat=True))
    fresh = [(row, pk) for row, pk in sent if pk not in known]
    PremiumAct.objects.bulk_create(
        PremiumAct(
            policy=row, due_on=row.next_due_on, step=step, kind=Kind.MESSAGE, message_id=pk, by_night=by_night, at=now,
            actor_id=actor.id, actor_name=actor.name[:40],
        )
        for row, pk in fresh
    )  # fmt: skip
    entries = [
        Entry(Subject("policy", row.pk), after={"premium_act": "MESSAGE", "step": step}, customer_id=row.holder_id)
        for row, _ in fresh
    ]
    record_many(actor, Action.UPDATE, entries, now=now)
    return refused


def _draft(row: Policy, step: int, places: frozenset[str]) -> Draft:
    said = {
        "due_on": row.next_due_on.isoformat(),
        "amount": format_amount(Money(row.next_due_amount or 0), grouped=False),
        "grace_until": (row.grace_until or row.next_due_on).isoformat(),
    }
    return Draft(
        row.holder_id or 0,
        values={name: said[name] for name in said if name in places},
        key=f"premium:{row.pk}:{row.next_due_on.isoformat()}:{step}",
        subject=Subject("policy", row.pk),
    )
