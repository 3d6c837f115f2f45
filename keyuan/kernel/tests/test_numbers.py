"""Keyuan's own numbers (decision 13)."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.numbers import counter_of, is_valid, make_number, permute

COUNTERS = st.integers(0, 10**9 - 1)


@pytest.mark.parametrize("width", [2, 3, 4, 5])
def test_all_counters_of_a_width_are_permuted(width):
    images = [permute(counter, "KH", width) for counter in range(10**width)]

    assert sorted(images) == list(range(10**width))
    assert images != sorted(images)


@given(COUNTERS, st.sampled_from(["KH", "WO", "P"]))
def test_a_number_leads_back_to_its_counter(counter, prefix):
    number = make_number(prefix, counter)

    assert is_valid(number)
    assert len(number) == len(prefix) + 10
    assert counter_of(number) == counter


@given(COUNTERS, st.integers(0, 9), st.integers(1, 9))
def test_a_wrong_digit_is_caught(counter, place, shift):
    number = make_number("KH", counter)
    index = 2 + place
    wrong = number[:index] + str((int(number[index]) + shift) % 10) + number[index + 1 :]

    assert not is_valid(wrong)


@given(COUNTERS, st.integers(2, 10))
def test_two_swapped_neighbours_are_caught(counter, index):
    number = make_number("KH", counter)
    swapped = number[:index] + number[index + 1] + number[index] + number[index + 2 :]

    assert swapped == number or not is_valid(swapped)


def test_neighbouring_counters_have_no_constant_distance():
    images = [permute(counter, "KH", 9) for counter in range(100)]

    distances = {(after - before) % 10**9 for before, after in itertools.pairwise(images)}

    assert len(distances) == 99


def test_numbers_never_change_between_releases():
    assert [make_number("KH", counter) for counter in (0, 1)] == ["KH2771260444", "KH9296812335"]
    assert make_number("WO", 0, 6) == "WO8699642"


@pytest.mark.parametrize("text", ["", "KH", "KH1", "4170926384", "kh2771260444", "KH277126044４", "KH2771260445"])
def test_what_was_not_made_here_is_not_valid(text):
    assert not is_valid(text)
    with pytest.raises(ValueError, match="not a number"):
        counter_of(text)


@pytest.mark.parametrize(
    "prefix, counter, width", [("KH", 100, 2), ("KH", -1, 4), ("KH", 0, 1), ("k", 0, 4), ("客", 0, 4)]
)
def test_what_does_not_fit_is_a_mistake(prefix, counter, width):
    with pytest.raises(ValueError, match=r"fit|prefix"):
        make_number(prefix, counter, width)
