"""Where customers stand on the six axes today and stood in the last half year: changes, and counts by day (CUS-5).

Today's columns are those that classification would write. The past is made from the same contracts, claims and
service people as they were then; what nobody can tell any more (contact data, appointments) is as today.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from keyuan.customers.rules.classification import AXES, AXIS_KEYS, DATE_FACTS, Thresholds, classify
from keyuan.customers.rules.classification.judging import NO_DAY as NEVER
from keyuan.setup.demo.archive_rows import Archive
from keyuan.setup.demo.days import FOREVER, NO_DAY, Bools, Ints, date_of, local_day
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.policy_rows import Deals
from keyuan.setup.demo.service_rows import PAID, Claims
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import IS_IN_FORCE, IS_PENDING, IS_SUSPENDED
from keyuan.setup.demo.tree import CHANNELS
from keyuan.setup.demo.words.products import OFFERS

#: Days before the book's at which it was classified, and from where on touch points have their history.
POINTS = (180, 150, 120, 90, 60, 30, 21, 14, 7, 0)
TOUCHES_FROM = 30
#: Kinds whose day was agreed with the customer, as `customers.selectors.classification` has them.
AGREED = ("VISIT", "CALLBACK")
LONG = np.array([offer.long for offer in OFFERS])
CHANNEL_WORDS = tuple(channel.value for channel in CHANNELS)
Letters = npt.NDArray[np.uint8]
#: Day, branch (0: all), channel, axis, value; for moves old and new.
Count = tuple[int, int, str, str, str]
Flow = tuple[int, int, str, str, str, str]


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What classification asks of contracts and claims besides the summary's other columns, on one day."""

    matures: Ints
    lapsed: Ints
    largest: Ints
    long: Bools
    settled: Ints


@dataclass(frozen=True, slots=True)
class Work:
    """What is open by customer: how many tasks, and the next day that was agreed with them (`FOREVER`: none)."""

    open_items: Ints
    agreed: Ints

    def count(self, place: Ints, kind: Names, day: Ints) -> None:
        """Count open tasks of ``kind`` that are due on ``day``."""
        np.add.at(self.open_items, place, 1)
        met = np.isin(kind, AGREED)
        np.minimum.at(self.agreed, place[met], day[met])


@dataclass(slots=True)
class Tally:
    """Counts and moves of the days on which the book was classified."""

    counts: Counter[Count]
    flows: Counter[Flow]


def class_facts(deals: Deals, claims: Claims, day: int, held: Bools, live: Bools, lapsed: Bools) -> ClassFacts:
    """Return the facts of ``day`` from contracts that are ``held``, ``live`` and ``lapsed`` then."""
    deal, size = deals.contracts, deals.roll.count
    long = LONG[deal.offer]
    matures = np.full(size, FOREVER, dtype=np.int64)
    ending = live & long & (deal.expires < FOREVER)
    np.minimum.at(matures, deal.holder[ending], deal.expires[ending])
    suspended, largest, settled = (np.full(size, NO_DAY, dtype=np.int64) for _ in range(3))
    np.maximum.at(suspended, deal.holder[lapsed], deals.standings.suspended[lapsed])
    np.maximum.at(largest, deal.holder[held], deal.annual[held])
    done = (claims.settled != NO_DAY) & (claims.settled <= day)
    np.maximum.at(settled, deal.insured[claims.place[done]], claims.settled[done])
    return ClassFacts(
        matures=np.where(matures == FOREVER, NO_DAY, matures),
        lapsed=suspended,
        largest=np.maximum(largest, 0),
        long=np.bincount(deal.holder[held & long], minlength=size) > 0,
        settled=settled,
    )


def facts_today(deals: Deals, claims: Claims) -> ClassFacts:
    """Return the facts of the book's day."""
    status = deals.standings.status
    return class_facts(deals, claims, deals.today, status != IS_PENDING, status == IS_IN_FORCE, status == IS_SUSPENDED)


def codes(columns: Mapping[str, Any], day: int) -> Letters:
    """Return the letters of every customer's code, a row each."""
    given = {
        name: np.where((column == NO_DAY) | (column == FOREVER), NEVER, column) if name in DATE_FACTS else column
        for name, column in columns.items()
    }
    found = classify(given, Thresholds(), date_of(day))
    size = len(AXIS_KEYS)
    return found.astype(f"S{size}").view(np.uint8).reshape(len(found), size) - ord("A")


def past_columns(deals: Deals, archive: Archive, claims: Claims, has_contact: Bools, day: int) -> dict[str, Any]:
    """Return the facts that classification would have found on ``day``, a day before the book's."""
    deal, now, roll = deals.contracts, deals.standings, deals.roll
    held = (now.status != IS_PENDING) & (deal.issued <= day)
    over = ((now.ended != NO_DAY) & (now.ended <= day)) | (deal.expires < day)
    lapsed = held & (now.status == IS_SUSPENDED) & (now.suspended <= day)
    live = held & ~over & ~lapsed
    facts = class_facts(deals, claims, day, held, live, lapsed)
    bought = np.full(roll.count, NO_DAY, dtype=np.int64)
    np.maximum.at(bought, deal.holder[held], deal.issued[held])
    premium = np.zeros(roll.count, dtype=np.int64)
    np.add.at(premium, deal.holder[live], deal.annual[live])
    opened = claims.reported <= day
    running = opened & ((claims.settled == NO_DAY) | (claims.settled > day))
    left = np.where(roll.former >= 0, deals.force.agent_left[roll.former], NO_DAY)
    return {
        "is_policyholder": bought != NO_DAY,
        "source_of_prospect": archive.came_from.astype(str),
        "sales_channel": np.array(CHANNEL_WORDS)[deals.force.team_channel[roll.team]],
        "is_orphan": (roll.agent < 0) & (left <= day),
        "has_contact": has_contact,
        "annual_premium": premium,
        "open_claims": np.bincount(deal.insured[claims.place[running]], minlength=roll.count),
        "largest_premium": facts.largest,
        "has_long_term": facts.long,
        "last_purchase_on": bought,
        "matures_on": facts.matures,
        "lapsed_on": facts.lapsed,
        "claim_on": facts.settled,
        "appointment_on": np.full(roll.count, NO_DAY, dtype=np.int64),
        "next_due_on": _next_dues(deals, live, day),
        "grace_until": np.full(roll.count, NO_DAY, dtype=np.int64),
    }


def _next_dues(deals: Deals, live: Bools, day: int) -> Ints:
    """Return what fell due next on ``day``: the present due date moved back by whole intervals."""
    deal, due = deals.contracts, deals.standings.next_due
    pays = live & (due != FOREVER) & (deal.months > 0)
    step = np.maximum(28, deal.months[pays] * 30436875 // 1_000_000)
    moved = due[pays] - step * np.maximum(0, (due[pays] - day) // step)
    found = np.full(deals.roll.count, FOREVER, dtype=np.int64)
    np.minimum.at(found, deal.holder[pays], moved)
    return found


def write_history(
    out: Out, deals: Deals, archive: Archive, claims: Claims, has_contact: Bools, present: Letters
) -> Tally:
    """Write the changes between the days of classification; return counts and moves of those days."""
    tally, opened = Tally(Counter(), Counter()), local_day(archive.entered)
    branch, channel = deals.force.paths[deals.roll.team, 1], deals.force.team_channel[deals.roll.team]
    before: tuple[Letters, Bools] | None = None
    for back in POINTS:
        day = deals.today - back
        known = opened <= day
        letters = present if back == 0 else codes(past_columns(deals, archive, claims, has_contact, day), day)
        _count(tally, day, letters, known, branch, channel)
        if before is not None:
            both = before[1] & known
            _write_changes(out, tally, deals, back, before[0], letters, both, branch, channel)
        before = (letters, known)
    return tally


def _count(tally: Tally, day: int, letters: Letters, known: Bools, branch: Ints, channel: Ints) -> None:
    for number, axis in enumerate(AXIS_KEYS):
        keys = (branch[known] * 64 + channel[known]) * 64 + letters[known, number]
        for key, customers in zip(*(part.tolist() for part in np.unique(keys, return_counts=True)), strict=True):
            place, value = CHANNEL_WORDS[key // 64 % 64], AXES[axis][key % 64]
            tally.counts[day, key // 4096, place, axis, value] += customers
            tally.counts[day, 0, place, axis, value] += customers


def _write_changes(
    out: Out,
    tally: Tally,
    deals: Deals,
    back: int,
    old: Letters,
    new: Letters,
    both: Bools,
    branch: Ints,
    channel: Ints,
) -> None:
    day = deals.today - back
    for number, axis in enumerate(AXIS_KEYS):
        if axis == "touch" and back >= TOUCHES_FROM:
            continue
        moved = np.flatnonzero(both & (old[:, number] != new[:, number]))
        if not len(moved):
            continue
        words = texts(AXES[axis])
        was, became = old[moved, number].astype(np.int64), new[moved, number].astype(np.int64)
        out.write(
            "customers.ClassChange",
            {
                "customer_id": deals.roll.ids[moved],
                "axis": axis,
                "old": words[was],
                "new": words[became],
                "on": np.full(len(moved), day, dtype=np.int64),
                "cause": "TIME" if axis in {"activity", "touch"} else "FACT",
            },
        )
        keys = ((branch[moved] * 64 + channel[moved]) * 64 + was) * 64 + became
        for key, moves in zip(*(part.tolist() for part in np.unique(keys, return_counts=True)), strict=True):
            place = CHANNEL_WORDS[key // 4096 % 64]
            pair = (axis, AXES[axis][key // 64 % 64], AXES[axis][key % 64])
            tally.flows[day, key // 262_144, place, *pair] += moves
            tally.flows[day, 0, place, *pair] += moves


def present_columns(
    facts: ClassFacts, archive: Archive, columns: dict[str, object], day: int, open_claims: Ints, agreed: Ints
) -> tuple[dict[str, object], Letters]:
    """Return the classification's columns of the summary from its other ``columns``, and the letters of the codes."""
    met = np.where(agreed == FOREVER, NO_DAY, agreed)
    given = {
        "source_of_prospect": archive.came_from.astype(str),
        "sales_channel": np.array(columns["sales_channel"], dtype=str),
        "open_claims": open_claims,
        "largest_premium": facts.largest,
        "has_long_term": facts.long,
        "matures_on": facts.matures,
        "lapsed_on": facts.lapsed,
        "claim_on": facts.settled,
        "appointment_on": met,
    }
    own = (
        "is_policyholder",
        "is_orphan",
        "has_contact",
        "annual_premium",
        "last_purchase_on",
        "next_due_on",
        "grace_until",
    )
    letters = codes({**given, **{name: np.asarray(columns[name]) for name in own}}, day)
    return {**_shown(letters), **_kept(facts, met)}, letters


def _kept(facts: ClassFacts, met: Ints) -> dict[str, object]:
    return {
        "matures_on": facts.matures,
        "lapsed_on": facts.lapsed,
        "claim_on": facts.settled,
        "appointment_on": met,
        "largest_premium": facts.largest,
        "has_long_term": facts.long,
    }


def _shown(letters: Letters) -> dict[str, object]:
    """Return the columns of the axes as `customers.services.classification.writing.summary_columns` makes them."""
    size = len(AXIS_KEYS)
    joined = np.ascontiguousarray(letters + ord("A")).view(f"S{size}").reshape(len(letters)).astype(str).astype(object)
    return {
        "class_code": joined,
        "activity": _words(letters, "activity", ""),
        "service_kind": _words(letters, "service", None),
        "touch_point": _words(letters, "touch", None),
        "prospect_source": _words(letters, "source", None),
        "is_near_vip": letters[:, AXIS_KEYS.index("near_vip")] == 1,
        "is_mass_line": letters[:, AXIS_KEYS.index("mass_line")] == 1,
    }


def _words(letters: Letters, axis: str, common: str | None) -> Names:
    words = np.array(AXES[axis], dtype=object)
    words[np.isin(AXES[axis], ("NONE", "SERVED"))] = common
    found: Names = words[letters[:, AXIS_KEYS.index(axis)]]
    return found


def is_open(claims: Claims) -> Bools:
    """Tell which claims are not settled."""
    return claims.status < PAID
