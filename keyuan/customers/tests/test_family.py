"""Households and relations, from both sides and inside one's reach (CUS-2)."""

from datetime import UTC, date, datetime

import pytest

from keyuan.customers.models import CustomerSummary, Household, HouseholdMember, Relation
from keyuan.customers.selectors.family import family_of, relations_of
from keyuan.customers.services import households
from keyuan.customers.services.relations import add_relation, remove_relation
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


@pytest.fixture
def agent(agent_actor):
    return agent_actor


@pytest.fixture
def couple(agent):
    return make_customer(agent, "周国栋"), make_customer(agent, "李静")


@pytest.fixture
def home(agent, couple):
    head, wife = couple
    household = households.create_household(actor=agent, head_id=head.pk, label="周国栋", now=NOW)
    households.add_member(actor=agent, household_id=household.pk, customer_id=wife.pk, role="01", now=NOW)
    return household


def test_a_family_has_totals_of_cover_and_premium(agent, couple, home):
    for customer, policies, premium in ((couple[0], 5, 5_246_000), (couple[1], 2, 1_938_000)):
        CustomerSummary.objects.filter(pk=customer.pk).update(policies_in_force=policies, annual_premium=premium)

    family = family_of(agent, couple[1], now=NOW)

    assert [member.customer.name for member in family.members] == ["李静", "周国栋"]
    assert (family.policies_in_force, family.annual_premium) == (7, 7_184_000)


def test_nobody_lives_in_two_families(agent, couple, home):
    with pytest.raises(Refused) as refused:
        households.create_household(actor=agent, head_id=couple[1].pk, now=NOW)

    assert refused.value.code == "household.elsewhere"
    assert Household.objects.count() == 1


def test_whoever_left_may_join_again(agent, couple, home):
    member = HouseholdMember.objects.get(customer=couple[1])
    households.remove_member(actor=agent, member_id=member.pk, now=NOW)

    households.add_member(actor=agent, household_id=home.pk, customer_id=couple[1].pk, role="01", now=NOW)

    rows = HouseholdMember.objects.filter(customer=couple[1]).order_by("pk")
    assert [row.left_on for row in rows] == [date(2026, 3, 16), None]


def test_the_head_stays_while_others_belong_to_the_household(agent, couple, home):
    head = HouseholdMember.objects.get(customer=couple[0])

    with pytest.raises(Refused) as refused:
        households.remove_member(actor=agent, member_id=head.pk, now=NOW)

    assert refused.value.code == "household.head"


def test_the_last_one_may_leave(agent, couple):
    households.create_household(actor=agent, head_id=couple[0].pk, now=NOW)
    head = HouseholdMember.objects.get(customer=couple[0])

    households.remove_member(actor=agent, member_id=head.pk, now=NOW)

    assert family_of(agent, couple[0], now=NOW) is None


def test_a_role_is_changed_but_not_the_heads(agent, couple, home):
    wife, head = (HouseholdMember.objects.get(customer=customer) for customer in reversed(couple))

    households.change_role(actor=agent, member_id=wife.pk, role="05", now=NOW)
    with pytest.raises(Refused):
        households.change_role(actor=agent, member_id=head.pk, role="05", now=NOW)

    wife.refresh_from_db()
    head.refresh_from_db()
    assert (wife.role, head.role) == ("05", "00")


@pytest.mark.parametrize("role", ["00", "77", ""])
def test_roles_that_do_not_exist_are_refused(agent, couple, home, role):
    member = HouseholdMember.objects.get(customer=couple[1])

    with pytest.raises(Refused) as refused:
        households.change_role(actor=agent, member_id=member.pk, role=role, now=NOW)

    assert refused.value.code == "household.role"


def test_organisations_have_no_household(agent):
    company = make_customer(agent, "浦江机械", kind="O")

    with pytest.raises(Refused) as refused:
        households.create_household(actor=agent, head_id=company.pk, now=NOW)

    assert refused.value.code == "household.persons_only"


def test_members_out_of_reach_are_not_there(couple, home, agent):
    stranger = make_actor("agent", unit=small_tree().west)
    hidden = make_customer(stranger, "马文博")
    HouseholdMember.objects.create(household=home, customer=hidden, role="05")

    family = family_of(agent, couple[0], now=NOW)

    assert [member.customer.name for member in family.members] == ["周国栋", "李静"]


def test_a_household_of_strangers_cannot_be_joined(couple, home):
    stranger = make_actor("agent", unit=small_tree().west)
    own = make_customer(stranger, "马文博")

    with pytest.raises(NotFound):
        households.add_member(actor=stranger, household_id=home.pk, customer_id=own.pk, role="05", now=NOW)

    assert HouseholdMember.objects.count() == 2


def test_a_relation_stands_on_both_pages(agent, couple):
    father, child = couple
    add_relation(actor=agent, customer_id=child.pk, other_id=father.pk, kind="03", now=NOW)

    assert [(row.customer.name, row.kind) for row in relations_of(agent, father, now=NOW)] == [("李静", "03")]
    assert [(row.customer.name, row.kind) for row in relations_of(agent, child, now=NOW)] == [("周国栋", "02")]


def test_stating_a_relation_again_changes_the_note_only(agent, couple):
    for note in ("", "再婚"):
        add_relation(actor=agent, customer_id=couple[1].pk, other_id=couple[0].pk, kind="01", note=note, now=NOW)

    assert Relation.objects.count() == 2
    assert set(Relation.objects.values_list("note", flat=True)) == {"再婚"}


def test_removing_a_relation_removes_both_sides(agent, couple):
    relation = add_relation(actor=agent, customer_id=couple[1].pk, other_id=couple[0].pk, kind="03", now=NOW)

    remove_relation(actor=agent, relation_id=relation.pk, now=NOW)

    assert Relation.objects.count() == 0


def test_nobody_is_related_to_themselves(agent, couple):
    with pytest.raises(Refused) as refused:
        add_relation(actor=agent, customer_id=couple[0].pk, other_id=couple[0].pk, kind="01", now=NOW)

    assert refused.value.code == "relation.self"


def test_relations_to_strangers_are_neither_made_nor_shown(agent, couple):
    stranger = make_actor("agent", unit=small_tree().west)
    hidden = make_customer(stranger, "马文博")
    with pytest.raises(NotFound):
        add_relation(actor=agent, customer_id=hidden.pk, other_id=couple[0].pk, kind="05", now=NOW)
    Relation.objects.create(customer=hidden, other=couple[0], kind="05", created_at=NOW)

    assert relations_of(agent, couple[0], now=NOW) == []


def test_whoever_only_reads_changes_no_family(actor_as, couple, home):
    reader = actor_as("management", unit=small_tree().head)

    with pytest.raises(Forbidden):
        households.create_household(actor=reader, head_id=couple[0].pk, now=NOW)


def test_the_page_adds_a_relation_by_name_and_takes_the_person_in(couple):
    client, actor = client_of("agent")
    father, son = make_customer(actor, "周国栋"), make_customer(actor, "周雨桐")
    address = f"/customers/{father.pk}/relations/add/"

    response = client.post(
        address, {"other": "周雨桐", "kind": "03", "household": "on"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 204
    assert [member.role for member in family_of(actor, father, now=NOW).members] == ["00", "03"]
    assert relations_of(actor, father, now=NOW)[0].customer_id == son.pk


def test_a_name_that_several_bear_is_asked_back():
    client, actor = client_of("agent")
    one, _two, _three = (make_customer(actor, name) for name in ("周国栋", "周雨桐", "周雨桐"))

    response = client.post(
        f"/customers/{one.pk}/relations/add/", {"other": "周雨桐", "kind": "03"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 422
    assert "请输入客户号" in response.content.decode()
    assert Relation.objects.count() == 0
