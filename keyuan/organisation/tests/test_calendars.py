"""Pages of the calendars: a year loaded by text or file, opening hours set, what cannot be read is named (SRV-2)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform.models import BusinessCalendar, HolidayYear

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return client_of("administrator", unit=small_tree().head)[0]


def test_a_year_is_loaded_from_text_and_file(browser):
    sheet = SimpleUploadedFile("2031.csv", "日期,类型\n2031-10-01,休\n2031-10-11 班\n".encode())

    answer = browser.post(
        "/calendars/2031/", {"year": 2031, "days": "2031/1/1 off", "file": sheet, "source": "国办发", "version": 0}
    )

    assert answer.status_code == 302
    row = HolidayYear.objects.get()
    assert (row.holidays, row.working_days) == (["2031-01-01", "2031-10-01"], ["2031-10-11"])
    assert "国办发" in browser.get("/calendars/").content.decode()


def test_a_line_that_cannot_be_read_is_named_and_nothing_typed_is_lost(browser):
    answer = browser.post("/calendars/2031/", {"year": 2031, "days": "2031-01-01 off\n2031-13-01 off", "version": 0})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "第 2 行" in text
    assert "2031-13-01 off" in text
    assert not HolidayYear.objects.exists()


def test_opening_hours_are_set_by_weekday_and_day(browser):
    week = {f"day_{number}": "09:00-12:00" for number in range(5)}

    answer = browser.post("/calendars/desk/hours/", {**week, "days": "2026-02-16 09:00-10:00", "version": 0})
    wrong = browser.post("/calendars/desk/hours/", {**week, "day_1": "12-9", "version": 1})

    assert (answer.status_code, wrong.status_code) == (302, 422)
    row = BusinessCalendar.objects.get()
    assert (row.week, row.days) == (["09:00-12:00"] * 5 + ["", ""], {"2026-02-16": "09:00-10:00"})


def test_others_have_no_business_here():
    browser = client_of("contact_centre", unit=small_tree().east)[0]

    assert browser.get("/calendars/").status_code == 403
    assert browser.get("/calendars/nowhere/hours/").status_code == 403
