"""Merging two records and undoing it: everything follows, everything comes back to the letter (CUS-8)."""

from datetime import timedelta

import pytest

from keyuan.customers.models import (
    Assignment,
    ClassChange,
    ContactPoint,
    Customer,
    CustomerSummary,
    CustomerTag,
    DuplicatePair,
    Household,
    HouseholdMember,
    IdentityDocument,
    Interaction,
    Merge,
    NameGram,
    NameKey,
    Need,
    OrganisationProfile,
    Relation,
    SourceKey,
    Tag,
    Task,
)
from keyuan.customers.selectors import access_customer
from keyuan.customers.services.archive import change_field
from keyuan.customers.services.households import create_household
from keyuan.customers.services.merging.merging import (
    decide_distinct,
    merge_customers,
    propose_pair,
    reopen_pair,
    undo_merge,
)
from keyuan.customers.services.merging.pairs import FoundPair, refresh_all_places, store_pairs
from keyuan.customers.services.merging.rules import save_rules
from keyuan.customers.services.relations import add_relation
from keyuan.customers.services.tasks import create_task
from keyuan.customers.testing import NOW, entering, make_customer
from keyuan.kernel.errors import Conflict, Forbidden, Moved, NotFound, Refused
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
def twins(manager):
    """One person entered twice: the older record serves, the newer one knows more."""
    older = make_customer(manager, "周国栋", phone="13812345678", identity_number="110101199003077758")
    newer = make_customer(manager, "周国栋", phone="13912345678", occupation="教师", sex="1")
    return older, newer


def join(manager, survivor, loser, **more):
    """Merge as the manager."""
    more.setdefault("now", LATER)
    more.setdefault("reason", REASON)
    return merge_customers(actor=manager, survivor_id=survivor.pk, loser_id=loser.pk, **more)


def undo(manager, done, **more):
    """Undo as the manager."""
    return undo_merge(actor=manager, merge_id=done.pk, reason="不是同一人", now=LATER, **more)


def pair_of(one, other, **more):
    """Put a pair into the queue."""
    found = FoundPair(one.pk, other.pk, 12.5, 0.999, "SURE", {"name": {"level": "same", "weight": 7.1}})
    store_pairs([found], now=NOW, **more)
    return DuplicatePair.objects.get(a_id=min(one.pk, other.pk), b_id=max(one.pk, other.pk))


def test_what_belongs_to_the_merged_record_follows_the_survivor(manager, twins):
    older, newer = twins
    task = create_task(actor=entering(manager), customer_id=newer.pk, kind="CALL", title="回访", due_at=LATER, now=NOW)

    done = join(manager, older, newer)

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
    older, newer = twins
    create_household(actor=manager, head_id=older.pk, label="甲", now=NOW)
    create_household(actor=manager, head_id=newer.pk, label="乙", now=NOW)
    friend = make_customer(manager, "李静")
    for one in twins:
        add_relation(actor=manager, customer_id=friend.pk, other_id=one.pk, kind="01", note="", now=NOW)
    add_relation(actor=manager, customer_id=older.pk, other_id=newer.pk, kind="05", note="", now=NOW)
    tag = Tag.objects.create(code="X", name="高净值", family="VALUE")
    for one, sure in ((older, 4000), (newer, 9000)):
        CustomerTag.objects.create(customer=one, tag=tag, confidence_bp=sure, created_at=NOW)
    before = book()

    done = join(manager, older, newer)
    assert CustomerTag.objects.get(customer=older).confidence_bp == 9000
    assert HouseholdMember.objects.filter(customer=older, left_on=None).count() == 1
    undo(manager, done)

    assert book() == before
    assert Merge.objects.get().flags == []


def test_merging_twice_is_merging_once_and_so_is_undoing(manager, twins):
    done = join(manager, *twins)

    assert join(manager, *twins).pk == done.pk
    assert [undo(manager, done).status, undo(manager, done).status] == ["UNDONE", "UNDONE"]
    assert Merge.objects.count() == 1


def test_later_edits_stay_and_are_flagged(manager, twins):
    older, newer = twins
    done = join(manager, older, newer)
    root = entering(manager)
    change_field(actor=root, customer_id=older.pk, field="occupation", value="医生", seen="教师", now=LATER)
    change_field(actor=root, customer_id=older.pk, field="hobbies", value="围棋", seen="", now=LATER)

    undone = undo(manager, done)

    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.occupation, older.hobbies, newer.occupation, newer.status) == ("医生", "围棋", "教师", "ACTIVE")
    assert undone.needs_review
    assert undone.flags == [
        {"kind": "edited", "reference": "customers.Customer", "ids": [older.pk], "fields": ["hobbies", "occupation"]}
    ]


def test_what_the_system_notes_by_itself_is_no_edit(manager, twins):
    older, newer = twins
    done = join(manager, older, newer)
    change = ClassChange.objects.create(customer=older, axis="value", old="C", new="B", on=LATER.date())

    undone = undo(manager, done)

    change.refresh_from_db()
    assert (undone.flags, undone.needs_review, change.customer_id) == ([], False, older.pk)


def test_rows_that_came_since_go_where_they_are_chosen(manager, twins):
    older, newer = twins
    done = join(manager, older, newer)
    root = entering(manager)
    stays, goes = (
        create_task(actor=root, customer_id=older.pk, kind="CALL", title=title, due_at=LATER, now=LATER)
        for title in ("留下", "随行")
    )

    undone = undo(manager, done, added={"customers.Task.customer": [goes.pk]})

    assert (Task.objects.get(pk=stays.pk).customer_id, Task.objects.get(pk=goes.pk).customer_id) == (older.pk, newer.pk)
    assert undone.flags == [{"kind": "added", "reference": "customers.Task.customer", "ids": [stays.pk], "count": 1}]


def test_a_chain_is_undone_from_its_end(manager, twins):
    older, newer = twins
    third = make_customer(manager, "周国栋")
    before = book()
    first = join(manager, older, newer)
    second = join(manager, third, older)

    with pytest.raises(Conflict) as refused:
        undo(manager, first)

    assert (refused.value.code, refused.value.params["merge"]) == ("merge.later_merge", second.pk)
    undo(manager, second)
    undo(manager, first)
    assert book() == before


def test_the_merged_record_leads_to_the_end_of_the_chain(manager, twins):
    older, newer = twins
    third = make_customer(manager, "周国栋")
    join(manager, older, newer)
    join(manager, third, older)

    with pytest.raises(Moved) as moved:
        access_customer(manager, newer.pk, now=LATER)

    assert moved.value.successor == third.pk


def test_a_decision_of_two_persons_is_remembered_and_bars_the_merge(manager, twins):
    older, newer = twins
    pair = pair_of(older, newer)
    decide_distinct(actor=manager, pair_id=pair.pk, note="父子同名", now=NOW)

    with pytest.raises(Conflict) as refused:
        join(manager, older, newer)
    again = store_pairs([FoundPair(newer.pk, older.pk, 15.0, 0.9999)], now=LATER)

    assert refused.value.code == "merge.decided_distinct"
    assert (again.new, again.renewed, again.settled) == (0, 0, 1)
    reopen_pair(actor=manager, pair_id=pair.pk, now=LATER)
    assert join(manager, older, newer).pair_id == pair.pk


def test_what_was_decided_of_a_record_holds_for_its_survivor(manager, twins):
    older, newer = twins
    son = make_customer(manager, "周国栋")
    decide_distinct(actor=manager, pair_id=pair_of(newer, son).pk, note="父子", now=NOW)

    done = join(manager, older, newer)

    with pytest.raises(Conflict):
        join(manager, older, son)
    undo(manager, done)
    assert DuplicatePair.objects.get().b_id == son.pk
    assert DuplicatePair.objects.get().a_id == newer.pk


def test_two_pairs_that_become_one_stand_once(manager, twins):
    older, newer = twins
    other = make_customer(manager, "周国栋")
    pairs = [pair_of(older, newer), pair_of(older, other), pair_of(newer, other)]

    done = join(manager, older, newer)

    assert [DuplicatePair.objects.get(pk=pair.pk).status for pair in pairs] == ["MERGED", "OPEN", "FOLDED"]
    undo(manager, done)
    assert [DuplicatePair.objects.get(pk=pair.pk).status for pair in pairs] == ["OPEN", "OPEN", "OPEN"]
    assert DuplicatePair.objects.get(pk=pairs[0].pk).is_held


def test_two_persons_said_with_an_undo_are_never_proposed_again(manager, twins):
    undo(manager, join(manager, *twins), not_the_same=True)

    assert DuplicatePair.objects.get().status == "DISTINCT"


@pytest.mark.parametrize("case, code", [("reason", "merge.reason"), ("same", "merge.same_record"),
                                            ("field", "merge.unknown_field"), ("kind", "merge.kinds_differ"),
                                            ("stale", "merge.changed")])  # fmt: skip
def test_a_merge_that_cannot_be_is_refused_and_changes_nothing(manager, twins, case, code):
    older, newer = twins
    firm = make_customer(manager, "某公司", kind="O")
    before = book()
    loser = {"same": older, "kind": firm}.get(case, newer)

    with pytest.raises(Refused) as refused:
        join(
            manager, older, loser,
            reason="" if case == "reason" else REASON,
            choices={"nothing": "loser"} if case == "field" else None,
            versions=(9, 9) if case == "stale" else None,
        )  # fmt: skip

    assert refused.value.code == code
    assert book() == before


def test_only_whoever_may_and_sees_both_merges(actor_as, tree, manager, twins):
    agent = actor_as("agent")
    clerk = actor_as("policy_clerk", unit=tree.west)

    with pytest.raises(Forbidden):
        join(agent, *twins)
    with pytest.raises(NotFound):
        join(clerk, *twins)
    with pytest.raises(NotFound):
        undo(clerk, join(manager, *twins))


def test_a_person_chooses_against_the_rules(manager):
    one = make_customer(manager, "周国栋", occupation="教师")
    other = make_customer(manager, "周国栋", occupation="医生教授")

    done = join(manager, one, other, choices={"occupation": "survivor"})

    one.refresh_from_db()
    assert (one.occupation, "occupation" in done.choices) == ("教师", False)


def test_the_rules_are_data_with_history(manager):
    one = make_customer(manager, "周国栋", hobbies="围棋")
    other = make_customer(manager, "周国栋", hobbies="围棋、书法")
    save_rules(actor=manager, orders={"hobbies": ["survivor"]}, note="试行", seen=None, now=NOW)

    with pytest.raises(Conflict):
        save_rules(actor=manager, orders={"hobbies": ["longer"]}, note="又一次", seen=None, now=NOW)
    join(manager, one, other)

    one.refresh_from_db()
    assert one.hobbies == "围棋"


def test_a_profile_of_an_organisation_is_filled_and_emptied_again(manager):
    one, other = (make_customer(manager, "某公司", kind="O") for _ in range(2))
    OrganisationProfile.objects.update_or_create(customer=one, defaults={"industry": "制造"})
    OrganisationProfile.objects.update_or_create(customer=other, defaults={"industry": "批发", "employees": 20})
    before = book()

    done = join(manager, one, other)

    profile = OrganisationProfile.objects.get(customer=one)
    assert (profile.industry, profile.employees) == ("制造", 20)
    undo(manager, done)
    assert book() == before


def test_a_death_that_only_one_record_knows_holds(manager):
    alive = make_customer(manager, "周国栋")
    dead = make_customer(manager, "周国栋", death_on=NOW.date())
    Customer.objects.filter(pk=dead.pk).update(status="DECEASED")

    done = join(manager, alive, dead)

    alive.refresh_from_db()
    assert (alive.status, alive.death_on) == ("DECEASED", NOW.date())
    undo(manager, done)
    alive.refresh_from_db()
    assert (alive.status, alive.death_on) == ("ACTIVE", None)


def test_a_pair_that_somebody_proposes_stands_in_the_queue(manager, twins):
    pair = propose_pair(actor=manager, one_id=twins[1].pk, other_id=twins[0].pk, note="同住址", now=NOW)

    assert (pair.source, pair.status, pair.note) == ("HAND", "OPEN", "同住址")
    assert propose_pair(actor=manager, one_id=twins[0].pk, other_id=twins[1].pk, note="", now=NOW).pk == pair.pk


def test_the_queue_follows_customers_who_are_served_elsewhere_now(manager, twins, tree):
    pair = pair_of(*twins)
    CustomerSummary.objects.filter(pk=twins[0].pk).update(branch_id=tree.east.pk)
    CustomerSummary.objects.filter(pk=twins[1].pk).update(branch_id=tree.east.pk)

    assert refresh_all_places() == pair.pk
    assert refresh_all_places(pair.pk) is None

    pair.refresh_from_db()
    assert pair.branch_id == tree.east.pk
