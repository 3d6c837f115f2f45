"""Adding to the timeline (CUS-12)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.events import InteractionsRecorded
from keyuan.customers.models import CustomerSummary, Interaction
from keyuan.customers.selectors import access_customer
from keyuan.customers.services.allocation.first_contacts import keep_first_contact
from keyuan.customers.services.summary import refresh
from keyuan.customers.services.tasks import close_task
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit


@dataclass(frozen=True, slots=True)
class InteractionDraft:
    """What was said and done; ``seconds`` of a call, ``subject_*`` of what it was about."""

    kind: str
    direction: str
    occurred_at: datetime
    summary: str
    detail: str = ""
    purpose: str = ""
    outcome: str = ""
    seconds: int | None = None
    subject_kind: str = ""
    subject_id: int | None = None


def add_interaction(*, customer_id: int, draft: InteractionDraft, actor: Actor) -> Interaction:
    """Append one entry inside the caller's transaction; contexts above use this for what happens by itself."""
    summary = CustomerSummary.objects.get(pk=customer_id)
    interaction = Interaction.objects.create(
        customer_id=customer_id,
        kind=draft.kind,
        direction=draft.direction,
        occurred_at=draft.occurred_at,
        summary=draft.summary[:200],
        detail=draft.detail,
        purpose=draft.purpose,
        outcome=draft.outcome,
        seconds=draft.seconds,
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        staff_id=actor.id,
        staff_name=actor.name[:40],
        sales_channel=summary.sales_channel,
        servicing_agent_id=summary.servicing_agent_id,
        **{column: getattr(summary, column) for column in LEVEL_COLUMNS},
    )
    emit(InteractionsRecorded((interaction.pk,)))
    return interaction


def record_interaction(
    *, actor: Actor, customer_id: int, draft: InteractionDraft, now: datetime, closes: int | None = None
) -> Interaction:
    """Record a contact that a person had with a customer they may see, and close the task ``closes`` with it.

    Raises `Refused` for a moment in the future or an empty summary, `Conflict` when the task is closed already; then
    nothing is saved.
    """
    actor.require(permissions.INTERACT)
    if draft.occurred_at > now:
        raise Refused("interaction.in_future", field="occurred_at")
    if not draft.summary.strip():
        raise Refused("interaction.empty", field="summary")
    customer = access_customer(actor, customer_id, now=now)
    with transaction.atomic():
        interaction = add_interaction(customer_id=customer.pk, draft=draft, actor=actor)
        refresh([customer.pk], now)
        subject = Subject("interaction", interaction.pk)
        record(actor, Action.CREATE, subject, after={"kind": draft.kind}, customer_id=customer.pk, now=now)
        if closes is not None:
            close_task(actor=actor, task_id=closes, done=True, outcome=draft.summary, now=now)
        if draft.direction != Interaction.Direction.NONE:
            keep_first_contact(customer.pk, draft.occurred_at)
    return interaction
