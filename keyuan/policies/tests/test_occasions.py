"""Occasions of contracts: which tasks their premiums, ends and anniversaries bring (CUS-13; domain.md §A.8, §I.3)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyuan.customers.extensions import occasions
from keyuan.customers.models import Task, TaskRule
from keyuan.customers.selectors.agenda import found, night_of
from keyuan.customers.services.agenda.closing import close_vanished_of
from keyuan.customers.services.agenda.defaults import seed_rules
from keyuan.customers.services.agenda.making import make_chunk
from keyuan.policies.events import PremiumReceived
from keyuan.policies.handlers import has_tasks, premium_received
from keyuan.policies.models import BenefitDue, ClockRun, ClockStep, Policy
from keyuan.policies.testing import NOW, TODAY, keep, make_policy, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(agent_actor):
    return agent_actor


def night(code, on=TODAY):
    """Make one rule's tasks of one night."""
    seed_rules(NOW)
    entry = night_of(TaskRule.objects.get(code=code), on)
    return sum(make_chunk(entry, rows, NOW) for rows in found(entry))


def open_tasks():
    return list(Task.objects.filter(status="OPEN").order_by("pk").values_list("kind", "title", "reason", "stake"))


@pytest.mark.parametrize("code, due, made", [
    ("premium-40", date(2026, 4, 25), 1),
    ("premium-30", date(2026, 4, 15), 1),
    ("premium-15", date(2026, 3, 31), 1),
    ("premium-7", date(2026, 3, 23), 1),
    ("premium-7", date(2026, 3, 24), 0),
    ("premium-due", date(2026, 3, 16), 1),
    ("premium-late-7", date(2026, 3, 9), 1),
    ("premium-late-30", date(2026, 2, 14), 1),
    ("premium-late-50", date(2026, 1, 25), 1),
])  # fmt: skip
def test_premiums_are_reminded_of_on_their_days(code, due, made, agent):
    keep(make_policy(agent), next_due_on=due, next_due_amount=1_286_000)

    assert night(code) == made


def test_receipts_suspensions_and_ending_windows_make_tasks(agent):
    silent, suspended, ending = make_policy(agent), make_policy(agent), make_policy(agent)
    run = ClockRun.objects.create(on=TODAY, cut_off=NOW, started_at=NOW)
    ClockStep.objects.create(policy=silent, rule="RECEIPT_CHASE", due_on=TODAY, run=run)
    keep(suspended, status="SUSPENDED", suspended_on=TODAY)
    keep(ending, status="SUSPENDED", suspended_on=date(2024, 6, 14))

    made = [night(code) for code in ("receipt", "suspended", "reinstatement-90")]
    keep(silent, receipt_signed_on=TODAY)

    assert made == [1, 1, 1]
    assert list(occasions["RECEIPT"].on(TODAY)[0]) == []
    assert [row[0] for row in open_tasks()] == ["FOLLOW_UP", "GRACE", "GRACE"]


def test_a_reminder_says_product_day_and_amount_and_carries_the_stake(agent):
    keep(make_policy(agent), next_due_on=date(2026, 4, 25), next_due_amount=1_286_000)
    night("premium-40")

    assert open_tasks() == [("RENEWAL", "康宁终身重疾续期保费将到期", "04-25 应交 12,860.00 元", 1_286_000)]


def test_a_premium_that_is_paid_or_a_contract_that_ended_needs_no_reminder(agent):
    paid = keep(make_policy(agent), next_due_on=date(2026, 4, 25), next_due_amount=1)
    ended = keep(make_policy(agent), next_due_on=date(2026, 4, 25), next_due_amount=1)
    stays = keep(make_policy(agent), next_due_on=date(2026, 4, 25), next_due_amount=1)
    night("premium-40")
    keep(paid, next_due_on=date(2027, 4, 25))
    keep(ended, status="TERMINATED")
    event = PremiumReceived((paid.pk, ended.pk, stays.pk))
    assert has_tasks(event)

    premium_received(event)

    assert list(Task.objects.filter(status="OPEN").values_list("subject_id", flat=True)) == [stays.pk]
    assert not has_tasks(PremiumReceived((paid.pk, ended.pk)))


@pytest.mark.parametrize("_case, code, columns, made", [
    ("a year's cover", "cover-30", {"effective_on": date(2025, 4, 16), "expires_on": date(2026, 4, 15)}, 1),
    ("long cover ends, it is not renewed", "cover-30",
     {"effective_on": date(2006, 4, 16), "expires_on": date(2026, 4, 15)}, 0),
    ("an endowment matures", "maturity-30",
     {"effective_on": date(2006, 4, 16), "expires_on": date(2026, 4, 15), "kind": "ENDOWMENT"}, 1),
    ("an endowment is no cover to renew", "cover-30",
     {"effective_on": date(2025, 4, 16), "expires_on": date(2026, 4, 15), "kind": "ENDOWMENT"}, 0),
    ("three months before maturity", "maturity-90",
     {"effective_on": date(2006, 6, 14), "expires_on": date(2026, 6, 14), "kind": "ANNUITY"}, 1),
])  # fmt: skip
def test_ends_are_renewed_or_paid_out(_case, code, columns, made, agent):
    keep(make_policy(agent), **columns)

    assert night(code) == made


def test_what_is_renewed_already_is_not_reminded_of(agent):
    old = keep(make_policy(agent), effective_on=date(2025, 4, 16), expires_on=date(2026, 4, 15))
    keep(make_policy(agent, old.holder), previous_policy=old)

    assert night("cover-30") == 0


def test_anniversaries_of_valued_customers_count_the_years(agent):
    policy = keep(make_policy(agent), effective_on=date(2021, 3, 23))
    assert night("anniversary") == 0
    policy.holder.summary.tier = "GOLD"
    policy.holder.summary.save(update_fields=["tier"])

    assert night("anniversary") == 1

    assert open_tasks()[0][1:3] == ("康宁终身重疾保单周年检视", "03-23 投保满 5 年")


@pytest.mark.parametrize("day, hits", [
    (date(2026, 2, 28), 1),
    (date(2028, 2, 28), 0),
    (date(2028, 2, 29), 1),
])  # fmt: skip
def test_a_contract_begun_on_a_leap_day_has_its_anniversary_every_year(day, hits, agent):
    keep(make_policy(agent), effective_on=date(2024, 2, 29))

    assert sum(source.count() for source in occasions["ANNIVERSARY"].on(day)) == hits


def test_contracts_without_holder_bring_nothing(agent):
    Policy.objects.filter(pk=make_policy(agent).pk).update(holder=None, next_due_on=date(2026, 4, 25))

    assert night("premium-40") == 0


@pytest.mark.parametrize("key", ["PREMIUM", "COVER", "MATURITY", "ANNIVERSARY"])
def test_every_occasion_is_read_by_an_index_of_its_day(key, agent):
    make_policy(agent, product=make_product())
    [source] = occasions[key].on(TODAY)

    plan = source.values_list("pk").explain()

    assert ("SCAN" not in plan and "Seq Scan" not in plan) or connection.vendor == "postgresql"


def test_a_chunk_costs_the_same_number_of_queries_however_many_it_makes(agent):
    for _number in range(2):
        keep(make_policy(agent), next_due_on=date(2026, 4, 25), next_due_amount=1)
    with CaptureQueriesContext(connection) as few:
        night("premium-40")
    for _number in range(6):
        keep(make_policy(agent), next_due_on=date(2026, 4, 26), next_due_amount=1)

    with CaptureQueriesContext(connection) as many:
        night("premium-40", date(2026, 3, 17))

    assert len(many) <= len(few)


def test_a_benefit_that_falls_due_gives_the_servicing_person_a_task_until_it_is_claimed(agent):
    policy = make_policy(agent)
    benefit = BenefitDue.objects.create(
        policy=policy, product=policy.product, kind="SURVIVAL", code="LIVING", number=1, due_on=TODAY, amount=250_000,
        payable=250_000, payee=policy.holder, payee_name=policy.holder.name, created_at=NOW, updated_at=NOW,
    )  # fmt: skip

    made = [night("benefit"), night("benefit"), night("benefit", TODAY + timedelta(days=1))]
    task = Task.objects.get()
    BenefitDue.objects.filter(pk=benefit.pk).update(state="CLAIMED")
    close_vanished_of("benefit", [benefit.pk], NOW)

    assert made == [1, 0, 0]
    assert (task.kind, task.title, task.agent_id) == ("MATURITY", "康宁终身重疾有给付待领取", agent.scope.agent_id)
    assert Task.objects.get().status == "VOID"
