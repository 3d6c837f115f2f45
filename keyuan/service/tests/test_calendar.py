"""The calendar of orders: periods, deadlines, extensions and follow-ups with the list's filters and reach (SRV-2)."""

from datetime import date, timedelta

import pytest

from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.service.models import Complaint, Extension, WorkOrder
from keyuan.service.rules.calendar import after, before, period_of
from keyuan.service.testing import make_complaint, make_order, open_desk


@pytest.mark.parametrize(
    "mode, day, first, last, previous, following",
    [
        ("month", (2026, 2, 28), (2026, 1, 26), (2026, 3, 1), (2026, 1, 1), (2026, 3, 1)),
        ("month", (2026, 12, 1), (2026, 11, 30), (2027, 1, 3), (2026, 11, 1), (2027, 1, 1)),
        ("week", (2026, 3, 1), (2026, 2, 23), (2026, 3, 1), (2026, 2, 22), (2026, 3, 8)),
        ("day", (2024, 2, 29), (2024, 2, 29), (2024, 2, 29), (2024, 2, 28), (2024, 3, 1)),
        ("year", (2026, 6, 15), (2026, 6, 1), (2026, 7, 5), (2026, 5, 1), (2026, 7, 1)),
    ],
)
def test_periods_are_whole_weeks_from_monday(mode, day, first, last, previous, following):
    period = period_of(mode, date(*day))

    assert (period.first, period.last) == (date(*first), date(*last))
    assert (before(period), after(period)) == (date(*previous), date(*following))
    assert sum(len(week) for week in period.weeks) == (period.last - period.first).days + 1


@pytest.fixture
def seated(db):
    browser, actor = client_of("complaint_handler", unit=small_tree().east)
    open_desk(actor)
    return browser, actor


def page(browser, **query):
    return browser.get("/service/orders/calendar/", query).content.decode()


def test_deadlines_stand_on_their_day_in_beijing_with_extensions(seated):
    browser, actor = seated
    today = clock.today()
    late, extended, asked = (make_complaint(actor, title=title, now=clock.now()) for title in ("甲件", "乙件", "丙件"))
    # A quarter past midnight in Beijing is the evening before in the database.
    noon = clock.start_of(today) + timedelta(minutes=15)
    WorkOrder.objects.filter(pk=late.pk).update(due_at=noon, mark="LATE")
    WorkOrder.objects.filter(pk__in=[extended.pk, asked.pk]).update(due_at=noon + timedelta(days=1))
    Complaint.objects.filter(pk=extended.pk).update(term=30)
    Extension.objects.create(complaint_id=asked.pk, term=30, reason="案情复杂", asked_at=clock.now())

    on_day = page(browser, mode="day", day=today.isoformat(), x="1")
    next_day = page(browser, mode="day", day=(today + timedelta(days=1)).isoformat(), x="1")
    month = page(browser, x="1")

    assert "甲件" in on_day
    assert "00:15" in on_day
    assert "乙件" not in on_day
    assert "已延期至 30 日" in next_day
    assert "延期待批" in next_day
    assert 'aria-current="date"' in month
    assert page(browser, mode="week", day="nonsense", x="1").count("cal-entry ") >= 1


def test_filters_and_reach_are_those_of_the_list(seated):
    browser, actor = seated
    order, complaint = make_order(actor, title="咨询一件", now=clock.now()), make_complaint(actor, now=clock.now())
    WorkOrder.objects.update(due_at=clock.now())
    elsewhere, _person = client_of("contact_centre", unit=small_tree().west)
    nobody, _agent = client_of("marketing_planner", unit=small_tree().east)

    everything = page(browser, x="1")
    filtered = page(browser, kind="COMPLAINT")

    assert (order.number in everything, complaint.number in everything) == (True, True)
    assert (order.number in filtered, complaint.number in filtered) == (False, True)
    assert "kind=COMPLAINT" in filtered
    assert order.number not in page(elsewhere, x="1")
    assert nobody.get("/service/orders/calendar/").status_code == 403
