"""Signing in with passkeys, and keeping one's own (PLT-5)."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.organisation import testing
from keyuan.organisation.models import Passkey, SignIn, User
from keyuan.organisation.services import accounts, passkeys
from keyuan.organisation.tests.authenticator import Device
from keyuan.platform import clock
from keyuan.platform.models import AuditEvent

NEW, SIGN_IN, ACCOUNT = "organisation:passkey-new", "organisation:passkey-sign-in", "organisation:account"


@pytest.fixture
def person(tree):
    user = testing.make_user("林晓岚", staff_no="10482", password=testing.PASSWORD)
    testing.make_post("claims_handler", user=user, unit=tree.east)
    return user


@pytest.fixture
def owner(person):
    client = Client()
    client.post(reverse("organisation:sign-in"), {"username": "10482", "password": testing.PASSWORD})
    return client


@pytest.fixture
def device(owner):
    """A device whose passkey stands with the person."""
    made = Device()
    answer = made.make(options_of(owner.get(reverse(NEW))))
    assert owner.post(reverse(NEW), {"answer": answer, "label": "办公电脑"}).status_code == 302
    return made


def options_of(response):
    return json.loads(re.search(r'id="passkey-options" type="application/json">(.+?)</script>', response.text)[1])


def signed_in_by(device, client=None):
    client = client or Client()
    answer = device.use(options_of(client.get(reverse(SIGN_IN))))
    return client, client.post(reverse(SIGN_IN), {"answer": answer, "next": "/me/"})


def test_a_passkey_signs_in_without_password_and_code(device, person):
    client, response = signed_in_by(device)

    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert "办公电脑" in client.get(reverse(ACCOUNT)).text
    assert SignIn.objects.filter(user=person, ended_at=None).count() == 2
    assert Passkey.objects.get().last_used_at is not None


def test_only_the_public_half_is_kept_under_a_name_that_says_nothing(device):
    kept = Passkey.objects.get()

    assert device.credential_id in bytes(kept.public_key)
    assert str(device.key.private_numbers().private_value).encode() not in bytes(kept.public_key)
    assert b"10482" not in device.handle


def test_making_and_removing_leave_their_events(device, owner):
    owner.post(reverse("organisation:passkey-remove", args=[Passkey.objects.get().pk]))

    details = AuditEvent.objects.filter(action="permission").order_by("pk").values_list("detail", flat=True)
    assert [json.loads(text)["passkey"] for text in details if "passkey" in text] == ["added", "removed"]
    assert signed_in_by(device)[1].status_code == 422


def test_nobody_removes_the_passkey_of_another(device, tree):
    other = Client()
    user = testing.make_user("王敏", staff_no="10600", password=testing.PASSWORD)
    testing.make_post("claims_handler", user=user, unit=tree.east)
    other.post(reverse("organisation:sign-in"), {"username": "10600", "password": testing.PASSWORD})

    response = other.post(reverse("organisation:passkey-remove", args=[Passkey.objects.get().pk]))

    assert response.status_code == 404
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize(
    "_case, spoil",
    [
        ("another address", lambda device: setattr(device, "origin", "https://elsewhere.example")),
        ("a device that does not check who holds it", lambda device: setattr(device, "verifies", False)),
        ("another key", lambda device: setattr(device, "key", Device().key)),
        ("an unknown passkey", lambda device: setattr(device, "credential_id", b"x" * 32)),
        ("made for another person", lambda device: setattr(device, "handle", passkeys.handle_of(0))),
    ],
)
def test_what_is_not_in_order_opens_nothing_and_is_noted(device, _case, spoil):
    spoil(device)

    _client, response = signed_in_by(device)

    assert response.status_code == 422
    assert "这把通行密钥未通过验证" in response.text
    failed = AuditEvent.objects.get(action="sign_in_failed")
    assert json.loads(failed.detail) == {"why": "passkey", "known": False}


@pytest.mark.parametrize(
    "answer", ["", "x", "[]", "{}", '{"rawId": 1}', "null", '{"id":"a","rawId":"a","response":{}}']
)
def test_nonsense_is_refused_with_a_sentence(person, client, answer):
    client.get(reverse(SIGN_IN))

    assert client.post(reverse(SIGN_IN), {"answer": answer}).status_code == 422


def test_an_answer_serves_once(device):
    client = Client()
    answer = device.use(options_of(client.get(reverse(SIGN_IN))))
    client.post(reverse(SIGN_IN), {"answer": answer})
    client.post(reverse("organisation:sign-out"))

    again = client.post(reverse(SIGN_IN), {"answer": answer})

    assert again.status_code == 422
    assert "设备验证超时" in again.text


def test_a_copied_key_whose_counter_did_not_rise_opens_nothing(owner):
    made = Device(counter=5)
    owner.post(reverse(NEW), {"answer": made.make(options_of(owner.get(reverse(NEW)))), "label": "钥匙"})
    assert signed_in_by(made)[1].status_code == 302
    made.counter -= 1

    _client, response = signed_in_by(made)

    assert response.status_code == 422


def test_a_device_holds_one_passkey_of_a_person(device, owner):
    answer = device.make(options_of(owner.get(reverse(NEW))))

    response = owner.post(reverse(NEW), {"answer": answer, "label": "又一次"})

    assert response.status_code == 422
    assert "已登记" in response.text
    assert Passkey.objects.count() == 1


def test_ten_passkeys_are_enough(device, owner, person):
    kept = Passkey.objects.get()
    for number in range(passkeys.MOST - 1):
        Passkey.objects.create(
            user=person,
            credential_id=f"k{number}",
            public_key=bytes(kept.public_key),
            label="x",
            created_at=clock.now(),
        )

    response = owner.get(reverse(NEW), follow=True)

    assert "最多登记 10 把" in response.text


@pytest.mark.parametrize("field, value", [("is_active", False), ("left_on", "2026-01-01")])
def test_a_closed_account_is_closed_to_passkeys_too(device, person, field, value):
    User.objects.filter(pk=person.pk).update(**{field: value})

    assert signed_in_by(device)[1].status_code == 422


def test_resetting_the_second_factor_takes_the_passkeys_away(device, person, tree):
    admin = testing.make_actor("administrator", unit=tree.head)

    accounts.reset_second_factor(actor=admin, user_id=person.pk, reason="手机丢失", now=clock.now())

    assert not Passkey.objects.exists()


def test_a_post_that_needs_a_second_factor_is_content_with_a_passkey(device, person):
    person.posts.get().role.__class__.objects.filter(pk=person.posts.get().role_id).update(requires_totp=True)

    by_passkey, _response = signed_in_by(device)
    by_password = Client()
    by_password.post(reverse("organisation:sign-in"), {"username": "10482", "password": testing.PASSWORD})

    assert by_passkey.get(reverse(ACCOUNT)).status_code == 200
    assert by_password.get(reverse(ACCOUNT))["Location"] == reverse("organisation:totp-enrol")


def test_adding_one_asks_for_the_password_again_when_it_was_long_ago(owner, monkeypatch):
    late = clock.wall() + timedelta(minutes=20)
    monkeypatch.setattr(clock, "wall", lambda: late)

    assert owner.get(reverse(NEW))["Location"].startswith(reverse("organisation:confirm"))
