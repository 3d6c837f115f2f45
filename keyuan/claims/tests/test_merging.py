"""Contracts and claims follow a merge, and whatever order merges and undos take, all of it comes back (CUS-8)."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.claims.models import Claim
from keyuan.customers.models import (
    ContactPoint,
    Customer,
    CustomerSummary,
    CustomerTag,
    IdentityDocument,
    Interaction,
    Merge,
    Tag,
    Task,
)
from keyuan.customers.services.archive import change_field
from keyuan.customers.services.merging.merging import merge_customers, undo_merge
from keyuan.customers.services.merging.undoing import in_the_way
from keyuan.customers.services.tasks import create_task
from keyuan.customers.testing import NOW, entering, make_customer
from keyuan.kernel.errors import Conflict
from keyuan.policies.models import Policy, PolicyParty
from keyuan.policies.services.recording import refresh_holders
from keyuan.policies.testing import make_policy

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)
BOOK = (
    Customer, CustomerSummary, ContactPoint, IdentityDocument, Interaction, CustomerTag, Task, Policy, PolicyParty,
    Claim,
)  # fmt: skip
PEOPLE = 4


def book(*left_out):
    """Every row of the book, to the letter."""
    return {
        model.__name__: {
            row[model._meta.pk.attname]: {key: getattr(value, "blob", value) for key, value in row.items()}
            for row in model.objects.values()
        }
        for model in BOOK
        if model not in left_out
    }


@pytest.fixture
def manager(actor_as, tree):
    return actor_as("customer_resource_manager", unit=tree.head)


@pytest.fixture
def people(manager):
    """Four records with contracts, claims, tags and tasks; two share a tag."""
    tag = Tag.objects.create(code="X", name="高净值", family="VALUE")
    found = []
    for at in range(PEOPLE):
        one = make_customer(manager, "周国栋", phone=f"1381234567{at}", occupation=("教师", "", "医生", "")[at])
        policy = make_policy(manager, holder=one)
        PolicyParty.objects.create(policy=policy, customer=one, role="INSURED")
        Claim.objects.create(claim_no=f"K{at}", policy=policy, customer=one, created_at=NOW)
        if at % 2:
            CustomerTag.objects.create(customer=one, tag=tag, confidence_bp=1000 * at, created_at=NOW)
        found.append(one)
    refresh_holders([one.pk for one in found], NOW)
    return found


def test_contracts_and_claims_follow_and_count(manager, people):
    one, other = people[:2]
    before = book()

    done = merge_customers(actor=manager, survivor_id=one.pk, loser_id=other.pk, reason="同一人", now=LATER)

    summary = CustomerSummary.objects.get(pk=one.pk)
    assert summary.policies_total == 2
    assert set(Policy.objects.filter(holder__in=(one, other)).values_list("holder_id", flat=True)) == {one.pk}
    assert Claim.objects.filter(customer=one).count() == 2
    undo_merge(actor=manager, merge_id=done.pk, reason="有误", now=LATER)
    assert book() == before


WHO = st.integers(0, PEOPLE - 1)
steps = st.lists(
    st.tuples(
        st.sampled_from(("merge", "undo", "edit", "add")), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)
    ),
    max_size=9,
)


def play(manager, people, acts, *, quiet):
    """Carry out acts as far as they are possible; return (field edits by customer, tasks added)."""
    edits, added = {}, []
    root = entering(manager)
    for number, (act, left, right) in enumerate(acts):
        one, other = people[left].pk, people[right].pk
        living = Customer.objects.filter(pk=one, merged_into=None).exists()
        if act == "merge" and one != other and living and Customer.objects.filter(pk=other, merged_into=None).exists():
            merge_customers(actor=manager, survivor_id=one, loser_id=other, reason="同一人", now=LATER)
        elif act == "undo":
            take_apart_one(manager, left)
        elif act == "edit" and living and not quiet:
            seen = Customer.objects.get(pk=one).hobbies
            change_field(actor=root, customer_id=one, field="hobbies", value=f"爱好{number}", seen=seen, now=LATER)
            edits[one] = f"爱好{number}"
        elif act == "add" and living and not quiet:
            due = LATER + timedelta(days=1)
            made = create_task(actor=root, customer_id=one, kind="CALL", title=f"{number}", due_at=due, now=LATER)
            added.append(made.pk)
    return edits, added


def take_apart_one(manager, which):
    """Undo one of the merges, or see it refused because a later one is in the way."""
    done = list(Merge.objects.filter(status="DONE").order_by("serial"))
    if not done:
        return
    merge = done[which % len(done)]
    if in_the_way([merge]):
        with pytest.raises(Conflict):
            undo_merge(actor=manager, merge_id=merge.pk, reason="有误", now=LATER)
    else:
        undo_merge(actor=manager, merge_id=merge.pk, reason="有误", now=LATER)


def take_apart_all(manager):
    """Undo what is left, the last first."""
    for merge in Merge.objects.filter(status="DONE").order_by("-serial"):
        undo_merge(actor=manager, merge_id=merge.pk, reason="有误", now=LATER)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(acts=steps)
def test_merges_and_undos_in_any_order_restore_everything(manager, people, acts):
    with transaction.atomic():
        before = book()

        play(manager, people, acts, quiet=True)
        take_apart_all(manager)

        assert book() == before
        transaction.set_rollback(True)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(acts=steps)
def test_later_edits_survive_any_order(manager, people, acts):
    with transaction.atomic():
        before = book(CustomerSummary)

        edits, added = play(manager, people, acts, quiet=False)
        take_apart_all(manager)

        after = book(CustomerSummary)
        assert set(after["Task"]) - set(before["Task"]) == set(added)
        for name, rows in before.items():
            for pk, row in rows.items():
                left_out = {"hobbies", "version", "updated_at", "field_sources"} if name == "Customer" else set()
                assert {k: v for k, v in after[name][pk].items() if k not in left_out} == {
                    k: v for k, v in row.items() if k not in left_out
                }
        for pk, value in edits.items():
            assert after["Customer"][pk]["hobbies"] == value
        transaction.set_rollback(True)
