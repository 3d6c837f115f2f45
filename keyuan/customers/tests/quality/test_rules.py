"""The score: what costs what, levels, and that putting something right never lowers it (CUS-11)."""

import random
from datetime import date

import numpy as np
import pytest

from keyuan.customers.rules.quality import (
    BY_CODE,
    CODES,
    FINDINGS,
    Weights,
    codes_of,
    faults,
    from_json,
    judge,
    mask_of,
    to_json,
)
from keyuan.customers.rules.quality.findings import BITS
from keyuan.customers.rules.quality.judging import FLAGS, NO_DAY, NUMBERS, TEXTS, score
from keyuan.customers.rules.quality.suppliers import supplier_of

TODAY = date(2026, 3, 16)
DAY = (TODAY - date(1970, 1, 1)).days
SOUND = {
    "is_org": False, "has_occupation": True, "has_legal_rep": True, "has_pair": False, "name": "张三",
    "uscc": "91350100M000100Y43", "birth": DAY - 14_000, "death": NO_DAY, "usable_phones": 1, "verified_phones": 1,
    "dead_phones": 0, "dead_emails": 0, "dead_addresses": 0, "usable_addresses": 1, "documents": 1,
    "document_until": DAY, "confirmed": DAY, "shares": 0, "failed_calls": 0, "clash": 0,
}  # fmt: skip
#: A fact that brings each finding, and for whom.
WRONG = {
    "NO_NAME": {"name": ""},
    "NO_PHONE": {"usable_phones": 0, "verified_phones": 0},
    "NO_ADDRESS": {"usable_addresses": 0},
    "NO_BIRTHDAY": {"birth": NO_DAY},
    "NO_DOCUMENT": {"documents": 0},
    "NO_OCCUPATION": {"has_occupation": False},
    "NO_USCC": {"is_org": True, "uscc": ""},
    "NO_LEGAL_REP": {"is_org": True, "has_legal_rep": False},
    "DEAD_NUMBER": {"dead_phones": 1},
    "UNREACHED": {"failed_calls": 3},
    "EMAIL_BOUNCED": {"dead_emails": 1},
    "ADDRESS_RETURNED": {"dead_addresses": 2},
    "DOCUMENT_EXPIRED": {"document_until": DAY - 1},
    "BIRTHDAY_ODD": {"birth": DAY + 1},
    "NAME_ODD": {"name": "未知"},
    "USCC_WRONG": {"is_org": True, "uscc": "91350100M000100Y40"},
    "DUPLICATE": {"has_pair": True},
    "SHARED_NUMBER": {"shares": 4},
    "STALE": {"confirmed": DAY - 731},
    "UNVERIFIED": {"verified_phones": 0},
    "IDENTITY_CLASH": {"clash": 1},
    "DEATH_CLASH": {"death": DAY},
}


def verdict(weights=None, **facts):
    given = {**SOUND, **facts}
    columns = {name: np.array([given[name]], dtype=object) for name in TEXTS}
    columns |= {name: np.array([given[name]], dtype=np.bool_) for name in FLAGS}
    columns |= {name: np.array([given[name]], dtype=np.int64) for name in NUMBERS}
    return judge(columns, weights or Weights(), TODAY)


def test_a_sound_record_has_a_hundred():
    found = verdict()

    assert (found.masks[0], found.scores[0], found.levels[0]) == (0, 100, "GOOD")


@pytest.mark.parametrize("code", CODES)
def test_each_fact_brings_its_finding_alone_and_costs_its_weight(code):
    found = verdict(**WRONG[code])

    finding = BY_CODE[code]
    assert codes_of(int(found.masks[0])) == [code]
    assert found.dimensions[finding.dimension][0] == 100 - finding.weight
    share = Weights().dimensions[finding.dimension]
    assert found.scores[0] == (100 * 100 - finding.weight * share) // 100


@pytest.mark.parametrize("code", [finding.code for finding in FINDINGS if finding.kinds == "P"])
def test_what_concerns_persons_is_not_asked_of_organisations(code):
    assert code not in codes_of(int(verdict(**WRONG[code], is_org=True).masks[0]))


@pytest.mark.parametrize(
    "name, is_org, odd",
    [
        ("欧阳娜娜", False, False),
        ("阿依古丽·买买提", False, False),
        ("John Smith", False, False),
        ("张三2", False, True),
        ("测试客户", False, True),
        ("李??", False, True),
        ("360科技有限公司", True, False),
        ("测试公司", True, True),
    ],
)
def test_made_up_names(name, is_org, odd):
    assert ("NAME_ODD" in codes_of(int(verdict(name=name, is_org=is_org).masks[0]))) is odd


def test_putting_something_right_never_lowers_the_score():
    draw = random.Random(11)
    for _ in range(300):
        weights = Weights(
            dimensions={name: draw.randrange(101) for name in Weights().dimensions} | {"complete": 1},
            findings={code: draw.randrange(101) for code in CODES},
        )
        codes = draw.sample(CODES, draw.randrange(1, len(CODES)))
        fixed = draw.choice(codes)
        before, after = score(np.array([mask_of(codes), mask_of(codes) & ~BITS[fixed]]), weights).scores
        assert 0 <= before <= after <= 100


def test_putting_a_fact_right_never_lowers_the_score():
    draw = random.Random(12)
    for _ in range(200):
        wrong = dict(pair for code in draw.sample(CODES, 5) for pair in WRONG[code].items())
        fixed = {name: value for name, value in wrong.items() if name != draw.choice(list(wrong))}
        fixed["is_org"] = wrong.get("is_org", False)
        if fixed.get("usable_phones", 1) and "verified_phones" in fixed and "usable_phones" in wrong:
            # A number that is entered is confirmed with it.
            del fixed["verified_phones"]
        assert verdict(**wrong).scores[0] <= verdict(**fixed).scores[0]


def test_weights_are_kept_and_read_and_checked():
    weights = Weights(good_from=96, task_findings=("STALE",))

    assert from_json(to_json(weights)) == weights
    assert faults(weights) == []
    wrong = Weights(
        dimensions=dict.fromkeys(Weights().dimensions, 0),
        findings={**Weights().findings, "STALE": 101, "X": 1},
        good_from=80,
        fair_from=90,
        shared_by=1,
        task_findings=("Y",),
    )
    assert {(field, code.removeprefix("quality_rules.")) for field, code, _params in faults(wrong)} == {
        ("shared_by", "out_of_bounds"),
        ("STALE", "out_of_bounds"),
        ("X", "unknown"),
        ("complete", "no_weight"),
        ("good_from", "levels_order"),
        ("task_findings", "unknown"),
    }


def test_the_supplier_is_the_nearest_that_is_known():
    assert supplier_of("HIS", 7, "EVENT", "ONLINE") == "key:HIS"
    assert supplier_of("", 7, "EVENT", "ONLINE") == "partner:7"
    assert supplier_of("", None, "EVENT", "ONLINE") == "from:EVENT"
    assert supplier_of("", None, "", "ONLINE") == "channel:ONLINE"
    assert supplier_of("", None, "", "") == ""
