"""Filters, order, size and view live in the address (ui.md, Lists)."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from keyuan.platform.lists import DateRange, FilterContext, MomentRange, NumberRange
from keyuan.platform.lists.filters import Condition
from keyuan.platform.lists.state import ViewTab, address, moved, read_state, view_query
from keyuan.platform.lists.tests.samples import CONTEXT, READER, SampleList

SPEC = SampleList()
TABS = [ViewTab("all", "All"), ViewTab("ready", "Ready", "status=READY&sort=-size")]


def read(text, tabs=TABS):
    return read_state(SPEC, READER, QueryDict(text), tabs)


def test_nothing_in_the_address_means_the_first_view():
    state = read("")

    assert (state.view.key, state.filters, str(state.sort), state.changed) == ("all", {}, "size", False)


def test_view_brings_its_filters_and_order():
    state = read("view=ready")

    assert (state.filters, str(state.sort), state.changed) == ({"status": ("READY",)}, "-size", False)


def test_filter_on_top_of_a_view_marks_it_changed():
    state = read("view=ready&x=1&status=READY&title=a&sort=-size")

    assert state.changed
    assert state.filters == {"title": "a", "status": ("READY",)}


def test_view_without_its_filters_is_changed():
    state = read("view=ready&x=1")

    assert (state.filters, state.changed) == ({}, True)


def test_filters_without_a_view_belong_to_none():
    state = read("status=READY")

    assert (state.view, state.changed) == (None, False)


@pytest.mark.parametrize("text", [
    "view=ready",
    "view=all&x=1&status=FAILED&status=READY&sort=-finished",
    "x=1&title=a%26b&sort=size",
    "view=all&x=1&size.from=1%2C000.50&sort=size",
    "view=all&x=1&created.from=today-7&created.to=today&sort=size",
    "view=all&size=100&cols=title%2Crows",
    "view=all&after=abc",
])  # fmt: skip
def test_address_of_a_state_leads_back_to_it(text):
    state = read(text)

    found = read(address(SPEC, state).partition("?")[2])

    assert found == state


def test_another_filter_starts_at_the_first_page():
    state = moved(SPEC, read("view=all&after=abc"), filters={"title": "a"})

    assert (state.after, state.changed) == ("", True)


def test_changing_a_filter_back_leaves_the_view_unchanged():
    changed = moved(SPEC, read("view=ready"), filters={})

    assert changed.changed
    assert not moved(SPEC, changed, filters={"status": ("READY",)}).changed


@pytest.mark.parametrize("text", [
    "sort=nonsense", "size=7&sort=size", "created.from=yesterday&sort=size", "size.from=abc&sort=size",
    "secret=READY&sort=size", "taken=2&sort=size", "cols=nothing&sort=size",
])  # fmt: skip
def test_what_makes_no_sense_is_ignored(text):
    state = read(text)

    assert (state.filters, str(state.sort), state.size, state.columns) == ({}, "size", 50, ())


def test_kept_query_holds_filters_and_order_only():
    state = read("view=ready&x=1&status=READY&title=a&sort=-size&after=abc&size=20")

    assert view_query(SPEC, state) == "title=a&status=READY&sort=-size"


@pytest.mark.parametrize("ends, low, high", [
    (("2026-03-01", "2026-03-31"), date(2026, 3, 1), date(2026, 3, 31)),
    (("today", "today+30"), date(2026, 3, 16), date(2026, 4, 15)),
    (("today-16", "today"), date(2026, 2, 28), date(2026, 3, 16)),
])  # fmt: skip
def test_days_may_be_relative_to_today(ends, low, high):
    days = DateRange(key="on", label="On", field="on")

    assert days.conditions(ends, CONTEXT) == [Condition("on", "gte", low), Condition("on", "lte", high)]


def test_relative_days_move_with_the_day():
    days = DateRange(key="on", label="On", field="on")

    assert days.words(("today", ""), FilterContext(READER, date(2027, 1, 1))) == "2027-01-01 ～"


def test_days_of_moments_are_those_of_beijing():
    days = MomentRange(key="at", label="At", field="at")
    # 16:00 UTC is midnight in Beijing.
    low, high = datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)

    assert days.conditions(("2026-03-01", "2026-03-31"), CONTEXT) == [
        Condition("at", "gte", low), Condition("at", "lt", high)
    ]  # fmt: skip
    assert days.conditions(("", "2026-03-31"), CONTEXT) == [Condition("at", "lt", high)]


@pytest.mark.parametrize("typed, kept", [("12860.5", 1286050), ("1,000", 100000), ("-3", -300)])
def test_amounts_are_typed_in_whole_units_and_kept_in_minor_ones(typed, kept):
    amount = NumberRange(key="sum", label="Sum", field="sum", money=True)

    assert amount.conditions((typed, ""), CONTEXT) == [Condition("sum", "gte", kept)]


def test_view_is_for_its_roles_only():
    keys = [view.key for view in SPEC.views_for(READER)]

    assert keys == ["all", "ready", "field"]
