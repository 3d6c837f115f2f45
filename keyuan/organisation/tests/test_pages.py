"""The organisation's pages: who gets in, what they show, what they change (PLT-3, PLT-4, PLT-5)."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from keyuan.organisation import testing
from keyuan.organisation.models import Post, Role, Unit, User
from keyuan.organisation.selectors.roles import powers_held
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.subjects import subject_kinds

NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)


@pytest.fixture
def admin(tree):
    """A browser of an administrator of the whole company, and the actor."""
    return testing.client_of("administrator", unit=tree.head)


@pytest.fixture
def leader(tree):
    """A browser of someone who sees people of the eastern branch."""
    return testing.client_of("shift_leader", unit=tree.east)


def text_of(response):
    return response.content.decode()


def url(name, *args):
    return reverse(f"organisation:{name}", args=args)


@pytest.mark.parametrize("name", ["units", "unit-list", "people", "roles", "agents", "account", "sign-in-policy"])
def test_an_administrator_opens_every_page(admin, name):
    response = admin[0].get(url(name), follow=True)

    assert response.status_code == 200
    assert "style=" not in re.sub(r"<svg class=\"watermark.*?</svg>", "", text_of(response), flags=re.S)


@pytest.mark.parametrize("name", ["units", "people", "roles", "agents", "sign-in-policy"])
def test_a_stranger_is_sent_to_sign_in(client, db, name):
    assert client.get(url(name))["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("name", ["roles", "role-new", "person-new", "sign-in-policy"])
def test_a_post_without_the_permission_is_refused(leader, name):
    assert leader[0].get(url(name)).status_code == 403


def test_the_rules_of_signing_in_are_reached_from_the_navigation(admin, leader):
    link = f'href="{url("sign-in-policy")}"'

    assert link in text_of(admin[0].get(url("units"), follow=True))
    assert link not in text_of(leader[0].get(url("units"), follow=True))


def test_who_reads_the_whole_trail_reads_the_names_in_it_without_being_led_to_their_pages(tree, admin):
    browser, auditor = testing.client_of("auditor", unit=tree.head)
    person = User.objects.get(pk=admin[1].id)
    record(admin[1], Action.UPDATE, Subject("user", person.pk), before={"title": "a"}, after={"title": "b"}, now=NOW)
    post, role = admin[1].post_id, Role.objects.get(code="administrator")

    text = text_of(browser.get("/audit/?action=update"))

    assert person.name in text
    assert f'href="{url("person", person.pk)}"' not in text
    kinds = {kind: subject_kinds[kind].labels(auditor, [key]) for kind, key in (("post", post), ("role", role.pk))}
    assert all(kinds.values())
    assert subject_kinds["unit"].labels(auditor, [tree.east.pk]) == {tree.east.pk: tree.east.name}


def test_the_tree_shows_ones_own_unit_and_below_only(leader, tree):
    text = text_of(leader[0].get(url("unit", tree.east.pk)))

    assert "德清支公司" in text
    assert "四川分公司" not in text


def test_the_line_above_ones_unit_is_named_without_dead_links(leader, tree):
    text = text_of(leader[0].get(url("unit", tree.east_city.pk)))

    assert tree.head.name in text
    assert f'href="{url("unit", tree.head.pk)}"' not in text
    assert f'href="{url("unit", tree.east.pk)}"' in text


def test_a_unit_out_of_reach_is_not_found(leader, tree):
    assert [leader[0].get(url("unit", unit.pk)).status_code for unit in (tree.west, tree.east_city)] == [404, 200]


def test_a_person_out_of_reach_is_not_found(leader, tree):
    near = testing.make_post("claims_handler", unit=tree.east_city).user
    far = testing.make_post("claims_handler", unit=tree.west).user

    assert [leader[0].get(url("person", user.pk)).status_code for user in (near, far)] == [200, 404]


def test_the_list_of_people_shows_those_in_reach_only(leader, tree):
    testing.make_post("claims_handler", unit=tree.east_city, user=testing.make_user("近在眼前"))
    testing.make_post("claims_handler", unit=tree.west, user=testing.make_user("远在天边"))

    text = text_of(leader[0].get(url("people")))

    assert "近在眼前" in text
    assert "远在天边" not in text


@pytest.mark.parametrize(
    "query",
    [
        "state=active",
        "state=locked",
        "state=left&state=locked",
        "seen.to=today-14&state=active",
        "seen.from=2026-01-01&sort=last_seen",
        "name=林",
        "staff_no=T",
        "sort=-name",
    ],
)
def test_the_list_of_people_takes_its_filters(admin, query):
    assert admin[0].get(f"{url('people')}?{query}").status_code == 200


def test_the_list_of_people_filters_by_unit_and_role(admin, tree):
    testing.make_post("claims_handler", unit=tree.east_city, user=testing.make_user("东边一人"))
    testing.make_post("policy_clerk", unit=tree.west, user=testing.make_user("西边一人"))
    role = Role.objects.get(code="policy_clerk")

    east = text_of(admin[0].get(f"{url('people')}?unit={tree.east.pk}"))
    clerks = text_of(admin[0].get(f"{url('people')}?role={role.pk}"))

    assert ("东边一人" in east, "西边一人" in east) == (True, False)
    assert ("东边一人" in clerks, "西边一人" in clerks) == (False, True)


def test_agents_are_listed_in_reach_and_shown_in_the_panel(leader, tree):
    near, far = testing.make_agent(tree.team_a, "近在眼前"), testing.make_agent(tree.west, "远在天边")
    text = text_of(leader[0].get(url("agents")))

    assert ("近在眼前" in text, "远在天边" in text) == (True, False)
    assert leader[0].get(url("agent", near.pk) + "?panel=1").status_code == 200
    assert leader[0].get(url("agent", far.pk)).status_code == 404


def test_a_new_unit_stands_below_its_parent(admin, tree):
    response = admin[0].post(url("unit-new", tree.west.pk), {"code": "T-21", "name": "成都支公司"})
    made = Unit.objects.get(code="T-21")

    assert response["Location"] == url("unit", made.pk)
    assert (made.level, made.parent_id, made.branch_id, made.sub_branch_id) == (3, tree.west.pk, tree.west.pk, made.pk)


def test_a_code_in_use_is_told_beside_the_field(admin, tree):
    response = admin[0].post(url("unit-new", tree.west.pk), {"code": "T-1", "name": "重复"})

    assert response.status_code == 422
    assert "机构代码 T-1 已被使用" in text_of(response)


def test_two_editors_of_one_unit_collide_visibly(admin, tree):
    data = {"name": "新名一", "version": tree.west.version}
    first = admin[0].post(url("unit-edit", tree.west.pk), data)
    second = admin[0].post(url("unit-edit", tree.west.pk), data | {"name": "新名二"})

    assert (first.status_code, second.status_code) == (302, 422)
    assert "另有人保存为“新名一”" in text_of(second)
    assert 'name="version" value="2"' in text_of(second)
    assert Unit.objects.get(pk=tree.west.pk).name == "新名一"


def test_after_a_conflict_saving_once_more_keeps_ones_own(admin, tree):
    admin[0].post(url("unit-edit", tree.west.pk), {"name": "新名一", "version": 1})
    response = admin[0].post(url("unit-edit", tree.west.pk), {"name": "新名二", "version": 2})

    assert response.status_code == 302
    assert Unit.objects.get(pk=tree.west.pk).name == "新名二"


def test_a_new_person_gets_a_one_time_password_that_must_be_changed(admin, tree, client):
    role = testing.default_role("policy_clerk")
    data = {
        "staff_no": "20001",
        "name": "赵新人",
        "role": role.pk,
        "unit": tree.east.pk,
        "reach": "unit",
        "phone": "13812345678",
    }
    response = admin[0].post(url("person-new"), data)
    password = re.search(r"<code>([^<]+)</code>", text_of(response))[1]
    client.post(url("sign-in"), {"username": "20001", "password": password})

    assert client.get("/")["Location"] == url("password-change")
    assert User.objects.get(staff_no="20001").posts.get().unit_id == tree.east.pk


def test_a_one_time_password_takes_the_place_of_the_page_when_htmx_sent_the_form(admin, tree):
    data = {"staff_no": "20002", "name": "赵新人", "role": testing.default_role("policy_clerk").pk}
    data |= {"unit": tree.east.pk, "reach": "unit"}

    response = admin[0].post(url("person-new"), data, headers={"HX-Request": "true"})

    # The form asked for itself back: without these the password would be thrown away.
    assert (response["HX-Retarget"], response["HX-Reselect"]) == ("#main", "#main")
    assert re.search(r"<code>([^<]+)</code>", text_of(response))


def test_a_reset_password_works_once_and_ends_sessions(admin, tree, client):
    other, actor = testing.client_of("policy_clerk", unit=tree.east)
    response = admin[0].post(url("password-reset", actor.id))
    password = re.search(r"<code>([^<]+)</code>", text_of(response))[1]

    assert other.get(url("account")).status_code == 302
    signed_in = client.post(url("sign-in"), {"username": actor.staff_no, "password": password})
    assert signed_in["Location"] == "/"


def test_a_person_is_edited_without_losing_sealed_values(admin, tree):
    user = testing.make_user("钱某某", phone="13812345678")
    testing.make_post("policy_clerk", unit=tree.east, user=user)
    page = text_of(admin[0].get(url("person-edit", user.pk)))
    response = admin[0].post(url("person-edit", user.pk), {"name": "钱改名", "phone": "", "version": user.version})

    user.refresh_from_db()
    assert "13812345678" not in page
    assert 'placeholder="138****5678"' in page
    assert response.status_code == 302
    assert (user.name, user.phone.equals("13812345678")) == ("钱改名", True)


def test_a_typed_mask_is_refused(admin, tree):
    user = testing.make_post("policy_clerk", unit=tree.east).user
    data = {"name": "钱", "phone": "138****5678", "version": user.version}

    assert admin[0].post(url("person-edit", user.pk), data).status_code == 422


def test_posts_are_added_and_ended(admin, tree):
    user = testing.make_post("policy_clerk", unit=tree.east).user
    role = testing.default_role("claims_handler")
    data = {"role": role.pk, "unit": tree.west.pk, "reach": "unit", "valid_from": "2026-01-01"}
    added = admin[0].post(url("post-new", user.pk), data)
    post = Post.objects.get(user=user, role=role)
    ended = admin[0].post(url("post-end", post.pk), {"last_day": "2026-06-30"})

    post.refresh_from_db()
    assert (added.status_code, ended.status_code, str(post.valid_until)) == (302, 302, "2026-06-30")


def test_a_leaver_is_closed_with_posts_and_sessions(admin, tree):
    browser, actor = testing.client_of("policy_clerk", unit=tree.east)
    response = admin[0].post(url("person-close", actor.id), {"left_on": "2026-11-30", "reason": "离职"})

    user = User.objects.get(pk=actor.id)
    assert response.status_code == 302
    assert (user.is_active, str(user.left_on), str(user.posts.get().valid_until)) == (False, "2026-11-30", "2026-11-30")
    assert browser.get(url("account")).status_code == 302
    assert "离职" in text_of(admin[0].get(url("person", user.pk)))


def test_locking_and_unlocking(admin, tree):
    browser, actor = testing.client_of("policy_clerk", unit=tree.east)
    admin[0].post(url("person-lock", actor.id), {"reason": "调查"})
    assert browser.get(url("account")).status_code == 302

    admin[0].post(url("person-unlock", actor.id))
    assert User.objects.get(pk=actor.id).is_active


def role_form(role, **changes):
    permissions, fields = powers_held(role)
    data = {
        "name": role.name,
        "description": role.description,
        "default_reach": role.default_reach,
        "reveal_quota": role.reveal_quota,
        "version": role.version,
        "permission": sorted(permissions),
    }
    return data | {f"field-{key}": level for key, level in fields.items()} | changes


def test_a_role_is_edited_and_compared_with_its_default(admin, tree):
    role = testing.default_role("policy_clerk")
    data = role_form(role, permission=["customers.view"], **{"field-phone": "strict"})
    response = admin[0].post(url("role", role.pk), data)
    text = text_of(admin[0].get(url("role", role.pk)))

    role.refresh_from_db()
    assert response.status_code == 302
    assert powers_held(role)[0] == frozenset({"customers.view"})
    assert powers_held(role)[1]["phone"] == "strict"
    assert "与默认设置的差异" in text
    assert role.version == 2


def test_an_older_version_of_a_role_is_a_conflict_and_keeps_the_ticks(admin, tree):
    role = testing.default_role("policy_clerk")
    admin[0].post(url("role", role.pk), role_form(role))
    response = admin[0].post(url("role", role.pk), role_form(role, permission=["platform.audit"]))

    assert response.status_code == 422
    assert re.search(r'value="platform.audit" checked', text_of(response))
    assert "他人保存的不同之处" in text_of(response)
    assert "platform.audit" not in powers_held(Role.objects.get(pk=role.pk))[0]


def test_the_last_editor_of_roles_cannot_take_it_away(admin, tree):
    role = testing.default_role("administrator")
    response = admin[0].post(url("role", role.pk), role_form(role, permission=["organisation.users"]))

    assert response.status_code == 422
    assert "organisation.edit_roles" in powers_held(Role.objects.get(pk=role.pk))[0]


def test_a_new_role_can_be_made(admin, tree):
    data = {"code": "trainer", "name": "培训师", "default_reach": "unit", "reveal_quota": 0, "permission": []}

    assert admin[0].post(url("role-new"), data).status_code == 302
    assert Role.objects.get(code="trainer").name == "培训师"


def test_the_password_policy_is_a_row_that_counts(admin, tree):
    data = {"min_length": 12, "min_classes": 4, "history": 5, "help_line": "内线 6100", "version": 1}
    data |= {"lock_failures": 5, "lock_minutes": 30, "session_hours": 12}
    response = admin[0].post(url("sign-in-policy"), data)
    admin[0].logout()

    assert response.status_code == 302
    assert "内线 6100" in text_of(admin[0].get(url("sign-in")))


def test_moving_a_unit_shows_what_moves_before_it_moves(admin, tree):
    testing.make_agent(tree.team_a)
    data = {"target": tree.east_county.pk, "version": tree.section.version}
    preview = admin[0].post(url("unit-move", tree.section.pk), data)
    before = Unit.objects.get(pk=tree.section.pk).parent_id
    done = admin[0].post(url("unit-move", tree.section.pk), data | {"confirmed": "1"})

    assert (preview.status_code, before) == (200, tree.east_city.pk)
    assert done.status_code == 302
    assert Unit.objects.get(pk=tree.team_a.pk).sub_branch_id == tree.east_county.pk
