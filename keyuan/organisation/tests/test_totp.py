"""Time-based codes against the vectors of RFC 6238 and RFC 4226 (PLT-5)."""

import pytest

from keyuan.organisation.rules import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    "seconds, code",
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_of_rfc_6238(seconds, code):
    assert totp.code_at(SECRET, totp.step_at(seconds), digits=8) == code


@pytest.mark.parametrize("counter, code", [(0, "755224"), (1, "287082"), (5, "254676"), (9, "520489")])
def test_codes_of_rfc_4226(counter, code):
    assert totp.code_at(SECRET, counter) == code


@pytest.mark.parametrize("shift, accepted", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(shift, accepted):
    code = totp.code_at(SECRET, 1000 + shift)

    assert (totp.matching_step(SECRET, code, 1000 * 30) == 1000 + shift) is accepted


@pytest.mark.parametrize("last_step, found", [(999, 1000), (1000, None), (1001, None)])
def test_a_step_up_to_the_last_one_used_does_not_count(last_step, found):
    code = totp.code_at(SECRET, 1000)

    assert totp.matching_step(SECRET, code, 1000 * 30, last_step=last_step) == found


def test_the_typed_form_of_a_secret_reads_back():
    assert totp.from_base32(totp.as_base32(SECRET)) == SECRET
    assert totp.from_base32(totp.as_base32(b"1234567")) == b"1234567"
