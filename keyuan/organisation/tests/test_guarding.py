"""Locks that shut nobody else out, proofs before serious acts, the end of sessions (PLT-5; domain.md E.7)."""

import logging

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import hashers
from django.test import Client
from django.urls import reverse

from keyuan.organisation import testing
from keyuan.organisation.models import SignIn, SignInPolicy, User
from keyuan.organisation.services import passwords
from keyuan.organisation.tests.test_sign_in import events, is_signed_in, present_code, sign_in, with_second_factor
from keyuan.platform import clock
from keyuan.platform.models import AuditEvent

PASSWORD = testing.PASSWORD


@pytest.fixture
def person(tree):
    user = testing.make_user("林晓岚", staff_no="10482", password=PASSWORD)
    testing.make_post("claims_handler", user=user, unit=tree.east)
    return user


def lock_out(staff_no="10482"):
    """Try a number wrongly from a strange browser until it is locked."""
    stranger = Client()
    return [sign_in(stranger, staff_no, "wrong").status_code for _attempt in range(5)][-1]


def test_strangers_cannot_shut_a_colleague_out_of_a_browser_the_colleague_uses(person, client):
    sign_in(client)
    client.post(reverse("organisation:sign-out"))

    assert lock_out() == 429
    assert sign_in(Client()).status_code == 429
    assert sign_in(client).status_code == 302


def test_a_known_browser_is_locked_by_its_own_failures(person, client):
    sign_in(client)
    client.post(reverse("organisation:sign-out"))
    answers = [sign_in(client, password="wrong").status_code for _attempt in range(5)]

    assert answers == [422, 422, 422, 422, 429]
    assert sign_in(client).status_code == 429


def test_an_administrator_unlocks_every_counter(person, client, administrator):
    from keyuan.organisation.services.accounts import is_shut_out, unlock_user

    sign_in(client)
    client.post(reverse("organisation:sign-out"))
    sign_in(client, password="wrong")
    lock_out()
    assert is_shut_out(person)

    unlock_user(actor=administrator, user_id=person.pk, now=clock.now())

    assert not is_shut_out(person)
    assert sign_in(Client()).status_code == 302


def test_nothing_that_was_typed_is_kept(person, client, caplog):
    with caplog.at_level(logging.DEBUG):
        sign_in(client, "MyPassword-1", "Secret-Word-9")
        sign_in(client)
        client.post(
            reverse("organisation:password-change"),
            {"old_password": "Old-Secret-9", "new_password": "x", "repeated": "x"},
        )

    kept = str(list(AccessAttempt.objects.values())) + caplog.text.replace("organisation:password-change", "")
    assert [word for word in ("MyPassword", "Secret-Word", "Old-Secret", PASSWORD) if word in kept] == []


@pytest.mark.parametrize("staff_no", ["10482", "99999"])
def test_a_try_costs_one_hash_whether_the_number_is_known_or_not(person, client, monkeypatch, staff_no):
    hashed = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode

    def counted(self, *arguments, **more):
        hashed.append(staff_no)
        return encode(self, *arguments, **more)

    monkeypatch.setattr(hasher, "encode", counted)
    sign_in(client, staff_no, "wrong")

    assert len(hashed) == 1


def test_the_page_for_a_forgotten_password_asks_for_no_number(client, db):
    text = client.get(reverse("organisation:forgotten")).content.decode()

    assert 'name="username"' not in text


def test_one_address_cannot_try_every_number(person, client, settings):
    settings.FAILURES_PER_ADDRESS = settings.FAILURES_PER_ADDRESS.__class__("failures", 3, 3600)
    for number in range(3):
        sign_in(client, f"9000{number}", "wrong")

    assert sign_in(client).status_code == 429
    assert "您所在网络" in sign_in(client).content.decode()


@pytest.mark.parametrize("name, fields, wrong", [
    ("password-change", {"new_password": "Another-2026", "repeated": "Another-2026"}, "old_password"),
    ("totp-remove", {}, "password"),
    ("confirm", {}, "password"),
])  # fmt: skip
def test_a_password_cannot_be_guessed_from_inside_either(person, client, name, fields, wrong):
    secret = with_second_factor(person)
    sign_in(client)
    client.post(reverse("organisation:sign-in-code"), {"code": present_code(secret)})
    url = reverse(f"organisation:{name}")
    answers = [client.post(url, {**fields, wrong: "Wrong-2026"}).status_code for _attempt in range(5)]
    after = client.post(url, {**fields, wrong: PASSWORD})

    assert answers == [422, 422, 422, 422, 429]
    assert (after.status_code, "锁定 30 分钟" in after.content.decode()) == (429, True)
    assert [event.facts["why"] for event in events("sign_in_failed")] == ["password_again"] * 5
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert person.totp_confirmed_at is not None


def test_the_lock_follows_the_policy(person, client):
    SignInPolicy.objects.create(pk=1, lock_failures=3, lock_minutes=45)

    answers = [sign_in(client, password="wrong") for _attempt in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "锁定 45 分钟" in answers[-1].content.decode()


def test_a_session_ends_however_busy_it_is(person, client):
    sign_in(client)
    session = client.session
    assert session["until"] == pytest.approx(clock.wall().timestamp() + 12 * 3600, abs=5)
    session["until"] = int(clock.wall().timestamp()) - 1
    session.save()

    assert not is_signed_in(client)
    assert SignIn.objects.get().ended_at is not None


def test_where_the_policy_allows_one_session_the_newest_stays(person, client):
    SignInPolicy.objects.create(pk=1, single_session=True)
    other = Client()
    sign_in(other)
    sign_in(client)

    assert [is_signed_in(other), is_signed_in(client)] == [False, True]
    assert events("sign_in")[-1].facts == {"sessions": 1}


def test_sign_out_everywhere_forgets_trusted_devices(person, client):
    secret = with_second_factor(person)
    sign_in(client, remember="on")
    client.post(reverse("organisation:sign-in-code"), {"code": present_code(secret)})
    client.post(reverse("organisation:sessions-end-others"))
    client.post(reverse("organisation:sign-out"))

    assert sign_in(client)["Location"] == reverse("organisation:sign-in-code")


def test_a_change_of_the_second_factor_ends_the_other_sessions(person, client):
    secret = with_second_factor(person)
    other = Client()
    for browser, shift in ((other, 0), (client, 1)):
        sign_in(browser)
        browser.post(reverse("organisation:sign-in-code"), {"code": present_code(secret, shift)})
    client.post(reverse("organisation:totp-remove"), {"password": PASSWORD})

    assert [is_signed_in(other), is_signed_in(client)] == [False, True]


def old_proof(client):
    session = client.session
    session["confirmed"] = int(clock.wall().timestamp()) - 46 * 60
    session.save()


@pytest.mark.parametrize("name, more", [
    ("role-new", []), ("sign-in-policy", []), ("person-new", []), ("person-edit", ["user"]), ("role", ["role"]),
    ("password-reset", ["user"]), ("second-factor-reset", ["user"]), ("person-close", ["user"]), ("post-new", ["user"]),
])  # fmt: skip
def test_serious_acts_ask_for_the_password_again(tree, person, name, more):
    client, _actor = testing.client_of("administrator", unit=tree.head)
    old_proof(client)
    keys = {"user": person.pk, "role": person.posts.get().role_id}
    url = reverse(f"organisation:{name}", args=[keys[key] for key in more])
    before = AuditEvent.objects.count()

    answer = client.post(url, {"reason": "x"}, headers={"Referer": f"http://testserver{url}"})

    assert answer["Location"] == f"/me/confirm/?next={url.replace('/', '%2F')}"
    assert AuditEvent.objects.count() == before


def test_after_the_proof_one_goes_on_under_a_fresh_key(person, client):
    sign_in(client)
    old_proof(client)
    wanted = reverse("organisation:totp-enrol")
    held = client.get(wanted)
    before = client.session.session_key

    done = client.post(held["Location"], {"password": PASSWORD, "next": wanted})

    assert (held.status_code, done["Location"]) == (302, wanted)
    assert client.get(wanted).status_code == 200
    assert client.session.session_key != before
    assert SignIn.objects.get().session_key == client.session.session_key


def test_a_proof_leads_nowhere_else(person, client):
    sign_in(client)
    answer = client.post(reverse("organisation:confirm"), {"password": PASSWORD, "next": "https://evil.example/"})

    assert answer["Location"] == "/"


def test_a_form_opened_in_time_may_be_sent_later(person, client):
    sign_in(client)
    session = client.session
    session["confirmed"] = int(clock.wall().timestamp()) - 16 * 60
    session.save()

    assert client.get(reverse("organisation:totp-enrol")).status_code == 302
    assert client.post(reverse("organisation:totp-enrol"), {"code": "000000"}).status_code == 422


@pytest.mark.parametrize("password, common", [
    ("Qwertyuiop", True), ("Iloveyou1!", True), ("Trustno1!!", True), ("Moonshine-Quarry-71", False),
])  # fmt: skip
def test_stolen_passwords_are_known(password, common):
    assert passwords.is_common(password) is common


def test_where_the_system_asks_everybody_for_a_second_factor(person, client, settings):
    settings.SECOND_FACTOR_FOR_ALL = True
    sign_in(client)

    assert client.get(reverse("organisation:account"))["Location"] == reverse("organisation:totp-enrol")


def test_signing_out_empties_the_cache_of_the_browser(person, client):
    sign_in(client)

    assert client.post(reverse("organisation:sign-out"))["Clear-Site-Data"] == '"cache"'


def test_a_password_is_taken_as_it_was_typed_and_may_be_long(person, client):
    typed = "  长密码 with Blanks " + "x9" * 40
    User.objects.filter(pk=person.pk).update(password=testing.hashed(typed))

    assert sign_in(client, password=typed.strip()).status_code == 422
    assert sign_in(client, password=typed).status_code == 302
