"""Changing some fields and rows of a customer and leaving the rest, as programs do; entering with a second look."""

from dataclasses import replace
from datetime import datetime

from keyuan.customers import permissions
from keyuan.customers.models import Customer
from keyuan.customers.rules.archive import judge
from keyuan.customers.rules.drafts import CustomerDraft
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.duplicates import Likeness, likely_duplicates
from keyuan.customers.services.archive import HEALTH_COLUMNS, WRITABLE, Saved, create_customer, update_customer
from keyuan.customers.services.assignment import assignable_agent
from keyuan.customers.services.merging.noticing import note_likeness
from keyuan.kernel.actor import Actor, FieldLevel
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.kernel.fields import PERSONAL_FIELDS

#: Levels on which an unsealed personal field is read whole, and may therefore be changed.
WHOLE = frozenset({FieldLevel.MASKED, FieldLevel.REVEAL})
LUNAR = ("lunar_month", "lunar_day")


def revise_customer(*, actor: Actor, customer_id: int, changes: CustomerDraft, version: int, now: datetime) -> Saved:
    """Save the fields and rows that ``changes`` names over a customer read at ``version``; its kind is not looked at.

    Raises as `update_customer`, and `Invalid` for personal fields that the actor cannot read whole.
    """
    actor.require(permissions.EDIT)
    _check_readable(actor, changes)
    customer = access_customer(actor, customer_id, now=now)
    fields = {name: getattr(customer, name) for name in sorted(WRITABLE - HEALTH_COLUMNS)} | changes.fields
    if "birth_on" in changes.fields and not changes.fields.keys() & set(LUNAR):
        # The lunar birthday follows the new date.
        fields |= dict.fromkeys(LUNAR)
    draft = replace(changes, kind=customer.kind, fields=fields)
    return update_customer(actor=actor, customer_id=customer_id, draft=draft, version=version, now=now)


def enter_customer(
    *,
    actor: Actor,
    draft: CustomerDraft,
    now: datetime,
    agent_id: int | None = None,
    not_the_same: bool = False,
    reason: str = "",
) -> Saved:
    """Enter a customer unless somebody in reach may be the same person.

    ``not_the_same`` says that they are not, ``reason`` why; such pairs stand in the queue of likely duplicates.

    Raises as `create_customer`; Conflict customer.duplicate; Refused for an ``agent_id`` who cannot serve.
    """
    actor.require(permissions.CREATE)
    _check_readable(actor, draft)
    agent = None
    if agent_id is not None and agent_id != actor.scope.agent_id:
        actor.require(permissions.ASSIGN)
        agent = assignable_agent(actor, agent_id)
    found = duplicates_of(actor, draft, now=now)
    if found and not not_the_same:
        raise Conflict("customer.duplicate")
    saved = create_customer(
        actor=actor, draft=draft, now=now, agent_id=agent.pk if agent else agent_id,
        unit_id=agent.unit_id if agent else None,
    )  # fmt: skip
    others = [likeness for likeness in found if likeness.summary.pk != saved.customer.pk]
    if others:
        note_likeness(saved.customer.pk, others, note=reason, now=now)
    return saved


def duplicates_of(actor: Actor, draft: CustomerDraft, *, now: datetime) -> list[Likeness]:
    """Return who in reach may be the customer that ``draft`` describes."""
    return likely_duplicates(actor, judge(draft, today=now.date()).draft, now=now)


def _check_readable(actor: Actor, draft: CustomerDraft) -> None:
    if draft.fields.keys() & HEALTH_COLUMNS:
        actor.require(permissions.HEALTH)
    if draft.kind not in Customer.Kind.values:
        raise Refused("field.choice", field="kind")
    hidden = [
        name
        for name in draft.fields
        if name in PERSONAL_FIELDS and name != "name" and actor.level_of(name) not in WHOLE
    ]
    if hidden:
        raise Invalid([Refused("customer.not_editable", field=name) for name in hidden])
