"""Whoever has their archive erased is erased from the merges of it as well (PLT-8, CUS-8)."""

from datetime import timedelta

import pytest

from keyuan.customers.models import Customer, Merge, MergeChange
from keyuan.customers.services.merging.merging import merge_customers, undo_merge
from keyuan.customers.services.privacy import erase
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.errors import Refused

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)
NAME, WORK = "周国栋", "气象观测员"


@pytest.fixture
def manager(actor_as, tree):
    return actor_as("customer_resource_manager", unit=tree.head)


@pytest.fixture
def merged(manager):
    """Three records of one person, merged into the first by way of the second."""
    first, second, third = (make_customer(manager, NAME, occupation=WORK) for _ in range(3))
    for survivor, loser in ((second, third), (first, second)):
        merge_customers(
            actor=manager, survivor_id=survivor.pk, loser_id=loser.pk, reason="同一人", now=NOW + timedelta(days=1)
        )
    return first, second, third


def everything():
    """Return what customers and merges hold, as text."""
    rows = [*Customer.objects.values(), *Merge.objects.values(), *MergeChange.objects.values()]
    return "".join(map(str, rows))


def test_records_that_were_merged_in_and_what_merges_kept_are_erased_too(merged):
    first, _second, _third = merged
    assert NAME in everything()

    counts = erase(first.pk, True, LATER)

    assert (counts["merged_customer"], counts["merge"]) == (2, 2)
    assert NAME not in everything()
    assert WORK not in everything()


def test_who_was_merged_when_stays_but_is_not_undone(manager, merged):
    first, second, _third = merged
    erase(first.pk, True, LATER)
    done = Merge.objects.get(survivor=first, loser=second)

    with pytest.raises(Refused) as refused:
        undo_merge(actor=manager, merge_id=done.pk, reason="不是同一人", now=LATER)

    assert refused.value.code == "merge.erased"
    assert Merge.objects.get(pk=done.pk).status == "DONE"


def test_merges_of_others_are_left_alone(manager, merged):
    one, other = (make_customer(manager, "章敏") for _ in range(2))
    merge_customers(actor=manager, survivor_id=one.pk, loser_id=other.pk, reason="同一人", now=NOW)

    erase(merged[0].pk, True, LATER)

    assert Merge.objects.get(survivor=one).snapshot != {}
    assert Customer.objects.get(pk=other.pk).name == "章敏"
