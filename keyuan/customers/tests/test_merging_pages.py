"""Deciding pairs in the browser: queue, comparison, merge, undo, rules, batches, old addresses (CUS-8)."""

import pytest

from keyuan.customers.models import ContactPoint, Customer, DuplicatePair, Merge, MergeBatch, SurvivorshipRules
from keyuan.customers.selectors.search import search_customers
from keyuan.customers.services.merging.pairs import FoundPair, store_pairs
from keyuan.customers.testing import NOW, make_customer
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform.jobs.drain import drain
from keyuan.platform.lists import lists
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.testing import assert_list_uses_indexes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    """A customer-resource manager of the whole company, in the browser."""
    return client_of("customer_resource_manager", unit=small_tree().head)


@pytest.fixture
def pair(desk):
    older = make_customer(desk[1], "周国栋", phone="13812345678", occupation="教师")
    newer = make_customer(desk[1], "周国栋", phone="13812345678", occupation="医生")
    levels = {"name": {"level": "same", "weight": 7.1}, "phone": {"level": "same", "weight": 8.0}}
    store_pairs([FoundPair(older.pk, newer.pk, 15.1, 0.9996, "SURE", levels)], now=NOW)
    return DuplicatePair.objects.get()


def form(pair, **more):
    """What the comparison sends."""
    return {"survivor": pair.a_id, "versions": "1-1", "reason": "同一人", **more}


def test_the_queue_shows_pairs_of_which_the_post_sees_both(desk, pair):
    shown = desk[0].get("/customers/duplicates/").content.decode()
    elsewhere = client_of("customer_resource_manager", unit=small_tree().west)[0]

    assert f"/customers/duplicates/{pair.pk}/" in shown
    assert f"/customers/duplicates/{pair.pk}/" not in elsewhere.get("/customers/duplicates/").content.decode()
    assert elsewhere.get(f"/customers/duplicates/{pair.pk}/").status_code == 404


def test_the_comparison_says_what_agrees_and_shows_no_sealed_value(desk, pair):
    page = desk[0].get(f"/customers/duplicates/{pair.pk}/").content.decode()

    assert "13812345678" not in page
    assert "138****5678" in page
    assert [word in page for word in ("+7.1", "+8.0", 'name="choice-occupation"')] == [True, True, True]
    assert 'name="choice-name"' not in page


def test_a_merge_takes_what_was_chosen_and_leads_on(desk, pair):
    answer = desk[0].post(f"/customers/duplicates/{pair.pk}/merge/", form(pair, **{"choice-occupation": "survivor"}))

    merge = Merge.objects.get()
    assert answer["Location"] == f"/customers/merges/{merge.pk}/"
    assert Customer.objects.get(pk=pair.a_id).occupation == "教师"
    led = desk[0].get(f"/customers/{pair.b_id}/archive/?whole=1")
    assert (led.status_code, led["Location"]) == (302, f"/customers/{pair.a_id}/archive/?whole=1")
    assert desk[0].post(f"/customers/{pair.b_id}/field/").status_code == 404


def test_a_refused_merge_keeps_what_was_typed(desk, pair):
    answer = desk[0].post(
        f"/customers/duplicates/{pair.pk}/merge/", form(pair, reason="", **{"choice-occupation": "survivor"})
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="choice-occupation" value="survivor" checked' in page
    assert not Merge.objects.exists()


def test_two_persons_are_remembered_and_can_be_taken_back(desk, pair):
    desk[0].post(f"/customers/duplicates/{pair.pk}/distinct/", {"reason": "父子同名"})
    told = desk[0].get(f"/customers/{pair.a_id}/merges/").content.decode()

    pair.refresh_from_db()
    assert (pair.status, pair.note) == ("DISTINCT", "父子同名")
    assert "父子同名" in told
    desk[0].post(f"/customers/duplicates/{pair.pk}/reopen/")
    pair.refresh_from_db()
    assert pair.status == "OPEN"


def test_a_merge_is_undone_from_its_page(desk, pair):
    desk[0].post(f"/customers/duplicates/{pair.pk}/merge/", form(pair))
    merge = Merge.objects.get()
    page = desk[0].get(f"/customers/merges/{merge.pk}/").content.decode()

    empty = desk[0].post(f"/customers/merges/{merge.pk}/undo/", {"reason": ""})
    desk[0].post(f"/customers/merges/{merge.pk}/undo/", {"reason": "看错了"})

    assert "同一人" in page
    assert empty.status_code == 422
    assert desk[0].get(f"/customers/{pair.b_id}/").status_code == 200
    assert Merge.objects.get().status == "UNDONE"


def test_the_record_says_how_many_may_be_the_same(desk, pair):
    assert "疑似同一客户 1 条" in desk[0].get(f"/customers/{pair.a_id}/").content.decode()


def test_the_number_of_a_merged_customer_finds_the_survivor(desk, pair):
    number = Customer.objects.get(pk=pair.b_id).customer_no
    desk[0].post(f"/customers/duplicates/{pair.pk}/merge/", form(pair))

    found = search_customers(desk[1], number, now=NOW)

    assert [row.summary.pk for row in found] == [pair.a_id]
    assert set(ContactPoint.objects.values_list("customer_id", flat=True)) == {pair.a_id}


def test_rules_are_saved_with_a_reason(desk):
    page = desk[0].get("/customers/merge-rules/")
    refused = desk[0].post("/customers/merge-rules/", {"name-0": "longer", "seen": ""})
    assert (page.status_code, refused.status_code) == (200, 422)
    assert not SurvivorshipRules.objects.exists()


def test_a_batch_is_planned_shown_and_started(desk, pair):
    answer = desk[0].post(
        "/customers/merge-batches/new/", {"threshold": "0.99", "reason": "清理", "idempotency": "abc"}
    )
    batch = MergeBatch.objects.get()
    assert answer["Location"] == f"/customers/merge-batches/{batch.pk}/"
    drain()
    assert "周国栋" in desk[0].get(f"/customers/merge-batches/{batch.pk}/").content.decode()
    desk[0].post(f"/customers/merge-batches/{batch.pk}/run/")
    drain()

    batch.refresh_from_db()
    assert (batch.status, batch.merged) == ("DONE", 1)


VALUES = {
    "duplicates": {"band": ("SURE",), "unit": ("1",), "source": ("LINKAGE",), "status": ("OPEN",)},
    "merges": {"status": ("DONE",), "review": "1"},
}


@pytest.mark.sqlite_only("plans of SQLite; PostgreSQL has statistics")
@pytest.mark.parametrize("key", sorted(VALUES))
def test_the_lists_are_served_by_indexes(desk, key):
    branch = client_of("customer_resource_manager", unit=small_tree().east)[1]
    for actor in (desk[1], branch):
        assert_list_uses_indexes(lists[key], actor, FilterContext(actor, NOW.date()), VALUES[key])
