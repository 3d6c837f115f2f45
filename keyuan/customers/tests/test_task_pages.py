"""Pages of tasks: the day on one page, the lists with bulk actions, the board, the rules (CUS-13)."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection

from keyuan.customers.models import CustomerSummary, Grant, Task, TaskRule
from keyuan.customers.services.agenda import bulk
from keyuan.customers.services.tasks import create_task, postpone_task, reopen_task
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.testing import client_of, make_agent, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import Notice

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SMALL = ("task_sec_open", "task_team_open", "task_doer_open", "task_agent", "task_user")


@pytest.fixture
def agent():
    """An agent's browser and actor."""
    return client_of("agent")


@pytest.fixture
def leader():
    """A team leader's browser and actor: sees the agent's team."""
    return client_of("customer_resource_manager", unit=small_tree().east)


def arrange(actor, title="保障检视", *, kind="VISIT", days=1, **more):
    customer = more.pop("customer", None) or make_customer(actor)
    now = clock.now()
    due_at = now + timedelta(days=max(days, 0), minutes=1)
    task = create_task(actor=actor, customer_id=customer.pk, kind=kind, title=title, due_at=due_at, now=now, **more)
    if days < 0:
        Task.objects.filter(pk=task.pk).update(due_at=now + timedelta(days=days))
    return task


def test_the_day_narrows_to_one_kind_and_back(agent):
    client, actor = agent
    arrange(actor, "拜访客户")
    arrange(actor, "提醒续期", kind="RENEWAL")

    whole = client.get("/customers/today/").content.decode()
    narrowed = client.get("/customers/today/tasks/?kind=RENEWAL").content.decode()

    assert "拜访客户" in whole
    assert "提醒续期" in whole
    assert "拜访客户" not in narrowed
    assert "提醒续期" in narrowed
    assert 'name="kind" value="RENEWAL"' in narrowed


def test_a_task_is_closed_with_one_click_and_opened_again(agent):
    client, actor = agent
    task = arrange(actor)

    done = client.post(f"/customers/tasks/{task.pk}/done/", {"outcome": "AGREED"}, headers=HTMX)
    task.refresh_from_db()
    assert (done.status_code, task.status, task.outcome) == (204, "DONE", "AGREED")
    undo = json.loads(done["HX-Trigger"])["toast"][0]["undo"]
    client.post(undo)

    task.refresh_from_db()
    assert (task.status, task.outcome, task.closed_at) == ("OPEN", "", None)


def test_undoing_a_postponement_puts_the_deadline_back(agent):
    _client, actor = agent
    task = arrange(actor)
    now = clock.now()
    postpone_task(actor=actor, task_id=task.pk, due_at=now + timedelta(days=9), now=now)

    back = reopen_task(actor=actor, task_id=task.pk, now=now)

    assert back.due_at == task.due_at
    assert [step.kind for step in task.steps.all()] == ["POSTPONED"]


def test_a_task_whose_reason_vanished_is_not_opened_again(agent):
    _client, actor = agent
    task = arrange(actor)
    Task.objects.filter(pk=task.pk).update(status="VOID", closed_at=clock.now())

    with pytest.raises(Conflict):
        reopen_task(actor=actor, task_id=task.pk, now=clock.now())


def test_the_list_shows_the_own_desk_to_an_agent_and_the_unit_to_a_leader(agent, leader):
    client, actor = agent
    stranger = client_of("agent", unit=small_tree().west)[1]
    arrange(actor, "拜访客户")
    arrange(stranger, "别处的任务")

    texts = [browser.get("/customers/tasks/open/").content.decode() for browser in (client, leader[0])]

    assert all("拜访客户" in text and "别处的任务" not in text for text in texts)


def test_overdue_ones_and_closed_ones_have_their_views(agent):
    client, actor = agent
    arrange(actor, "已经逾期", days=-3)
    arrange(actor, "以后再说", days=3)
    done = arrange(actor, "已经完成")
    client.post(f"/customers/tasks/{done.pk}/done/", headers=HTMX)

    overdue = client.get("/customers/tasks/open/?due.to=today-1&sort=due").content.decode()
    closed = client.get("/customers/tasks/closed/").content.decode()

    assert "已经逾期" in overdue
    assert "以后再说" not in overdue
    assert "已经完成" in closed
    assert "已经逾期" not in closed


@pytest.mark.sqlite_only("explains by SQLite's own words; PostgreSQL has statistics")
@pytest.mark.parametrize("key", ["tasks", "closed-tasks"])
@pytest.mark.parametrize("role", ["agent", "customer_resource_manager", "management"])
def test_every_order_and_filter_of_the_lists_has_its_index(key, role):
    _client, actor = client_of(role, unit=small_tree().east)
    today = date(2026, 3, 16)
    values = {"due": ("", "today-1"), "kind": ("RENEWAL",), "agent": "1", "stake": ("1000", ""), "state": ("DONE",)}

    assert_list_uses_indexes(lists[key], actor, FilterContext(actor, today), values, small=SMALL)


def test_many_are_closed_postponed_and_taken_back(agent):
    _client, actor = agent
    tasks = [arrange(actor).pk for _number in range(3)]
    stranger = arrange(client_of("agent", unit=small_tree().west)[1])
    now = clock.now()

    closed = bulk.close_tasks(actor=actor, task_ids=[*tasks, stranger.pk], done=True, outcome="", now=now)
    back = bulk.take_back(actor=actor, task_ids=closed, now=now)

    assert (closed, back) == (tasks, 3)
    assert set(Task.objects.values_list("status", flat=True)) == {"OPEN"}
    with pytest.raises(Refused):
        bulk.close_tasks(actor=actor, task_ids=tasks, done=False, outcome=" ", now=now)


def test_another_agent_takes_over_tasks_and_sees_their_customers(agent, leader):
    _client, actor = agent
    task = arrange(actor)
    client, colleague = client_of("agent", unit=small_tree().team_b)
    now = clock.now()

    given = bulk.reassign_tasks(
        actor=leader[1], task_ids=[task.pk], agent_id=colleague.scope.agent_id, reason="休假", now=now
    )

    task.refresh_from_db()
    assert (given, task.agent_id, task.user_id) == ([task.pk], colleague.scope.agent_id, None)
    assert Grant.objects.get().customer_id == task.customer_id
    assert client.get(f"/customers/{task.customer_id}/").status_code == 200
    assert Notice.objects.get(user_id=colleague.id).code == "task.given"
    assert bulk.take_back(actor=leader[1], task_ids=given, now=now) == 1
    assert Task.objects.get().agent_id == actor.scope.agent_id


def test_whoever_is_reminded_gets_one_notice_and_not_again_at_once(agent, leader):
    _client, actor = agent
    tasks = [arrange(actor, days=-1).pk for _number in range(2)]
    now = clock.now()

    first = bulk.nudge_tasks(actor=leader[1], task_ids=tasks, now=now)
    again = bulk.nudge_tasks(actor=leader[1], task_ids=tasks, now=now + timedelta(hours=1))
    later = bulk.nudge_tasks(actor=leader[1], task_ids=tasks, now=now + timedelta(hours=5))

    assert (len(first), again, len(later)) == (2, [], 2)
    assert [notice.params["count"] for notice in Notice.objects.filter(user_id=actor.id)] == [2, 2]


def test_tasks_of_people_without_sign_in_are_not_reminded_of(agent, leader):
    _client, actor = agent
    task = arrange(actor, days=-1)
    Task.objects.filter(pk=task.pk).update(agent_id=make_agent(small_tree().team_a, "无登录").pk, user_id=None)

    assert bulk.nudge_tasks(actor=leader[1], task_ids=[task.pk], now=clock.now()) == []


def test_the_board_leads_from_the_unit_down_to_the_person(agent, leader):
    _client, actor = agent
    arrange(actor, days=-8, stake=100_00)
    client, _leader = leader
    team = CustomerSummary.objects.get().team_id

    own = client.get("/customers/tasks/team/").content.decode()
    below = client.get(f"/customers/tasks/team/?unit={team}").content.decode()
    elsewhere = client.get(f"/customers/tasks/team/?unit={small_tree().west.pk}")

    assert "?unit=" in own
    assert f"agent={actor.scope.agent_id}" in below
    assert actor.name in below
    assert elsewhere.status_code == 404


def test_a_rule_is_made_previewed_and_changed_in_the_browser(leader):
    client, actor = client_of("customer_resource_manager", unit=small_tree().head)
    make_customer(actor, birth_on=clock.today() - timedelta(days=365 * 30))
    values = {
        "code": "my-review", "name": "我的检视", "occasion": "BIRTHDAY", "days": "3", "side": "-1", "kind": "BIRTHDAY",
        "title": "检视 {date}", "due_days": "3", "assignee": "SERVICE", "is_active": "on",
    }  # fmt: skip

    preview = client.post("/customers/tasks/rules/preview/", values)
    made = client.post("/customers/tasks/rules/new/", values)
    rule = TaskRule.objects.get(code="my-review")
    page = client.get(f"/customers/tasks/rules/{rule.pk}/").content.decode()
    wrong = client.post(
        f"/customers/tasks/rules/{rule.pk}/", {**values, "title": "{amount}", "change_reason": "试", "version": "1"}
    )
    right = client.post(
        f"/customers/tasks/rules/{rule.pk}/", {**values, "days": "5", "change_reason": "提早", "version": "1"}
    )

    assert preview.content.decode().count("<rect") == 30
    assert (made.status_code, wrong.status_code, right.status_code) == (302, 422, 302)
    assert "{amount}" in wrong.content.decode()
    assert "检视 {date}" in page
    rule.refresh_from_db()
    assert (rule.days, rule.version) == (-5, 2)
    assert "提早" in client.get(f"/customers/tasks/rules/{rule.pk}/").content.decode()


def test_the_rules_page_makes_the_missing_tasks_of_today(django_capture_on_commit_callbacks):
    client, _actor = client_of("customer_resource_manager", unit=small_tree().head)

    page = client.get("/customers/tasks/rules/")
    run = client.post("/customers/tasks/rules/run/")

    assert page.status_code == 200
    assert page.content.decode().count("/customers/tasks/rules/") > TaskRule.objects.count() == 23
    assert run.status_code == 302


def test_rules_and_board_are_shut_to_agents(agent):
    client, _actor = agent

    answers = [client.get(path).status_code for path in ("/customers/tasks/rules/", "/customers/tasks/team/")]

    assert answers == [403, 403]
    assert connection.vendor in ("sqlite", "postgresql")
