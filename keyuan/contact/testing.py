"""What tests of contacts stand on: consents, and moments inside and outside the quiet hours."""

from datetime import UTC, datetime

from keyuan.contact.models import Consent

#: Monday, 10:00 in Beijing; the customers of tests are made at this moment.
MORNING = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
#: The same day, 22:00.
EVENING = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)


def agree(customer_id: int, purpose: str = "MARKETING", channel: str = "", **more: object) -> Consent:
    """Let a customer consent, without the questions of the service."""
    values = {"source": "SIGNED", "granted_at": MORNING, "created_at": MORNING, **more}
    return Consent.objects.create(customer_id=customer_id, purpose=purpose, contact_channel=channel, **values)
