"""Where a customer stands on each axis, by table (CUS-5, domain.md A.10)."""

from datetime import date

import numpy as np
import pytest

from keyuan.customers.rules.classification import (
    AXES,
    DATE_FACTS,
    FACTS,
    Thresholds,
    activity,
    classify,
    decode,
    encode,
    faults,
    from_json,
    to_json,
)
from keyuan.customers.rules.classification.judging import EPOCH, NO_DAY

TODAY = date(2026, 3, 31)
HOLDER = {
    "is_policyholder": True,
    "last_purchase_on": date(2025, 1, 1),
    "sales_channel": "INDIVIDUAL",
    "has_contact": True,
}


def facts(*people):
    """Columns of ``people``, each a mapping of what is not empty."""
    columns = {}
    for name in FACTS:
        values = [one.get(name) for one in people]
        if name in DATE_FACTS:
            columns[name] = np.array([NO_DAY if v is None else (v - EPOCH).days for v in values])
        elif name in ("source_of_prospect", "sales_channel"):
            columns[name] = np.array([v or "" for v in values], dtype=str)
        else:
            columns[name] = np.array([v or 0 for v in values])
    return columns


def judged(thresholds=None, **person):
    code = classify(facts(HOLDER | person), thresholds or Thresholds(), TODAY)[0]
    return decode(str(code))


@pytest.mark.parametrize(
    "bought, expected",
    [
        (None, "NONE"),
        (date(2024, 3, 31), "ACTIVE"),
        (date(2024, 3, 30), "HALF_DORMANT"),
        (date(2021, 3, 31), "HALF_DORMANT"),
        (date(2021, 3, 30), "DORMANT"),
    ],
)
def test_activity_goes_by_months_since_the_last_purchase(bought, expected):
    assert activity(bought, TODAY, Thresholds()) == expected
    assert judged(last_purchase_on=bought)["activity"] == expected


def test_months_that_are_short_end_on_their_last_day():
    assert activity(date(2024, 2, 29), date(2025, 2, 28), Thresholds(active_months=12)) == "ACTIVE"
    assert activity(date(2024, 2, 29), date(2025, 3, 1), Thresholds(active_months=12)) == "HALF_DORMANT"


@pytest.mark.parametrize(
    "person, axis, expected",
    [
        ({}, "standing", "POLICYHOLDER"),
        ({"is_policyholder": False}, "standing", "PROSPECT"),
        ({"is_policyholder": False, "source_of_prospect": "EVENT"}, "source", "EVENT"),
        ({"is_policyholder": False}, "source", "UNKNOWN"),
        ({"is_policyholder": False, "source_of_prospect": "FAIR"}, "source", "OTHER"),
        ({"source_of_prospect": "EVENT"}, "source", "NONE"),
        ({"sales_channel": "ONLINE"}, "channel", "ONLINE"),
        ({"sales_channel": ""}, "channel", "NONE"),
        ({}, "service", "SERVED"),
        ({"is_orphan": True}, "service", "ORPHAN"),
        ({"is_orphan": True, "sales_channel": "BANCASSURANCE"}, "service", "BANK"),
        ({"is_orphan": True, "sales_channel": "GROUP"}, "service", "GROUP"),
        ({"is_orphan": True, "is_policyholder": False}, "service", "UNASSIGNED"),
        ({"has_contact": False}, "contact", "WITHOUT"),
        ({"is_policyholder": False}, "activity", "NONE"),
        ({"annual_premium": 20_000_00}, "near_vip", "YES"),
        ({"annual_premium": 19_999_99}, "near_vip", "NO"),
        ({"annual_premium": 50_000_00}, "near_vip", "NO"),
        ({"largest_premium": 200_00}, "mass_line", "YES"),
        ({"largest_premium": 200_01}, "mass_line", "NO"),
        ({"largest_premium": 60_00, "has_long_term": True}, "mass_line", "NO"),
        ({"largest_premium": 60_00, "is_policyholder": False}, "mass_line", "NO"),
    ],
)
def test_each_axis(person, axis, expected):
    assert judged(**person)[axis] == expected


@pytest.mark.parametrize(
    "person, expected",
    [
        ({}, "NONE"),
        ({"matures_on": date(2026, 6, 29)}, "MATURITY"),
        ({"matures_on": date(2026, 6, 30)}, "NONE"),
        ({"lapsed_on": date(2024, 3, 31)}, "LAPSE"),
        ({"lapsed_on": date(2024, 3, 30)}, "NONE"),
        ({"open_claims": 1}, "CLAIM"),
        ({"claim_on": date(2025, 12, 31)}, "CLAIM"),
        ({"claim_on": date(2025, 12, 30)}, "NONE"),
        ({"appointment_on": date(2026, 4, 30)}, "APPOINTMENT"),
        ({"appointment_on": date(2026, 3, 30)}, "NONE"),
        ({"next_due_on": date(2026, 5, 10)}, "RENEWAL"),
        ({"next_due_on": date(2026, 5, 11)}, "NONE"),
        ({"next_due_on": date(2026, 2, 1), "grace_until": date(2026, 4, 2)}, "RENEWAL"),
        ({"next_due_on": date(2026, 4, 1), "open_claims": 2}, "CLAIM"),
        ({"next_due_on": date(2026, 4, 1), "lapsed_on": date(2026, 1, 1), "open_claims": 2}, "LAPSE"),
    ],
)
def test_touch_points_have_windows_and_an_order(person, expected):
    assert judged(**person)["touch"] == expected


def test_the_order_of_touch_points_can_be_changed():
    order = ("RENEWAL", "CLAIM", "MATURITY", "LAPSE", "APPOINTMENT")

    assert judged(Thresholds(touch_order=order), next_due_on=date(2026, 4, 1), open_claims=2)["touch"] == "RENEWAL"


def test_many_are_judged_like_one():
    people = [HOLDER, {**HOLDER, "is_policyholder": False}, {**HOLDER, "open_claims": 1}]

    together = classify(facts(*people), Thresholds(), TODAY)

    assert [str(code) for code in together] == [str(classify(facts(one), Thresholds(), TODAY)[0]) for one in people]


def test_codes_are_read_as_they_are_written():
    values = {axis: words[-1] for axis, words in AXES.items()}

    assert decode(encode(values)) == values
    assert decode(None) == {}


def test_stored_thresholds_come_back_and_older_versions_take_defaults():
    changed = Thresholds(active_months=36)

    assert from_json(to_json(changed)) == changed
    assert from_json({"active_months": 12, "forgotten": 1}) == Thresholds(active_months=12)


@pytest.mark.parametrize(
    "thresholds, field",
    [
        (Thresholds(active_months=0), "active_months"),
        (Thresholds(active_months=60), "half_dormant_months"),
        (Thresholds(near_vip_below=20_000_00), "near_vip_below"),
        (Thresholds(touch_order=("CLAIM",)), "touch_order"),
    ],
)
def test_thresholds_that_make_no_sense_are_named(thresholds, field):
    assert [name for name, _code, _params in faults(thresholds)] == [field]
