"""Tasks, contacts and the timeline (CUS-12, CUS-13)."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from keyuan.customers.forms.home import task_groups
from keyuan.customers.forms.tasks import deadline
from keyuan.customers.models import CustomerSummary, Interaction, Task, TaskRule, TaskRuleVersion
from keyuan.customers.selectors.tasks import my_task_count, my_tasks, overdue_by_unit
from keyuan.customers.selectors.timeline import months_of, timeline_of
from keyuan.customers.services import tasks
from keyuan.customers.services.agenda.content import content_of, draft_of
from keyuan.customers.services.agenda.defaults import DEFAULTS, seed_rules
from keyuan.customers.services.assignment import assign_customers
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.testing import make_actor, make_agent, small_tree
from keyuan.platform.audit import Subject

pytestmark = pytest.mark.django_db
#: 10:00 of a Monday in Beijing.
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


@pytest.fixture
def agent(agent_actor):
    return agent_actor


@pytest.fixture
def customer(agent):
    return make_customer(agent, "周国栋")


def arrange(agent, customer, title="保障检视", *, days=1, **more):
    more.setdefault("due_at", NOW + timedelta(days=days))
    return tasks.create_task(actor=agent, customer_id=customer.pk, kind="VISIT", title=title, now=NOW, **more)


def open_items(customer):
    return CustomerSummary.objects.get(pk=customer.pk).open_items


def test_one_open_task_about_one_thing(agent, customer):
    about = Subject("gap_result", 7)

    first, again = (arrange(agent, customer, about=about) for _time in range(2))
    other = arrange(agent, customer, about=Subject("gap_result", 8))
    tasks.close_task(actor=agent, task_id=first.pk, done=True, outcome="", now=NOW)
    later = arrange(agent, customer, about=about)

    assert again.pk == first.pk
    assert len({first.pk, other.pk, later.pk}) == 3
    assert open_items(customer) == 2


def test_a_task_goes_to_whoever_serves_the_customer(agent, customer, actor_as):
    clerk = actor_as("policy_clerk", unit=small_tree().head)

    task = arrange(clerk, customer)

    assert task.agent_id == agent.scope.agent_id
    assert [row.pk for row in my_tasks(agent, now=NOW)] == [task.pk]
    assert list(my_tasks(clerk, now=NOW)) == []
    assert (my_task_count(agent), open_items(customer)) == (1, 1)


def test_where_nobody_could_see_it_the_task_stays_with_whoever_made_it(customer, actor_as):
    Agent.objects.update(user=None)
    clerk = actor_as("policy_clerk", unit=small_tree().head)

    task = arrange(clerk, customer)

    assert [row.pk for row in my_tasks(clerk, now=NOW)] == [task.pk]


@pytest.mark.parametrize("_case, changes, code", [
    ("without a title", {"title": " "}, "task.no_title"),
    ("due before now", {"due_at": NOW - timedelta(minutes=1)}, "task.due_in_past"),
])  # fmt: skip
def test_senseless_tasks_are_refused(_case, changes, code, agent, customer):
    with pytest.raises(Refused) as refused:
        arrange(agent, customer, **changes)

    assert refused.value.code == code


def test_done_can_be_taken_back(agent, customer):
    task = arrange(agent, customer)

    tasks.close_task(actor=agent, task_id=task.pk, done=True, outcome="已拜访", now=NOW)
    closed = open_items(customer)
    tasks.reopen_task(actor=agent, task_id=task.pk, now=NOW)

    task.refresh_from_db()
    assert (closed, task.status, task.closed_at, open_items(customer)) == (0, "OPEN", None, 1)


def test_a_task_is_closed_once(agent, customer):
    task = arrange(agent, customer)
    tasks.close_task(actor=agent, task_id=task.pk, done=True, outcome="", now=NOW)

    with pytest.raises(Conflict):
        tasks.close_task(actor=agent, task_id=task.pk, done=False, outcome="客户拒绝", now=NOW)

    task.refresh_from_db()
    assert task.status == Task.Status.DONE


def test_not_needed_wants_a_reason(agent, customer):
    task = arrange(agent, customer)

    with pytest.raises(Refused) as refused:
        tasks.close_task(actor=agent, task_id=task.pk, done=False, outcome=" ", now=NOW)

    assert refused.value.code == "task.reason_missing"


def test_postponing_moves_the_deadline(agent, customer):
    task = arrange(agent, customer)

    tasks.postpone_task(actor=agent, task_id=task.pk, due_at=NOW + timedelta(days=7), now=NOW)

    task.refresh_from_db()
    assert task.due_at == NOW + timedelta(days=7)


def test_a_strangers_task_is_not_found(agent, customer):
    task = arrange(agent, customer)
    stranger = make_actor("agent", unit=small_tree().west)

    with pytest.raises(NotFound):
        tasks.close_task(actor=stranger, task_id=task.pk, done=True, outcome="", now=NOW)


def test_a_customer_given_away_takes_the_name_out_of_my_list(agent, customer, actor_as):
    arrange(agent, customer)
    manager = actor_as("shift_leader", unit=small_tree().head)
    other = make_agent(small_tree().team_b, "何美玲")

    assign_customers(actor=manager, customer_ids=[customer.pk], agent_id=other.pk, reason="调整", now=NOW)

    assert list(my_tasks(agent, now=NOW)) == []


def test_groups_follow_the_deadline_and_then_the_money(agent, customer):
    rows = (
        ("明天", timedelta(days=1), 0), ("今晚小", timedelta(hours=8), 100), ("今晚大", timedelta(hours=14), 900_00),
        ("下周", timedelta(days=9), 0), ("周五贵", timedelta(days=4), 500_00),
    )  # fmt: skip
    for title, delay, stake in rows:
        arrange(agent, customer, title, due_at=NOW + delay, stake=stake)
    late = arrange(agent, customer, "昨天")
    Task.objects.filter(pk=late.pk).update(due_at=NOW - timedelta(days=1))

    groups = task_groups(agent, my_tasks(agent, now=NOW).select_related("customer"), now=NOW)

    assert [[row.what for row in group.rows] for group in groups] == [
        ["昨天"], ["今晚大", "今晚小"], ["周五贵", "明天"], ["下周"]
    ]  # fmt: skip
    assert [row.primary for group in groups for row in group.rows] == [True, False, False, False, False, False]


@pytest.mark.parametrize("_case, due_at, text, tone", [
    ("end of the day", datetime(2026, 3, 16, 16, 0, tzinfo=UTC), "今天 24:00", "bad"),
    ("this evening", datetime(2026, 3, 16, 11, 30, tzinfo=UTC), "今天 19:30", "bad"),
    ("an hour ago", datetime(2026, 3, 16, 1, 0, tzinfo=UTC), "今天 09:00", "bad"),
    ("Saturday", datetime(2026, 3, 21, 10, 0, tzinfo=UTC), "03-21 周六", ""),
    ("end of Saturday", datetime(2026, 3, 21, 16, 0, tzinfo=UTC), "03-21 周六", ""),
])  # fmt: skip
def test_deadlines_read_as_a_clerk_says_them(_case, due_at, text, tone):
    assert deadline(due_at, NOW)[:2] == (text, tone)


def test_managers_see_units_with_overdue_tasks_of_their_scope_only(agent, customer, actor_as):
    task = arrange(agent, customer, stake=12_860_00)
    Task.objects.filter(pk=task.pk).update(due_at=NOW - timedelta(hours=1))
    near = actor_as("shift_leader", unit=small_tree().east)
    far = actor_as("shift_leader", unit=small_tree().west)

    rows = overdue_by_unit(near, now=NOW)

    assert [(row["name"], row["tasks"], row["stake"]) for row in rows] == [("一团队", 1, 1_286_000)]
    assert overdue_by_unit(far, now=NOW) == []


def speak(agent, customer, summary="例行联系", *, days=0, kind="CALL", **more):
    draft = InteractionDraft(kind, "OUT", NOW - timedelta(days=days), summary, **more)
    return record_interaction(actor=agent, customer_id=customer.pk, draft=draft, now=NOW)


def test_a_contact_moves_the_last_contact(agent, customer):
    speak(agent, customer, days=3)

    assert str(CustomerSummary.objects.get(pk=customer.pk).last_contact_on) == "2026-03-13"


@pytest.mark.parametrize("_case, changes, code", [
    ("tomorrow", {"days": -1}, "interaction.in_future"), ("about nothing", {"summary": " "}, "interaction.empty"),
])  # fmt: skip
def test_senseless_contacts_are_refused(_case, changes, code, agent, customer):
    with pytest.raises(Refused) as refused:
        speak(agent, customer, **changes)

    assert refused.value.code == code
    assert not Interaction.objects.exists()


def test_whoever_only_reads_records_nothing(customer, actor_as):
    with pytest.raises(Forbidden):
        speak(actor_as("management", unit=small_tree().head), customer)


def test_the_timeline_pages_by_moment_and_id(agent, customer):
    for number in range(5):
        speak(agent, customer, f"第 {number} 次", days=1)

    first = timeline_of(customer, limit=3)
    second = timeline_of(customer, limit=3, before=(first.next_at, first.next_id))

    assert [row.summary for row in first.entries + second.entries] == [f"第 {number} 次" for number in (4, 3, 2, 1, 0)]
    assert second.next_at is None


def test_the_timeline_is_narrowed_by_kind_words_and_month(agent, customer):
    speak(agent, customer, "咨询理赔进度", days=1)
    speak(agent, customer, "保障检视", days=40, kind="VISIT", detail="关注养老")

    assert [row.summary for row in timeline_of(customer, kinds=("VISIT",)).entries] == ["保障检视"]
    assert [row.summary for row in timeline_of(customer, text="养老").entries] == ["保障检视"]
    assert [row.summary for row in timeline_of(customer, text="养老 理赔").entries] == []
    assert [row.summary for row in timeline_of(customer, until=datetime(2026, 3, 1, tzinfo=UTC)).entries] == [
        "保障检视"
    ]
    assert [(month.isoformat(), count) for month, count in months_of(customer)] == [
        ("2026-03-01", 1),
        ("2026-02-01", 1),
    ]


@pytest.mark.parametrize(
    "code, name", [("benefit", "0020_benefit_task_rule"), ("retention-1", "0021_retention_task_rule")]
)
def test_a_book_from_before_gets_the_rules_of_later_versions_once(code, name):
    migration = import_module(f"keyuan.customers.migrations.{name}")
    editor = SimpleNamespace(connection=connection)

    migration.add_rule(apps, editor)
    before_any = TaskRule.objects.count()
    seed_rules(NOW)
    fresh = TaskRule.objects.get(code=code)
    TaskRuleVersion.objects.filter(rule=fresh).delete()
    fresh.delete()
    for _twice in range(2):
        migration.add_rule(apps, editor)

    rule = TaskRule.objects.get(code=code)
    assert before_any == 0
    assert migration.CONTENT == content_of(DEFAULTS[code]) == content_of(draft_of(rule))
    assert rule.versions.get().content == migration.CONTENT
