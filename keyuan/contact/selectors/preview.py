"""What other contact rules would have answered to the latest asks (MKT-9)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from keyuan.contact.models import Hold, Permit
from keyuan.contact.rules.judging import Asked, Facts, Peace, ruled_at
from keyuan.contact.rules.purposes import CARE, SALES, Terms
from keyuan.contact.rules.terms import Rules
from keyuan.contact.selectors.facts import CONTACT, contact_of
from keyuan.contact.selectors.terms import purposes
from keyuan.organisation.models import LEVEL_COLUMNS

#: Asks that a preview goes through: enough to see what a rule does, read in two queries.
SAMPLE = 2000


@dataclass(slots=True)
class Preview:
    """How many of the latest asks the rules now and the rules to come would stop, and why."""

    asks: int = 0
    stopped_now: int = 0
    stopped_then: int = 0
    newly_stopped: int = 0
    newly_allowed: int = 0
    reasons_now: Counter[str] = field(default_factory=Counter)
    reasons_then: Counter[str] = field(default_factory=Counter)


def preview_of(old: Rules, new: Rules) -> Preview:
    """Replay the latest asks to sell or to greet under both rules; consents and refusals stay out of it."""
    terms = purposes()
    rows = list(Permit.objects.filter(kind__in=(SALES, CARE)).order_by("-asked_at", "-id")[:SAMPLE])
    found = Preview(asks=len(rows))
    if not rows:
        return found
    facts = _facts(rows, terms, max(old.longest_days, new.longest_days))
    for row in rows:
        if row.purpose in terms:
            _compare(found, row, terms[row.purpose], facts[row.customer_id], old, new)
    return found


def _facts(rows: list[Permit], terms: dict[str, Terms], days: int) -> dict[int, Facts]:
    ids = {row.customer_id for row in rows}
    facts = {pk: Facts() for pk in ids}
    since = min(row.at for row in rows) - timedelta(days=days)
    live = Permit.objects.filter(customer_id__in=ids, at__gt=since, state__in=("USED", "GRANTED", "EXPIRED"))
    for values in live.values_list(*CONTACT):
        facts[values[0]].contacts.append(contact_of(values, terms))
    for pk, kind, ended_at in Hold.objects.filter(customer_id__in=ids).values_list("customer_id", "kind", "ended_at"):
        facts[pk].holds.append(Peace(kind, ended_at))
    return facts


def _compare(found: Preview, row: Permit, terms: Terms, known: Facts, old: Rules, new: Rules) -> None:
    """Judge one ask as it stood then: with the contacts that were before it."""
    before = [contact for contact in known.contacts if contact.at <= row.at and contact.id != row.pk]
    units = frozenset(getattr(row, column) for column in LEVEL_COLUMNS if getattr(row, column))
    facts = Facts(units=units, number=row.number_index, holds=known.holds, contacts=before)
    asked = Asked(terms, row.contact_channel, row.unit_id, row.rank)
    now = [block.code for block in ruled_at(asked, facts, old, row.at)]
    then = [block.code for block in ruled_at(asked, facts, new, row.at)]
    found.reasons_now.update(set(now))
    found.reasons_then.update(set(then))
    found.stopped_now += bool(now)
    found.stopped_then += bool(then)
    found.newly_stopped += bool(then) and not now
    found.newly_allowed += bool(now) and not then
