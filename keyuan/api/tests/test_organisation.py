"""Units, agents, people, posts and roles by the API (PLT-3, PLT-4, PLT-14)."""

import pytest

from keyuan.api.testing import Program
from keyuan.organisation.models import Role, Unit, User
from keyuan.organisation.testing import default_role, make_agent, small_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return Program("administrator", unit=small_tree().head)


def test_a_unit_is_added_renamed_and_closed_under_its_version(administrator):
    tree = small_tree()
    body = {"code": "NEW1", "name": "江北营业部", "parent_id": tree.east_county.pk}

    made = administrator.post("/units", body)
    address, seen = f"/units/{made.json()['id']}", made["ETag"]
    renamed = administrator.patch(address, {"name": "江南营业部"}, if_match=seen)
    late = administrator.patch(address, {"name": "江东营业部"}, if_match=seen)
    closed = administrator.post(f"{address}/close", {}, if_match=renamed["ETag"])

    assert (made.status_code, made.json()["level"]) == (201, 4)
    assert (renamed.json()["name"], late.status_code) == ("江南营业部", 412)
    assert closed.json()["closed_on"] is not None
    assert administrator.get("/units?count=true").json()["count"] == Unit.objects.count()


def test_a_moved_unit_names_the_job_that_takes_its_records_along(administrator):
    tree = small_tree()
    seen = administrator.get(f"/units/{tree.team_b.pk}")["ETag"]

    moved = administrator.post(f"/units/{tree.team_b.pk}/move", {"target_id": tree.west.pk}, if_match=seen)

    assert (moved.status_code, moved.json()["parent_id"]) == (202, tree.west.pk)
    assert moved.json()["job_id"] > 0


def test_agents_are_listed_with_their_line(administrator):
    agent = make_agent(small_tree().team_a)

    found = administrator.get(f"/agents/{agent.pk}").json()

    assert [row["id"] for row in administrator.get("/agents").json()["rows"]] == [agent.pk]
    assert (found["unit_id"], found["line"][-1]) == (small_tree().team_a.pk, agent.unit_id)
    assert found["licences"] == [{"licence_no": f"T-{agent.pk}", "valid_from": "2020-01-01", "valid_until": None}]


def test_a_person_is_hired_with_a_password_that_no_replay_keeps(administrator):
    body = {"staff_no": "n900", "name": "冯静", "phone": "13800138000", "role_id": default_role("agent").pk,
            "unit_id": small_tree().team_a.pk, "reach": "unit"}  # fmt: skip

    made = administrator.post("/people", body, idempotency_key="hire-1")
    again = administrator.post("/people", body, idempotency_key="hire-1")

    user = User.objects.get(staff_no="N900")
    password = made.json()["one_time_password"]
    assert (made.status_code, user.check_password(password), user.must_change_password) == (201, True, True)
    assert "13800138000" not in made.content.decode()
    assert password not in again.content.decode()
    assert User.objects.filter(staff_no="N900").count() == 1


def test_a_person_is_changed_locked_appointed_and_closed(administrator):
    tree = small_tree()
    body = {"staff_no": "n901", "name": "罗文", "role_id": default_role("agent").pk, "unit_id": tree.team_a.pk}
    made = administrator.post("/people", body)
    address = f"/people/{made.json()['id']}"

    changed = administrator.patch(address, {"name": "罗文斌"}, if_match=administrator.get(address)["ETag"])
    locked = administrator.post(f"{address}/lock", {"reason": "调查"})
    opened = administrator.post(f"{address}/unlock", {})
    post = administrator.post(
        f"{address}/posts", {"role_id": body["role_id"], "unit_id": tree.team_b.pk, "valid_from": "2026-04-01"}
    )
    ended = administrator.post(f"/posts/{post.json()['id']}/end", {"last_day": "2027-04-30"})
    closed = administrator.post(f"{address}/close", {"left_on": "2027-05-01", "reason": "离职"})

    assert (changed.json()["name"], locked.json()["is_active"], opened.json()["is_active"]) == ("罗文斌", False, True)
    assert (post.status_code, ended.json()["valid_until"]) == (201, "2027-04-30")
    assert (closed.status_code, closed.json()["left_on"], closed.json()["is_active"]) == (200, "2027-05-01", False)


def test_nobody_gives_a_role_that_is_more_than_the_own_one():
    tree = small_tree()
    weak = Role.objects.create(code="helper", name="助手")
    weak.grants.create(permission="organisation.edit_users")
    weak.grants.create(permission="organisation.users")
    program = Program("administrator", unit=tree.head)
    program.client.post.role = weak
    program.client.post.save(update_fields=["role"])
    body = {"staff_no": "n902", "name": "罗", "role_id": default_role("administrator").pk,
            "unit_id": tree.head.pk, "reach": "all"}  # fmt: skip

    answer = program.post("/people", body)

    assert answer.status_code in (403, 404, 422)
    assert not User.objects.filter(staff_no="N902").exists()


def test_roles_are_read_but_not_written(administrator):
    role = default_role("agent")

    found = administrator.get(f"/roles/{role.pk}").json()

    assert "customers.view" in found["permissions"]
    assert administrator.send("PUT", f"/roles/{role.pk}", found).status_code == 405
    assert role.code in {row["code"] for row in administrator.get("/roles").json()["rows"]}
