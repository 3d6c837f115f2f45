"""Telephone numbers (domain.md G, CUS-3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers import Phone, PhoneKind, parse_phone

MOBILE, FIXED, SERVICE, UNKNOWN = PhoneKind


@pytest.mark.parametrize(
    "text, phone",
    [
        ("18612341402", Phone("18612341402", MOBILE)),
        ("186 1234 1402", Phone("18612341402", MOBILE)),
        ("+86 186-1234-1402", Phone("18612341402", MOBILE)),
        ("008618612341402", Phone("18612341402", MOBILE)),
        ("8618612341402", Phone("18612341402", MOBILE)),
        ("１８６１２３４１４０２", Phone("18612341402", MOBILE)),
        ("17012345678", Phone("17012345678", MOBILE)),
        ("19912345678", Phone("19912345678", MOBILE)),
        ("010-62345678", Phone("010-62345678", FIXED)),
        ("(010) 6234 5678", Phone("010-62345678", FIXED)),
        ("+86 10 62345678", Phone("010-62345678", FIXED)),
        ("0086-0755-82345678", Phone("0755-82345678", FIXED)),
        ("07558234567", Phone("0755-8234567", FIXED)),
        ("010-62345678-801", Phone("010-62345678-801", FIXED)),
        ("010-62345678转801", Phone("010-62345678-801", FIXED)),
        ("010-62345678 ext.801", Phone("010-62345678-801", FIXED)),
        ("400-800-1234", Phone("4008001234", SERVICE)),
        ("+86 4008001234", Phone("4008001234", SERVICE)),
        ("95519", Phone("95519", SERVICE)),
        ("12378", Phone("12378", SERVICE)),
        ("+852 9123 4567", Phone("+85291234567", MOBILE, "HK")),
        ("+852 2123 4567", Phone("+85221234567", FIXED, "HK")),
        ("+853 6612 3456", Phone("+85366123456", MOBILE, "MO")),
        ("+853 2812 3456", Phone("+85328123456", FIXED, "MO")),
        ("+886 912 345 678", Phone("+886912345678", MOBILE, "TW")),
        ("+886 0912 345 678", Phone("+886912345678", MOBILE, "TW")),
        ("00886-2-2720-8889", Phone("+886227208889", FIXED, "TW")),
        ("+1 (415) 555-2671", Phone("+14155552671", UNKNOWN, "")),
    ],
)
def test_a_number_has_one_normal_form(text, phone):
    assert parse_phone(text) == phone
    assert parse_phone(phone.number) == phone


@pytest.mark.parametrize(
    "text, code, params",
    [
        ("", "phone.empty", {}),
        ("1861234140", "phone.mobile_length", {"length": 10, "expected": 11}),
        ("186123414022", "phone.mobile_length", {"length": 12, "expected": 11}),
        ("186****1402", "phone.character", {"position": 4}),
        ("1861234140O", "phone.character", {"position": 11}),
        ("62345678", "phone.area_code", {}),
        ("021-6234567", "phone.pattern", {}),
        ("0010", "phone.pattern", {}),
        ("+852 1234", "phone.abroad", {"country": "852"}),
        ("+0123456789", "phone.pattern", {}),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(text, code, params):
    with pytest.raises(Refused) as refusal:
        parse_phone(text, field="phone")

    assert (refusal.value.code, refusal.value.field, dict(refusal.value.params)) == (code, "phone", params)


@given(st.text("0123456789+- 转#x()", max_size=20))
def test_whatever_is_accepted_is_its_own_normal_form(text):
    try:
        number = parse_phone(text).number
    except Refused:
        return

    assert parse_phone(number).number == number
