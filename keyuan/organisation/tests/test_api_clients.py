"""API clients as administrators look after them: in a post, with keys shown once, never signing in (PLT-14)."""

from datetime import timedelta

import pytest

from keyuan.kernel.actor import ActorKind, Origin, Reach
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.models import ApiKey, ApiToken, User
from keyuan.organisation.rules.api_keys import is_within, read_networks
from keyuan.organisation.selectors.api_clients import access_client, actor_of_client, credential_of
from keyuan.organisation.services import api_clients as services
from keyuan.organisation.services.api_clients import ClientPost, ClientTerms
from keyuan.organisation.services.passwords import reset_password
from keyuan.organisation.testing import NOW, SINCE, client_of, default_role, make_actor, small_tree
from keyuan.platform.models import AuditEvent


def made(actor, **terms):
    """A client in a post of the eastern branch."""
    place = ClientPost(default_role("customer_resource_manager"), small_tree().east, Reach.UNIT)
    return services.create_client(actor=actor, terms=ClientTerms(**{"name": "核心系统", **terms}), place=place, now=NOW)


def acting(client, scopes=frozenset()):
    """The client as an actor."""
    return actor_of_client(client, scopes, locale="zh-hans", origin=Origin())


def test_a_client_may_do_what_its_post_may_and_no_more(administrator):
    client = made(administrator, scopes=frozenset({"customers.view", "platform.audit"}))

    actor = acting(client)

    assert (actor.kind, actor.name, actor.scope.unit_id) == (ActorKind.API_CLIENT, "核心系统", small_tree().east.pk)
    assert actor.permissions == {"customers.view"}
    assert acting(client, frozenset({"customers.edit"})).permissions == frozenset()


@pytest.mark.django_db
def test_only_who_may_manage_clients_makes_them():
    with pytest.raises(Forbidden):
        made(make_actor("shift_leader", unit=small_tree().east))


def test_nobody_signs_in_with_a_clients_account(administrator):
    client = made(administrator)

    with pytest.raises(Refused, match=r"api_client\.no_sign_in"):
        reset_password(actor=administrator, user_id=client.user_id, now=NOW)

    assert not User.objects.get(pk=client.user_id).has_usable_password()


def test_a_key_is_kept_as_a_hash_and_opens_until_it_ends(administrator):
    client = made(administrator)
    key, plain = services.issue_key(
        actor=administrator, client_id=client.pk, kind="KEY", now=NOW, expires_at=NOW + timedelta(days=1)
    )

    assert plain not in str(ApiKey.objects.filter(pk=key.pk).values().get())
    assert credential_of(plain, now=NOW, today=NOW.date()).client == client
    assert credential_of(plain, now=NOW + timedelta(days=1), today=NOW.date()) is None
    assert credential_of(plain + "x", now=NOW, today=NOW.date()) is None


def test_an_oauth_secret_is_no_key(administrator):
    client = made(administrator)
    _key, plain = services.issue_key(actor=administrator, client_id=client.pk, kind="OAUTH", now=NOW)

    assert credential_of(plain, now=NOW, today=NOW.date()) is None


def test_tokens_fall_with_their_secret_and_with_their_clients_post(administrator):
    client = made(administrator)
    key, _plain = services.issue_key(actor=administrator, client_id=client.pk, kind="OAUTH", now=NOW)
    actor = acting(client)
    first, second = (
        services.issue_token(actor=actor, client=client, key=key, scopes=frozenset(), now=NOW) for _ in range(2)
    )

    assert credential_of(first, now=NOW, today=SINCE) is None
    assert credential_of(first, now=NOW, today=NOW.date()) is not None
    services.revoke_key(actor=administrator, key_id=key.pk, reason="泄露", now=NOW)
    assert [credential_of(token, now=NOW, today=NOW.date()) for token in (first, second)] == [None, None]
    assert ApiToken.objects.filter(revoked_at__isnull=True).count() == 0


def test_two_administrators_do_not_overwrite_each_other(administrator):
    client = made(administrator)
    terms = ClientTerms(name="新名称")
    services.edit_client(actor=administrator, client_id=client.pk, version=1, terms=terms, now=NOW)

    with pytest.raises(Conflict):
        services.edit_client(actor=administrator, client_id=client.pk, version=1, terms=terms, now=NOW)


@pytest.mark.parametrize("terms, field", [
    ({"name": " "}, "name"), ({"networks": "10.0.0.0/33"}, "networks"), ({"rate_per_minute": 0}, "rate_per_minute"),
    ({"scopes": frozenset({"no.such"})}, "scopes"),
])  # fmt: skip
def test_terms_that_cannot_be_are_refused(administrator, terms, field):
    with pytest.raises(Refused) as refusal:
        made(administrator, **terms)

    assert refusal.value.field == field


def test_each_step_stands_on_the_trail_without_the_secret(administrator):
    client = made(administrator)
    _key, plain = services.issue_key(actor=administrator, client_id=client.pk, kind="KEY", now=NOW)
    services.set_disabled(actor=administrator, client_id=client.pk, disabled=True, reason="停用", now=NOW)

    events = AuditEvent.objects.filter(subject_kind="api_client", subject_id=client.pk)
    assert events.count() == 3
    assert not any(plain in event.detail or plain in event.changes for event in events)


def test_a_client_of_another_branch_is_not_there(administrator):
    client = made(administrator)
    role = default_role("shift_leader")
    role.grants.create(permission="organisation.api_clients")
    stranger = make_actor("shift_leader", unit=small_tree().west)

    with pytest.raises(NotFound):
        access_client(stranger, client.pk)
    assert access_client(administrator, client.pk) == client


def test_the_pages_list_and_show_clients(administrator):
    client = made(administrator)
    services.issue_key(actor=administrator, client_id=client.pk, kind="KEY", now=NOW, label="夜间批量")
    browser, _actor = client_of("administrator", unit=small_tree().head)

    listed = browser.get("/organisation/api-clients/").content.decode()
    shown = browser.get(f"/organisation/api-clients/{client.pk}/").content.decode()

    assert all(text in listed for text in ("核心系统", client.client_id))
    assert all(text in shown for text in ("夜间批量", "kyk_", "更换"))


@pytest.mark.parametrize("address, networks, inside", [
    ("10.1.2.3", "10.0.0.0/8", True), ("11.1.2.3", "10.0.0.0/8", False), ("::1", "10.0.0.0/8", False),
    ("10.1.2.3", "", True), ("nowhere", "10.0.0.0/8", False),
])  # fmt: skip
def test_networks(address, networks, inside):
    assert is_within(address, read_networks(networks)) is inside
