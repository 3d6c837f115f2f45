"""New business as rules: states, clocks, suitability, declaration (POL-10, domain.md §0.2, §A.1, §A.2, §D.3)."""

from dataclasses import replace
from datetime import date
from itertools import product as pairs

import pytest

from keyuan.kernel.calendars import WEEKENDS
from keyuan.kernel.errors import Refused
from keyuan.policies.rules.applications import declaration as declaring
from keyuan.policies.rules.applications.clocks import due_after, stale_on
from keyuan.policies.rules.applications.declaration import Answer, Asked
from keyuan.policies.rules.applications.states import ACT_OF, STEPS, Conclusion, State, acts_from, step_of
from keyuan.policies.rules.applications.suitability import Need, Offered, Papers, mismatches, submission_refusals

MONDAY = date(2026, 3, 16)
ACTS = sorted({step.act for step in STEPS})
LEGAL = {(step.act, step.source) for step in STEPS}


@pytest.mark.parametrize("act, source", list(pairs(ACTS, State)))
def test_every_pair_that_is_absent_is_refused(act, source):
    if (act, source) in LEGAL:
        assert step_of(act, source).source == source
        return
    with pytest.raises(Refused) as refused:
        step_of(act, source)
    assert refused.value.code == "application.no_such_step"


def test_ends_are_ends_and_every_conclusion_has_its_act():
    ends = [state for state in State if not acts_from(state)]

    assert ends == [State.ISSUED, State.DECLINED, State.WITHDRAWN, State.CANCELLED]
    assert {step_of(act, State.UNDERWRITING).act for act in ACT_OF.values()} == set(ACT_OF.values())
    assert set(ACT_OF) == set(Conclusion)


@pytest.mark.parametrize("state, examined, clock, on", [
    (State.SUBMITTED, False, "DL-UW-FIX", date(2026, 3, 23)),
    (State.UNDERWRITING, False, "DL-ISSUE", date(2026, 4, 6)),
    (State.UNDERWRITING, True, "DL-UW-RES", date(2026, 4, 6)),
    (State.ACCEPTED, False, "DL-ISSUE", date(2026, 4, 6)),
])  # fmt: skip
def test_duties_count_working_days(state, examined, clock, on):
    due = due_after(state, MONDAY, WEEKENDS, examined=examined)

    assert due is not None
    assert (due.clock, due.on) == (clock, on)


def test_only_what_waits_for_others_grows_stale():
    assert due_after(State.OFFERED, MONDAY, WEEKENDS) is None
    assert stale_on(State.RETURNED, MONDAY) == date(2026, 4, 16)
    assert stale_on(State.UNDERWRITING, MONDAY) is None


OFFER = Offered("LIFE", "ORDINARY", 2, ("LIFE",), 1_000_000, 40)
NEED = Need(("LIFE",), 20_000_000, 1_500_000, 3)


@pytest.mark.parametrize("_case, need, offer, codes", [
    ("suits", {}, {}, []),
    ("other need", {"purposes": ("PENSION",)}, {}, ["suit.need"]),
    ("over budget", {"budget": 999_999}, {}, ["suit.budget"]),
    ("a fifth of the income", {"yearly_income": 5_000_000}, {}, []),
    ("more than a fifth", {"yearly_income": 4_999_999}, {}, ["suit.income"]),
    ("medical twice", {}, {"kind": "MEDICAL", "has_same_cover": True}, ["suit.duplicate"]),
    ("life twice is no double", {}, {"has_same_cover": True}, []),
    ("too risky", {}, {"design": "UNIT_LINKED"}, ["suit.risk"]),
    ("old and complex", {}, {"holder_age": 65, "complexity": 3}, ["suit.senior"]),
])  # fmt: skip
def test_what_does_not_suit(_case, need, offer, codes):
    assert mismatches(replace(NEED, **need), replace(OFFER, **offer)) == codes


SOUND = Papers("LIFE", "ORDINARY", "00", 40, 10_000_000, is_need_told=True, is_signed=True)


@pytest.mark.parametrize("_case, papers, codes", [
    ("sound", {}, []),
    ("friend", {"relation": "12"}, ["application.no_interest", "application.no_consent"]),
    ("friend who agrees", {"relation": "12", "interest_agreed": True, "insured_agreed": True}, []),
    ("spouse without consent", {"relation": "01"}, ["application.no_consent"]),
    ("own minor child", {"relation": "03", "insured_age": 17}, []),
    ("own grown child", {"relation": "03", "insured_age": 18}, ["application.no_consent"]),
    ("medical of a spouse", {"kind": "MEDICAL", "relation": "01"}, []),
    ("car of a friend", {"kind": "MOTOR", "relation": "12"}, []),
    ("participating", {"design": "PARTICIPATING"}, ["application.risk_untested", "application.risk_sentence"]),
    ("mismatch", {"mismatches": ("suit.need",)}, ["application.mismatch"]),
    ("insists", {"mismatches": ("suit.need",), "insists": True}, []),
    ("silent", {"unanswered": 2, "unexplained": 1, "is_signed": False, "is_need_told": False},
     ["application.need_missing", "application.unanswered", "application.unexplained", "application.unsigned"]),
])  # fmt: skip
def test_what_is_missing_before_handing_in(_case, papers, codes):
    assert [error.code for error in submission_refusals(replace(SOUND, **papers))] == codes


YES_NO = ("HOSPITAL", "DISEASE", "SMOKER")
QUESTIONS = [
    *(Asked(code, "YES_NO", adverse=("YES",)) for code in YES_NO),
    Asked("HEIGHT", "NUMBER", low=100, high=220, asks_detail=False), Asked("WEIGHT", "NUMBER", asks_detail=False),
    Asked("CIGARETTES", "NUMBER", high=20), Asked("PREGNANT", "YES_NO", adverse=("YES",), sex="2"),
]  # fmt: skip
HEALTHY = {"HOSPITAL": "NO", "DISEASE": "NO", "SMOKER": "NO", "HEIGHT": "175", "WEIGHT": "70", "CIGARETTES": "0"}


def answers(**more):
    return {code: Answer(value) for code, value in (HEALTHY | more).items()}


@pytest.mark.parametrize("_case, said, former, claims, codes", [
    ("healthy", {}, {}, False, []),
    ("stay without illness", {"HOSPITAL": "YES"}, {}, False, ["doubt.pair"]),
    ("heavy", {"WEIGHT": "95"}, {}, False, ["doubt.body_mass"]),
    ("smokes after all", {"CIGARETTES": "5"}, {}, False, ["doubt.smoking"]),
    ("otherwise before", {}, {"DISEASE": Answer("YES")}, False, ["doubt.former"]),
    ("claimed before", {}, {}, True, ["doubt.claims"]),
])  # fmt: skip
def test_what_does_not_fit_together(_case, said, former, claims, codes):
    asked = declaring.asked_of(QUESTIONS, "1")

    assert [doubt.code for doubt in declaring.doubts(asked, answers(**said), former, had_claims=claims)] == codes


def test_answers_are_sound_explained_and_adverse():
    asked = declaring.asked_of(QUESTIONS, "1")
    said = answers(HOSPITAL="YES", CIGARETTES="30", SMOKER="maybe")

    assert len(asked) == 6
    assert declaring.unanswered(asked, said) == ["SMOKER"]
    assert declaring.adverse_codes(asked, said) == ["HOSPITAL", "CIGARETTES"]
    assert declaring.unexplained(asked, said) == ["HOSPITAL", "CIGARETTES"]
    assert declaring.from_json(declaring.to_json(said)) == said
