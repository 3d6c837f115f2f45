"""What came of a contact: the permit is used, the timeline says so, a refusal counts at once (MKT-9, CUS-12)."""

from datetime import datetime, timedelta

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import Permit
from keyuan.contact.rules.agreeing import RefusalDraft
from keyuan.contact.selectors.facts import PLACE
from keyuan.contact.selectors.permits import access_permit
from keyuan.contact.selectors.terms import purposes
from keyuan.contact.services.permits import use_permit
from keyuan.contact.services.refusals import refuse_contact
from keyuan.customers.models import Interaction
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.kernel.actor import Actor

#: What the timeline calls a contact through a channel, and for a purpose.
KINDS = {"PHONE": "CALL"}
PURPOSES = {"MARKETING": "SALES", "REFERRAL": "SALES", "SURVEY": "CARE", "NOTICE": "INFORM"}
#: The other way round, for contacts that were recorded without asking.
CHANNELS = {"CALL": "PHONE", "SMS": "SMS", "WECHAT": "WECHAT", "EMAIL": "EMAIL", "VISIT": "VISIT", "LETTER": "LETTER"}
ASKED_AS = {"SALES": "MARKETING", "REVIEW": "MARKETING", "CARE": "CARE"}
#: Contacts older than this no longer matter to any budget.
RECENT = timedelta(days=60)
UNASKED = "unasked"


def record_outcome(
    *, actor: Actor, permit_id: int, draft: InteractionDraft, now: datetime, closes: int | None = None,
    refusal: RefusalDraft | None = None,
) -> Interaction:  # fmt: skip
    """Use a permit: record the contact, close the task it came from, and keep the customer's refusal if there was one.

    All or nothing. Raises `Conflict` for a permit that is no longer good, `Refused` as the parts do.
    """
    actor.require(permissions.START)
    permit = access_permit(actor, permit_id, now=now)
    with transaction.atomic():
        interaction = record_interaction(
            actor=actor, customer_id=permit.customer_id, draft=draft, now=now, closes=closes
        )
        use_permit(actor=actor, permit_id=permit_id, now=now, interaction_id=interaction.pk)
        if refusal is not None:
            refuse_contact(actor=actor, customer_id=permit.customer_id, draft=refusal, now=now)
    return interaction


def count_unasked(interaction_ids: list[int], *, now: datetime) -> int:
    """Put outgoing contacts that people recorded without a permit into the ledger as used, so that budgets hold.

    Returns how many were new; telling of the same entries again changes nothing.
    """
    outgoing = Interaction.objects.filter(
        pk__in=interaction_ids, direction="OUT", kind__in=CHANNELS, occurred_at__gt=now - RECENT
    )
    asked = set(Permit.objects.filter(interaction_id__in=interaction_ids).values_list("interaction_id", flat=True))
    terms = purposes()
    rows = []
    for entry in outgoing:
        purpose = terms[ASKED_AS.get(entry.purpose, "SERVICE")]
        if entry.pk in asked:
            continue
        place = {column: getattr(entry, column) for column in PLACE}
        rows.append(
            Permit(
                customer_id=entry.customer_id, contact_channel=CHANNELS[entry.kind], purpose=purpose.key,
                kind=purpose.kind, state=Permit.State.USED, close_note=UNASKED, key=f"interaction:{entry.pk}",
                unit_id=entry.team_id, staff_id=entry.staff_id, staff_name=entry.staff_name, at=entry.occurred_at,
                asked_at=entry.occurred_at, closed_at=entry.occurred_at, interaction_id=entry.pk, **place,
            )
        )  # fmt: skip
    with transaction.atomic():
        Permit.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
