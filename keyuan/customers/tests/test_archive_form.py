"""The archive's form: nothing typed is lost, duplicates show, two editors choose (CUS-1, CUS-3, CUS-8)."""

import html
import re

import pytest

from keyuan.customers.models import ContactPoint, Customer, DuplicatePair, Feedback, Need, OrganisationProfile
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of, small_tree

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"


@pytest.fixture
def agent():
    return client_of("agent")


@pytest.fixture
def customer(agent):
    return make_customer(agent[1], "周国栋", phone="18612341402", identity_number=NUMBER, occupation="工程监理")


def row(key, place, **values):
    return {f"{key}-rows": [str(place)], **{f"{key}-{place}-{name}": value for name, value in values.items()}}


def typed(name="周国栋", **more):
    return {"kind": "P", "name": name, "idempotency": "attempt-1", **more}


def phone(value="18612341402", **more):
    return row("contacts", 0, kind="MOBILE", value=value, source="SELF", **more)


def fields_of(page):
    """What a browser would send back of a page: hidden fields, inputs, chosen options, texts."""
    form = page.split('<form method="post" id="form-customer', 1)[1].split("<template", 1)
    body = re.sub(r"<template.*?</template>", "", "<template".join(form), flags=re.DOTALL).split("</form>")[0]
    data = {}
    for tag in re.findall(r"<input[^>]*>", body):
        attributes = {key: html.unescape(value) for key, value in re.findall(r'(\w[\w-]*)="([^"]*)"', tag)}
        if attributes.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        data.setdefault(attributes.get("name", ""), []).append(attributes.get("value", ""))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', body, flags=re.DOTALL):
        data[name] = re.findall(r'value="([^"]*)" selected', options)[:1] or [""]
    for name, text in re.findall(r'<textarea name="([^"]+)".*?>(.*?)</textarea>', body, flags=re.DOTALL):
        data[name] = [html.unescape(text).strip()]
    data.pop("csrfmiddlewaretoken", None)
    return data


def test_a_person_is_entered_and_the_number_fills_the_rest(agent):
    data = typed(**phone(), **row("documents", 0, document_type="111", number=NUMBER))

    response = agent[0].post("/customers/enter/", data)

    made = Customer.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/customers/{made.pk}/")
    assert (str(made.birth_on), made.sex) == ("1949-12-31", "2")
    assert made.contact_points.get().phone.equals("18612341402")


def test_ethnic_group_and_occupation_code_are_entered_and_shown_in_words(agent):
    agent[0].post("/customers/enter/", typed(ethnic_group="04", occupation_code="4-01-02") | phone())

    made = Customer.objects.get()
    page = agent[0].get(f"/customers/{made.pk}/archive/?whole=1").content.decode()
    assert (made.ethnic_group, made.occupation_code) == ("04", "4-01-02")
    assert ("藏族" in page, "4-01-02" in page) == (True, True)


def test_an_organisation_is_entered_with_its_profile(agent):
    data = {
        "kind": "O", "name": "浦江机械", "uscc": "91350100M000100Y43", "registered_capital": "5000万",
        "service_roles": ["HOSPITAL", "BANK"], "region_province": "31", "region_county": "310115",
    }  # fmt: skip

    agent[0].post("/customers/enter/", data)

    profile = OrganisationProfile.objects.get()
    assert (profile.registered_capital, profile.service_roles) == (5_000_000_000, "HOSPITAL,BANK")
    assert profile.customer.region_code == "310115"


@pytest.mark.parametrize("_case, more, sentence", [
    ("no name", {"name": ""}, "请填写姓名"),
    ("a short phone", phone("1861234140"), "手机号为 10 位，应为 11 位"),
    ("a wrong check digit", row("documents", 0, document_type="111", number="110105194912310021"),
     "身份证号第 18 位校验不符，请核对后重新输入"),
    ("a date that is none", {"birth_on": "1949-02-30"}, "日期格式有误"),
    ("an amount that is none", {"income": "很多"}, "金额格式有误"),
    ("an opinion without words", row("feedback", 0, said_on="2024-01-01", topic="理赔"), "反馈内容"),
    ("a mask typed back", phone("186****1402"), "这是带 * 的脱敏内容"),
])  # fmt: skip
def test_errors_are_named_beside_the_field_and_nothing_typed_is_lost(_case, more, sentence, agent):
    data = typed(occupation="工程监理", **row("needs", 3, kind="PENSION", note="父母养老")) | more

    response = agent[0].post("/customers/enter/", data)

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) >= 2, "beside the field and in the summary"
    assert 'value="工程监理"' in page
    assert 'value="父母养老"' in page
    assert Customer.objects.count() == 0


def test_sections_with_errors_are_marked(agent):
    page = agent[0].post("/customers/enter/", typed(**phone("1"))).content.decode()

    assert re.findall(r'<a href="#customer-(\w+)" class="has-errors">', page) == ["contacts"]


def test_rows_left_empty_are_no_rows(agent):
    data = typed(
        **row("contacts", 0, kind="MOBILE", value="", source="SELF", is_primary="on"), **row("needs", 0, kind="LIFE")
    )

    agent[0].post("/customers/enter/", data)

    assert Customer.objects.count() == 1
    assert not ContactPoint.objects.exists()
    assert not Need.objects.exists()


def test_one_press_makes_one_customer(agent):
    client = agent[0]

    first, second = (client.post("/customers/enter/", typed(**phone())) for _press in range(2))

    assert Customer.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_likely_duplicates_are_shown_before_saving_and_need_a_confirmation(agent, customer):
    data = typed("周国梁", **phone())

    asked = agent[0].post("/customers/enter/", data)
    made = agent[0].post("/customers/enter/", data | {"not_the_same": "1", "not_the_same_reason": "同名之人"})

    page = asked.content.decode()
    assert asked.status_code == 422
    assert customer.customer_no in page
    assert "电话相同" in page
    assert "18612341402" not in page.replace('value="18612341402"', "")
    assert (made.status_code, Customer.objects.count()) == (302, 2)
    pair = DuplicatePair.objects.get()
    assert (pair.source, pair.note, pair.levels) == ("ENTRY", "同名之人", {"phone": {"level": "same", "weight": 8.0}})


def test_duplicates_out_of_reach_stay_unknown(customer):
    stranger = client_of("agent", unit=small_tree().west)[0]

    response = stranger.post("/customers/enter/", typed(**phone()))

    assert response.status_code == 302
    assert Customer.objects.count() == 2


def edit_page(client, customer):
    return fields_of(client.get(f"/customers/{customer.pk}/edit/").content.decode())


def save(client, customer, data):
    return client.post(f"/customers/{customer.pk}/edit/", data, headers={"HX-Request": "true"})


def test_saving_an_untouched_form_keeps_every_sealed_value(agent, customer):
    client = agent[0]

    response = save(client, customer, edit_page(client, customer))

    customer.refresh_from_db()
    assert response["HX-Redirect"] == f"/customers/{customer.pk}/"
    assert customer.contact_points.get().phone.equals("18612341402")
    assert customer.documents.get().identity_number.equals(NUMBER)
    assert (customer.occupation, str(customer.birth_on)) == ("工程监理", "1949-12-31")


def test_the_form_shows_masks_and_no_sealed_value(agent, customer):
    page = agent[0].get(f"/customers/{customer.pk}/edit/").content.decode()

    assert 'placeholder="186****1402"' in page
    assert "18612341402" not in page
    assert NUMBER not in page


def test_two_editors_of_one_field_choose(agent, customer):
    client = agent[0]
    mine = edit_page(client, customer)
    theirs = edit_page(client, customer)
    save(client, customer, theirs | {"occupation": ["教师"], "hobbies": ["书法"]})

    asked = save(client, customer, mine | {"occupation": ["医生"]})

    page = asked.content.decode()
    customer.refresh_from_db()
    assert (asked.status_code, customer.occupation) == (409, "教师")
    assert 'name="choose:occupation"' in page
    assert "我的：医生" in re.sub(r"<[^>]+>", "", page)
    assert "对方的：教师" in re.sub(r"<[^>]+>", "", page)
    assert 'value="书法"' in page, "what only the other one changed is taken over"


@pytest.mark.parametrize("choice, occupation", [("mine", "医生"), ("theirs", "教师")])
def test_the_choice_decides_and_the_rest_of_both_is_kept(choice, occupation, agent, customer):
    client = agent[0]
    mine = edit_page(client, customer)
    theirs = edit_page(client, customer)
    save(client, customer, theirs | {"occupation": ["教师"], "hobbies": ["书法"]})
    again = fields_of(
        save(client, customer, mine | {"occupation": ["医生"], "note": ["喜欢早上联系"]}).content.decode()
    )

    response = save(client, customer, again | {"choose:occupation": [choice]})

    customer.refresh_from_db()
    assert response.status_code == 204
    assert (customer.occupation, customer.hobbies, customer.note) == (occupation, "书法", "喜欢早上联系")


def test_a_row_that_the_other_editor_changed_is_compared_too(agent, customer):
    client = agent[0]
    mine = edit_page(client, customer)
    theirs = edit_page(client, customer)
    save(client, customer, theirs | {"contacts-0-label": ["办公"]})

    asked = save(client, customer, mine | {"contacts-0-label": ["家里"]})

    text = re.sub(r"<[^>]+>", "", asked.content.decode())
    assert asked.status_code == 409
    assert "我的：家里" in text
    assert "对方的：办公" in text


def test_rows_are_removed_and_added(agent, customer):
    client = agent[0]
    data = edit_page(client, customer)
    data["contacts-0-remove"] = ["1"]
    data |= {"contacts-rows": ["0", "7"], "contacts-7-kind": ["EMAIL"], "contacts-7-value": ["zhou@example.com"]}
    data |= {"contacts-7-source": ["SELF"], "contacts-7-id": [""]}
    data |= row("feedback", 0, said_on="2024-01-01", text="到账快")

    save(client, customer, data)

    assert [(point.kind, point.email.equals("zhou@example.com")) for point in customer.contact_points.all()] == [
        ("EMAIL", True)
    ]
    assert Feedback.objects.get().text == "到账快"


def check(client, field, **data):
    return client.post("/customers/enter/check/", {"kind": "P", "field": field, **data}).json()


def test_a_field_is_judged_by_the_rules_of_saving_when_one_leaves_it(agent):
    answer = check(agent[0], "contacts-0-value", name="周国栋", **phone("1861234140"))

    assert answer["error"] == "手机号为 10 位，应为 11 位，请核对后重新输入"


def test_a_number_fills_birth_date_sex_and_lunar_birthday(agent):
    answer = check(
        agent[0], "documents-0-number", name="周国栋", **row("documents", 0, document_type="111", number=NUMBER)
    )

    assert answer["error"] == ""
    assert (answer["fills"]["birth_on"], answer["fills"]["sex"]) == ("1949-12-31", "2")
    assert (answer["fills"]["lunar_month"], answer["fills"]["lunar_day"]) == ("11", "12")


def test_duplicates_appear_while_typing(agent, customer):
    answer = check(agent[0], "contacts-0-value", name="周国梁", **phone())

    assert customer.customer_no in answer["duplicates"]
    assert "仍要保存" in answer["duplicates"]


def test_a_customer_is_no_duplicate_of_itself_while_typing(agent, customer):
    answer = check(agent[0], "contacts-0-value", name="周国栋", customer=customer.pk, **phone())

    assert answer["duplicates"].strip() == ""


@pytest.mark.parametrize("parent, cities, counties", [
    ("44", ("4401", "广州市"), None), ("4403", None, ("440305", "南山区")), ("31", None, ("310115", "浦东新区")),
])  # fmt: skip
def test_places_follow_each_other(parent, cities, counties, agent):
    answer = agent[0].get(f"/customers/enter/places/?parent={parent}").json()

    assert cities is None or list(cities) in answer["cities"]
    assert counties is None or list(counties) in answer["counties"]


def test_an_expired_session_answers_a_fragment_with_401(agent, customer):
    client = agent[0]
    data = edit_page(client, customer)
    client.logout()

    response = save(client, customer, data)

    assert (response.status_code, response["X-Keyuan-Session"]) == (401, "expired")


@pytest.mark.parametrize("role", ["management", "analyst", "outsourced_caller", "auditor"])
def test_roles_that_do_not_enter_customers_get_no_form(role):
    client = client_of(role)[0]

    assert client.get("/customers/enter/").status_code == 403
    assert client.post("/customers/enter/", typed()).status_code == 403
    assert Customer.objects.count() == 0
