"""A form that outlived its session, and what is said beside a field (PLT-5, PLT-17; ui.md "Words")."""

import pytest
from django import forms
from django.test import Client
from django.utils import translation

from keyuan.organisation.testing import client_of

pytestmark = pytest.mark.django_db


def test_a_sign_in_page_left_open_says_so_and_leads_back_to_a_fresh_one():
    page = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "10482", "password": "x"})

    text = page.content.decode()
    assert page.status_code == 403
    assert "页面已过期" in text
    assert 'href="/sign-in/"' in text


def test_a_stale_form_of_a_signed_in_person_leads_home():
    client = client_of("agent")[0]
    client.handler.enforce_csrf_checks = True

    text = client.post("/me/language/", {"language": "en"}).content.decode()

    assert "页面已过期" in text
    assert 'href="/sign-in/"' not in text


def test_a_fragment_without_session_and_token_is_told_that_the_session_ended():
    answer = Client(enforce_csrf_checks=True).post("/customers/1/edit/", {}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["X-Keyuan-Session"]) == (401, "expired")


@pytest.mark.parametrize("field, value, sentence", [
    (forms.CharField(), "", "请填写此项"),
    (forms.CharField(max_length=3), "一二三四五", "不能超过 3 个字，现有 5 个"),
    (forms.CharField(), "a\0b", "含有无法识别的字符，请删除后重新输入"),
    (forms.IntegerField(), "x", "请输入整数"),
    (forms.ChoiceField(choices=[("a", "A")]), "b", "「b」不在可选范围内，请重新选择"),
])  # fmt: skip
def test_a_field_says_in_plain_chinese_what_is_wrong(field, value, sentence):
    with translation.override("zh-hans"), pytest.raises(forms.ValidationError) as caught:
        field.clean(value)

    assert caught.value.messages == [sentence]


@pytest.mark.parametrize("address", ["/customers/?q=%00", "/customers/search/?q=%E7%8E%8B%00", "/palette/?q=a%00"])
def test_a_nul_in_an_address_is_not_found_on_either_database(address):
    assert client_of("agent")[0].get(address).status_code == 404
