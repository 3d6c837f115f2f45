"""Nights on the database: states, history, summaries; twice, killed, late, mirrored (POL-2, decisions 9 and 10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from keyuan.customers.models import CustomerSummary
from keyuan.customers.testing import entering
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Forbidden, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import AuditEvent, OutboxEvent
from keyuan.policies.models import ClockRun, ClockStep, Instalment, Payment, Policy, PolicyEvent
from keyuan.policies.services.changes import record_receipt
from keyuan.policies.services.clocks import nightly, rewinding
from keyuan.policies.services.clocks.comparing import start_comparison
from keyuan.policies.services.clocks.nightly import start_night, start_nights
from keyuan.policies.services.clocks.stepping import carry_out, plan
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.transitions import transit_policy
from keyuan.policies.testing import NOW, TODAY, keep, make_policy, make_product

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 1)
SYSTEM = system_actor("test")


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def policy(agent):
    """In force since a year; the second premium fell due on 1 March 2026, is open, and no night has seen it yet."""
    made = make_policy(agent)
    pay(agent, made, 1_286_000, made.effective_on)
    return keep(made, in_grace=False, next_clock_on=DUE + timedelta(days=1))


def pay(agent, policy, amount, on):
    draft = PaymentDraft(amount=amount, paid_on=on)
    return record_payment(actor=entering(agent), policy_id=policy.pk, draft=draft, now=NOW)


def at(day, hour=0):
    return datetime(day.year, day.month, day.day, hour, 20, tzinfo=UTC)


def worked_off(job):
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    assert job.status == "done", job.error
    return job


def night(on):
    return worked_off(start_night(actor=SYSTEM, on=on, now=at(on, 1)))


def states(policy):
    policy.refresh_from_db()
    return policy.status, policy.in_grace, policy.next_clock_on


def test_grace_suspension_and_the_end_of_reinstatement_come_by_themselves(policy):
    night(DUE + timedelta(days=1))
    in_grace = states(policy)
    night(date(2026, 4, 30))
    last_day = states(policy)
    night(date(2026, 5, 1))
    suspended = states(policy)
    night(date(2028, 5, 2))

    assert in_grace == ("IN_FORCE", True, date(2026, 5, 1))
    assert last_day == in_grace
    assert suspended == ("SUSPENDED", False, date(2028, 5, 2))
    assert states(policy) == ("SUSPENDED", False, None)
    told = PolicyEvent.objects.filter(policy=policy, detail__has_key="clock").order_by("happened_on")
    assert list(told.values_list("kind", "from_status", "to_status", "happened_on")) == [
        ("GRACE_START", "IN_FORCE", "IN_FORCE", date(2026, 3, 2)),
        ("SUSPEND", "IN_FORCE", "SUSPENDED", date(2026, 5, 1)),
        ("REINSTATE_OVER", "SUSPENDED", "SUSPENDED", date(2028, 5, 2)),
    ]
    summary = CustomerSummary.objects.get(pk=policy.holder_id)
    assert (summary.state, summary.policies_in_force, summary.lapsed_on) == ("SUSPENDED", 0, date(2026, 5, 1))


def test_a_night_made_twice_and_one_made_late_change_nothing_twice(policy):
    night(date(2026, 5, 10))
    before = Policy.objects.filter(pk=policy.pk).values().get(), list(PolicyEvent.objects.values())

    again = night(date(2026, 5, 10))
    older = night(date(2026, 5, 1))

    assert (Policy.objects.filter(pk=policy.pk).values().get(), list(PolicyEvent.objects.values())) == before
    assert (again.result["changed"], older.result["changed"]) == (0, 0)
    assert list(ClockStep.objects.values_list("rule", "due_on").order_by("due_on")) == [
        ("GRACE_START", date(2026, 3, 2)), ("SUSPEND", date(2026, 5, 1)),
    ]  # fmt: skip


def test_a_killed_night_goes_on_where_it_was_killed(policy, agent, monkeypatch):
    others = [make_policy(agent, product=policy.product) for _ in range(4)]
    for other in others:
        pay(agent, other, 1_286_000, other.effective_on)
        keep(other, in_grace=False, next_clock_on=DUE + timedelta(days=1))
    monkeypatch.setattr(nightly, "CHUNK", 2)
    calls = []

    def dies(*given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return carry_out(*given)

    monkeypatch.setattr(nightly, "carry_out", dies)
    job = start_night(actor=SYSTEM, on=TODAY, now=NOW)
    with pytest.raises(KeyboardInterrupt):
        run_job(job.pk, job.step)
    half = Policy.objects.filter(in_grace=True).count()
    job.refresh_from_db()
    worked_off(job)

    assert (half, Policy.objects.filter(in_grace=True).count()) == (2, 5)
    assert ClockStep.objects.count() == PolicyEvent.objects.filter(kind="GRACE_START").count() == 5
    run = ClockRun.objects.get()
    assert (run.looked, run.counts, run.finished_at is not None) == (5, {"GRACE_START": 5}, True)
    assert AuditEvent.objects.filter(subject_kind="clock_run").count() == 1


def test_what_somebody_changed_meanwhile_is_left_for_the_next_look(policy, agent):
    from keyuan.policies.selectors.clock_facts import due_until

    keep(policy, in_grace=True, grace_until=date(2026, 4, 30), next_clock_on=date(2026, 5, 1))
    plans = plan(due_until(date(2026, 5, 1), 10, before=DUE), date(2026, 5, 1))
    pay(agent, policy, 1_286_000, TODAY)
    run = ClockRun.objects.create(on=TODAY, cut_off=NOW, started_at=NOW)

    counts = carry_out(plans, run.pk, SYSTEM, NOW)

    assert (counts, states(policy)[:2]) == ({}, ("IN_FORCE", False))


def test_premium_in_time_keeps_the_contract_in_force(policy, agent):
    night(DUE + timedelta(days=1))
    pay(agent, policy, 1_286_000, TODAY)

    night(date(2026, 5, 1))

    assert states(policy) == ("IN_FORCE", False, date(2027, 3, 2))


def test_elected_premium_loan_pays_out_of_the_cash_value(policy):
    keep(policy, apl_elected_on=date(2025, 3, 1), cash_value=1_300_000, debt=10_000)

    night(date(2026, 5, 1))

    policy.refresh_from_db()
    assert (policy.status, policy.on_premium_loan, policy.debt) == ("IN_FORCE", True, 1_296_000)
    assert (policy.next_due_on, policy.in_grace, policy.next_clock_on) == (date(2027, 3, 1), False, date(2027, 3, 2))
    paid = Instalment.objects.get(policy=policy, number=2)
    assert (paid.status, paid.paid_amount, paid.paid_on) == ("PAID", 1_286_000, date(2026, 5, 1))
    loan = Payment.objects.get(policy=policy, result="APL")
    assert (loan.amount, loan.instalment_number, loan.paid_on) == (1_286_000, 2, date(2026, 5, 1))


def test_cover_matures_at_the_end_of_its_last_day(agent):
    policy = make_policy(agent, product=make_product(is_long_term=False, cooling_off_days=0), cover_term=1,
                         cover_term_unit="Y", pay_mode="01", pay_term=None, pay_term_unit="S")  # fmt: skip
    pay(agent, policy, 1_286_000, policy.effective_on)

    night(date(2026, 2, 28))
    last_day = states(policy)
    night(DUE)

    policy.refresh_from_db()
    assert last_day == ("IN_FORCE", False, DUE)
    assert (policy.status, policy.termination_reason, policy.terminated_on) == ("TERMINATED", "01", date(2026, 2, 28))
    assert policy.next_clock_on is None


def test_cover_begins_cooling_off_ends_and_receipts_are_chased(agent):
    issued = {"issued_on": TODAY, "applied_on": TODAY, "effective_on": date(2026, 3, 20)}
    product = make_product(waiting_days=90)
    signed = make_policy(agent, product=product, receipt_signed_on=TODAY, **issued)
    silent = make_policy(agent, product=product, **issued)

    for day in (date(2026, 3, 20), date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 19)):
        night(day)

    steps = ClockStep.objects.order_by("due_on", "id").values_list("policy_id", "rule", "due_on")
    assert [row[1:] for row in steps if row[0] == signed.pk] == [
        ("TAKE_EFFECT", date(2026, 3, 20)),
        ("COOLING_OVER", date(2026, 4, 1)),
        ("WAITING_OVER", date(2026, 6, 19)),
    ]
    assert [row[2] for row in steps if row[:2] == (silent.pk, "RECEIPT_CHASE")] == [
        date(2026, 3, 26), date(2026, 4, 5), date(2026, 4, 15), date(2026, 5, 15), date(2026, 6, 14),
    ]  # fmt: skip
    signed.refresh_from_db()
    assert (signed.status, signed.in_cooling_off, signed.waiting_until) == ("IN_FORCE", False, date(2026, 6, 18))


def test_missed_nights_are_made_up_for(policy):
    night(date(2026, 4, 28))

    job = worked_off(start_nights(actor=SYSTEM, today=date(2026, 5, 2)))

    assert job.kwargs["nights"] == ["2026-04-29", "2026-04-30", "2026-05-01", "2026-05-02"]
    assert ClockStep.objects.get(rule="SUSPEND").run.on == date(2026, 5, 1)


def test_contracts_that_their_source_keeps_are_left_alone(policy):
    keep(policy, source="core", source_name="核心系统", next_clock_on=TODAY)

    night(TODAY)

    assert (states(policy), ClockStep.objects.count()) == (("IN_FORCE", False, None), 0)


def test_contexts_above_are_told_once(policy, monkeypatch):
    OutboxEvent.objects.all().delete()
    heard = []
    monkeypatch.setattr("keyuan.policies.services.clocks.stepping.emit", heard.append)

    night(date(2026, 5, 1))

    assert sorted((event.ids, event.kind) for event in heard) == [
        ((policy.pk,), "GRACE_START"),
        ((policy.pk,), "SUSPEND"),
    ]


def test_nights_to_come_and_posts_without_the_right_are_refused():
    with pytest.raises(Refused) as refusal:
        start_night(actor=SYSTEM, on=TODAY + timedelta(days=1), now=NOW)
    with pytest.raises(Forbidden):
        start_night(actor=make_actor("agent", unit=small_tree().team_a), on=TODAY, now=NOW)

    assert (refusal.value.code, refusal.value.field) == ("clocks.in_future", "on")


def compared(on):
    worked_off(start_comparison(actor=SYSTEM, on=on))
    return ClockRun.objects.filter(kind="COMPARISON").latest("pk")


def book_of_a_year(agent):
    """Contracts that meet everything a year brings, and the nights from 1 March 2026 on, with people in between."""
    product = make_product(waiting_days=90)
    issued = {"issued_on": TODAY, "applied_on": TODAY, "product": product}
    books = [
        make_policy(agent, product=product),
        make_policy(agent, product=product),
        make_policy(agent, effective_on=date(2026, 3, 20), receipt_signed_on=TODAY, **issued),
        make_policy(agent, effective_on=TODAY, **issued),
        make_policy(
            agent,
            effective_on=date(2026, 2, 1),
            issued_on=date(2026, 2, 1),
            applied_on=date(2026, 1, 30),
            pay_mode="03",
            pay_term=1,
            cover_term=4,
            cover_term_unit="M",
            product=product,
        ),
    ]
    for policy in books:
        first = PaymentDraft(amount=1_286_000, paid_on=TODAY)
        record_payment(actor=entering(agent), policy_id=policy.pk, draft=first, now=NOW)
    keep(books[1], apl_elected_on=TODAY, cash_value=1_500_000)
    clerk = make_actor("policy_clerk", unit=small_tree().east)
    acts = {
        date(2026, 3, 25): lambda now: record_receipt(
            actor=clerk, policy_id=books[3].pk, signed_on=date(2026, 3, 24), version=fresh(books[3]), now=now
        ),
        date(2026, 5, 10): lambda now: record_payment(
            actor=clerk, policy_id=books[4].pk, draft=PaymentDraft(amount=1_286_000, paid_on=now.date()), now=now
        ),
        date(2026, 6, 2): lambda now: (
            record_payment(
                actor=clerk, policy_id=books[0].pk, draft=PaymentDraft(amount=1_286_000, paid_on=now.date()), now=now
            ),
            transit_policy(actor=clerk, policy_id=books[0].pk, kind="REINSTATE", on=now.date(), now=now, reason="补交"),
        ),
    }
    return books, acts


def fresh(policy):
    return Policy.objects.get(pk=policy.pk).version


def test_every_night_of_a_year_replayed_from_the_records_known_then_is_the_same(agent, monkeypatch):
    _books, acts = book_of_a_year(agent)
    nights = [date(2026, 3, 17) + timedelta(days=ahead) for ahead in range(105)]
    for on in nights:
        monkeypatch.setattr("keyuan.platform.clock.now", lambda on=on: at(on))
        if Policy.objects.filter(next_clock_on__lte=on).exists() or on in acts:
            night(on)
        if on in acts:
            acts[on](at(on, 6))
    made = sorted(ClockRun.objects.values_list("on", flat=True))

    found = [(on, compared(on)) for on in made]

    assert [(on, run.differences, run.report) for on, run in found if run.differences] == []
    assert {rule for _, run in found for rule in run.counts} == {
        "TAKE_EFFECT", "COOLING_OVER", "WAITING_OVER", "RECEIPT_CHASE", "GRACE_START", "APL_START", "SUSPEND", "MATURE",
    }  # fmt: skip
    assert sum(sum(run.counts.values()) for _, run in found) == ClockStep.objects.count()


def test_a_replay_names_what_was_lost_and_what_was_added(policy):
    night(DUE + timedelta(days=1))
    night(date(2026, 5, 1))
    ClockStep.objects.filter(rule="SUSPEND").delete()
    ClockStep.objects.create(policy=policy, rule="MATURE", due_on=DUE, run=ClockRun.objects.last())
    before = Policy.objects.filter(pk=policy.pk).values().get()

    run = compared(date(2026, 5, 1))

    assert (run.differences, run.report) == (2, [
        {"policy": policy.pk, "rule": "MATURE", "due_on": "2026-03-01", "again": False},
        {"policy": policy.pk, "rule": "SUSPEND", "due_on": "2026-05-01", "again": True},
    ])  # fmt: skip
    assert Policy.objects.filter(pk=policy.pk).values().get() == before


def test_command_runs_replays_and_says_what_differs(policy, capsys):
    night(DUE + timedelta(days=1))
    night(date(2026, 5, 1))
    call_command("clocks", "--date", "2026-05-01", "--replay")
    same = capsys.readouterr().out
    ClockStep.objects.all().delete()

    with pytest.raises(CommandError, match="1 differences"):
        call_command("clocks", "--date", "2026-05-01", "--replay")

    assert "no differences" in same
    assert "+ policy" in capsys.readouterr().out
    with pytest.raises(Refused):
        start_comparison(actor=SYSTEM, on=date(2026, 4, 1))


def standing(policy):
    return Policy.objects.get(pk=policy.pk).next_clock_on


def test_all_clocks_are_set_anew_and_right_ones_are_not_written(policy, agent, capsys):
    right = make_policy(agent)
    core = keep(make_policy(agent), source="core", source_name="核心系统", next_clock_on=TODAY)
    stood = standing(right)
    keep(policy, next_clock_on=None)
    versions = [Policy.objects.get(pk=row.pk).version for row in (policy, right)]

    call_command("clocks", "--set")
    first = capsys.readouterr().out
    call_command("clocks", "--set")

    assert (first, capsys.readouterr().out) == ("2 of 3 changed\n", "0 of 3 changed\n")
    assert standing(policy) == DUE + timedelta(days=1)
    assert (standing(right), standing(core)) == (stood, None)
    assert [Policy.objects.get(pk=row.pk).version for row in (policy, right)] == versions


def test_setting_leaves_a_contract_that_somebody_changes_meanwhile(policy, monkeypatch):
    keep(policy, next_clock_on=None)
    read = rewinding.standing_after

    def overtaken(pk, limit):
        rows = read(pk, limit)
        if rows:
            keep(policy, version=policy.version + 7, next_clock_on=TODAY)
        return rows

    monkeypatch.setattr(rewinding, "standing_after", overtaken)

    worked_off(rewinding.start_rewinding(actor=SYSTEM))

    assert standing(policy) == TODAY


def test_a_clock_that_stands_far_back_gives_no_signals_of_nights_that_were_made(policy):
    night(TODAY)
    keep(policy, status="SUSPENDED", suspended_on=date(2022, 1, 25), next_clock_on=date(2022, 3, 1), next_due_on=DUE)

    night(TODAY + timedelta(days=1))

    assert not ClockStep.objects.filter(rule="REINSTATE_OVER").exists()
    assert compared(TODAY + timedelta(days=1)).differences == 0
