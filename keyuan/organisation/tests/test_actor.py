"""From the session to the actor: posts in force, switching, idleness, closed accounts (PLT-3, PLT-4, PLT-5)."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.test import Client

from keyuan.kernel.actor import FieldLevel, Reach
from keyuan.organisation import testing
from keyuan.organisation.models import Post, RolePermission, User
from keyuan.organisation.selectors.actors import actor_of, chosen_post, posts_of
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.views.middleware import origin_of, prepare, signed_in
from keyuan.platform import clock


def request_of(client, rf):
    request = rf.get("/")
    request.session = client.session
    return request


def actor_seen_by(client, rf):
    request = request_of(client, rf)
    prepare(request, *signed_in(request))
    return request.actor


def test_posts_that_ended_or_have_not_begun_are_not_acted_in(tree):
    today = clock.today()
    user = testing.make_user()
    kept = testing.make_post("claims_handler", user=user, unit=tree.east, valid_until=today)
    testing.make_post("claims_handler", user=user, unit=tree.west, valid_until=today - timedelta(days=1))
    testing.make_post("claims_handler", user=user, unit=tree.head, valid_from=today + timedelta(days=1))

    assert [post.pk for post in posts_of(user.pk, today)] == [kept.pk]


def test_the_primary_post_is_the_first_one_acted_in(tree):
    user = testing.make_user()
    testing.make_post("claims_handler", user=user, unit=tree.east)
    primary = testing.make_post("policy_clerk", user=user, unit=tree.west, is_primary=True)

    assert chosen_post(posts_of(user.pk, clock.today()), None) == primary


def test_the_actor_holds_what_the_role_of_the_chosen_post_holds(tree, rf):
    user = testing.make_user()
    testing.make_post("claims_handler", user=user, unit=tree.east, is_primary=True)
    other = testing.make_post("auditor", user=user, unit=tree.head)
    client = testing.signed_in_client(Client(), user, other)

    actor = actor_seen_by(client, rf)

    assert actor.role_code == "auditor"
    assert actor.permissions == DEFAULT_ROLES["auditor"].all_permissions()
    assert actor.scope.reach is Reach.ALL
    assert actor.level_of("phone") is FieldLevel.STRICT


def test_a_post_of_somebody_else_in_the_session_is_not_believed(tree, rf):
    user = testing.make_user()
    own = testing.make_post("claims_handler", user=user, unit=tree.east)
    foreign = testing.make_post("administrator", unit=tree.head)
    client = testing.signed_in_client(Client(), user, foreign)

    assert actor_seen_by(client, rf).post_id == own.pk


def test_a_changed_role_counts_from_the_next_request_on(tree, rf):
    client, before = testing.client_of("claims_handler", unit=tree.east)
    RolePermission.objects.filter(role__code="claims_handler", permission="customers.reveal").delete()
    role = testing.default_role("claims_handler")
    role.version += 1
    role.save(update_fields=["version"])

    assert before.may("customers.reveal")
    assert not actor_seen_by(client, rf).may("customers.reveal")


def test_the_actor_costs_the_session_and_one_query_for_everything_else(tree, rf, django_assert_num_queries):
    client, _actor = testing.client_of("claims_handler", unit=tree.east)
    request = request_of(client, rf)
    request.session.get("post")

    with django_assert_num_queries(1):
        prepare(request, *signed_in(request))


@pytest.mark.parametrize("change", [{"is_active": False}, {"left_on": testing.SINCE}, {"password": "another hash"}])
def test_a_locked_closed_or_changed_account_is_a_stranger_at_once(tree, rf, change):
    client, actor = testing.client_of("claims_handler", unit=tree.east)
    User.objects.filter(pk=actor.id).update(**change)

    assert actor_seen_by(client, rf) is None


def test_a_person_without_a_post_reaches_nothing(tree, rf):
    client, actor = testing.client_of("claims_handler", unit=tree.east)
    Post.objects.filter(pk=actor.post_id).delete()

    bare = actor_seen_by(client, rf)

    assert (bare.permissions, bare.scope.reach, bare.scope.agent_id) == (frozenset(), Reach.SELF, None)


def test_the_origin_names_browser_and_system_but_not_the_whole_header(tree, rf):
    client, _actor = testing.client_of("claims_handler", unit=tree.east)
    agent = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
    )
    request = rf.get("/", headers={"user-agent": agent}, REMOTE_ADDR="10.1.2.3")
    request.session = client.session
    prepare(request, *signed_in(request))

    assert (request.actor.origin.device, request.actor.origin.address) == ("Chrome, Windows", "10.1.2.3")


def test_the_origin_behind_a_trusted_proxy_is_whom_the_proxy_heard(rf, settings):
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    request = rf.get("/", headers={"x-forwarded-for": "10.9.9.9, 203.0.113.9"}, REMOTE_ADDR="127.0.0.1")

    assert origin_of(request).address == "203.0.113.9"


def test_outsourced_staff_start_from_the_strictest_mask(actor_as, tree):
    actor = actor_as("outsourced_caller", unit=tree.east)

    assert actor.outsourced
    assert actor.level_of("name") is FieldLevel.STRICT


def test_an_agent_may_reveal_phones_and_sees_identity_numbers_masked(agent_actor):
    assert agent_actor.level_of("phone") is FieldLevel.REVEAL
    assert agent_actor.level_of("identity_number") is FieldLevel.MASKED
    assert agent_actor.scope.reach is Reach.SELF


def test_an_actor_is_built_from_a_post_with_its_joins(tree, django_assert_num_queries):
    post = testing.fresh(testing.make_post("claims_handler", unit=tree.east))
    actor_of(post)

    with django_assert_num_queries(0):
        assert actor_of(post).unit_name == "浙江分公司"


def test_idleness_is_counted_from_the_last_request(tree, rf, settings):
    from keyuan.organisation.views.middleware import is_over

    settings.IDLE_MINUTES = 30
    client, _actor = testing.client_of("claims_handler", unit=tree.east)
    request = request_of(client, rf)
    moment = int(clock.wall().timestamp())

    request.session["seen"] = moment - 29 * 60
    assert not is_over(request)

    request.session["seen"] = moment - 31 * 60
    assert is_over(request)
