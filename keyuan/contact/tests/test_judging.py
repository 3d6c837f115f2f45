"""Whether a customer may be contacted, why not, and from when on (MKT-9; domain.md D.1)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from keyuan.contact.rules.judging import (
    Agreed,
    Asked,
    Contact,
    Facts,
    Peace,
    Refusal,
    Reserved,
    good_until,
    is_child,
    judge,
    quiet_until,
)  # fmt: skip
from keyuan.contact.rules.purposes import DEFAULT_PURPOSES, excess
from keyuan.contact.rules.terms import DEFAULT_RULES, Cap, Quiet, from_json, problems, to_json

#: Monday, 10:00 in Beijing.
AT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
SELL = Asked(DEFAULT_PURPOSES["MARKETING"], "PHONE", unit_id=7)
CARE = Asked(DEFAULT_PURPOSES["CARE"], "SMS", unit_id=7)
SERVE = Asked(DEFAULT_PURPOSES["SERVICE"], "PHONE", unit_id=7)
NOTICE = Asked(DEFAULT_PURPOSES["NOTICE"], "PHONE", unit_id=7)


def willing(**more):
    """Facts of a customer who agreed to be called for marketing."""
    return Facts(agreed=[Agreed("MARKETING", "PHONE")], **more)


def sold(days_ago, unit=7, **more):
    """A sales call so many days before AT."""
    values = {
        "id": int(days_ago * 10) + 1,
        "kind": "SALES",
        "channel": "PHONE",
        "rank": 0,
        "priority": 2,
        "is_used": True,
    }
    return Contact(at=AT - timedelta(days=days_ago), unit_id=unit, **{**values, **more})


def codes(verdict):
    return [block.code for block in verdict.blocks]


@pytest.mark.parametrize("_case, asked, facts, expected", [
    ("a willing customer", SELL, willing(), []),
    ("service needs no consent", SERVE, Facts(), []),
    ("nobody agreed", SELL, Facts(), ["no_consent"]),
    ("agreed to another channel", SELL, Facts(agreed=[Agreed("MARKETING", "SMS")]), ["no_consent"]),
    ("agreed to every channel", SELL, Facts(agreed=[Agreed("MARKETING", "")]), []),
    ("consent ran out", SELL, Facts(agreed=[Agreed("MARKETING", "PHONE", date(2026, 3, 15))]), ["consent_expired"]),
    ("its last day", SELL, Facts(agreed=[Agreed("MARKETING", "PHONE", date(2026, 3, 16))]), []),
    ("a child without guardian", SELL, willing(born_on=date(2012, 3, 17)), ["no_guardian"]),
    ("fourteen today", SELL, willing(born_on=date(2012, 3, 16)), []),
    ("a child with a guardian", SELL,
     Facts(born_on=date(2015, 1, 1), agreed=[Agreed("MARKETING", "PHONE", by_guardian=True)]), []),
    ("deceased", SELL, willing(is_gone=True), ["customer_gone"]),
    ("papers of the deceased are served", SERVE, Facts(is_gone=True), []),
    ("refused selling", SELL, willing(refusals=[Refusal("SALES", "", date(2026, 9, 16))]), ["do_not_contact"]),
    ("refused selling, served", SERVE, Facts(refusals=[Refusal("SALES", "", date(2026, 9, 16))]), []),
    ("refused selling, congratulated", CARE, Facts(refusals=[Refusal("SALES", "", date(2026, 9, 16))]), []),
    ("refused both", CARE, Facts(refusals=[Refusal("PROMOTION", "", date(2026, 9, 16))]), ["do_not_contact"]),
    ("refused everything", SERVE, Facts(refusals=[Refusal("ALL", "", date(2026, 9, 16))]), ["do_not_contact"]),
    ("what the law demands", NOTICE, Facts(refusals=[Refusal("ALL", "", date(2026, 9, 16))]), []),
    ("refused another channel", SELL, willing(refusals=[Refusal("SALES", "SMS", date(2026, 9, 16))]), []),
    ("the refusal has ended", SELL, willing(refusals=[Refusal("SALES", "", date(2026, 3, 15))]), []),
    ("a claim is open", SELL, willing(holds=[Peace("CLAIM", None)]), ["open_claim"]),
    ("a claim is open, greeted", CARE, Facts(holds=[Peace("CLAIM", None)]), ["open_claim"]),
    ("a claim is open, served", SERVE, Facts(holds=[Peace("CLAIM", None)]), []),
    ("a complaint is open", SELL, willing(holds=[Peace("COMPLAINT", None)]), ["open_complaint"]),
    ("bereaved, greeted", CARE, Facts(holds=[Peace("BEREAVED", AT - timedelta(days=100))]), ["bereaved"]),
    ("rest days", SELL, willing(holds=[Peace("COMPLAINT", AT - timedelta(days=29))]), ["resting"]),
    ("rested", SELL, willing(holds=[Peace("COMPLAINT", AT - timedelta(days=30))]), []),
    ("reserved for others", SELL, willing(reserved=[Reserved(8, None, AT + timedelta(days=3))]), ["reserved"]),
    ("reserved for us", SELL, willing(reserved=[Reserved(7, None, AT + timedelta(days=3))]), []),
    ("reserved for another post", SELL, willing(reserved=[Reserved(7, 5, AT + timedelta(days=3))]), ["reserved"]),
    ("reservation over", SELL, willing(reserved=[Reserved(8, None, AT)]), []),
    ("third call of the week", SELL, willing(contacts=[sold(1), sold(2)]), []),
    ("fourth call of the week", SELL, willing(contacts=[sold(1), sold(2), sold(3)]), ["over_budget"]),
    ("the oldest is a week old", SELL, willing(contacts=[sold(1), sold(2), sold(7)]), []),
    ("service is not counted", SERVE, Facts(contacts=[sold(1), sold(2), sold(3)]), []),
    ("another unit was here", SELL, willing(contacts=[sold(2, unit=8)]), ["other_unit"]),
    ("another unit, long ago", SELL, willing(contacts=[sold(7, unit=8)]), []),
    ("several reasons", SELL, Facts(refusals=[Refusal("SALES", "", date(2026, 9, 16))], holds=[Peace("CLAIM", None)]),
     ["do_not_contact", "no_consent", "open_claim"]),
    ("a use of data is no contact", Asked(DEFAULT_PURPOSES["PROFILING"], "PHONE"), Facts(),
     ["purpose_closed", "no_consent"]),
])  # fmt: skip
def test_reasons(_case, asked, facts, expected):
    assert codes(judge(asked, facts, DEFAULT_RULES, AT)) == expected


@pytest.mark.parametrize("_case, local_hour, minute, expected", [
    ("just before nine", 8, 59, 9), ("nine", 9, 0, None), ("just before nine in the evening", 20, 59, None),
    ("nine in the evening", 21, 0, 33), ("midnight", 0, 0, 9),
])  # fmt: skip
def test_the_law_s_quiet_hours(_case, local_hour, minute, expected):
    midnight = datetime(2026, 3, 15, 16, 0, tzinfo=UTC)
    at = midnight + timedelta(hours=local_hour, minutes=minute)

    verdict = judge(SELL, willing(), DEFAULT_RULES, at)

    assert codes(verdict) == ([] if expected is None else ["quiet_hours"])
    assert verdict.next_at == (None if expected is None else midnight + timedelta(hours=expected))


@pytest.mark.parametrize("_case, asked, expected", [
    ("a call about the contract", SERVE, ["quiet_hours"]), ("what the law demands", NOTICE, ["quiet_hours"]),
    ("by message", replace(NOTICE, channel="SMS"), []), ("the customer asked", replace(SERVE, on_request=True), []),
])  # fmt: skip
def test_nobody_is_rung_up_at_night_about_the_contract(_case, asked, expected):
    at = datetime(2026, 3, 15, 21, 14, tzinfo=UTC)

    verdict = judge(asked, Facts(), DEFAULT_RULES, at)

    assert codes(verdict) == expected
    assert verdict.next_at == (datetime(2026, 3, 16, 0, 0, tzinfo=UTC) if expected else None)


def test_rules_from_before_there_were_hours_of_service_keep_them():
    older = to_json(replace(DEFAULT_RULES, quiet=DEFAULT_RULES.quiet[:2]))

    assert from_json(older) == DEFAULT_RULES


def test_a_customer_who_asked_for_it_is_called_in_the_evening():
    at = datetime(2026, 3, 16, 14, 0, tzinfo=UTC)

    assert codes(judge(SELL, willing(), DEFAULT_RULES, at)) == ["quiet_hours"]
    assert codes(judge(replace(SELL, on_request=True), willing(), DEFAULT_RULES, at)) == []


def test_the_next_moment_is_free_of_every_reason():
    """Sunday evening, three calls in the week: Monday's budget frees at 10:00, but first the quiet hours end."""
    facts = willing(contacts=[sold(6.99), sold(2), sold(3)])
    facts.refusals.append(Refusal("SALES", "PHONE", date(2026, 3, 20)))

    verdict = judge(SELL, facts, DEFAULT_RULES, AT)

    assert codes(verdict) == ["do_not_contact", "over_budget"]
    assert verdict.next_at == datetime(2026, 3, 21, 1, 0, tzinfo=UTC)


def test_waiting_does_not_help_where_consent_is_missing():
    verdict = judge(SELL, Facts(contacts=[sold(1), sold(2), sold(3)]), DEFAULT_RULES, AT)

    assert codes(verdict) == ["no_consent", "over_budget"]
    assert verdict.next_at is None


@pytest.mark.parametrize("_case, rank, used, blocked, gone", [
    ("equals do not displace each other", 0, False, ["other_unit"], ()),
    ("who serves takes an unused permit", 2, False, [], (21,)),
    ("who serves follows a call that took place", 2, True, [], ()),
])  # fmt: skip
def test_units_in_conflict(_case, rank, used, blocked, gone):
    facts = willing(contacts=[sold(2, unit=8, is_used=used)])

    verdict = judge(replace(SELL, rank=rank), facts, DEFAULT_RULES, AT)

    assert codes(verdict) == blocked
    assert verdict.outranked == gone


def test_calls_to_one_number_count_whoever_owns_it():
    facts = willing(number=99, by_number=[sold(1, number=99), sold(2, number=99), sold(3, number=99)])

    assert codes(judge(SELL, facts, DEFAULT_RULES, AT)) == ["over_budget"]


def test_local_hours_hold_in_their_unit_only():
    rules = replace(DEFAULT_RULES, quiet=(*DEFAULT_RULES.quiet, Quiet("SALES", *_hours("12:00", "14:00"), (0,), "", 4)))
    noon = datetime(2026, 3, 16, 4, 30, tzinfo=UTC)

    assert codes(judge(SELL, willing(units=frozenset({4})), rules, noon)) == ["quiet_hours"]
    assert codes(judge(SELL, willing(units=frozenset({5})), rules, noon)) == []
    assert codes(judge(SELL, willing(units=frozenset({4})), rules, noon + timedelta(days=1))) == []


def _hours(*texts):
    return [datetime.strptime(text, "%H:%M").time() for text in texts]  # noqa: DTZ007 - a time of day


def test_quiet_hours_over_midnight_belong_to_the_evening():
    friday_night = Quiet("SALES", *_hours("22:00", "10:00"), weekdays=(4,))
    saturday = datetime(2026, 3, 21, 0, 0, tzinfo=UTC)

    assert quiet_until(friday_night, saturday) == datetime(2026, 3, 21, 2, 0, tzinfo=UTC)
    assert quiet_until(friday_night, saturday + timedelta(days=1)) is None


def test_a_permit_ends_when_the_quiet_hours_begin():
    assert good_until(SELL, Facts(), DEFAULT_RULES, AT) == datetime(2026, 3, 16, 13, 0, tzinfo=UTC)
    assert good_until(SERVE, Facts(), DEFAULT_RULES, AT) == AT + timedelta(hours=24)


def test_an_organisation_is_no_child():
    assert not is_child(Facts(is_person=False, born_on=date(2020, 1, 1)), AT)


def test_rules_survive_being_kept():
    assert from_json(to_json(DEFAULT_RULES)) == DEFAULT_RULES
    assert problems(DEFAULT_RULES) == []


@pytest.mark.parametrize("_case, change, field", [
    ("a term below the law's", {"dnc_months": 5}, "dnc_months"),
    ("quiet hours shorter than the law's", {"quiet": (Quiet("SALES", *_hours("22:00", "08:00")),)}, "quiet_SALES"),
    ("no quiet hours", {"quiet": ()}, "quiet_SALES"),
    ("a cap over no time", {"caps": (Cap("SALES", "PHONE", 3, 0),)}, "cap_SALES_PHONE"),
    ("permits that never end", {"permit_hours": 9999}, "permit_hours"),
])  # fmt: skip
def test_rules_that_may_not_be(_case, change, field):
    assert [name for name, _code, _params in problems(replace(DEFAULT_RULES, **change))] == [field]


def test_fields_beyond_a_purpose_are_named():
    marketing = DEFAULT_PURPOSES["MARKETING"]

    assert excess(marketing, ["name", "phone", "identity_number", "health", "unknown"]) == ["identity_number", "health"]
