"""Merging two records and undoing it: everything follows, everything comes back to the letter (CUS-8)."""

from datetime import timedelta

import pytest

from keyuan.customers.models import (
    Assignment,
    ContactPoint,
    Customer,
    CustomerSummary,
    CustomerTag,
    Household,
    HouseholdMember,
    IdentityDocument,
    Interaction,
    NameGram,
    NameKey,
    Need,
    OrganisationProfile,
    Relation,
    SourceKey,
    Tag,
    Task,
)
from keyuan.customers.services.merging.merging import merge_customers, undo_merge
from keyuan.customers.services.tasks import create_task
from keyuan.customers.testing import NOW, entering, make_customer
from keyuan.platform.models import AuditEvent

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)
BOOK = (
    Customer, CustomerSummary, OrganisationProfile, SourceKey, ContactPoint, IdentityDocument, Assignment, Household,
    HouseholdMember, Relation, Interaction, Need, CustomerTag, Tag, Task,
)  # fmt: skip
REASON = "同一人"


def book():
    """Every row of the book, to the letter; search keys by what they say."""
    rows = {}
    for model in BOOK:
        found = model.objects.order_by("pk").values()
        rows[model.__name__] = [{key: getattr(value, "blob", value) for key, value in row.items()} for row in found]
    for model in (NameGram, NameKey):
        names = [name for name in ("gram", "kind", "key", "customer_id") if hasattr(model, name)]
        rows[model.__name__] = sorted(map(str, model.objects.values_list(*names)))
    return rows


@pytest.fixture
def manager(actor_as, tree):
    return actor_as("customer_resource_manager", unit=tree.head)


@pytest.fixture
def root(manager):
    return entering(manager)


@pytest.fixture
def twins(manager):
    """One person entered twice: the older record serves, the newer one knows more."""
    older = make_customer(manager, "周国栋", phone="13812345678", identity_number="110101199003077758")
    newer = make_customer(manager, "周国栋", phone="13912345678", occupation="教师", sex="1")
    return older, newer


def merge(manager, survivor, loser, **more):
    """Merge as the manager."""
    more.setdefault("now", LATER)
    return merge_customers(actor=manager, survivor_id=survivor.pk, loser_id=loser.pk, reason=REASON, **more)


def undo(manager, done, **more):
    """Undo as the manager."""
    return undo_merge(actor=manager, merge_id=done.pk, reason="不是同一人", now=LATER, **more)


def test_what_belongs_to_the_merged_record_follows_the_survivor(manager, twins):
    older, newer = twins
    task = create_task(actor=entering(manager), customer_id=newer.pk, kind="CALL", title="回访", due_at=LATER, now=NOW)

    done = merge(manager, older, newer)

    older.refresh_from_db()
    newer.refresh_from_db()
    assert (newer.status, newer.merged_into_id, older.occupation) == ("MERGED", older.pk, "教师")
    assert set(ContactPoint.objects.values_list("customer_id", flat=True)) == {older.pk}
    assert Task.objects.get(pk=task.pk).customer_id == older.pk
    assert not CustomerSummary.objects.filter(pk=newer.pk).exists()
    assert not NameGram.objects.filter(customer_id=newer.pk).exists()
    assert CustomerSummary.objects.get(pk=older.pk).open_items == 1
    assert done.choices["occupation"] == "only"
    assert AuditEvent.objects.filter(customer_id=newer.pk, reason=REASON).count() == 1


def test_an_undo_restores_both_records_to_the_letter(manager, twins):
    before = book()

    undo(manager, merge(manager, *twins))

    assert book() == before
