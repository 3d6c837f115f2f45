"""Entering and changing an archive: all or nothing, once, never over another's change (CUS-1, CUS-3, PLT-6)."""

from datetime import UTC, date, datetime

import pytest

from keyuan.customers.models import (
    Assignment,
    ContactPoint,
    Customer,
    CustomerSummary,
    IdentityDocument,
    NameGram,
    Need,
    OrganisationProfile,
)
from keyuan.customers.rules.drafts import AccountDraft, ContactDraft, CustomerDraft, DocumentDraft, RowDraft
from keyuan.customers.services.archive import change_field, create_customer, entered_by_form, update_customer
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.models import AuditEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
NUMBER = "11010519491231002X"


def draft(name="周国栋", **parts):
    fields = {"name": name, "birth_on": None, "sex": "", **parts.pop("fields", {})}
    return CustomerDraft(kind=parts.pop("kind", "P"), fields=fields, **parts)


def whole(customer, **changes):
    """What an edit form sends back for a customer without rows."""
    names = ("name", "birth_on", "sex", "occupation")
    return CustomerDraft(kind=customer.kind, fields={name: getattr(customer, name) for name in names} | changes)


@pytest.fixture
def agent(agent_actor):
    return agent_actor


@pytest.fixture
def saved(agent):
    parts = {
        "contacts": (ContactDraft("MOBILE", "18612341402", is_primary=True), ContactDraft("EMAIL", "zhou@example.com")),
        "documents": (DocumentDraft("111", NUMBER),),
        "accounts": (AccountDraft("6222020000000000000"),),
        "lists": {"needs": (RowDraft({"kind": "PENSION", "note": "父母养老"}),)},
    }
    return create_customer(actor=agent, draft=draft(**parts), now=NOW).customer


def test_a_customer_is_entered_with_everything_that_hangs_on_it(agent, saved):
    summary = CustomerSummary.objects.get(pk=saved.pk)

    assert (saved.birth_on, saved.sex) == (date(1949, 12, 31), "2")
    assert saved.field_sources["birth_on"] == "ID"
    assert (summary.name, summary.name_sort, summary.birth_md, summary.has_contact) == (
        "周国栋",
        "zhouguodong",
        1231,
        True,
    )
    assert summary.servicing_agent_id == agent.scope.agent_id
    assert summary.team_id == small_tree().team_a.pk
    assert NameGram.objects.filter(customer=saved, gram="国栋").exists()
    assert Assignment.objects.get(customer=saved).agent_id == agent.scope.agent_id
    assert Need.objects.get(customer=saved).note == "父母养老"


def test_the_trail_of_an_entry_holds_no_sealed_value(saved):
    event = AuditEvent.objects.get(action="create", subject_kind="customer", subject_id=saved.pk)

    assert "18612341402" not in event.changes + event.detail
    assert NUMBER not in event.changes + event.detail


def test_nothing_is_saved_in_part(agent):
    wrong = draft(contacts=(ContactDraft("MOBILE", "18612341402"), ContactDraft("MOBILE", "1")))

    with pytest.raises(Invalid) as refused:
        create_customer(actor=agent, draft=wrong, now=NOW)

    assert [(error.field, error.code) for error in refused.value.errors] == [("contacts-1-value", "phone.pattern")]
    assert Customer.objects.count() == 0
    assert ContactPoint.objects.count() == 0


def test_a_form_sent_twice_makes_one_customer(agent):
    first = create_customer(actor=agent, draft=draft(), now=NOW, token="attempt-1").customer
    second = create_customer(actor=agent, draft=draft(), now=NOW, token="attempt-1").customer

    assert first.pk == second.pk
    assert Customer.objects.count() == 1
    assert entered_by_form(agent, "attempt-1") == first.pk


def test_somebody_elses_token_finds_nothing(agent):
    create_customer(actor=agent, draft=draft(), now=NOW, token="attempt-1")

    assert entered_by_form(make_actor("agent"), "attempt-1") is None


def test_whoever_may_not_enter_customers_enters_none(actor_as):
    with pytest.raises(Forbidden):
        create_customer(actor=actor_as("auditor"), draft=draft(), now=NOW)

    assert Customer.objects.count() == 0


def test_an_organisation_has_a_profile_and_years(agent):
    parts = {
        "organisation": {"uscc": "91350100m000100y43", "size": "MEDIUM"},
        "lists": {"organisation_years": (RowDraft({"year": 2025, "revenue": 5_000_000_00}),)},
    }

    made = create_customer(actor=agent, draft=draft("浦江机械", kind="O", **parts), now=NOW).customer

    assert OrganisationProfile.objects.get(customer=made).uscc == "91350100M000100Y43"
    assert made.organisation_years.get().revenue == 500_000_000


def test_what_is_left_empty_keeps_the_sealed_value(agent, saved):
    phone = ContactPoint.objects.get(customer=saved, kind="MOBILE")
    change = whole(saved)
    rows = (ContactDraft("MOBILE", None, id=phone.pk, label="办公"),)

    update_customer(
        actor=agent, customer_id=saved.pk, draft=CustomerDraft("P", change.fields, contacts=rows), version=1, now=NOW
    )

    phone.refresh_from_db()
    assert phone.phone.equals("18612341402")
    assert phone.label == "办公"


def test_the_same_number_typed_again_stays_verified(agent, saved):
    phone = ContactPoint.objects.get(customer=saved, kind="MOBILE")
    ContactPoint.objects.filter(pk=phone.pk).update(verified_at=NOW)
    rows = (ContactDraft("MOBILE", "186 1234 1402", id=phone.pk),)

    update_customer(
        actor=agent,
        customer_id=saved.pk,
        draft=CustomerDraft("P", whole(saved).fields, contacts=rows),
        version=1,
        now=NOW,
    )

    phone.refresh_from_db()
    assert phone.verified_at == NOW


def test_a_new_number_is_unverified_and_found_by_its_index(agent, saved):
    phone = ContactPoint.objects.get(customer=saved, kind="MOBILE")
    ContactPoint.objects.filter(pk=phone.pk).update(verified_at=NOW)
    before = phone.value_index
    rows = (ContactDraft("MOBILE", "18612341403", id=phone.pk),)

    update_customer(
        actor=agent,
        customer_id=saved.pk,
        draft=CustomerDraft("P", whole(saved).fields, contacts=rows),
        version=1,
        now=NOW,
    )

    phone.refresh_from_db()
    assert (phone.verified_at, phone.value_index != before) == (None, True)


def test_the_second_editor_is_told_and_overwrites_nothing(agent, saved):
    update_customer(actor=agent, customer_id=saved.pk, draft=whole(saved, occupation="教师"), version=1, now=NOW)

    with pytest.raises(Conflict) as conflict:
        update_customer(actor=agent, customer_id=saved.pk, draft=whole(saved, occupation="医生"), version=1, now=NOW)

    saved.refresh_from_db()
    assert conflict.value.params["version"] == 2
    assert saved.occupation == "教师"


def test_a_customer_of_another_agent_is_not_found(saved):
    stranger = make_actor("agent", unit=small_tree().west)

    with pytest.raises(NotFound):
        update_customer(actor=stranger, customer_id=saved.pk, draft=whole(saved), version=1, now=NOW)


def test_birth_date_and_stored_number_must_agree(agent, saved):
    with pytest.raises(Invalid) as refused:
        update_customer(
            actor=agent, customer_id=saved.pk, draft=whole(saved, birth_on=date(1950, 1, 1)), version=1, now=NOW
        )

    assert [(error.field, error.code) for error in refused.value.errors] == [("birth_on", "resident_id.birth_mismatch")]


def test_an_old_contradiction_does_not_block_other_changes(agent, saved):
    Customer.objects.filter(pk=saved.pk).update(birth_on=date(1950, 1, 1))
    saved.refresh_from_db()

    update_customer(actor=agent, customer_id=saved.pk, draft=whole(saved, occupation="教师"), version=1, now=NOW)

    saved.refresh_from_db()
    assert saved.occupation == "教师"


def test_a_removed_document_is_gone(agent, saved):
    document = IdentityDocument.objects.get(customer=saved)
    rows = (DocumentDraft("111", None, id=document.pk, remove=True),)

    update_customer(
        actor=agent,
        customer_id=saved.pk,
        draft=CustomerDraft("P", whole(saved).fields, documents=rows),
        version=1,
        now=NOW,
    )

    assert not IdentityDocument.objects.filter(customer=saved).exists()


def test_a_row_of_another_customer_is_a_conflict(agent, saved):
    other = create_customer(actor=agent, draft=draft("李静"), now=NOW).customer
    phone = ContactPoint.objects.get(customer=saved, kind="MOBILE")
    rows = (ContactDraft("MOBILE", "18612341499", id=phone.pk),)

    with pytest.raises(Conflict):
        update_customer(
            actor=agent,
            customer_id=other.pk,
            draft=CustomerDraft("P", whole(other).fields, contacts=rows),
            version=1,
            now=NOW,
        )

    phone.refresh_from_db()
    assert phone.phone.equals("18612341402")


def test_one_field_is_changed_in_place_with_its_trail(agent, saved):
    change_field(actor=agent, customer_id=saved.pk, field="occupation", value="教师", seen="", now=NOW)

    event = AuditEvent.objects.filter(action="update", subject_id=saved.pk).latest("pk")
    saved.refresh_from_db()
    assert (saved.occupation, saved.version, saved.field_sources["occupation"]) == ("教师", 2, "SELF")
    assert event.changed == {"occupation": ["", "教师"]}


def test_a_field_that_moved_on_says_what_stands_there(agent, saved):
    change_field(actor=agent, customer_id=saved.pk, field="occupation", value="教师", seen="", now=NOW)

    with pytest.raises(Conflict) as conflict:
        change_field(actor=agent, customer_id=saved.pk, field="occupation", value="医生", seen="", now=NOW)

    assert conflict.value.params["now_there"] == "教师"


@pytest.mark.parametrize("field", ["customer_no", "health_notes", "status", "version"])
def test_what_is_no_free_edit_is_refused(agent, saved, field):
    with pytest.raises(Refused) as refused:
        change_field(actor=agent, customer_id=saved.pk, field=field, value="x", seen="", now=NOW)

    assert refused.value.code == "customer.not_editable"


def test_a_renamed_customer_is_found_under_the_new_name(agent, saved):
    change_field(actor=agent, customer_id=saved.pk, field="name", value="周国梁", seen="周国栋", now=NOW)

    assert NameGram.objects.filter(customer=saved, gram="国梁").exists()
    assert not NameGram.objects.filter(customer=saved, gram="国栋").exists()
    assert CustomerSummary.objects.get(pk=saved.pk).name == "周国梁"


def test_a_new_birth_date_moves_the_lunar_birthday(agent):
    fields = {"birth_on": date(1980, 6, 14), "birth_is_lunar": True}
    made = create_customer(actor=agent, draft=draft("唐秀英", fields=fields), now=NOW).customer

    change_field(
        actor=agent, customer_id=made.pk, field="birth_on", value=date(2020, 5, 23), seen=date(1980, 6, 14), now=NOW
    )

    made.refresh_from_db()
    assert (made.lunar_month, made.lunar_day) == (-4, 1)


def test_health_is_written_only_by_whoever_may_see_it(agent, actor_as):
    notes = {"fields": {"health_notes": "高血压", "height_cm": 172}}
    hidden = create_customer(actor=agent, draft=draft("甲", **notes), now=NOW).customer
    handler = actor_as("claims_handler")
    seen = create_customer(actor=handler, draft=draft("乙", **notes), now=NOW).customer

    hidden.refresh_from_db()
    seen.refresh_from_db()
    assert (hidden.health_notes, hidden.height_cm) == (None, None)
    assert (seen.health_notes.equals("高血压"), seen.height_cm) == (True, 172)
