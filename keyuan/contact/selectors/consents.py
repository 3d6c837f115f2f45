"""Consents within an actor's reach."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q

from keyuan.contact.models import Consent
from keyuan.customers.selectors.scope import customer_q
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def access_consent(actor: Actor, consent_id: int, *, now: datetime) -> Consent:
    """Return one consent of a customer the actor sees. Raises NotFound."""
    found = Consent.objects.filter(customer_q(actor, now=now, prefix="customer__"), pk=consent_id).first()
    if found is None:
        raise NotFound("consent.not_found")
    return found


def consenting(customer_ids: Collection[int], purpose: str, *, channel: str = "", today: date) -> set[int]:
    """Return those of at most some thousand customers whose consent to ``purpose`` is in force.

    For uses of data that are no contact (profiling, sharing, health data); contacts ask for a permit instead.
    """
    rows = Consent.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=today),
        customer_id__in=customer_ids,
        purpose=purpose,
        revoked_at__isnull=True,
    )
    if channel:
        rows = rows.filter(contact_channel__in=("", channel))
    return set(rows.values_list("customer_id", flat=True))
