"""Rules of call-backs: who is owed one and until when, what results do, what questions ask (SRV-8, domain.md §A.4)."""

from datetime import date

import pytest

from keyuan.policies.rules.dates import cooling_off_end
from keyuan.service.rules.follow_ups import due, plans, questions, results, script
from keyuan.service.rules.follow_ups.questions import MATCH, Question, Situation

SIGNED = date(2025, 3, 1)
CONTRACT = due.Contract(
    "IN_FORCE", "CRITICAL_ILLNESS", False, None, "O", SIGNED, date(9999, 12, 31), True, SIGNED, date(2025, 3, 16)
)


def contract(**changes):
    values = {name: getattr(CONTRACT, name) for name in CONTRACT.__slots__} | changes
    return due.Contract(**values)


@pytest.mark.parametrize(
    "days, last",
    [(10, date(2025, 3, 11)), (15, date(2025, 3, 16)), (20, date(2025, 3, 21)), (0, date(2025, 3, 16))],
)
def test_the_last_day_is_that_of_the_cooling_off_period(days, last):
    assert due.last_day(SIGNED, cooling_off_end(SIGNED, days)) == last


@pytest.mark.parametrize(
    "changes, is_owed",
    [
        ({}, True),
        ({"receipt_on": None}, False),
        ({"status": "TERMINATED"}, False),
        ({"status": "NOT_EFFECTIVE"}, True),
        ({"kind": "MOTOR"}, False),
        ({"is_group": True}, False),
        ({"term": 1, "term_unit": "Y"}, False),
        ({"term": 2, "term_unit": "Y"}, True),
        ({"term": 12, "term_unit": "M"}, False),
        ({"term": 13, "term_unit": "M"}, True),
        ({"term": 365, "term_unit": "D"}, False),
        ({"term": 60, "term_unit": "A", "expires_on": date(2040, 1, 1)}, True),
        ({"term_unit": "", "expires_on": date(2026, 2, 28)}, False),
        ({"term_unit": "", "expires_on": date(2026, 3, 1)}, True),
        ({"term_unit": "", "expires_on": None}, True),
        ({"term_unit": "", "expires_on": None, "is_long_term": False}, False),
    ],
)
def test_who_is_owed_a_call(changes, is_owed):
    assert due.is_owed(contract(**changes)) is is_owed


@pytest.mark.parametrize(
    "result, source, failed, target",
    [
        ("SUCCESS", "WAITING", 0, "DONE"),
        ("SUCCESS", "RECHECK", 0, "DONE"),
        ("SUCCESS", "LETTER", 3, "DONE"),
        ("SUCCESS", "PROBLEM", 0, None),
        ("SUCCESS", "DONE", 0, None),
        ("NO_ANSWER", "WAITING", 0, "WAITING"),
        ("NO_ANSWER", "WAITING", 1, "WAITING"),
        ("NO_ANSWER", "WAITING", 2, "LETTER_DUE"),
        ("NO_ANSWER", "APPOINTED", 0, "WAITING"),
        ("NO_ANSWER", "RECHECK", 0, "RECHECK"),
        ("NO_ANSWER", "LETTER", 0, None),
        ("WRONG_NUMBER", "WAITING", 0, "LETTER_DUE"),
        ("REFUSED", "WAITING", 0, "LETTER_DUE"),
        ("APPOINTED", "WAITING", 0, "APPOINTED"),
        ("APPOINTED", "WAITING", 2, "APPOINTED"),
        ("PROXY_ANSWERED", "WAITING", 0, "WAITING"),
        ("PROXY_ANSWERED", "WAITING", 2, "LETTER_DUE"),
        ("PROBLEM", "WAITING", 0, "PROBLEM"),
        ("PROBLEM", "RECHECK", 0, "PROBLEM"),
        ("PROBLEM", "PROBLEM", 0, None),
        ("FOREIGN_LANGUAGE", "WAITING", 0, "WAITING"),
        ("FOREIGN_LANGUAGE", "WAITING", 2, "LETTER_DUE"),
        ("LETTER_SENT", "LETTER_DUE", 3, "LETTER"),
        ("LETTER_SENT", "WAITING", 0, "LETTER"),
        ("LETTER_SENT", "PROBLEM", 0, None),
        ("NONSENSE", "WAITING", 0, None),
    ],
)
def test_results_lead_where_the_table_says(result, source, failed, target):
    assert results.target_of(result, source, failed, 3) == target


@pytest.mark.parametrize("source", sorted(results.ENDED | {"PROBLEM"}))
def test_what_is_over_or_waits_for_an_order_has_no_result(source):
    assert results.results_from(source) == ()


@pytest.mark.parametrize(
    "design, regular, simplified, keys",
    [
        ("ORDINARY", True, False, "BIRTH IDENTITY PURCHASE DOCUMENTS COVER SURRENDER COOLING_OFF PAYMENT REMARK"),
        ("ORDINARY", False, False, "BIRTH IDENTITY PURCHASE DOCUMENTS COVER SURRENDER COOLING_OFF REMARK"),
        ("PARTICIPATING", False, True, "BIRTH IDENTITY PURCHASE COOLING_OFF BONUS REMARK"),
        ("UNIVERSAL", False, True, "BIRTH IDENTITY PURCHASE COOLING_OFF UNIVERSAL REMARK"),
        ("UNIT_LINKED", True, True, "BIRTH IDENTITY PURCHASE COOLING_OFF UNIT_LINKED REMARK"),
    ],
)
def test_seven_questions_and_those_of_the_design(design, regular, simplified, keys):
    found = questions.asked(script.NEW_CONTRACT, Situation(design, regular, simplified), {})

    assert [question.key for question in found] == keys.split()


def test_a_questionnaire_is_complete_with_every_answer_as_required():
    situation = Situation("ORDINARY", False, True)
    answers = {"BIRTH": [MATCH], "IDENTITY": ["YES"], "PURCHASE": ["NO"]}

    assert questions.missing(script.NEW_CONTRACT, situation, answers) == (["COOLING_OFF"], ["PURCHASE"])
    answers |= {"PURCHASE": ["YES"], "COOLING_OFF": ["YES"]}
    assert questions.missing(script.NEW_CONTRACT, situation, answers) == ([], [])
    assert questions.missing(script.NEW_CONTRACT, situation, answers | {"BIRTH": ["DIFFERS"]}) == ([], ["BIRTH"])


def test_a_question_is_skipped_unless_the_one_before_was_answered_so():
    keys = [[question.key for question in questions.asked(script.SATISFACTION, Situation(), {"SOLVED": [code]})]
            for code in ("YES", "NO")]  # fmt: skip

    assert keys == [["SCORE", "SOLVED", "REMARK"], ["SCORE", "SOLVED", "WHY", "REMARK"]]


YES_NO = (("Y", "是"), ("N", "否"))


@pytest.mark.parametrize(
    "question, value, code",
    [
        (Question("A", "SINGLE", "?", options=YES_NO), ["Y"], ""),
        (Question("A", "SINGLE", "?", options=YES_NO), ["Y", "N"], "follow_up.answer"),
        (Question("A", "SINGLE", "?", options=YES_NO), ["X"], "follow_up.answer"),
        (Question("A", "MULTIPLE", "?", options=YES_NO), ["Y", "N"], ""),
        (Question("A", "SCALE", "?"), ["10"], ""),
        (Question("A", "SCALE", "?"), ["11"], "follow_up.scale"),
        (Question("A", "SCALE", "?"), ["-1"], "follow_up.scale"),
        (Question("A", "TEXT", "?"), ["话" * 1000], ""),
        (Question("A", "TEXT", "?"), ["话" * 1001], "follow_up.text_long"),
        (Question("A", "BIRTH", "?"), ["1990-01-01"], "follow_up.answer"),
        (Question("A", "TEXT", "?"), [], ""),
    ],
)
def test_answers_that_cannot_be_are_named(question, value, code):
    assert questions.problem_of(question, value) == code


@pytest.mark.parametrize(
    "made, code",
    [
        ((), "questionnaire.empty"),
        ((Question("A", "SINGLE", "?", options=YES_NO), Question("A", "TEXT", "?")), "questionnaire.key"),
        ((Question("A", "MATRIX", "?"),), "questionnaire.kind"),
        ((Question("A", "TEXT", " "),), "questionnaire.text"),
        ((Question("A", "SINGLE", "?", options=YES_NO[:1]),), "questionnaire.options"),
        ((Question("A", "SINGLE", "?", options=YES_NO, wanted=("Z",)),), "questionnaire.wanted"),
        ((Question("A", "TEXT", "?", after="B", after_in=("Y",)),), "questionnaire.after"),
    ],
)
def test_a_questionnaire_that_cannot_be_is_refused(made, code):
    assert [fault.code for fault in questions.faults(made)] == [code]


@pytest.mark.parametrize("made", [script.NEW_CONTRACT, script.SATISFACTION, script.SERVICE_VISIT, script.RETENTION])
def test_what_ships_is_sound_and_reads_back(made):
    assert questions.faults(made) == []
    assert questions.read(questions.write(made)) == made


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"name": ""}, "name"), ({"trigger": "X"}, "trigger"), ({"ways": ()}, "ways"),
        ({"ways": ("PHONE", "SMS")}, "ways"), ({"ways": ("EMAIL", "PHONE")}, "ways"), ({"ways": ("SMS",)}, "ways"),
        ({"wait_days": 0}, "wait_days"), ({"trigger": "SURRENDER_ATTEMPT", "items": (), "categories": ()}, "items"),
        ({"attempts": 0}, "attempts"), ({"resample_percent": 101}, "resample_percent"),
        ({"trigger": "AFTER_PURCHASE"}, "delay_days"),
        ({"active_from": "2026-02-01", "active_until": "2026-01-01"}, "active_until"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(changes, field):
    plan = plans.Plan(**{"name": "回访", "trigger": "RECEIPT", "questionnaire": "NEW_CONTRACT"} | changes)

    assert [name for _code, name in plans.faults(plan)] == [field]
    assert plans.read(plans.write(plan)) == plan
