"""Usable contacts, likely duplicates on entry, and shares of other units (CUS-1, CUS-8, decision 3)."""

from datetime import UTC, date, datetime

import pytest

from keyuan.customers.models import ContactPoint, CustomerSummary, SharedCustomer
from keyuan.customers.rules.drafts import ContactDraft, CustomerDraft, DocumentDraft
from keyuan.customers.selectors import customers_visible_to, summary_sources
from keyuan.customers.selectors.duplicates import likely_duplicates
from keyuan.customers.services import contact_points
from keyuan.customers.services.archive import create_customer
from keyuan.customers.services.sharing import ServingPlace, keep_shares
from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.testing import make_actor, make_agent, small_tree

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
NUMBER = "11010519491231002X"


@pytest.fixture
def agent(agent_actor):
    return agent_actor


@pytest.fixture
def customer(agent):
    return make_customer(agent, "周国栋", phone="18612341402", identity_number=NUMBER)


def test_a_dead_number_makes_way_for_the_next(agent, customer):
    second = ContactPoint.objects.create(customer=customer, kind="LANDLINE", phone="021-58881234", created_at=NOW)
    first = ContactPoint.objects.get(customer=customer, kind="MOBILE")

    contact_points.mark_invalid(actor=agent, contact_id=first.pk, reason="EMPTY_NUMBER", now=NOW)

    assert CustomerSummary.objects.get(pk=customer.pk).primary_phone_id == second.pk


def test_without_a_usable_number_the_customer_cannot_be_reached(agent, customer):
    phone = ContactPoint.objects.get(customer=customer)

    contact_points.mark_invalid(actor=agent, contact_id=phone.pk, reason="EMPTY_NUMBER", now=NOW)
    gone = CustomerSummary.objects.get(pk=customer.pk).has_contact
    contact_points.restore_contact(actor=agent, contact_id=phone.pk, now=NOW)

    assert (gone, CustomerSummary.objects.get(pk=customer.pk).has_contact) == (False, True)


def test_checking_a_number_takes_the_doubt_away(agent, customer):
    phone = ContactPoint.objects.get(customer=customer)
    contact_points.mark_invalid(actor=agent, contact_id=phone.pk, reason="EMPTY_NUMBER", now=NOW)

    contact_points.verify_contact(actor=agent, contact_id=phone.pk, now=NOW)

    phone.refresh_from_db()
    assert (phone.verified_at, phone.invalid_at, phone.invalid_reason) == (NOW, None, "")


def test_invalid_needs_a_reason(agent, customer):
    with pytest.raises(Refused) as refused:
        contact_points.mark_invalid(actor=agent, contact_id=customer.contact_points.get().pk, reason=" ", now=NOW)

    assert refused.value.code == "contact.reason_missing"


def test_a_strangers_contact_is_not_found(customer):
    stranger = make_actor("agent", unit=small_tree().west)

    with pytest.raises(NotFound):
        contact_points.verify_contact(actor=stranger, contact_id=customer.contact_points.get().pk, now=NOW)


def entry(name="", *, birth_on=None, number=None, phone=None, uscc="", kind="P"):
    return CustomerDraft(
        kind=kind,
        fields={"name": name, "birth_on": birth_on},
        organisation={"uscc": uscc},
        documents=(DocumentDraft("111", number),) if number else (),
        contacts=(ContactDraft("MOBILE", phone),) if phone else (),
    )


@pytest.mark.parametrize("_case, draft, signs", [
    ("the same document number", entry("王芳", number=NUMBER), ("number",)),
    ("the same phone", entry("王芳", phone="18612341402"), ("phone",)),
    ("name and birth date", entry("周国栋", birth_on=date(1949, 12, 31)), ("name_birth",)),
    ("everything", entry("周国栋", birth_on=date(1949, 12, 31), number=NUMBER, phone="18612341402"),
     ("number", "name_birth", "phone")),
])  # fmt: skip
def test_likely_duplicates_say_what_they_have_in_common(_case, draft, signs, agent, customer):
    found = likely_duplicates(agent, draft, now=NOW)

    assert [(likeness.summary.pk, likeness.signs) for likeness in found] == [(customer.pk, signs)]


@pytest.mark.parametrize("_case, draft", [
    ("only the name", entry("周国栋")),
    ("another birth date", entry("周国栋", birth_on=date(1949, 12, 30))),
    ("another phone", entry("王芳", phone="18612341403")),
    ("nothing at all", entry()),
])  # fmt: skip
def test_others_are_no_duplicates(_case, draft, agent, customer):
    assert likely_duplicates(agent, draft, now=NOW) == []


def test_an_organisation_is_known_by_its_code(agent):
    made = create_customer(
        actor=entering(agent),
        draft=CustomerDraft("O", {"name": "浦江机械"}, organisation={"uscc": "91350100M000100Y43"}),
        now=NOW,
    ).customer

    found = likely_duplicates(agent, entry("浦江公司", uscc="91350100M000100Y43", kind="O"), now=NOW)

    assert [(likeness.summary.pk, likeness.signs) for likeness in found] == [(made.pk, ("uscc",))]


def test_a_duplicate_out_of_reach_is_not_even_hinted_at(customer):
    stranger = make_actor("agent", unit=small_tree().west)

    assert likely_duplicates(stranger, entry("周国栋", number=NUMBER, phone="18612341402"), now=NOW) == []


def test_the_customer_being_edited_is_no_duplicate_of_itself(agent, customer):
    assert likely_duplicates(agent, entry(number=NUMBER), now=NOW, exclude=customer.pk) == []


def place(agent):
    return ServingPlace(**agent.unit.level_ids(), servicing_agent_id=agent.pk)


def test_a_unit_that_serves_a_policy_sees_the_customer(customer):
    other = make_agent(small_tree().team_b, "何美玲")
    seer = make_actor("agent", unit=small_tree().team_b, agent=other)

    keep_shares({customer.pk: [place(other)]})

    assert [row.pk for row in customers_visible_to(seer, now=NOW)] == [customer.pk]


def test_ones_own_place_is_no_share_and_old_shares_go(agent, customer):
    other = make_agent(small_tree().team_b, "何美玲")
    own = CustomerSummary.objects.get(pk=customer.pk)
    keep_shares({customer.pk: [place(other)]})

    keep_shares({customer.pk: [ServingPlace(team_id=own.team_id, servicing_agent_id=own.servicing_agent_id)]})

    assert not SharedCustomer.objects.exists()


def test_keeping_shares_twice_changes_nothing(customer):
    other = make_agent(small_tree().team_b, "何美玲")
    keep_shares({customer.pk: [place(other), place(other)]})
    before = list(SharedCustomer.objects.values_list("pk", flat=True))

    keep_shares({customer.pk: [place(other)]})

    assert list(SharedCustomer.objects.values_list("pk", flat=True)) == before
    assert len(before) == 1


def test_a_post_over_the_whole_company_sees_every_customer_once(customer, actor_as):
    keep_shares({customer.pk: [place(make_agent(small_tree().team_b, "何美玲"))]})
    director = actor_as("contact_centre_director", unit=small_tree().head)

    rows = [row.pk for source in summary_sources(director, now=NOW) for row in source]

    assert rows == [customer.pk]
    assert [row.pk for row in customers_visible_to(director, now=NOW)] == [customer.pk]
