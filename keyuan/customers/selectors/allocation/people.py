"""What is known of one service person, and of one customer's ties to people (CUS-9)."""

from keyuan.customers.models import BackupContact, Customer, ServicePairing, ServiceProfile


def profile_of(agent_id: int) -> ServiceProfile | None:
    """Return what a person can take, None where nobody has said; the caller has accessed the person."""
    return ServiceProfile.objects.filter(agent_id=agent_id).first()


def pairings_of(customer: Customer) -> list[ServicePairing]:
    """Return the wishes and ties of a customer whom the caller has accessed."""
    rows = ServicePairing.objects.filter(customer=customer).select_related("agent")
    return list(rows.order_by("-created_at")[:50])


def backups_of(customer: Customer) -> list[BackupContact]:
    """Return the second contacts of a customer whom the caller has accessed."""
    rows = BackupContact.objects.filter(customer=customer, valid_until__isnull=True).select_related("agent")
    return list(rows.order_by("pk")[:20])
