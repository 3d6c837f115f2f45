"""The night run: every step once, on one copy of the book, resumed after a kill, alone (ANA-1)."""

from datetime import timedelta

import pytest

from keyuan.analytics.extensions import Done, Step, features, steps
from keyuan.analytics.models import NightRun
from keyuan.analytics.services.night import running
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Forbidden, Refused
from keyuan.organisation.testing import make_actor
from keyuan.platform import clock
from keyuan.platform.mart import shelf
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.testing import here
from keyuan.policies.testing import make_policy

pytestmark = pytest.mark.django_db
ACTOR = system_actor("night run")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A mart of this test, and nobody who waits for its copies."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(followers, "_items", {})


@pytest.fixture
def ways():
    return Ways(lambda label, done, total: None, clock.now, here)


@pytest.fixture
def book():
    agent = make_actor("agent")
    return make_policy(agent)


def night(ways, day=None, **more):
    return run_night(actor=ACTOR, day=day or clock.today(), ways=ways, **more)


def made(run):
    return {name: facts["digest"] for step in run.steps.exclude(key="extract") for name, facts in step.tables.items()}


def test_a_night_reads_one_copy_and_a_second_changes_nothing(book, ways):
    run = night(ways)

    assert run.status == "DONE"
    assert run.snapshot == clock.today().isoformat()
    assert list(run.steps.order_by("place").values_list("key", flat=True))[:2] == ["extract", "behaviour"]
    step = run.steps.get(key="behaviour")
    assert step.reads == ["customers", "policies", "payments", "interactions"]
    assert step.rows_out == step.tables["behaviour"]["rows"] == 1
    before, moment = made(run), run.finished_at
    assert night(ways) == run
    assert NightRun.objects.get().finished_at == moment
    again = night(ways, again=True)
    assert made(again) == before
    assert sum(again.steps.values_list("changed", flat=True)) == 0


def test_a_killed_night_goes_on_behind_its_last_step(book, ways, monkeypatch):
    seen = []

    def count(night):
        seen.append("count")
        return Done(rows_in=1)

    def die(night):
        seen.append("die")
        if seen.count("die") == 1:
            raise KeyboardInterrupt
        return Done()

    monkeypatch.setattr(features, "_items", {})
    monkeypatch.setattr(steps, "_items", {})
    steps.add(Step("count", "Count", count, 1))
    steps.add(Step("die", "Die", die, 2))

    with pytest.raises(KeyboardInterrupt):
        night(ways)
    stopped = NightRun.objects.get()
    assert (stopped.status, stopped.fault) == ("FAILED", "KeyboardInterrupt")
    run = night(ways)

    assert run.status == "DONE"
    assert seen == ["count", "die", "die"]


def test_a_table_that_is_gone_is_made_anew(book, ways):
    run = night(ways)
    NightRun.objects.update(status="RUNNING")
    file = shelf.latest().folder / shelf.DERIVED / "behaviour.parquet"
    file.unlink()

    night(ways)

    assert file.exists()
    assert made(run) == made(NightRun.objects.get())


def test_two_at_once_are_refused(book, ways):
    with running.alone(), pytest.raises(Refused, match=r"night\.busy"):
        night(ways)


@pytest.mark.parametrize("days, code", [(1, "mart.future"), (-1, "night.no_snapshot")])
def test_a_day_without_a_copy_is_refused(days, code, ways):
    with pytest.raises(Refused, match=code):
        night(ways, clock.today() + timedelta(days=days))

    assert NightRun.objects.get().fault == code


def test_a_night_asks_its_permission(ways):
    with pytest.raises(Forbidden):
        run_night(actor=make_actor("agent"), day=clock.today(), ways=ways)


def test_a_column_that_moved_shows_in_the_next_night(book, ways):
    first = night(ways)
    NightRun.objects.filter(pk=first.pk).update(day=clock.today() - timedelta(days=1), snapshot="")
    agent = make_actor("agent")
    for _number in range(3):
        make_customer(agent)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "snapshot_of", lambda day: None)
        second = night(ways)

    columns = second.steps.get(key="behaviour").tables["behaviour"]["columns"]
    assert columns["premium"]["drift"] > 0.25
