"""What can be saved, field by field, and birthdays by both calendars (CUS-1, CUS-3, CUS-13)."""

from datetime import date

import pytest

from keyuan.customers.rules.archive import judge, number_agrees
from keyuan.customers.rules.birthdays import LunarBirthday, checked_lunar, lunar_of, next_birthday
from keyuan.customers.rules.completeness import completeness
from keyuan.customers.rules.drafts import AccountDraft, ContactDraft, CustomerDraft, DocumentDraft, RowDraft
from keyuan.customers.rules.graph import places
from keyuan.customers.rules.relations import inverse_of, role_in_household
from keyuan.kernel.errors import Refused

TODAY = date(2026, 3, 16)
#: Born 1949-12-31, female.
NUMBER = "11010519491231002X"


def judged(**parts):
    fields = {"name": "周国栋", **parts.pop("fields", {})}
    return judge(CustomerDraft(kind=parts.pop("kind", "P"), fields=fields, **parts), today=TODAY)


def found(verdict):
    return [(error.field, error.code) for error in verdict.errors]


@pytest.mark.parametrize("_case, parts, errors", [
    ("nothing wrong", {}, []),
    ("no name", {"fields": {"name": " "}}, [("name", "customer.name_missing")]),
    ("a picture in the name", {"fields": {"name": "王芳😀"}}, [("name", "name.characters")]),
    ("a control character in the name", {"fields": {"name": "王\u0007芳"}}, [("name", "name.characters")]),
    ("a name nobody can read whole", {"fields": {"name": "王○○"}}, []),
    ("born tomorrow", {"fields": {"birth_on": date(2026, 3, 17)}}, [("birth_on", "customer.birth_in_future")]),
    ("131 years old", {"fields": {"birth_on": date(1895, 3, 15)}}, [("birth_on", "customer.too_old")]),
    ("died before birth", {"fields": {"birth_on": date(1980, 1, 1), "death_on": date(1979, 1, 1)}},
     [("death_on", "customer.death_before_birth")]),
    ("dies tomorrow", {"fields": {"birth_on": date(1980, 1, 1), "death_on": date(2026, 3, 17)}},
     [("death_on", "customer.death_in_future")]),
    ("a giant", {"fields": {"height_cm": 400}}, [("height_cm", "customer.body_figure")]),
    ("income below zero", {"fields": {"income": -1}}, [("income", "customer.negative_income")]),
    ("wrong check digit", {"documents": (DocumentDraft("111", "110105194912310021"),)},
     [("documents-0-number", "resident_id.checksum")]),
    ("number of somebody born on another day",
     {"fields": {"birth_on": date(1950, 1, 1)}, "documents": (DocumentDraft("111", NUMBER),)},
     [("documents-0-number", "resident_id.birth_mismatch")]),
    ("number of a woman", {"fields": {"sex": "1"}, "documents": (DocumentDraft("111", NUMBER),)},
     [("documents-0-number", "resident_id.sex_mismatch")]),
    ("the second document ends before it begins",
     {"documents": (DocumentDraft("111", NUMBER), DocumentDraft("414", "E12345678", valid_from=date(2026, 1, 2),
                                                                valid_until=date(2026, 1, 1)))},
     [("documents-1-valid_until", "document.ends_before_start")]),
    ("a mask typed back", {"contacts": (ContactDraft("MOBILE", "186****1402"),)},
     [("contacts-0-value", "sealed.masked")]),
    ("a mask of a document", {"documents": (DocumentDraft("111", "110105********002X"),)},
     [("documents-0-number", "sealed.masked")]),
    ("a fixed line as mobile", {"contacts": (ContactDraft("MOBILE", "021-58881234"),)},
     [("contacts-0-value", "contact.wrong_phone_kind")]),
    ("an empty contact", {"contacts": (ContactDraft("ADDRESS", " "),)}, [("contacts-0-value", "contact.empty")]),
    ("a card that is none", {"accounts": (AccountDraft("6222020000000000001"),)},
     [("accounts-0-number", "bank_card.checksum")]),
    ("a removed row may be wrong", {"contacts": (ContactDraft("MOBILE", "1", id=5, remove=True),)}, []),
    ("a life event tomorrow",
     {"lists": {"life_events": (RowDraft({"kind": "JOB", "happened_on": date(2026, 3, 17)}),)}},
     [("life_events-0-happened_on", "customer.in_future")]),
    ("a year twice",
     {"kind": "O", "lists": {"organisation_years": (RowDraft({"year": 2024}), RowDraft({"year": 2024}))}},
     [("organisation_years-1-year", "customer.year_twice")]),
    ("a year to come", {"kind": "O", "lists": {"organisation_years": (RowDraft({"year": 2027}),)}},
     [("organisation_years-0-year", "customer.year")]),
    ("a wrong credit code", {"kind": "O", "organisation": {"uscc": "91350100M000100Y44"}}, [("uscc", "uscc.checksum")]),
    ("founded tomorrow", {"kind": "O", "organisation": {"founded_on": date(2026, 3, 17)}},
     [("founded_on", "customer.founded_in_future")]),
])  # fmt: skip
def test_what_is_wrong_is_named_field_by_field(_case, parts, errors):
    assert found(judged(**parts)) == errors


def test_everything_wrong_is_named_at_once():
    verdict = judged(fields={"name": ""}, contacts=(ContactDraft("MOBILE", "1"), ContactDraft("EMAIL", "x")))

    assert [field for field, _code in found(verdict)] == ["name", "contacts-0-value", "contacts-1-value"]


def test_values_come_back_in_their_normal_form():
    verdict = judged(
        fields={"name": " 迪丽 · 热巴 "},
        contacts=(ContactDraft("MOBILE", "+86 186-1234-1402"), ContactDraft("LANDLINE", "02158881234")),
        documents=(DocumentDraft("111", "11010519491231002x"),),
    )

    assert verdict.draft.fields["name"] == "迪丽·热巴"
    assert [row.value for row in verdict.draft.contacts] == ["18612341402", "021-58881234"]
    assert verdict.draft.documents[0].number == NUMBER


def test_a_number_fills_birth_date_and_sex():
    verdict = judged(fields={"birth_on": None, "sex": ""}, documents=(DocumentDraft("111", NUMBER),))

    assert (verdict.draft.fields["birth_on"], verdict.draft.fields["sex"]) == (date(1949, 12, 31), "2")


def test_a_lunar_birthday_follows_from_the_birth_date():
    verdict = judged(fields={"birth_on": date(2020, 5, 23), "birth_is_lunar": True})

    # 2020-05-23 was the first day of the leap fourth month.
    assert (verdict.draft.fields["lunar_month"], verdict.draft.fields["lunar_day"]) == (-4, 1)


def test_another_lunar_birthday_than_the_birth_dates_is_odd_but_kept():
    fields = {"birth_on": date(2020, 5, 23), "birth_is_lunar": True, "lunar_month": 4, "lunar_day": 1}

    verdict = judged(fields=fields)

    assert [warning.code for warning in verdict.warnings] == ["customer.lunar_mismatch"]
    assert verdict.draft.fields["lunar_month"] == 4


@pytest.mark.parametrize("_case, month, day, code", [
    ("only a month", 4, None, "customer.lunar_incomplete"),
    ("a thirteenth month", 13, 1, "customer.lunar_impossible"),
    ("a 31st", 1, 31, "customer.lunar_impossible"),
])  # fmt: skip
def test_impossible_lunar_days_are_refused(_case, month, day, code):
    with pytest.raises(Refused) as refused:
        checked_lunar(month, day)

    assert refused.value.code == code


def test_without_the_lunar_calendar_its_day_is_forgotten():
    verdict = judged(fields={"birth_is_lunar": False, "lunar_month": 4, "lunar_day": 8})

    assert (verdict.draft.fields["lunar_month"], verdict.draft.fields["lunar_day"]) == (None, None)


@pytest.mark.parametrize("_case, birth_on, lunar, today, expected", [
    ("29 February in a common year", date(2000, 2, 29), None, date(2026, 1, 1), date(2026, 2, 28)),
    ("29 February in a leap year", date(2000, 2, 29), None, date(2028, 1, 1), date(2028, 2, 29)),
    ("today itself", date(1980, 3, 16), None, TODAY, TODAY),
    ("gone by, so next year", date(1980, 3, 15), None, TODAY, date(2027, 3, 15)),
    ("over the end of the year", date(1980, 1, 1), None, date(2026, 12, 31), date(2027, 1, 1)),
    ("leap month that the year lacks", None, LunarBirthday(-4, 1), date(2021, 1, 1), date(2021, 5, 12)),
    ("leap month in its year", None, LunarBirthday(-4, 1), date(2020, 5, 1), date(2020, 5, 23)),
    ("last lunar month lies in the next year", None, LunarBirthday(12, 8), date(2026, 2, 1), date(2027, 1, 15)),
    ("unknown", None, None, TODAY, None),
])  # fmt: skip
def test_next_birthday(_case, birth_on, lunar, today, expected):
    assert next_birthday(birth_on, lunar, today) == expected


def test_beyond_the_tables_there_is_no_lunar_birthday():
    assert lunar_of(date(1840, 1, 1)) is None


@pytest.mark.parametrize("_case, field, value, agrees", [
    ("the birth date", "birth_on", date(1949, 12, 31), True),
    ("another day", "birth_on", date(1949, 12, 30), False),
    ("the sex", "sex", "2", True),
    ("the other sex", "sex", "1", False),
    ("unknown contradicts nothing", "sex", "0", True),
])  # fmt: skip
def test_number_agrees(_case, field, value, agrees):
    assert number_agrees(field, value, NUMBER) is agrees


@pytest.mark.parametrize("kind, other", [
    ("02", "03"), ("01", "01"), ("06", "07"), ("10", "11"), ("REFERRER", "REFERRED"), ("05", "05"),
])  # fmt: skip
def test_relations_read_from_both_sides(kind, other):
    assert inverse_of(kind) == other
    assert inverse_of(other) == kind


@pytest.mark.parametrize("kind", ["00", "98", "XX", ""])
def test_what_is_no_relation_is_refused(kind):
    with pytest.raises(Refused) as refused:
        inverse_of(kind)

    assert (refused.value.code, refused.value.field) == ("relation.kind", "kind")


def test_a_referrer_is_just_another_member():
    assert (role_in_household("03"), role_in_household("REFERRER")) == ("03", "99")


def test_completeness_counts_what_matters():
    assert completeness("P", []) == 0
    assert completeness("P", ["name", "sex", "birth_on", "documents", "phones", "addresses", "region_code"]) == 50


def test_the_one_asked_for_stands_in_the_middle():
    spots = places(4)

    assert (spots[0].x, spots[0].y) == (320, 180)
    assert [(spot.x, spot.y) for spot in spots[1:]] == [(320, 50), (560, 180), (320, 310), (80, 180)]
