"""What permits are judged by, read for many customers at once: a constant number of queries, each by an index."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from keyuan.contact.extensions import openings
from keyuan.contact.models import Consent, DoNotContact, Hold, Permit, Reservation
from keyuan.contact.rules.judging import Agreed, Contact, Facts, Peace, Refusal, Reserved
from keyuan.contact.rules.purposes import Terms
from keyuan.contact.rules.terms import Rules
from keyuan.customers.models import ContactPoint, Customer, CustomerSummary
from keyuan.organisation.models import LEVEL_COLUMNS

PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")


@dataclass(slots=True)
class Known:
    """A customer as permits see it: the facts, and where the row is served."""

    facts: Facts
    place: dict[str, Any] = field(default_factory=dict)


def known_of(
    ids: Collection[int], terms: dict[str, Terms], rules: Rules, *, at: datetime, numbers: Iterable[int] = (),
    ways: Collection[tuple[str, str]] = (),
) -> dict[int, Known]:  # fmt: skip
    """Return what is known of each of ``ids`` for contacts about ``at``.

    ``numbers`` are phones asked for by name, ``ways`` the pairs of purpose and channel that are asked for.
    """
    found = _customers(ids)
    asked = {known.facts.number for known in found.values()} - {None} | set(numbers)
    facts = {pk: known.facts for pk, known in found.items()}
    _add_consents(facts)
    _add_refusals(facts, asked, at)
    _add_holds(facts)
    _add_reservations(facts, at)
    _add_contacts(facts, asked, terms, rules, at)
    _add_openings(facts, ways, at)
    return found


def _add_openings(facts: dict[int, Facts], ways: Collection[tuple[str, str]], at: datetime) -> None:
    """Add from when on somebody may be reached, for the ways that are asked for and that an opening names."""
    for opening in openings:
        channels = {channel for purpose, channel in ways if purpose == opening.purpose} & opening.channels
        if not channels:
            continue
        for pk, moment in opening.opens(list(facts), at).items():
            for channel in channels:
                facts[pk].opens[opening.purpose, channel] = moment


def _customers(ids: Collection[int]) -> dict[int, Known]:
    rows = CustomerSummary.objects.filter(pk__in=ids).values_list(
        "pk", "kind", "birth_on", "customer__status", "primary_phone__value_index", *PLACE
    )
    found = {}
    for pk, kind, born_on, status, number, *values in rows:
        place = dict(zip(PLACE, values, strict=True))
        units = frozenset(place[column] for column in LEVEL_COLUMNS if place[column])
        gone = status != Customer.Status.ACTIVE
        found[pk] = Known(Facts(kind == Customer.Kind.PERSON, gone, born_on, units, number), place)
    return found


def _add_consents(facts: dict[int, Facts]) -> None:
    rows = Consent.objects.filter(customer_id__in=list(facts), revoked_at__isnull=True)
    for pk, purpose, channel, expires_on, guardian in rows.values_list(
        "customer_id", "purpose", "contact_channel", "expires_on", "guardian_id"
    ):
        facts[pk].agreed.append(Agreed(purpose, channel, expires_on, guardian is not None))


def _add_refusals(facts: dict[int, Facts], numbers: Collection[int | None], at: datetime) -> None:
    rows = DoNotContact.objects.filter(lifted_at__isnull=True, until__gte=at.date() - timedelta(days=1))
    columns = ("scope", "contact_channel", "until")
    for pk, scope, channel, until in rows.filter(customer_id__in=list(facts)).values_list("customer_id", *columns):
        facts[pk or 0].refusals.append(Refusal(scope, channel, until))
    if not numbers:
        return
    by_number: dict[int, list[Refusal]] = {}
    for number, scope, channel, until in rows.filter(number_index__in=list(numbers)).values_list(
        "number_index", *columns
    ):
        by_number.setdefault(number or 0, []).append(Refusal(scope, channel, until))
    for fact in facts.values():
        fact.refusals += by_number.get(fact.number or 0, [])


def _add_holds(facts: dict[int, Facts]) -> None:
    rows = Hold.objects.filter(customer_id__in=list(facts)).values_list("customer_id", "kind", "ended_at")
    for pk, kind, ended_at in rows:
        facts[pk].holds.append(Peace(kind, ended_at))


def _add_reservations(facts: dict[int, Facts], at: datetime) -> None:
    rows = Reservation.objects.filter(customer_id__in=list(facts), until__gt=at, released_at__isnull=True)
    columns = ("customer_id", "unit_id", "post_id", "until", "holder_name")
    for pk, unit_id, post_id, until, holder in rows.values_list(*columns):
        facts[pk].reserved.append(Reserved(unit_id, post_id, until, holder))


#: Columns of a permit that make a contact.
CONTACT = (
    "customer_id", "pk", "at", "kind", "contact_channel", "unit_id", "rank", "purpose", "state", "number_index",
)  # fmt: skip


def live_q(at: datetime) -> Q:
    """Return the filter for permits that count at ``at``: used ones, and granted ones that are still good."""
    return Q(state=Permit.State.USED) | Q(state=Permit.State.GRANTED, expires_at__gt=at)


def contact_of(values: tuple[Any, ...], terms: dict[str, Terms]) -> Contact:
    """Return a permit's `CONTACT` columns as a contact."""
    _customer, pk, at, kind, channel, unit_id, rank, purpose, state, number = values
    priority = terms[purpose].priority if purpose in terms else 0
    return Contact(pk, at, kind, channel, unit_id, rank, priority, state == Permit.State.USED, number)


def _add_contacts(
    facts: dict[int, Facts], numbers: Collection[int | None], terms: dict[str, Terms], rules: Rules, at: datetime
) -> None:
    since = at - timedelta(days=rules.longest_days)
    rows = Permit.objects.filter(live_q(at), at__gt=since)
    for values in rows.filter(customer_id__in=list(facts)).values_list(*CONTACT):
        facts[values[0]].contacts.append(contact_of(values, terms))
    if not numbers or not any(cap.per == "NUMBER" for cap in rules.caps):
        return
    others: dict[int, list[tuple[int, Contact]]] = {}
    for values in rows.filter(number_index__in=list(numbers)).values_list(*CONTACT):
        others.setdefault(values[-1] or 0, []).append((values[0], contact_of(values, terms)))
    for pk, fact in facts.items():
        fact.by_number = [contact for owner, contact in others.get(fact.number or 0, []) if owner != pk]


def numbers_of_points(point_ids: Collection[int]) -> dict[int, tuple[int, int | None]]:
    """Return customer and number of each of these ways to reach somebody."""
    rows = ContactPoint.objects.filter(pk__in=point_ids, invalid_at__isnull=True)
    return {pk: (owner, number) for pk, owner, number in rows.values_list("pk", "customer_id", "value_index")}
