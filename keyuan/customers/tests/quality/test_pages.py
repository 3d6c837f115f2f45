"""The board, the list, the weights, the panel and cleansing tasks in the browser's view (CUS-11)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from keyuan.customers.models import (
    Cleansing,
    ContactPoint,
    CustomerSummary,
    DuplicatePair,
    QualityRules,
    RecordQuality,
    Task,
)
from keyuan.customers.rules.quality import Weights, codes_of
from keyuan.customers.selectors.quality.board import board_of, trend_of
from keyuan.customers.services.merging.merging import decide_distinct, reopen_pair
from keyuan.customers.services.quality.cleansing import make_cleansing, withdraw_cleansing
from keyuan.customers.services.quality.events import requalify_now
from keyuan.customers.services.quality.rules import save_weights
from keyuan.customers.testing import NOW, make_customer
from keyuan.customers.tests.quality.test_keeping import run
from keyuan.kernel.actor import Reach, Scope, system_actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.models import Post
from keyuan.organisation.testing import make_actor, signed_in_client
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import AuditEvent, TrackedJob

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
SYSTEM = system_actor("test")
VALUES = {
    "finding": ("DEAD_NUMBER",),
    "level": ("BAD",),
    "unit": "1",
    "supplier": ("key:HIS",),
    "agent": "1",
    "score": ("10", "60"),
}


def sign_in(actor):
    """A browser of ``actor``."""
    post = Post.objects.select_related("user").get(pk=actor.post_id)
    return signed_in_client(Client(), post.user, post)


@pytest.fixture(autouse=True)
def on_that_day(settings, tmp_path):
    """The book's present is that of the tests."""
    settings.AS_OF, settings.VAR_DIR = TODAY.isoformat(), tmp_path


@pytest.fixture
def book():
    """A manager of everything, an agent with two records and another one with one."""
    manager, agent, other = (
        make_actor("customer_resource_manager", reach=Reach.ALL), make_actor("agent"), make_actor("agent"),
    )  # fmt: skip
    mine = [make_customer(agent, "张三", phone="13800138000").pk, make_customer(agent, "李四").pk]
    theirs = make_customer(other, "王五").pk
    return manager, agent, mine, theirs


def in_unit(actor, pk, level):
    """``actor`` over the unit of ``level`` that serves a customer."""
    unit = getattr(CustomerSummary.objects.get(pk=pk), f"{level}_id")
    return replace(actor, scope=Scope(Reach.UNIT, unit, level))


def test_the_board_adds_up_days_and_shows_the_movement(book):
    manager, agent, mine, _theirs = book
    run(TODAY)
    ContactPoint.objects.create(customer_id=mine[1], kind="MOBILE", created_at=NOW, verified_at=NOW)
    requalify_now(mine, NOW + timedelta(days=30))
    run(TODAY + timedelta(days=30))

    found = board_of(manager)

    assert (found.day, found.now.records) == (TODAY + timedelta(days=30), 3)
    assert (found.earlier[30].sums["NO_PHONE"], found.now.sums["NO_PHONE"]) == (2, 1)
    assert 90 not in found.earlier
    assert found.now.mean("complete") > found.earlier[30].mean("complete")
    assert [day for day, _totals in trend_of(manager, found.place)] == [TODAY, TODAY + timedelta(days=30)]
    assert sum(part.records for part in found.units) == 3
    own = board_of(agent)
    assert (own.day, own.now.records, own.units) == (None, 2, [])


def test_small_units_are_added_up_live_down_to_the_person(book):
    manager, _agent, mine, _theirs = book
    run()

    sub = board_of(in_unit(manager, mine[0], "sub_branch"))
    team = board_of(in_unit(manager, mine[0], "team"))

    assert sub.day == TODAY
    assert sum(part.records for part in sub.units) == sub.now.records
    assert team.day is None
    assert {part.records for part in team.units} <= {1, 2}
    with pytest.raises(NotFound):
        board_of(in_unit(manager, mine[0], "team"), 999_999)


def test_the_page_leads_every_number_to_its_list(book):
    client = sign_in(book[0])
    run()

    html = client.get(reverse("customers:quality")).content.decode()

    assert "finding=NO_PHONE" in html
    assert "level=BAD" in html or "level=POOR" in html
    listed = client.get(reverse("customers:quality-list"), {"view": "worst", "finding": "NO_PHONE"}).content.decode()
    assert "李四" in listed
    assert "张三" not in listed


def test_an_agent_sees_the_own_records_alone(book):
    _manager, agent, mine, theirs = book
    client = sign_in(agent)

    listed = client.get(reverse("customers:quality-list")).content.decode()

    assert "张三" in listed
    assert "王五" not in listed
    assert client.get(reverse("customers:quality-panel", args=[mine[0]])).status_code == 200
    assert client.get(reverse("customers:quality-panel", args=[theirs])).status_code == 404
    assert client.get(reverse("customers:quality-rules")).status_code == 403
    assert client.post(reverse("customers:quality-task", args=[mine[0]])).status_code == 403


def test_the_panel_names_findings_with_their_remedies_and_makes_one_task(book):
    manager, agent, mine, _theirs = book

    html = sign_in(agent).get(reverse("customers:quality-panel", args=[mine[1]])).content.decode()

    assert f"{reverse('customers:customer-edit', args=[mine[1]])}#customer-contacts" in html
    client, url = sign_in(manager), reverse("customers:quality-task", args=[mine[1]])
    assert client.post(url).status_code == client.post(url).status_code == 200
    task = Task.objects.get(kind="CLEANSING")
    assert (task.customer_id, task.agent_id) == (mine[1], agent.scope.agent_id)
    assert CustomerSummary.objects.get(pk=mine[1]).open_items == 1
    assert AuditEvent.objects.filter(subject_kind="task", subject_id=task.pk).count() == 1


def test_bulk_tasks_are_made_once_and_taken_back(book):
    manager, _agent, mine, theirs = book
    chosen = [*mine, theirs]

    made = make_cleansing(actor=manager, customer_ids=chosen, due_on=None, now=NOW)

    assert len(made) == 3
    assert make_cleansing(actor=manager, customer_ids=chosen, due_on=None, now=NOW) == []
    assert withdraw_cleansing(actor=manager, task_ids=made, now=NOW) == 3
    assert len(make_cleansing(actor=manager, customer_ids=mine, due_on=None, now=NOW)) == 2
    assert Cleansing.objects.count() == 3
    with pytest.raises(Refused):
        make_cleansing(actor=manager, customer_ids=mine, due_on=TODAY - timedelta(days=1), now=NOW)
    with pytest.raises(Forbidden):
        make_cleansing(actor=book[1], customer_ids=mine, due_on=None, now=NOW)


def test_a_pair_counts_until_it_is_decided(book):
    manager, _agent, mine, _theirs = book
    pair = DuplicatePair.objects.create(
        a_id=mine[0], b_id=mine[1], weight=9, probability=0.99, band="SURE", found_at=NOW
    )
    requalify_now(mine, NOW)
    assert RecordQuality.objects.filter(pk__in=mine, has_duplicate=True).count() == 2

    decide_distinct(actor=manager, pair_id=pair.pk, note="两个人", now=NOW)

    assert not RecordQuality.objects.filter(has_duplicate=True).exists()
    reopen_pair(actor=manager, pair_id=pair.pk, now=NOW)
    assert "DUPLICATE" in codes_of(RecordQuality.objects.get(pk=mine[1]).findings)


def test_weights_are_saved_with_reason_history_and_a_run(book):
    manager = book[0]
    other = Weights(good_from=90)

    made = save_weights(actor=manager, number=0, weights=other, reason="试行", now=NOW)

    assert (made.number, QualityRules.objects.count()) == (1, 1)
    assert AuditEvent.objects.filter(subject_kind="quality_rules").count() == 1
    TrackedJob.objects.update(status="done")
    with pytest.raises(Conflict):
        save_weights(actor=manager, number=0, weights=Weights(), reason="再改", now=NOW)
    with pytest.raises(Refused, match="unchanged"):
        save_weights(actor=manager, number=1, weights=other, reason="再改", now=NOW)
    with pytest.raises(Invalid):
        save_weights(actor=manager, number=1, weights=Weights(good_from=10), reason="再改", now=NOW)


def test_the_form_keeps_what_was_typed_and_names_the_field(book):
    client, url = sign_in(book[0]), reverse("customers:quality-rules")
    form = client.get(url).context["form"]
    typed = {
        name: field.initial if field.initial is not None else form.initial.get(name, "")
        for name, field in form.fields.items()
    }

    wrong = client.post(url, {**typed, "fair_from": "97", "reason": "试行"})
    saved = client.post(url, {**typed, "STALE": "55", "reason": "试行"})

    assert wrong.status_code == 422
    assert 'value="97"' in wrong.content.decode()
    assert saved.status_code == 302
    assert QualityRules.objects.get().content["findings"]["STALE"] == 55
    assert "试行" in client.get(url).content.decode()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("level", ["", "branch", "sub_branch"])
def test_the_list_reads_by_its_indexes(book, level):
    manager, _agent, mine, _theirs = book
    actor = in_unit(manager, mine[0], level) if level else manager
    values = VALUES | {"unit": str(RecordQuality.objects.get(pk=mine[0]).sub_branch_id)}

    assert_list_uses_indexes(
        lists["quality"], actor, FilterContext(actor, TODAY), values, small=("rq_sec", "rq_team", "rq_agent")
    )
