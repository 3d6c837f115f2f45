"""What one customer's archive holds; the caller has accessed the customer, except for ``access_*``."""

from dataclasses import dataclass, field
from datetime import datetime

from keyuan.customers.models import (
    Assignment,
    BankAccount,
    ContactPoint,
    Customer,
    Feedback,
    IdentityDocument,
    LifeEvent,
    Need,
    OrganisationProfile,
    OrganisationYear,
    OtherCover,
)
from keyuan.customers.selectors.scope import customer_q
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that hang on a customer, as a form edits them; absent parts are empty."""

    contacts: list[ContactPoint] = field(default_factory=list)
    documents: list[IdentityDocument] = field(default_factory=list)
    accounts: list[BankAccount] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    other_covers: list[OtherCover] = field(default_factory=list)
    life_events: list[LifeEvent] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    organisation_years: list[OrganisationYear] = field(default_factory=list)


def access_contact(actor: Actor, contact_id: int, *, now: datetime, lock: bool = False) -> ContactPoint:
    """Return a way to reach a customer whom the actor may see."""
    contacts = ContactPoint.objects.filter(customer_q(actor, now=now, prefix="customer__"))
    if lock:
        contacts = contacts.select_for_update(of=("self",))
    try:
        return contacts.get(pk=contact_id)
    except ContactPoint.DoesNotExist:
        raise NotFound("contact.not_found") from None


def contacts_of(customer: Customer) -> list[ContactPoint]:
    """Return the ways to reach a customer: usable ones first, primary ones on top, phones before the rest."""
    order = {kind: position for position, kind in enumerate(ContactPoint.Kind.values)}
    rows = list(ContactPoint.objects.filter(customer=customer).order_by("pk"))
    return sorted(rows, key=lambda row: (row.invalid_at is not None, order[row.kind], not row.is_primary, -row.pk))


def documents_of(customer: Customer) -> list[IdentityDocument]:
    """Return a customer's identity documents, oldest entry first."""
    return list(IdentityDocument.objects.filter(customer=customer).order_by("pk"))


def accounts_of(customer: Customer) -> list[BankAccount]:
    """Return a customer's bank accounts, oldest entry first."""
    return list(BankAccount.objects.filter(customer=customer).order_by("pk"))


def profile_of(customer: Customer) -> OrganisationProfile:
    """Return an organisation's profile; an empty one, not stored, where the source had none."""
    found = OrganisationProfile.objects.filter(customer=customer).first()
    return found or OrganisationProfile(customer=customer)


def rows_of(customer: Customer) -> Rows:
    """Return every row of the archive's form."""
    return Rows(
        contacts=list(ContactPoint.objects.filter(customer=customer).order_by("pk")),
        documents=documents_of(customer),
        accounts=accounts_of(customer),
        needs=needs_of(customer),
        other_covers=other_covers_of(customer),
        life_events=life_events_of(customer),
        feedback=feedback_of(customer),
        organisation_years=years_of(customer),
    )


def needs_of(customer: Customer) -> list[Need]:
    """Return what a customer needs, oldest entry first."""
    return list(Need.objects.filter(customer=customer).order_by("pk"))


def other_covers_of(customer: Customer) -> list[OtherCover]:
    """Return the insurance a customer holds elsewhere."""
    return list(OtherCover.objects.filter(customer=customer).order_by("pk"))


def life_events_of(customer: Customer) -> list[LifeEvent]:
    """Return what happened in a customer's life, newest first."""
    return list(LifeEvent.objects.filter(customer=customer).order_by("-happened_on", "-pk"))


def feedback_of(customer: Customer) -> list[Feedback]:
    """Return a customer's opinions, newest first."""
    return list(Feedback.objects.filter(customer=customer).order_by("-said_on", "-pk"))


def years_of(customer: Customer) -> list[OrganisationYear]:
    """Return an organisation's yearly figures, newest first; none for a person."""
    if customer.kind == Customer.Kind.PERSON:
        return []
    return list(OrganisationYear.objects.filter(customer=customer).order_by("-year"))


def service_history(customer: Customer) -> list[Assignment]:
    """Return who served a customer and since when, the present one first."""
    rows = Assignment.objects.filter(customer=customer).select_related("agent", "unit")
    return list(rows.order_by("-valid_from", "-pk")[:50])
