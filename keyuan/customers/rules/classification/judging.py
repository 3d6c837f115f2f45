"""Where customers stand on every axis, for columns of facts: one customer and a million go the same way (CUS-5).

Dates are whole days since 1970-01-01 with `NO_DAY` for none, amounts minor units of CNY with 0 for none.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from keyuan.customers.rules.classification.axes import AXES, AXIS_KEYS, LETTERS, NONE, OTHER
from keyuan.customers.rules.classification.thresholds import Thresholds
from keyuan.kernel.codes import SalesChannel
from keyuan.kernel.dates import add_months

Column = npt.NDArray[Any]
Facts = Mapping[str, Column]
NO_DAY = -(2**31)
EPOCH = date(1970, 1, 1)
DATE_FACTS = (
    "last_purchase_on", "matures_on", "lapsed_on", "claim_on", "appointment_on", "next_due_on", "grace_until",
)  # fmt: skip
#: Columns of the summary that the axes follow from.
FACTS = (
    "is_policyholder", "source_of_prospect", "sales_channel", "is_orphan", "has_contact", "annual_premium",
    "open_claims", "largest_premium", "has_long_term", *DATE_FACTS,
)  # fmt: skip


def activity(last_purchase_on: date | None, today: date, thresholds: Thresholds) -> str:
    """Return ACTIVE, HALF_DORMANT or DORMANT by months since the last purchase, NONE when there was none."""
    if last_purchase_on is None:
        return NONE
    if today <= add_months(last_purchase_on, thresholds.active_months):
        return "ACTIVE"
    within = add_months(last_purchase_on, thresholds.half_dormant_months)
    return "HALF_DORMANT" if today <= within else "DORMANT"


def classify(facts: Facts, thresholds: Thresholds, today: date) -> Column:
    """Return the code of every customer (see `axes`) as an array of texts."""
    day, size = (today - EPOCH).days, len(facts["is_policyholder"])
    places = {
        "standing": np.where(facts["is_policyholder"], 0, 1),
        "source": np.where(facts["is_policyholder"], 0, _places("source", facts["source_of_prospect"], "UNKNOWN")),
        "channel": _places("channel", facts["sales_channel"], NONE),
        "service": _service(facts),
        "contact": np.where(facts["has_contact"], 0, 1),
        "activity": _activities(facts, thresholds, today),
        "touch": _touch(facts, thresholds, today, day),
        "near_vip": _between(facts["annual_premium"], thresholds.near_vip_from, thresholds.near_vip_below),
        "mass_line": _mass_line(facts, thresholds),
    }
    letters = np.frombuffer(LETTERS.encode(), dtype="S1")
    table = np.empty((size, len(AXIS_KEYS)), dtype="S1")
    for number, axis in enumerate(AXIS_KEYS):
        table[:, number] = letters[places[axis].astype(np.intp)]
    joined: Column = np.ascontiguousarray(table).view(f"S{len(AXIS_KEYS)}").reshape(size).astype(f"U{len(AXIS_KEYS)}")
    return joined


def _places(axis: str, texts: Column, empty: str) -> Column:
    """Return the place of each text among the axis's values: ``empty`` for none, OTHER for an unknown one."""
    known, back = np.unique(texts.astype(str), return_inverse=True)
    values = AXES[axis]
    places = [
        values.index(text if text in values else OTHER) if text else values.index(empty) for text in known.tolist()
    ]
    spread: Column = np.array(places, dtype=np.intp)[back.reshape(-1)]
    return spread


def _service(facts: Facts) -> Column:
    """Bank and group customers of old never had a person of their own; other policyholders without one are orphans."""
    values, channel, orphan = AXES["service"], facts["sales_channel"].astype(str), facts["is_orphan"].astype(bool)
    holder = facts["is_policyholder"].astype(bool)
    cases = [
        ~orphan,
        holder & (channel == SalesChannel.BANCASSURANCE.value),
        holder & (channel == SalesChannel.GROUP.value),
        holder,
    ]
    found: Column = np.select(cases, [values.index(word) for word in ("SERVED", "BANK", "GROUP", "ORPHAN")], 4)
    return found


def _activities(facts: Facts, thresholds: Thresholds, today: date) -> Column:
    """Judge every day that occurs once, by the calendar's months, then spread the answers."""
    days = np.where(facts["is_policyholder"], facts["last_purchase_on"], NO_DAY)
    known, back = np.unique(days, return_inverse=True)
    values = AXES["activity"]
    places = [values.index(activity(_date(day), today, thresholds)) for day in known.tolist()]
    spread: Column = np.array(places, dtype=np.intp)[back.reshape(-1)]
    return spread


def _date(day: int) -> date | None:
    return None if day == NO_DAY else EPOCH + timedelta(days=day)


def _touch(facts: Facts, thresholds: Thresholds, today: date, day: int) -> Column:
    values = AXES["touch"]
    lapsed_from = (add_months(today, -thresholds.lapse_months) - EPOCH).days
    tests: dict[str, Callable[[], Column]] = {
        "MATURITY": lambda: _window(facts["matures_on"], day, day + thresholds.maturity_days),
        "LAPSE": lambda: _window(facts["lapsed_on"], lapsed_from, day),
        "CLAIM": lambda: (facts["open_claims"] > 0) | _window(facts["claim_on"], day - thresholds.claim_days, day),
        "APPOINTMENT": lambda: _window(facts["appointment_on"], day, day + thresholds.appointment_days),
        "RENEWAL": lambda: (
            _window(facts["next_due_on"], day, day + thresholds.renewal_days) | (facts["grace_until"] >= day)
        ),
    }
    cases = [tests[word]() for word in thresholds.touch_order]
    found: Column = np.select(cases, [values.index(word) for word in thresholds.touch_order], values.index(NONE))
    return found


def _window(days: Column, first: int, last: int) -> Column:
    found: Column = (days != NO_DAY) & (days >= first) & (days <= last)
    return found


def _between(amounts: Column, least: int, below: int) -> Column:
    found: Column = ((amounts >= max(1, least)) & (amounts < below)).astype(np.intp)
    return found


def _mass_line(facts: Facts, thresholds: Thresholds) -> Column:
    small = (facts["largest_premium"] > 0) & (facts["largest_premium"] <= thresholds.mass_premium)
    found: Column = (facts["is_policyholder"].astype(bool) & ~facts["has_long_term"].astype(bool) & small).astype(
        np.intp
    )
    return found
