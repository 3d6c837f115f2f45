"""Nobody hands out more than they hold; administrators do (PLT-4). Defaults are sound."""

from datetime import date

import pytest
from django.utils.translation import override

from keyuan.kernel.actor import FieldLevel, Reach
from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.organisation import testing
from keyuan.organisation.models import Post, Role, RolePermission
from keyuan.organisation.selectors.actors import actor_of
from keyuan.organisation.selectors.labels import ROLE_NAMES
from keyuan.organisation.services import accounts, posts
from keyuan.organisation.services.default_roles import DEFAULT_ROLES, NEVER_SHOWN
from keyuan.organisation.services.provision import ensure_default_roles
from keyuan.organisation.services.roles import RoleContents, edit_role
from keyuan.organisation.views.field_names import FIELD_NAMES
from keyuan.platform.audit.labels import said_pair
from keyuan.platform.catalogue import catalogue
from keyuan.platform.models.audit_event import AuditEvent

DAY = date(2026, 3, 16)


def appoint(actor, user, role, unit, reach=Reach.UNIT):
    return posts.appoint(
        actor=actor, user=user, role=testing.default_role(role), unit=unit, reach=reach, valid_from=DAY
    )


@pytest.fixture
def unit_admin(tree):
    """Someone who may appoint people of the eastern branch, and holds a clerk's permissions besides."""
    role = testing.default_role("policy_clerk")
    for key in ("organisation.users", "organisation.edit_users", "organisation.units"):
        RolePermission.objects.get_or_create(role=role, permission=key)
    return testing.make_actor("policy_clerk", unit=tree.east)


def test_someone_appoints_to_what_they_hold_themselves(unit_admin, tree):
    made = appoint(unit_admin, testing.make_user(), "policy_clerk", tree.east_city)

    assert made.unit_id == tree.east_city.pk


def test_nobody_appoints_to_more_than_they_hold(unit_admin, tree):
    user = testing.make_user()

    with pytest.raises(Refused, match=r"role\.beyond_own"):
        appoint(unit_admin, user, "compliance", tree.east_city)
    assert not Post.objects.filter(user=user).exists()


def test_nobody_appoints_further_than_they_reach(unit_admin, tree):
    with pytest.raises(Refused, match=r"post\.too_wide"):
        appoint(unit_admin, testing.make_user(), "policy_clerk", tree.east_city, Reach.ALL)


def test_nobody_appoints_outside_their_unit(unit_admin, tree):
    with pytest.raises(NotFound):
        appoint(unit_admin, testing.make_user(), "policy_clerk", tree.west)


def test_nobody_appoints_themselves(unit_admin, tree):
    own = Post.objects.get(pk=unit_admin.post_id).user

    with pytest.raises(Refused, match=r"post\.own"):
        appoint(unit_admin, own, "policy_clerk", tree.east_city)


def test_an_administrator_appoints_to_anything(administrator, tree):
    made = appoint(administrator, testing.make_user(), "compliance", tree.west, Reach.ALL)

    assert made.reach == "all"


def test_someone_without_the_permission_appoints_nobody(actor_as, tree):
    with pytest.raises(Forbidden):
        appoint(actor_as("claims_handler", unit=tree.east), testing.make_user(), "claims_handler", tree.east)


def contents(role, **changes):
    data = {
        "name": role.name,
        "description": "",
        "default_reach": Reach(role.default_reach),
        "outsourced": False,
        "reveal_quota": 50,
        "requires_totp": False,
        "permissions": frozenset({"customers.view"}),
        "fields": {},
    }
    return RoleContents(**(data | changes))


def test_the_role_of_ones_own_post_is_not_edited_unless_administrator(tree):
    role = testing.default_role("policy_clerk")
    RolePermission.objects.create(role=role, permission="organisation.edit_roles")
    actor = testing.make_actor("policy_clerk", unit=tree.east)

    with pytest.raises(Refused, match=r"role\.own"):
        edit_role(actor=actor, role_id=role.pk, version=1, contents=contents(role), now=testing.NOW)


def test_editing_a_role_never_adds_what_one_lacks(tree, administrator):
    role = testing.default_role("policy_clerk")
    RolePermission.objects.create(role=role, permission="organisation.edit_roles")
    actor = testing.make_actor("policy_clerk", unit=tree.east)
    other = testing.default_role("claims_handler")
    wanted = contents(other, permissions=frozenset({"platform.audit"}))

    with pytest.raises(Refused, match=r"role\.beyond_own"):
        edit_role(actor=actor, role_id=other.pk, version=1, contents=wanted, now=testing.NOW)
    assert Role.objects.get(pk=other.pk).version == 1


def test_the_last_administrator_is_neither_locked_nor_closed(administrator, tree):
    with pytest.raises(Refused, match=r"role\.last_administrator"):
        accounts.lock_user(actor=administrator, user_id=administrator.id, reason="", now=testing.NOW)
    with pytest.raises(Refused, match=r"role\.last_administrator"):
        accounts.close_account(actor=administrator, user_id=administrator.id, left_on=DAY, reason="x", now=testing.NOW)
    assert Post.objects.get(pk=administrator.post_id).valid_until is None


def test_every_default_permission_and_field_is_known():
    unknown = {key for role in DEFAULT_ROLES.values() for key in role.all_permissions() if key not in catalogue}
    fields = {key for role in DEFAULT_ROLES.values() for key in role.fields if key not in PERSONAL_FIELDS}

    assert (unknown, fields) == (set(), set())


def test_every_default_role_and_field_has_a_name():
    assert set(ROLE_NAMES) == set(DEFAULT_ROLES)
    assert set(FIELD_NAMES) == set(PERSONAL_FIELDS)
    assert set(PERSONAL_FIELDS) >= NEVER_SHOWN


@pytest.mark.parametrize(
    "code, reach",
    [
        ("agent", Reach.SELF),
        ("telesales", Reach.SELF),
        ("contact_centre", Reach.UNIT),
        ("customer_resource_manager", Reach.UNIT),
        ("intermediary_manager", Reach.CHANNEL),
        ("analyst", Reach.ALL),
        ("management", Reach.ALL),
        ("compliance", Reach.ALL),
        ("auditor", Reach.ALL),
        ("administrator", Reach.ALL),
        ("outsourced_caller", Reach.SELF),
    ],
)
def test_default_roles_reach_as_far_as_described(code, reach):
    assert DEFAULT_ROLES[code].reach is reach


def test_administrators_see_no_customer_and_auditors_only_the_trail():
    assert not [key for key in DEFAULT_ROLES["administrator"].permissions if key.startswith(("customers", "policies"))]
    assert DEFAULT_ROLES["auditor"].permissions == {"platform.audit"}
    assert DEFAULT_ROLES["outsourced_caller"].fields["name"] is FieldLevel.STRICT


def test_default_roles_are_made_once_and_edited_ones_stay(db):
    first = ensure_default_roles(actor=testing.SET_UP)
    Role.objects.filter(code="agent").update(name="顾问")
    second = ensure_default_roles(actor=testing.SET_UP)

    assert {role.pk for role in first.values()} == {role.pk for role in second.values()}
    assert second["agent"].name == "顾问"


def test_the_trail_says_a_role_change_in_words_and_only_what_differs(tree, administrator):
    other = testing.default_role("claims_handler")
    before = contents(other, fields={"phone": FieldLevel.MASKED, "income": FieldLevel.HIDDEN})
    edit_role(actor=administrator, role_id=other.pk, version=1, contents=before, now=testing.NOW)
    after = contents(other, fields={"phone": FieldLevel.REVEAL, "income": FieldLevel.HIDDEN})

    edit_role(actor=administrator, role_id=other.pk, version=2, contents=after, now=testing.NOW)

    event = AuditEvent.objects.order_by("pk").last()
    assert event.changed == {"fields": [["income=hidden", "phone=masked"], ["income=hidden", "phone=reveal"]]}
    with override("en"):
        said = said_pair(administrator, "fields", *event.changed["fields"])
    assert said == ("Phone number: Masked", "Phone number: Whole on request, with a reason")


def test_the_trail_keeps_the_post_as_stored_in_whatever_language_one_acts(tree):
    post_id = testing.make_actor("claims_handler", unit=tree.east).post_id
    post = Post.objects.select_related("user", "role", "unit").get(pk=post_id)

    with override("en"):
        acting = actor_of(post)

    assert acting.post_label == f"理赔员 {tree.east.name}"
