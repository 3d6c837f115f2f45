"""Resident identity numbers and the permits of the same build (domain.md G, CUS-3)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.codes import Sex
from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers import current_counties, make_resident_id, parse_resident_id
from keyuan.kernel.identifiers.resident_id import ResidentId, ResidentKind, upgrade

SOUND = "11010519491231002X"
IDS = st.builds(
    make_resident_id,
    st.sampled_from(current_counties()),
    st.dates(date(1900, 1, 1), date(2025, 1, 1)),
    st.integers(0, 999),
)


def refusal_of(text, **known):
    with pytest.raises(Refused) as refusal:
        parse_resident_id(text, field="identity_number", **known)
    assert refusal.value.field == "identity_number"
    return refusal.value.code, dict(refusal.value.params)


def test_a_sound_number_tells_birth_date_sex_and_region():
    assert parse_resident_id(SOUND) == ResidentId(SOUND, date(1949, 12, 31), Sex.FEMALE, "110105", ResidentKind.CITIZEN)
    assert parse_resident_id("440524188001010014").sex is Sex.MALE
    assert parse_resident_id("440524188001010014").birth_on == date(1880, 1, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105491231002",
    ],
)
def test_every_way_of_typing_it_gives_the_same_number(typed):
    assert parse_resident_id(typed).number == SOUND


@pytest.mark.parametrize(
    "_case, text, code, params",
    [
        ("empty", "", "resident_id.empty", {}),
        ("short", "1101051949123100", "resident_id.length", {"length": 16, "expected": 18}),
        ("long", SOUND + "1", "resident_id.length", {"length": 19, "expected": 18}),
        ("letter O", "11O10519491231002X", "resident_id.character", {"position": 3}),
        ("X inside", "1101051949123100XX", "resident_id.character", {"position": 17}),
        ("odd last", "11010519491231002Y", "resident_id.character", {"position": 18}),
        ("letter in old number", "11010549123100X", "resident_id.character", {"position": 15}),
        ("month 13", "110105194913310021", "resident_id.date", {"position": 7}),
        ("29 Feb of a common year", "110105195002290021", "resident_id.date", {"position": 7}),
        ("checksum", "110105194912310021", "resident_id.checksum", {"position": 18}),
        ("Chinese digits", "一二三四五六七八九十一二三四五六七八", "resident_id.character", {"position": 1}),
        ("other digits", "11010519491231002٣", "resident_id.character", {"position": 18}),
    ],
)
def test_a_wrong_number_is_refused_with_place_and_reason(_case, text, code, params):
    assert refusal_of(text) == (code, params)


def test_what_is_known_of_the_person_must_agree():
    assert refusal_of(SOUND, sex=Sex.MALE) == ("resident_id.sex_mismatch", {})
    assert refusal_of(SOUND, birth_on=date(1949, 12, 30)) == ("resident_id.birth_mismatch", {})
    assert parse_resident_id(SOUND, sex=Sex.FEMALE, birth_on=date(1949, 12, 31)).number == SOUND
    assert parse_resident_id(SOUND, sex=Sex.UNKNOWN).number == SOUND


def test_nobody_is_born_in_the_future():
    unborn = make_resident_id("110105", date(2026, 1, 2), 1)

    assert refusal_of(unborn, today=date(2026, 1, 1)) == ("resident_id.future", {"position": 7})
    assert parse_resident_id(unborn, today=date(2026, 1, 2)).birth_on == date(2026, 1, 2)


def test_an_unknown_region_is_a_warning_and_no_refusal():
    assert parse_resident_id(make_resident_id("119999", date(1980, 1, 1), 1)).warnings == ("resident_id.region",)


@pytest.mark.parametrize(
    "region, kind",
    [
        ("810000", ResidentKind.HK_MACAO_TAIWAN),
        ("820000", ResidentKind.HK_MACAO_TAIWAN),
        ("830000", ResidentKind.HK_MACAO_TAIWAN),
        ("911840", ResidentKind.FOREIGNER),
        ("440305", ResidentKind.CITIZEN),
    ],
)
def test_permits_of_the_same_build_are_accepted_without_warning(region, kind):
    parsed = parse_resident_id(make_resident_id(region, date(1980, 1, 1), 12))

    assert (parsed.kind, parsed.warnings) == (kind, ())


def test_fifteen_digits_are_brought_to_eighteen_characters():
    assert upgrade("110105491231002") == SOUND


@given(IDS)
def test_made_numbers_are_sound(number):
    parsed = parse_resident_id(number)

    assert parsed.number == number
    assert parsed.warnings == ()


@given(IDS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_refused(number, place, shift):
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]

    with pytest.raises(Refused):
        parse_resident_id(wrong)
