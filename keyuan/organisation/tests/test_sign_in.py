"""Signing in: lock-out, same answers, idle sessions, session keys, second factor, duties, posts (PLT-5, PLT-6)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.organisation import testing
from keyuan.organisation.models import RecoveryCode, SignIn, User
from keyuan.organisation.rules import totp
from keyuan.organisation.services import second_factor
from keyuan.platform import clock
from keyuan.platform.models import AuditEvent

PASSWORD = testing.PASSWORD


@pytest.fixture
def person(tree):
    user = testing.make_user("林晓岚", staff_no="10482", password=PASSWORD)
    testing.make_post("claims_handler", user=user, unit=tree.east)
    return user


def sign_in(client, staff_no="10482", password=PASSWORD, **more):
    return client.post(reverse("organisation:sign-in"), {"username": staff_no, "password": password, **more})


def events(action):
    return list(AuditEvent.objects.filter(action=action).order_by("id"))


def is_signed_in(client):
    return client.get(reverse("organisation:account")).status_code == 200


def with_second_factor(user):
    """Give ``user`` a second factor; return the secret."""
    actor = testing.actor_of(testing.fresh(user.posts.get()))
    secret = totp.from_base32(second_factor.begin_enrolment(actor=actor))
    User.objects.filter(pk=user.pk).update(totp_confirmed_at=clock.now())
    return secret


def present_code(secret, shift=0):
    return totp.code_at(secret, totp.step_at(int(clock.wall().timestamp())) + shift)


def test_the_right_password_opens_the_session_and_leaves_an_event(person, client):
    response = sign_in(client, "10482")

    assert (response.status_code, response["Location"]) == (302, "/")
    assert is_signed_in(client)
    assert SignIn.objects.get().session_key == client.session.session_key
    assert [event.subject_id for event in events("sign_in")] == [person.pk]


def test_staff_numbers_are_found_whatever_their_case(tree, client):
    testing.make_user(staff_no="AB12", password=PASSWORD)

    assert sign_in(client, " ab12 ").status_code == 302


def test_full_width_digits_of_an_input_method_are_the_same_number(person, client):
    assert sign_in(client, "１０４８２").status_code == 302


def test_a_wrong_password_says_how_many_attempts_are_left(person, client):
    response = sign_in(client, password="wrong")

    assert response.status_code == 422
    assert "密码不正确，还可尝试 4 次。" in response.content.decode()
    assert [event.subject_id for event in events("sign_in_failed")] == [person.pk]


def test_an_unknown_number_gets_the_same_answer_as_a_wrong_password(person, client):
    wrong, unknown = sign_in(client, password="wrong"), sign_in(client, "99999", "wrong")

    def bare(response):
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
        return text.replace("10482", "").replace("99999", "")

    assert (wrong.status_code, bare(wrong)) == (unknown.status_code, bare(unknown))


def test_an_unknown_number_stays_out_of_the_trail(person, client):
    sign_in(client, "MyPassword-1", "wrong")

    (event,) = events("sign_in_failed")
    assert (event.subject_id, event.staff_no) == (0, "")
    assert "MyPassword" not in event.detail + event.changes


@pytest.mark.parametrize("staff_no", ["10482", "99999"])
def test_five_failures_lock_and_even_the_right_password_fails(person, client, staff_no):
    answers = [sign_in(client, staff_no, "wrong") for _attempt in range(5)]
    after = sign_in(client, staff_no)

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert after.status_code == 429
    assert "锁定 30 分钟" in after.content.decode()
    assert not is_signed_in(client)


def test_trying_on_while_locked_does_not_make_the_lock_longer(person, client):
    from axes.models import AccessAttempt

    for _attempt in range(5):
        sign_in(client, password="wrong")
    before = AccessAttempt.objects.get().attempt_time
    sign_in(client, password="wrong")

    assert AccessAttempt.objects.get().attempt_time == before


def test_a_lock_ends_after_thirty_minutes(person, client):
    from datetime import timedelta

    from axes.models import AccessAttempt

    for _attempt in range(5):
        sign_in(client, password="wrong")
    attempt = AccessAttempt.objects.get()
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - timedelta(minutes=31))

    assert sign_in(client).status_code == 302


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_active": False, "left_on": testing.SINCE}])
def test_a_locked_or_closed_account_gets_the_answer_of_a_wrong_password(person, client, change):
    User.objects.filter(pk=person.pk).update(**change)

    assert sign_in(client).status_code == 422


def test_the_session_key_changes_at_sign_in(person, client):
    client.get(reverse("organisation:sign-in"))
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client)

    assert client.session.session_key != planted


def test_an_idle_session_ends(person, client, settings):
    sign_in(client)
    session = client.session
    session["seen"] -= settings.IDLE_MINUTES * 60 + 1
    session.save()

    assert not is_signed_in(client)
    assert SignIn.objects.get().ended_at is not None


def test_a_session_in_use_stays_open_and_is_written_once_a_minute(person, client, django_assert_num_queries):
    sign_in(client)
    session = client.session
    session["seen"] -= 61
    session.save()
    seen = session["seen"]
    is_signed_in(client)
    first = client.session["seen"]
    is_signed_in(client)

    assert first >= seen + 61
    assert client.session["seen"] == first


def test_a_session_whose_browser_never_came_back_is_ended_by_the_job(person, client):
    from datetime import timedelta

    from keyuan.organisation.jobs import tidy

    sign_in(client)
    SignIn.objects.update(seen_at=clock.now() - timedelta(minutes=31))

    assert tidy() == 1
    assert not is_signed_in(client)


def test_signing_out_ends_the_session_and_leaves_an_event(person, client):
    sign_in(client)
    response = client.post(reverse("organisation:sign-out"))

    assert response["Location"] == reverse("organisation:sign-in")
    assert not is_signed_in(client)
    assert len(events("sign_out")) == 1


def test_a_first_sign_in_leads_to_a_new_password_wherever_one_goes(person, client):
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    sign_in(client)

    held = client.get(reverse("organisation:account"))
    fragment = client.get(reverse("organisation:account"), headers={"HX-Request": "true"})

    assert (held.status_code, held["Location"]) == (302, reverse("organisation:password-change"))
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, reverse("organisation:password-change"))


def test_a_changed_password_keeps_this_session_and_ends_the_others(person, client):
    other = Client()
    sign_in(other)
    sign_in(client)
    new = "Another-2026"
    answer = client.post(
        reverse("organisation:password-change"), {"old_password": PASSWORD, "new_password": new, "repeated": new}
    )

    assert answer.status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert SignIn.objects.get(ended_at=None).session_key == client.session.session_key


def test_the_second_factor_is_asked_for_after_the_password(person, client):
    secret = with_second_factor(person)

    assert sign_in(client)["Location"] == reverse("organisation:sign-in-code")
    assert not is_signed_in(client)

    client.post(reverse("organisation:sign-in-code"), {"code": present_code(secret)})
    assert is_signed_in(client)


def test_a_code_works_once(person, client):
    secret = with_second_factor(person)
    code = present_code(secret)
    for browser in (client, other := Client()):
        sign_in(browser)
        browser.post(reverse("organisation:sign-in-code"), {"code": code})

    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_wrong_codes_count_towards_the_lock(person, client):
    with_second_factor(person)
    sign_in(client)
    answers = [client.post(reverse("organisation:sign-in-code"), {"code": "000000x"}) for _attempt in range(5)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert sign_in(client).status_code == 429


def test_a_code_must_come_within_five_minutes(person, client):
    secret = with_second_factor(person)
    sign_in(client)
    session = client.session
    session["second_factor"] = {**session["second_factor"], "at": session["second_factor"]["at"] - 301}
    session.save()

    assert client.post(reverse("organisation:sign-in-code"), {"code": present_code(secret)}).status_code == 422
    assert not is_signed_in(client)


def test_a_trusted_device_is_not_asked_until_the_password_changes(person, client):
    secret = with_second_factor(person)
    sign_in(client, remember="on")
    client.post(reverse("organisation:sign-in-code"), {"code": present_code(secret)})
    client.post(reverse("organisation:sign-out"))

    assert sign_in(client)["Location"] == "/"

    client.post(reverse("organisation:sign-out"))
    User.objects.filter(pk=person.pk).update(password=testing.hashed("Changed-2026"))
    assert sign_in(client, password="Changed-2026")["Location"] == reverse("organisation:sign-in-code")


def test_the_trust_of_one_person_is_no_trust_for_another(person, client, tree):
    secret = with_second_factor(person)
    other = testing.make_user(staff_no="10483", password=PASSWORD)
    testing.make_post("claims_handler", user=other, unit=tree.east)
    with_second_factor(other)
    sign_in(client, remember="on")
    client.post(reverse("organisation:sign-in-code"), {"code": present_code(secret)})
    client.post(reverse("organisation:sign-out"))

    assert sign_in(client, "10483")["Location"] == reverse("organisation:sign-in-code")


def test_a_role_that_needs_a_second_factor_leads_to_setting_it_up(person, client):
    role = testing.default_role("claims_handler")
    role.requires_totp = True
    role.save()
    sign_in(client)

    assert client.get(reverse("organisation:account"))["Location"] == reverse("organisation:totp-enrol")

    text = client.get(reverse("organisation:totp-enrol")).content.decode()
    secret = totp.from_base32(re.search(r"<code>([A-Z2-7]+)</code>", text)[1])
    done = client.post(reverse("organisation:totp-enrol"), {"code": present_code(secret)})

    assert done.content.decode().count("<li><code>") == 10
    assert is_signed_in(client)
    assert "style=" not in text


def test_a_recovery_code_signs_in_once(person, client):
    role_actor = testing.actor_of(testing.fresh(person.posts.get()))
    with_second_factor(person)
    codes = second_factor.new_recovery_codes(actor=role_actor, now=clock.now())
    for browser in (client, other := Client()):
        sign_in(browser)
        browser.post(reverse("organisation:sign-in-code"), {"code": codes[0].upper()})

    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert RecoveryCode.objects.filter(used_at=None).count() == 9


def test_ending_a_session_makes_its_browser_a_stranger(person, client):
    other = Client()
    sign_in(other)
    sign_in(client)
    row = SignIn.objects.get(session_key=other.session.session_key)
    client.post(reverse("organisation:session-end", args=[row.pk]))

    assert not is_signed_in(other)
    assert is_signed_in(client)


def test_nobody_ends_the_session_of_somebody_else(person, client, tree):
    stranger, _actor = testing.client_of("policy_clerk", unit=tree.east)
    sign_in(client)
    row = SignIn.objects.get()

    assert stranger.post(reverse("organisation:session-end", args=[row.pk])).status_code == 404
    assert is_signed_in(client)


def test_all_other_sessions_end_together(person, client):
    others = [Client(), Client()]
    for browser in (*others, client):
        sign_in(browser)
    client.post(reverse("organisation:sessions-end-others"))

    assert [is_signed_in(browser) for browser in (*others, client)] == [False, False, True]


def test_a_person_with_two_posts_switches_between_them(person, client, tree):
    other = testing.make_post("auditor", user=person, unit=tree.head)
    sign_in(client)
    client.post(reverse("organisation:post-switch", args=[other.pk]))

    assert client.get(reverse("organisation:account")).wsgi_request.actor.role_code == "auditor"


def test_nobody_acts_in_a_post_of_somebody_else(person, client, tree):
    foreign = testing.make_post("administrator", unit=tree.head)
    sign_in(client)

    assert client.post(reverse("organisation:post-switch", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_signing_in_never_leads_elsewhere(person, client, wanted):
    assert sign_in(client, next=wanted)["Location"] == "/"


def test_signing_in_leads_back_to_where_one_was(person, client):
    assert sign_in(client, next="/me/?x=1")["Location"] == "/me/?x=1"


def test_the_language_is_kept_with_the_person(person, client):
    sign_in(client)
    client.post(reverse("organisation:language"), {"language": "en"})

    page = client.get(reverse("organisation:account"))
    assert page["Content-Language"] == "en"
    assert "Account and sessions" in page.content.decode()


def test_a_stranger_chooses_the_language_of_the_sign_in_page(client, db):
    client.post(reverse("organisation:language"), {"language": "en", "next": "/sign-in/"})

    assert "With your staff number" in client.get(reverse("organisation:sign-in")).content.decode()


def test_an_unknown_language_is_not_found(client, db):
    assert client.post(reverse("organisation:language"), {"language": "xx"}).status_code == 404
