"""Renewal premiums: the ladder by its days, acts once, promises, reminders once a step, the list in scope (POL-3)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from keyuan.contact.models import Message
from keyuan.contact.services.messages.defaults import ship_templates
from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.policies.models import MoneyRules, PremiumAct
from keyuan.policies.rules.renewal_premiums import LADDER, current_step, due_days_of, next_step, rungs, window
from keyuan.policies.selectors.ledger.rules import ladder_in_force
from keyuan.policies.services.money_rules import set_ladder
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.renewal_premiums.acting import ActDraft, note_act, remind, undo_act
from keyuan.policies.services.renewal_premiums.nightly import start_reminders
from keyuan.policies.testing import NOW, TODAY, keep, make_policy

DUE = date(2026, 3, 16)


@pytest.mark.parametrize("_case, days, step, coming", [
    ("before the first", -31, None, -30),
    ("thirty days before", -30, -30, -15),
    ("between", -8, -15, -7),
    ("on the day", 0, 0, 7),
    ("six days late", 6, 0, 7),
    ("a week late", 7, 7, 30),
    ("the last", 50, 50, None),
    ("behind the last", 61, 50, None),
])  # fmt: skip
def test_a_premium_stands_on_the_latest_step_that_has_come(_case, days, step, coming):
    today = DUE + timedelta(days)

    found = next_step(DUE, today)

    assert current_step(DUE, today) == step
    assert found == (None if coming is None else (coming, DUE + timedelta(coming)))
    if step is not None:
        first, last = due_days_of(step, today)
        assert first <= DUE <= last


def test_the_steps_share_the_window_without_gap_or_overlap():
    spans = sorted(due_days_of(step, DUE) for step in LADDER)

    assert (spans[0][0], spans[-1][1]) == window(DUE)
    assert all(before[1] + timedelta(1) == after[0] for before, after in pairwise(spans))


def test_what_was_done_stands_on_its_step():
    found = rungs(DUE, DUE, [(-30, "MESSAGE"), (0, "CALL"), (0, "CALL"), (None, "NOTE")])

    assert [rung.done for rung in found] == [("MESSAGE",), (), (), ("CALL",), (), (), ()]
    assert [rung.day for rung in found if rung.is_current] == [0]


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def policy(agent):
    """A contract whose second premium fell due 15 days ago."""
    made = make_policy(agent, make_customer(agent, phone="13800001234"))
    record_payment(actor=entering(agent), policy_id=made.pk, draft=PaymentDraft(1_286_000, TODAY), now=NOW)
    made.refresh_from_db()
    return made


def noted(actor, policy, kind, **more):
    return note_act(actor=actor, policy_id=policy.pk, draft=ActDraft(kind, **more), now=NOW)


@pytest.mark.django_db
def test_acts_are_kept_once_by_step_and_can_be_taken_back(agent, policy):
    first, again = (noted(agent, policy, "CALL", outcome="REACHED") for _time in range(2))
    promise = noted(agent, policy, "PROMISE", promised_on=TODAY + timedelta(3))

    assert (first.pk, first.step, first.due_on) == (again.pk, 7, date(2026, 3, 1))
    for _time in range(2):
        undo_act(actor=agent, policy_id=policy.pk, act_id=promise.pk, now=NOW)
    assert PremiumAct.objects.filter(undone_at__isnull=True).count() == 1
    other = make_actor("agent", unit=small_tree().west)
    with pytest.raises(NotFound):
        noted(other, policy, "NOTE", note="x")


@pytest.mark.django_db
@pytest.mark.parametrize("_case, draft, code, field", [
    ("of yesterday", ActDraft("PROMISE", "", TODAY - timedelta(1)), "premium.promise_range", "promised_on"),
    ("far ahead", ActDraft("PROMISE", "", TODAY + timedelta(61)), "premium.promise_range", "promised_on"),
    ("no day", ActDraft("PROMISE"), "premium.promise_range", "promised_on"),
    ("an empty note", ActDraft("NOTE", note=" "), "premium.empty_note", "note"),
])  # fmt: skip
def test_what_makes_no_sense_is_refused_by_field(_case, draft, code, field, agent, policy):
    with pytest.raises(Refused) as refusal:
        note_act(actor=agent, policy_id=policy.pk, draft=draft, now=NOW)

    assert (refusal.value.code, refusal.value.field, PremiumAct.objects.count()) == (code, field, 0)


@pytest.mark.django_db
def test_a_reminder_goes_once_a_premium_and_step_by_day_or_by_night(agent, policy):
    ship_templates(now=NOW)
    head = make_actor("management", unit=small_tree().head)
    set_ladder(actor=head, days=[7, -30], version=0, now=NOW)
    sender = system_actor("test")

    refused = [remind(actor=sender, policy_ids=[policy.pk, 0], now=NOW) for _time in range(2)]

    assert refused == [{0: "premium.nothing_due"}] * 2
    assert Message.objects.count() == PremiumAct.objects.filter(kind="MESSAGE", step=7).count() == 1
    assert MoneyRules.objects.get().ladder == [-30, 7]


@pytest.mark.django_db
def test_head_office_sets_the_days_of_the_ladder(agent, policy):
    head = make_actor("management", unit=small_tree().head)
    for wrong, night, field in (([61], [], "steps"), ([-10, 5], [7], "days"), (range(13), [], "steps")):
        with pytest.raises(Refused) as refusal:
            set_ladder(actor=head, steps=wrong, days=night, version=0, now=NOW)
        assert refusal.value.field == field
    set_ladder(actor=head, steps=[5, -10, 5], days=[5], version=0, now=NOW)

    client, _head = client_of("management", unit=small_tree().head)
    note_act(actor=agent, policy_id=policy.pk, draft=ActDraft("NOTE", note="来电"), now=NOW)
    form = {"version": 1, "steps": "-20，−3 0", "days": ["5"]}
    shown = client.post("/policies/renewal-premiums/ladder/", {**form, "steps": "soon"})
    client.post("/policies/renewal-premiums/ladder/", form)

    assert ladder_in_force() == (-20, -3, 0)
    assert (shown.status_code, MoneyRules.objects.get().ladder) == (422, [])
    assert PremiumAct.objects.get().step == 5


@pytest.mark.django_db
def test_a_night_reminds_of_what_stands_on_a_chosen_step_and_again_of_nothing(agent, policy):
    ship_templates(now=NOW)
    keep(policy, next_due_on=clock.today() - timedelta(7), grace_until=clock.today() + timedelta(53))
    assert start_reminders(on=clock.today()) is None
    set_ladder(actor=make_actor("management", unit=small_tree().head), days=[7], version=0, now=NOW)

    for _night in range(2):
        job = start_reminders(on=clock.today())
        while job.status in job.LIVE:
            run_job(job.pk, job.step)
            job.refresh_from_db()
        assert job.status == "done", job.error

    assert PremiumAct.objects.filter(kind="MESSAGE", by_night=True).count() == Message.objects.count()
    assert Message.objects.count() <= 1


@pytest.mark.sqlite_only("plans are explained on SQLite; PostgreSQL has statistics")
@pytest.mark.django_db
def test_the_list_reads_by_indexes_and_shows_what_is_due_in_scope(agent, policy):
    values = {
        "q": "P1", "step": ("7",), "touch": ("none",), "promise": ("due",), "due": ("today-30", "today"),
        "premium": ("1", "2"), "agent": "1", "unit": str(small_tree().east.pk),
    }  # fmt: skip
    context = FilterContext(agent, TODAY)
    small = ("pol_agent", "pol_team", "pol_sec", "pol_in_grace")

    assert_list_uses_indexes(lists["renewal-premiums"], agent, context, values, small=small)
    for role, unit in (("customer_resource_manager", small_tree().east), ("management", small_tree().head)):
        actor = make_actor(role, unit=unit)
        assert_list_uses_indexes(lists["renewal-premiums"], actor, FilterContext(actor, TODAY), values, small=small)


@pytest.mark.django_db
def test_pages_take_a_call_and_say_what_is_wrong(policy):
    keep(policy, next_due_on=clock.today() - timedelta(7), grace_until=clock.today() + timedelta(53))
    client, _clerk = client_of("customer_resource_manager", unit=small_tree().east)
    address = f"/policies/renewal-premiums/{policy.pk}/"

    listed = client.get("/policies/renewal-premiums/?view=all")
    wrong = client.post(address, {"kind": "CALL", "note": "没有结果"})
    right = client.post(address, {"kind": "CALL", "outcome": "NO_ANSWER"})
    shown = client.get(address)

    assert (listed.status_code, wrong.status_code, right.status_code, shown.status_code) == (200, 422, 302, 200)
    assert "没有结果" in wrong.content.decode()
    assert policy.policy_no[-4:] in listed.content.decode()
    assert PremiumAct.objects.get().outcome == "NO_ANSWER"
    assert client_of("agent", unit=small_tree().west)[0].get(address).status_code == 404
    keep(policy, next_due_on=date(9999, 12, 31))
    assert client.get(address).status_code == 200
