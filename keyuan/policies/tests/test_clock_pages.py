"""Pages of the nights: figures, contracts in reach, a night by hand, a comparison; who may (POL-2)."""

from datetime import date, timedelta

import pytest

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import TrackedJob
from keyuan.policies.models import ClockRun, Policy
from keyuan.policies.services.clocks.comparing import start_comparison
from keyuan.policies.services.clocks.nightly import start_night
from keyuan.policies.testing import NOW, TODAY, keep, make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return client_of("management", unit=small_tree().head)


@pytest.fixture
def policy():
    return keep(make_policy(make_actor("agent")), next_due_on=date(2026, 3, 1), next_clock_on=date(2026, 3, 2))


def worked_off(job):
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()


def made(on=TODAY):
    worked_off(start_night(actor=system_actor("test"), on=on, now=clock.start_of(on + timedelta(days=1))))
    return ClockRun.objects.latest("pk")


def test_a_night_shows_its_figures_and_the_contracts_in_reach(boss, policy):
    run = made()

    listed = boss[0].get("/policies/clocks/").content.decode()
    shown = boss[0].get(f"/policies/clocks/{run.pk}/").content.decode()
    masked = client_of("policy_clerk", unit=small_tree().west)[0].get(f"/policies/clocks/{run.pk}/")

    assert run.on.isoformat() in listed
    assert f"/policies/{policy.pk}/" in shown
    assert policy.policy_no[-4:] in shown
    assert policy.policy_no[-4:] not in masked.content.decode()


def test_a_night_is_made_and_compared_by_hand(boss, policy):
    client, actor = boss
    begun = client.post("/policies/clocks/run/", {"on": clock.today().isoformat()})
    worked_off(TrackedJob.objects.latest("pk"))
    run = ClockRun.objects.get()
    compared = client.post(f"/policies/clocks/{run.pk}/compare/")
    worked_off(TrackedJob.objects.latest("pk"))
    found = ClockRun.objects.get(kind="COMPARISON")

    shown = client.get(f"/policies/clocks/{found.pk}/")

    assert (begun.status_code, compared.status_code, shown.status_code) == (302, 302, 200)
    assert (run.asked_by, Policy.objects.get(pk=policy.pk).status) == (actor.name, "SUSPENDED")


def test_a_night_to_come_keeps_what_was_typed(boss):
    later = (clock.today() + timedelta(days=3)).isoformat()

    answer = boss[0].post("/policies/clocks/run/", {"on": later})

    assert answer.status_code == 422
    assert later in answer.content.decode()


def test_posts_of_a_branch_look_and_do_not_start(policy):
    clerk = make_actor("policy_clerk", unit=small_tree().east)
    made()

    for start in (lambda: start_night(actor=clerk, on=TODAY, now=NOW), lambda: start_comparison(actor=clerk, on=TODAY)):
        with pytest.raises(Refused) as refusal:
            start()
        assert refusal.value.code == "clocks.whole_book"
    assert client_of("agent")[0].get("/policies/clocks/").status_code == 403
