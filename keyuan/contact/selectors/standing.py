"""Where a customer stands: what was agreed and refused, how much of the budget is used (CUS-7, PLT-8, MKT-9)."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from keyuan.contact.models import Consent, DoNotContact, Hold, Permit, Reservation
from keyuan.contact.rules.judging import Facts, is_child
from keyuan.contact.rules.purposes import CARE, SALES, USE, Terms
from keyuan.contact.rules.terms import Rules
from keyuan.contact.selectors.facts import live_q
from keyuan.contact.selectors.refusals import refusals_of
from keyuan.contact.selectors.reservations import in_force
from keyuan.contact.selectors.terms import purposes, rules_in_force
from keyuan.customers.models import Customer, Relation
from keyuan.kernel.codes import Relation as RelationCode

AGREED, REFUSED, EXPIRED, MISSING = "AGREED", "REFUSED", "EXPIRED", "MISSING"
#: Channels of marketing that stand in the panel; the others only once somebody said something of them.
USUAL = ("SMS", "WECHAT", "PHONE", "EMAIL")
LEDGER = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One purpose through one channel: where it stands, and until when."""

    terms: Terms
    channel: str
    state: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of the budget over everything is used."""

    used: int
    most: int
    days: int


@dataclass(slots=True)
class Standing:
    """Everything the panel shows."""

    lines: list[Line]
    budget: Budget | None
    refusals: list[DoNotContact]
    holds: list[Hold] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)
    open_permits: list[Permit] = field(default_factory=list)


def budget_of(customer_id: int, *, now: datetime, rules: Rules | None = None) -> Budget | None:
    """Return how much of the widest budget a customer's contacts of late have used; None where there is none."""
    cap = (rules or rules_in_force()).headline
    if cap is None:
        return None
    rows = Permit.objects.filter(
        live_q(now), customer_id=customer_id, at__gt=now - timedelta(days=cap.days), kind__in=(SALES, CARE)
    )
    return Budget(rows.count(), cap.most, cap.days)


def standing_of(customer: Customer, *, now: datetime) -> Standing:
    """Return where a customer stands; the caller has accessed the customer."""
    refusals = refusals_of(customer)
    given = list(Consent.objects.filter(customer=customer, revoked_at__isnull=True))
    today = timezone.localdate(now)
    return Standing(
        _lines(customer, purposes(), given, refusals, today, now),
        budget_of(customer.pk, now=now),
        refusals,
        list(Hold.objects.filter(customer=customer).order_by("-started_at")[:LEDGER]),
        list(in_force(now).filter(customer=customer)),
        list(Permit.objects.filter(customer=customer, state=Permit.State.GRANTED, expires_at__gt=now).order_by("at")),
    )


def _lines(
    customer: Customer, terms: dict[str, Terms], given: list[Consent], refusals: list[DoNotContact], today: date,
    now: datetime,
) -> list[Line]:  # fmt: skip
    child = is_child(Facts(is_person=customer.kind == Customer.Kind.PERSON, born_on=customer.birth_on), now)
    lines = []
    for entry in terms.values():
        if not entry.needs_consent or not entry.is_active or (entry.key == "MINOR" and not child):
            continue
        if entry.kind == USE:
            lines.append(_line(entry, "", given, [], today))
            continue
        said = {row.contact_channel for row in given if row.purpose == entry.key}
        shown = [channel for channel in entry.channels if _is_shown(entry, channel, said)]
        lines += [_line(entry, channel, given, refusals, today) for channel in shown]
    return lines


def _is_shown(terms: Terms, channel: str, said: set[str]) -> bool:
    return channel in said or (terms.key == "MARKETING" and channel in USUAL)


def _line(terms: Terms, channel: str, given: list[Consent], refusals: list[DoNotContact], today: date) -> Line:
    bans = [
        row.until
        for row in refusals
        if row.lifted_at is None and row.until >= today and row.contact_channel in ("", channel) and channel
    ]
    if bans:
        return Line(terms, channel, REFUSED, max(bans))
    own = [row for row in given if row.purpose == terms.key and row.contact_channel in ("", channel)]
    valid = [row for row in own if row.expires_on is None or row.expires_on >= today]
    if valid:
        ends = [row.expires_on for row in valid if row.expires_on]
        return Line(terms, channel, AGREED, max(ends) if len(ends) == len(valid) else None)
    ended = max((row.expires_on for row in own if row.expires_on), default=None)
    return Line(terms, channel, EXPIRED if own else MISSING, ended)


def consent_history(customer: Customer) -> list[Consent]:
    """Return every consent a customer ever gave, newest first; the caller has accessed the customer."""
    rows = Consent.objects.filter(customer=customer).select_related("text", "guardian")
    return list(rows.order_by("-granted_at", "-pk")[:100])


def ledger_of(customer: Customer) -> list[Permit]:
    """Return the latest asks to contact a customer; the caller has accessed the customer."""
    return list(Permit.objects.filter(customer=customer).order_by("-at", "-pk")[:LEDGER])


def guardians_of(customer: Customer) -> list[Relation]:
    """Return who is known as a parent or guardian of a customer, with their records."""
    kinds = (RelationCode.PARENT.value, RelationCode.GUARDIAN.value)
    return list(Relation.objects.filter(other=customer, kind__in=kinds).select_related("customer__summary"))


def badge_refusals(customer: Customer, today: date) -> list[DoNotContact]:
    """Return the refusals in force that the head of a customer's page names, in one query."""
    return [row for row in refusals_of(customer) if row.lifted_at is None and row.until >= today]
