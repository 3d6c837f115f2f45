"""Whether customers may be approached to sell, asked of the one judge of contacts without taking a permit (MKT-9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from keyuan.contact.models import DoNotContact, Hold, Permit, Reservation
from keyuan.contact.rules.judging import BEIJING, Asked, judge
from keyuan.contact.rules.purposes import Terms
from keyuan.contact.rules.terms import Rules
from keyuan.contact.selectors.facts import Known, known_of, live_q
from keyuan.contact.selectors.terms import purposes, rules_in_force
from keyuan.customers.models import CustomerSummary

PURPOSE = "MARKETING"
#: When somebody would begin to call.
OPENS = time(10)
#: Hours of rest stand against a moment, not against an approach.
PASSING = frozenset({"quiet_hours"})
#: The asking unit stands nearest: it is the one that serves the customer.
NEAREST = 3
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Approach:
    """By which channels a customer may be approached; none: why, and from when on it is worth asking again."""

    ways: tuple[str, ...] = ()
    block: str = ""
    until: datetime | None = None


def opening_of(day: date, now: datetime) -> datetime:
    """Return the next moment at which calling would begin, on ``day`` or after ``now``."""
    at = datetime.combine(day, OPENS, BEIJING)
    return at if at >= now else max(at, now.astimezone(BEIJING).replace(hour=OPENS.hour, minute=0)) + timedelta(days=1)


def approaches_of(ids: Iterable[int], *, at: datetime) -> dict[int, Approach]:
    """Return how each of these customers may be approached at ``at`` by whoever serves them."""
    terms, rules, wanted = purposes(), rules_in_force(), list(ids)
    found: dict[int, Approach] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        ways = {(PURPOSE, channel) for channel in terms[PURPOSE].channels}
        known = known_of(part, terms, rules, at=at, ways=ways)
        found |= {pk: _approach(one, terms[PURPOSE], rules, at) for pk, one in known.items()}
    return found


def _approach(known: Known, terms: Terms, rules: Rules, at: datetime) -> Approach:
    unit = known.place["team_id"] or known.place["section_id"] or known.place["sub_branch_id"]
    ways: list[str] = []
    blocks: list[tuple[bool, datetime, str]] = []
    for channel in terms.channels:
        verdict = judge(Asked(terms, channel, unit, NEAREST), known.facts, rules, at)
        standing = [block for block in verdict.blocks if block.code not in PASSING]
        if not standing:
            ways.append(channel)
        else:
            blocks.append((verdict.next_at is None, verdict.next_at or at, standing[0].code))
    if ways:
        return Approach(tuple(ways))
    # The way that opens first says why nobody is to be approached now.
    never, until, code = min(blocks, default=(True, at, "purpose_closed"))
    return Approach((), code, None if never else until)


def told_of(*, at: datetime, rules: Rules | None = None) -> set[int]:
    """Return the customers of whom more is known than consents: contacts of late, refusals, holds, reservations.

    All others are judged by their consents alone, so that a night need not ask for every customer one by one.
    """
    rules = rules or rules_in_force()
    recent = Permit.objects.filter(live_q(at), at__gt=at - timedelta(days=rules.longest_days))
    refused = DoNotContact.objects.filter(lifted_at__isnull=True, until__gte=at.date() - timedelta(days=1))
    by_number = Q(primary_phone__value_index__in=refused.filter(number_index__isnull=False).values("number_index"))
    shared = Q(primary_phone__value_index__in=recent.filter(number_index__isnull=False).values("number_index"))
    found: tuple[QuerySet[Any, Any], ...] = (
        recent.values_list("customer_id", flat=True),
        refused.filter(customer_id__isnull=False).values_list("customer_id", flat=True),
        Hold.objects.values_list("customer_id", flat=True),
        Reservation.objects.filter(until__gt=at, released_at__isnull=True).values_list("customer_id", flat=True),
        CustomerSummary.objects.filter(by_number).values_list("pk", flat=True),
        CustomerSummary.objects.filter(shared).values_list("pk", flat=True),
    )
    return {pk for rows in found for pk in rows.iterator()}
