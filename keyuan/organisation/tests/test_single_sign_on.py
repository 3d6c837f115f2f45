"""Signing in through the company's identity provider (PLT-5)."""

import json
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.organisation import testing
from keyuan.organisation.drivers import single_sign_on
from keyuan.organisation.models import User
from keyuan.organisation.tests.identity_provider import IdentityProvider
from keyuan.platform import clock
from keyuan.platform.models import AuditEvent

BEGIN, BACK = "organisation:sso-begin", "organisation:sso-back"
ENDED = "/sign-in/sso/ended/"
pytestmark = pytest.mark.network


@pytest.fixture
def provider(settings):
    running = IdentityProvider()
    single_sign_on.forget()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = running.issuer, running.client_id
    settings.OIDC_CLIENT_SECRET, settings.OIDC_STAFF_CLAIM = running.secret, "preferred_username"
    settings.OIDC_TWO_FACTOR, settings.OIDC_LABEL = False, "集团统一登录"
    yield running
    running.close()


@pytest.fixture
def person(tree):
    user = testing.make_user("林晓岚", staff_no="10482", password=testing.PASSWORD)
    testing.make_post("claims_handler", user=user, unit=tree.east)
    return user


def away(client, **more):
    return client.get(reverse(BEGIN), more)["Location"]


def came_back(provider, client, **more):
    answer = provider.visit(away(client, next="/me/"))
    return client.get(reverse(BACK), answer | more)


def test_whom_the_provider_knows_is_signed_in(provider, person, client):
    response = came_back(provider, client)

    assert (response.status_code, response["Location"]) == (302, "/me/")
    assert client.get("/me/").status_code == 200
    assert AuditEvent.objects.get(action="sign_in").subject_id == person.pk


def test_the_departure_carries_state_nonce_and_challenge_and_no_secret(provider, client, db):
    asked = dict(parse_qsl(urlsplit(away(client)).query))

    assert asked["response_type"] == "code"
    assert asked["scope"] == "openid profile"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 40
    assert provider.secret not in json.dumps(asked)


def test_the_button_stands_on_the_sign_in_page_only_where_there_is_a_provider(provider, client, db, settings):
    with_provider = client.get(reverse("organisation:sign-in")).text
    settings.OIDC_ISSUER = ""

    assert "集团统一登录" in with_provider
    assert reverse(BEGIN) not in client.get(reverse("organisation:sign-in")).text
    assert client.get(reverse(BEGIN)).status_code == client.get(reverse(BACK)).status_code == 404


@pytest.mark.parametrize(
    "_case, spoil",
    [
        ("another issuer", {"iss": "https://elsewhere.example"}),
        ("for another program", {"aud": "other"}),
        ("for another program too, which it names", {"aud": ["keyuan", "other"], "azp": "other"}),
        ("run out", {"exp": int(time.time()) - 900}),
        ("from another departure", {"nonce": "another"}),
        ("without a staff number", {"preferred_username": " "}),
    ],
)
def test_a_token_that_is_not_in_order_opens_nothing(provider, person, client, _case, spoil):
    provider.spoil = spoil

    response = came_back(provider, client)

    assert response.status_code == 422
    assert "未通过校验" in response.text
    assert json.loads(AuditEvent.objects.get(action="sign_in_failed").detail)["why"] == "sso.invalid"


def test_a_token_signed_by_somebody_else_opens_nothing(provider, person, client):
    answer = provider.visit(away(client))
    honest = provider.keys
    provider.turn_keys()
    forged = provider.keys
    provider.keys = honest
    single_sign_on.forget()
    token = provider.token
    provider.token = lambda *told: with_keys(provider, forged, token, told)

    assert client.get(reverse(BACK), answer).status_code == 422


def with_keys(provider, keys, token, told):
    honest, provider.keys = provider.keys, keys
    try:
        return token(*told)
    finally:
        provider.keys = honest


def test_new_keys_of_the_provider_are_fetched(provider, person, client):
    came_back(provider, client)
    client.post(reverse("organisation:sign-out"))
    provider.turn_keys()

    response = came_back(provider, client)

    assert response.status_code == 302
    assert provider.seen.count("/keys") == 2


@pytest.mark.parametrize(
    "_case, told",
    [("another state", {"state": "x"}), ("an unknown code", {"code": "x"}), ("no state", {"state": ""})],
)
def test_an_answer_to_somebody_else_opens_nothing(provider, person, client, _case, told):
    assert came_back(provider, client, **told).status_code == 422


def test_an_answer_serves_once_and_in_time(provider, person, client, monkeypatch):
    answer = provider.visit(away(client))
    client.get(reverse(BACK), answer)
    again = Client().get(reverse(BACK), answer)
    late = Client()
    answer = provider.visit(away(late))
    moved = clock.wall().timestamp() + 700
    monkeypatch.setattr("keyuan.organisation.views.single_sign_on.wall_seconds", lambda: int(moved))

    assert again.status_code == 422
    assert late.get(reverse(BACK), answer).status_code == 422


def test_a_refusal_of_the_provider_is_told(provider, person, client):
    response = came_back(provider, client, error="access_denied")

    assert response.status_code == 422
    assert "单点登录未通过" in response.text


def test_who_has_no_open_account_is_told_so(provider, person, client):
    User.objects.filter(pk=person.pk).update(is_active=False)

    response = came_back(provider, client)

    assert "没有与您工号对应的可用账号" in response.text
    assert json.loads(AuditEvent.objects.get(action="sign_in_failed").detail) == {"why": "sso", "known": True}


def test_a_provider_that_is_down_leaves_the_password(provider, person, client):
    provider.is_down = True

    response = client.get(reverse(BEGIN))

    assert response.status_code == 503
    assert "暂时连不上单点登录" in response.text
    assert 'name="password"' in response.text


@pytest.mark.parametrize(
    "_case, ways, always, lands",
    [
        ("a password alone", ["pwd"], False, "organisation:sign-in-code"),
        ("two factors there", ["pwd", "mfa"], False, "organisation:account"),
        ("two factors always", [], True, "organisation:account"),
    ],
)
def test_the_second_factor_is_asked_for_unless_the_provider_did(
    provider, person, client, settings, _case, ways, always, lands
):
    User.objects.filter(pk=person.pk).update(totp_confirmed_at=clock.now())
    provider.claims["amr"], settings.OIDC_TWO_FACTOR = ways, always

    assert came_back(provider, client)["Location"] == reverse(lands)


def test_a_provider_beyond_this_machine_must_speak_https(provider, person, client, monkeypatch):
    described = {"issuer": provider.issuer, "authorization_endpoint": "http://provider.example/authorize"}
    monkeypatch.setattr(single_sign_on, "_described", lambda _issuer: described)

    assert client.get(reverse(BEGIN)).status_code == 503


def told(provider, **spoil):
    """Be the provider that ends a session."""
    return Client(enforce_csrf_checks=True).post(ENDED, {"logout_token": provider.logout_token(**spoil)})


@pytest.mark.parametrize(
    "_case, spoil, firsts, seconds",
    [
        ("one session", {"sid": "sid-code-1", "sub": None}, 302, 200),
        ("one session of the person", {"sid": "sid-code-1"}, 302, 200),
        ("every session of the person", {}, 302, 302),
        ("another person", {"sub": "s2"}, 200, 200),
        ("a session of another person", {"sub": "s2", "sid": "sid-code-1"}, 200, 200),
    ],
)
def test_what_the_provider_ends_is_ended_here(provider, person, client, _case, spoil, firsts, seconds):
    second = Client()
    came_back(provider, client)
    came_back(provider, second)

    response = told(provider, **spoil)

    assert (response.status_code, response["Cache-Control"].count("no-store")) == (200, 1)
    assert (client.get("/me/").status_code, second.get("/me/").status_code) == (firsts, seconds)
    ended = [firsts, seconds].count(302)
    trail = AuditEvent.objects.filter(action="sign_out", subject_id=person.pk)
    assert [json.loads(row.detail) for row in trail] == ([{"sessions": ended, "by": "provider"}] if ended else [])


def test_a_session_by_password_is_not_the_providers_to_end(provider, person, client):
    client.post(reverse("organisation:sign-in"), {"username": "10482", "password": testing.PASSWORD})

    assert told(provider).status_code == 200
    assert client.get("/me/").status_code == 200


def test_a_token_told_again_ends_nothing_new(provider, person, client):
    before = int(time.time()) - 200
    came_back(provider, client)

    assert told(provider, iat=before).status_code == 200
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "_case, spoil",
    [
        ("another issuer", {"iss": "https://elsewhere.example"}),
        ("for another program", {"aud": "other"}),
        ("run out", {"exp": int(time.time()) - 900}),
        ("without an end", {"exp": None}),
        ("without a name", {"jti": None}),
        ("an identity token", {"nonce": "n"}),
        ("of no event", {"events": None}),
        ("of another event", {"events": {"other": {}}}),
        ("about nobody", {"sub": None}),
    ],
)
def test_a_logout_token_that_is_not_in_order_ends_nothing(provider, person, client, _case, spoil):
    came_back(provider, client)

    response = told(provider, **spoil)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert client.get("/me/").status_code == 200


def test_a_logout_token_signed_by_somebody_else_ends_nothing_and_costs_one_call(provider, person, client):
    came_back(provider, client)
    provider.turn_keys()
    token = provider.logout_token()
    provider.seen.clear()

    answers = [Client().post(ENDED, {"logout_token": sent}).status_code for sent in (token, token, "x", "")]

    assert answers == [400] * 4
    assert provider.seen == []
    assert client.get("/me/").status_code == 200


def test_without_a_provider_there_is_nothing_to_end(client, db):
    assert client.post(ENDED, {"logout_token": "x"}).status_code == 404
