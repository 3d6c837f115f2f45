"""Task rules and their nights: occasions, no doubles, replay, closing, history, preview (CUS-13)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from keyuan.customers.models import (
    Customer,
    CustomerSummary,
    IdentityDocument,
    Task,
    TaskOrigin,
    TaskRule,
    TaskRun,
)
from keyuan.customers.rules.lunar_dates import kept_on
from keyuan.customers.rules.task_rules import RuleDraft, nights, said
from keyuan.customers.selectors.agenda import forecast
from keyuan.customers.selectors.occasions import birthdays_on
from keyuan.customers.selectors.task_rules import access_rule, rules_visible_to
from keyuan.customers.services.agenda import nightly, rules
from keyuan.customers.services.agenda.closing import close_vanished_of
from keyuan.customers.services.agenda.defaults import seed_rules
from keyuan.customers.services.assignment import assign_customers
from keyuan.customers.services.tasks import close_task
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import make_actor, make_agent, small_tree
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models.tracked_job import TrackedJob

pytestmark = pytest.mark.django_db
#: 01:10 of a Monday in Beijing.
NOW = datetime(2026, 3, 15, 17, 10, tzinfo=UTC)
NIGHT = date(2026, 3, 16)
SYSTEM = system_actor("test")
REVIEW = RuleDraft("检视", "BIRTHDAY", -7, "BIRTHDAY", "保障检视", "{date} 满 {age} 岁", due_days=7)


@pytest.fixture
def agent(agent_actor):
    return agent_actor


@pytest.fixture
def manager():
    return make_actor("customer_resource_manager", unit=small_tree().head)


def only(draft=REVIEW, code="review"):
    """Let this rule be the only one."""
    return rules.create_rule(actor=SYSTEM, code=code, draft=draft, now=NOW)


def work_off(job):
    while job.status in TrackedJob.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    assert job.status == "done", (job.error, job.error_trace)
    return job


def run_night(on=NIGHT):
    return work_off(nightly.replay_night(actor=SYSTEM, on=on, now=NOW)).result


def titles():
    return list(Task.objects.filter(status="OPEN").order_by("pk").values_list("title", "reason"))


def test_a_birthday_in_seven_days_makes_one_task_for_whoever_serves_the_person(agent):
    only()
    born = make_customer(agent, "周国栋", birth_on=date(1980, 3, 23))
    make_customer(agent, "马文博", birth_on=date(1980, 3, 24))

    result = run_night()

    task = Task.objects.get()
    assert result == {"made": 1, "closed": 0}
    assert (task.customer_id, task.agent_id, task.kind) == (born.pk, agent.scope.agent_id, "BIRTHDAY")
    assert (task.title, task.reason) == ("保障检视", "03-23 满 46 岁")
    assert task.due_at == datetime(2026, 3, 23, 10, 0, tzinfo=UTC)
    assert CustomerSummary.objects.get(pk=born.pk).open_items == 1


def test_a_night_made_again_makes_nothing_again(agent):
    only()
    make_customer(agent, birth_on=date(1980, 3, 23))
    run_night()

    again = run_night()
    late = make_customer(agent, birth_on=date(1990, 3, 23))
    third = run_night()

    assert (again["made"], third["made"]) == (0, 1)
    assert Task.objects.count() == TaskOrigin.objects.count() == 2
    assert Task.objects.latest("pk").customer_id == late.pk
    assert TaskRun.objects.get(on=NIGHT).made == 2


def test_a_task_that_was_done_does_not_come_back(agent):
    only()
    make_customer(agent, birth_on=date(1980, 3, 23))
    run_night()
    close_task(actor=agent, task_id=Task.objects.get().pk, done=True, outcome="REACHED", now=NOW)

    run_night()

    assert Task.objects.get().status == "DONE"


@pytest.mark.parametrize("_case, fields, found", [
    ("29 February is kept on the 28th", {"birth_on": date(1988, 2, 29)}, date(2026, 2, 28)),
    ("and on the 29th where there is one", {"birth_on": date(1988, 2, 29)}, date(2028, 2, 29)),
    ("a lunar one follows the moon",
     {"birth_on": date(1980, 3, 23), "birth_is_lunar": True, "lunar_month": 2, "lunar_day": 7}, date(2026, 3, 25)),
])  # fmt: skip
def test_birthdays_are_found_on_the_day_they_are_kept(_case, fields, found, agent):
    make_customer(agent, **fields)

    around = [found + timedelta(days=ahead) for ahead in range(-3, 4)]
    hits = [day for day in around if any(source.exists() for source in birthdays_on(day))]

    assert hits == [found]


def test_the_thirtieth_and_leap_months_are_kept_somewhere_each_year():
    days = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    kept = [pair for day in days for pair in kept_on(day)]

    assert kept.count((-4, 8)) == kept.count((4, 8)) == 1
    assert all(kept.count((month, 30)) == 1 for month in range(2, 11))


def test_later_reminders_replace_earlier_ones_and_rest_where_not_needed(agent):
    only()
    only(RuleDraft("再检视", "BIRTHDAY", -3, "BIRTHDAY", "再次检视", due_days=3), code="again")
    make_customer(agent, "周国栋", birth_on=date(1980, 3, 23))
    make_customer(agent, "马文博", birth_on=date(1980, 3, 23))
    run_night()
    refused = Task.objects.get(customer__name="马文博")
    close_task(actor=agent, task_id=refused.pk, done=False, outcome="客户不需要", now=NOW)

    run_night(NIGHT + timedelta(days=4))

    assert titles() == [("再次检视", "")]
    assert Task.objects.get(status="VOID").outcome == "REPLACED"
    assert CustomerSummary.objects.get(name="周国栋").open_items == 1


def test_what_lost_its_reason_is_closed_and_what_people_did_stands(agent):
    only()
    dead = make_customer(agent, "周国栋", birth_on=date(1980, 3, 23))
    moved = make_customer(agent, "马文博", birth_on=date(1980, 3, 23))
    make_customer(agent, "齐思远", birth_on=date(1980, 3, 23))
    run_night()
    Customer.objects.filter(pk=dead.pk).update(status="DECEASED")
    CustomerSummary.objects.filter(pk=moved.pk).update(birth_md=1224)

    result = run_night(NIGHT + timedelta(days=1))

    assert result["closed"] == 2
    assert set(Task.objects.filter(status="VOID").values_list("outcome", flat=True)) == {"VANISHED"}
    assert list(Task.objects.filter(status="OPEN").values_list("customer__name", flat=True)) == ["齐思远"]
    assert CustomerSummary.objects.get(pk=moved.pk).open_items == 0


def test_a_document_that_ends_makes_a_task_until_it_is_renewed(agent):
    only(RuleDraft("证件", "DOCUMENT", -30, "DOCUMENT", "证件到期", "有效期至 {date}", due_days=5), code="document")
    customer = make_customer(agent, identity_number="11010519491231002X")
    document = IdentityDocument.objects.get(customer=customer)
    IdentityDocument.objects.filter(pk=document.pk).update(valid_until=date(2026, 4, 15))
    run_night()
    assert titles() == [("证件到期", "有效期至 04-15")]

    IdentityDocument.objects.filter(pk=document.pk).update(valid_until=date(2046, 4, 15))
    close_vanished_of("document", [document.pk], NOW)

    assert titles() == []


@pytest.mark.parametrize("_case, narrow, made", [
    ("tier", {"tiers": ("GOLD",)}, 1),
    ("standard tier, and who has none yet", {"tiers": ("NORMAL",)}, 1),
    ("channel of nobody", {"channels": ("GROUP",)}, 0),
    ("with a claim open", {"skip_open_claims": True}, 1),
])  # fmt: skip
def test_conditions_narrow_a_rule(_case, narrow, made, agent):
    only(RuleDraft(**{**{name: getattr(REVIEW, name) for name in REVIEW.__slots__}, **narrow}))
    gold = make_customer(agent, birth_on=date(1980, 3, 23))
    make_customer(agent, birth_on=date(1980, 3, 23))
    CustomerSummary.objects.filter(pk=gold.pk).update(tier="GOLD", open_claims=1)

    assert run_night()["made"] == made


def test_tasks_follow_the_servicing_person_even_from_nobody(agent, manager):
    only()
    customer = make_customer(agent, birth_on=date(1980, 3, 23))
    CustomerSummary.objects.filter(pk=customer.pk).update(servicing_agent_id=None)
    run_night()
    assert Task.objects.get().agent_id is None
    successor = make_agent(small_tree().team_a, "许文静")

    assign_customers(actor=manager, customer_ids=[customer.pk], agent_id=successor.pk, reason="接手", now=NOW)

    task = Task.objects.get(rule_id__isnull=False)
    assert (task.agent_id, task.servicing_agent_id, task.team_id) == (successor.pk, successor.pk, successor.unit_id)


def test_a_killed_night_goes_on_where_it_was(agent, monkeypatch):
    only()
    for _number in range(5):
        make_customer(agent, birth_on=date(1980, 3, 23))
    monkeypatch.setattr("keyuan.customers.selectors.agenda.CHUNK", 2)
    made = nightly.make_chunk
    calls = []

    def dying(*arguments):
        calls.append(len(arguments[1]))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made(*arguments)

    monkeypatch.setattr(nightly, "make_chunk", dying)
    job = nightly.replay_night(actor=SYSTEM, on=NIGHT, now=NOW)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk, job.step)
    job.refresh_from_db()
    assert Task.objects.count() == 2

    work_off(job)

    assert calls == [2, 2, 2, 1]
    assert Task.objects.count() == TaskOrigin.objects.count() == 5
    assert job.result["made"] == TaskRun.objects.get().made == 5


def test_nights_that_were_missed_are_made_up_for(agent):
    only()
    make_customer(agent, birth_on=date(1980, 3, 23))
    make_customer(agent, birth_on=date(1980, 3, 25))
    run_night(NIGHT - timedelta(days=1))

    job = work_off(nightly.start_nights(actor=SYSTEM, today=NIGHT + timedelta(days=2), now=NOW))

    assert job.kwargs["nights"] == ["2026-03-16", "2026-03-17", "2026-03-18"]
    assert Task.objects.count() == 2


@pytest.mark.parametrize("_case, last, today, expected", [
    ("first of all", None, date(2026, 3, 16), [date(2026, 3, 16)]),
    ("made already", date(2026, 3, 16), date(2026, 3, 16), []),
    ("long stood still", date(2025, 1, 1), date(2026, 3, 16), [date(2026, 3, 15), date(2026, 3, 16)]),
])  # fmt: skip
def test_which_nights_are_due(_case, last, today, expected):
    assert nights(last, today, most=2) == expected


def test_places_of_a_text_are_filled_in():
    assert said("{date} 满 {age} 岁{other}", {"date": "03-23", "age": "46"}) == "03-23 满 46 岁"


@pytest.mark.parametrize("_case, change, field, code", [
    ("no name", {"name": " "}, "name", "task_rule.missing"),
    ("no title", {"title": ""}, "title", "task_rule.missing"),
    ("an occasion of nobody", {"occasion": "MOON"}, "occasion", "task_rule.occasion"),
    ("a place it does not have", {"reason": "{amount}"}, "reason", "task_rule.place"),
    ("too far away", {"days": -181}, "days", "task_rule.days"),
    ("due in the past", {"due_days": -1}, "due_days", "task_rule.due_days"),
    ("a kind of nobody", {"kind": "X"}, "kind", "field.choice"),
    ("a tier of nobody", {"tiers": ("X",)}, "tiers", "field.choice"),
])  # fmt: skip
def test_senseless_rules_are_refused_with_field_and_remedy(_case, change, field, code, manager):
    draft = RuleDraft(**{**{name: getattr(REVIEW, name) for name in REVIEW.__slots__}, **change})

    with pytest.raises(Invalid) as refused:
        rules.create_rule(actor=manager, code="wrong", draft=draft, now=NOW)

    assert [(error.field, error.code) for error in refused.value.errors] == [(field, code)]


def test_every_change_of_a_rule_is_a_version_with_its_reason(manager):
    rule = rules.create_rule(actor=manager, code="review", draft=REVIEW, now=NOW)

    changed = rules.switch_rule(actor=manager, rule_id=rule.pk, is_active=False, reason="暂停", now=NOW)

    assert (changed.version, changed.is_active) == (2, False)
    assert [(row.number, row.reason, row.changed_by_name) for row in changed.versions.order_by("number")] == [
        (1, "", manager.name),
        (2, "暂停", manager.name),
    ]


def test_two_people_at_once_do_not_overwrite_each_other(manager):
    rule = only()
    rules.switch_rule(actor=manager, rule_id=rule.pk, is_active=False, reason="暂停", now=NOW)

    with pytest.raises(Conflict):
        rules.change_rule(actor=manager, rule_id=rule.pk, version=1, draft=REVIEW, reason="x", now=NOW)
    with pytest.raises(Refused) as refused:
        rules.change_rule(actor=manager, rule_id=rule.pk, version=2, draft=REVIEW, reason=" ", now=NOW)

    assert refused.value.code == "task_rule.reason_missing"


def test_only_those_entitled_edit_and_read_rules(agent):
    rule = only()

    with pytest.raises(Forbidden):
        rules.create_rule(actor=agent, code="mine", draft=REVIEW, now=NOW)
    with pytest.raises(NotFound):
        access_rule(agent, rule.pk)

    assert rules_visible_to(agent) == []


def test_the_preview_says_what_the_next_thirty_nights_would_bring(agent):
    for day in (24, 25, 25):
        make_customer(agent, birth_on=date(1980, 3, day))
    rule = TaskRule(occasion="BIRTHDAY", days=-7, tiers=[], channels=[])

    found = forecast(rule, NIGHT)

    assert (found.total, found.most, len(found.days)) == (3, 2, 30)
    assert found.days[0] == (date(2026, 3, 17), 1)


def test_a_new_system_has_the_rules_of_the_standard_once():
    assert seed_rules(NOW) == TaskRule.objects.count()
    assert seed_rules(NOW) == 0
    assert set(TaskRule.objects.filter(occasion="PREMIUM").values_list("days", flat=True)) == {
        -40,
        -30,
        -15,
        -7,
        0,
        7,
        30,
        50,
    }
    assert set(TaskRule.objects.filter(occasion="MATURITY").values_list("days", flat=True)) == {-90, -30}


def test_tasks_of_the_previous_release_get_their_place(agent):
    customer = make_customer(agent)
    Task.objects.create(customer=customer, kind="VISIT", title="拜访", due_at=NOW, created_at=NOW)

    run_night()

    assert Task.objects.get().team_id == customer.summary.team_id
