"""Consent given and withdrawn, refusals, holds and reservations, and what they do to permits at once (PLT-8, MKT-9)."""

from datetime import date, timedelta

import pytest

from keyuan.contact.extensions import Stopping, stoppings
from keyuan.contact.models import Consent, ConsentText, DoNotContact, Hold, Permit, Reservation
from keyuan.contact.rules.agreeing import ConsentDraft, RefusalDraft
from keyuan.contact.services.consents import give_consent, withdraw_consent
from keyuan.contact.services.holds import HoldDraft, sync_holds
from keyuan.contact.services.permits import permit, use_permit
from keyuan.contact.services.refusals import lift_refusal, refuse_contact, refuse_number, restore_refusal
from keyuan.contact.services.reservations import release_reservation, reserve_customers, withdraw_reservations
from keyuan.contact.services.terms import TextDraft, add_text, change_text
from keyuan.contact.testing import MORNING, agree
from keyuan.customers.models import Relation
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.models import AuditEvent

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)


@pytest.fixture
def seller():
    return make_actor("agent")


@pytest.fixture
def customer(seller):
    return make_customer(seller, phone="13800000001")


def draft(purpose="MARKETING", **more):
    values = {"source": "SIGNED", "granted_at": MORNING, "evidence": "表单 2026-03-16", "channels": ("PHONE",), **more}
    return ConsentDraft(purpose, **values)


def give(actor, customer, *args, **more):
    return give_consent(actor=actor, customer_id=customer.pk, draft=draft(*args, **more), now=MORNING)


def call(actor, customer, at=MORNING, **more):
    return permit(actor=actor, customer_id=customer.pk, **{"channel": "PHONE", "purpose": "MARKETING", **more}, now=at)


def test_a_consent_is_kept_with_its_proof_and_on_the_trail(seller, customer):
    rows = give(seller, customer, channels=("PHONE", "SMS"))

    assert [(row.contact_channel, row.evidence, row.recorded_by) for row in rows] == [
        ("PHONE", "表单 2026-03-16", seller.name),
        ("SMS", "表单 2026-03-16", seller.name),
    ]
    assert AuditEvent.objects.filter(subject_kind="consent", customer_id=customer.pk).count() == 2
    assert isinstance(call(seller, customer), Permit)


def test_a_newer_consent_takes_the_place_of_the_old_one(seller, customer):
    old = give(seller, customer)[0]
    give(seller, customer, evidence="录音 88")

    old.refresh_from_db()
    assert (old.revoked_at, old.revoke_source) == (MORNING, "RENEWED")
    assert Consent.objects.filter(revoked_at__isnull=True).get().evidence == "录音 88"


@pytest.mark.parametrize("_case, more, code, field", [
    ("no proof", {"evidence": " "}, "consent.no_evidence", "evidence"),
    ("said tomorrow", {"granted_at": MORNING + timedelta(days=1)}, "consent.in_future", "granted_at"),
    ("over already", {"expires_on": date(2026, 3, 15)}, "consent.expired", "expires_on"),
    ("service needs none", {"purpose": "SERVICE"}, "consent.not_needed", "purpose"),
    ("no channel of the purpose", {"purpose": "REFERRAL", "channels": ("SMS",)}, "consent.channel", "channels"),
    ("health without the text of its own", {"purpose": "HEALTH", "channels": ()}, "consent.no_text", "text_id"),
    ("no such purpose", {"purpose": "X"}, "permit.no_such_purpose", "purpose"),
])  # fmt: skip
def test_a_consent_that_does_not_count(_case, more, code, field, seller, customer):
    with pytest.raises(Refused) as caught:
        give(seller, customer, **more)

    assert (caught.value.code, caught.value.field) == (code, field)
    assert Consent.objects.count() == 0


def test_everything_that_is_missing_is_said_at_once(seller, customer):
    with pytest.raises(Invalid) as caught:
        give(seller, customer, evidence="", granted_at=MORNING + timedelta(days=1))

    assert {error.field for error in caught.value.errors} == {"evidence", "granted_at"}


def test_sensitive_data_take_a_consent_of_their_own_with_its_text(seller, customer):
    compliance = make_actor("compliance", unit=small_tree().head)
    wording = TextDraft("HEALTH", "zh-hans", "健康信息单独同意书", "我同意……", TODAY)
    text = add_text(actor=compliance, draft=wording, today=TODAY, now=MORNING)

    row = give(seller, customer, "HEALTH", channels=(), text_id=text.pk)[0]

    assert row.text_id == text.pk
    with pytest.raises(Conflict) as caught:
        change_text(actor=compliance, text_id=text.pk, title="x", body="y", now=MORNING)
    assert caught.value.code == "text.used"


def test_a_text_of_another_purpose_proves_nothing(seller, customer):
    text = ConsentText.objects.create(
        purpose="FINANCE", version=1, title="x", body="y", effective_on=TODAY, created_at=MORNING
    )

    with pytest.raises(Refused) as caught:
        give(seller, customer, "HEALTH", channels=(), text_id=text.pk)

    assert caught.value.code == "consent.text_of_another"


def test_a_text_that_nobody_used_may_change_and_the_next_one_ends_it():
    compliance = make_actor("compliance", unit=small_tree().head)
    first = add_text(
        actor=compliance, draft=TextDraft("MARKETING", "zh-hans", "a", "b", TODAY), today=TODAY, now=MORNING
    )
    change_text(actor=compliance, text_id=first.pk, title="营销同意书", body="正文", now=MORNING)
    later = TextDraft("MARKETING", "zh-hans", "c", "d", date(2026, 4, 1))

    second = add_text(actor=compliance, draft=later, today=TODAY, now=MORNING)

    first.refresh_from_db()
    assert (first.title, first.ends_on, second.version) == ("营销同意书", date(2026, 3, 31), 2)


@pytest.mark.parametrize("_case, kind, guardian_born, code", [
    ("no guardian named", None, None, "consent.no_guardian"),
    ("an aunt is no guardian", "98", date(1985, 1, 1), "consent.not_guardian"),
    ("another child is no guardian", "02", date(2015, 1, 1), "consent.not_guardian"),
    ("the mother", "02", date(1985, 1, 1), ""),
])  # fmt: skip
def test_under_fourteen_a_guardian_consents(_case, kind, guardian_born, code, seller):
    child = make_customer(seller, birth_on=date(2016, 5, 1))
    guardian = make_customer(seller, birth_on=guardian_born)
    if kind:
        Relation.objects.create(customer=guardian, other=child, kind=_code(kind), created_at=MORNING)
    named = guardian.pk if kind else None

    if code:
        with pytest.raises(Refused) as caught:
            give(seller, child, guardian_id=named)
        assert caught.value.code == code
    else:
        assert give(seller, child, guardian_id=named)[0].guardian_id == guardian.pk
        assert isinstance(call(seller, child), Permit)


def _code(kind):
    from keyuan.kernel.codes import Relation as Code

    return Code.PARENT.value if kind == "02" else kind


def test_withdrawal_counts_at_once_for_permits_and_what_hangs_on_them(seller, customer):
    give(seller, customer, channels=("PHONE", "SMS"))
    granted, other = call(seller, customer), call(seller, customer, channel="SMS")
    heard = []
    entry = stoppings.add(Stopping("test", lambda ids, permits, reason, now: heard.append((ids, permits, reason))))

    try:
        ended = withdraw_consent(
            actor=seller, customer_id=customer.pk, purpose="MARKETING", channel="PHONE", now=MORNING
        )
    finally:
        stoppings._items.pop(entry.key)

    other.refresh_from_db()
    assert (ended, other.state) == (1, "GRANTED")
    assert heard == [([customer.pk], [granted.pk], "consent")]
    with pytest.raises(Conflict):
        use_permit(actor=seller, permit_id=granted.pk, now=MORNING)
    assert call(seller, customer).reason == "no_consent"


def test_withdrawing_one_channel_of_a_consent_to_any_leaves_the_others(seller, customer):
    agree(customer.pk)

    withdraw_consent(actor=seller, customer_id=customer.pk, purpose="MARKETING", channel="PHONE", now=MORNING)

    assert call(seller, customer).reason == "no_consent"
    assert isinstance(call(seller, customer, channel="SMS"), Permit)


def test_what_was_never_given_cannot_be_withdrawn(seller, customer):
    with pytest.raises(Conflict) as caught:
        withdraw_consent(actor=seller, customer_id=customer.pk, purpose="MARKETING", now=MORNING)

    assert caught.value.code == "consent.none_in_force"


def test_strangers_and_readers_record_nothing(seller, customer):
    with pytest.raises(NotFound):
        give(make_actor("agent", unit=small_tree().west), customer)
    with pytest.raises(Forbidden):
        give(make_actor("quality_inspector"), customer)

    assert Consent.objects.count() == 0


def refuse(actor, customer, **more):
    said = RefusalDraft(**{"source": "PHONE", "refused_at": MORNING, "channel": "PHONE", **more})
    return refuse_contact(actor=actor, customer_id=customer.pk, draft=said, now=MORNING)


def test_a_refusal_binds_for_six_months_and_ends_open_permits(seller, customer):
    agree(customer.pk)
    granted = call(seller, customer)

    row = refuse(seller, customer, words="不要再打了")

    granted.refresh_from_db()
    assert (row.until, granted.state, granted.close_note) == (date(2026, 9, 16), "CANCELLED", "refusal")
    refused = call(seller, customer)
    assert (refused.reason, refused.next_at.date()) == ("do_not_contact", date(2026, 9, 17))
    assert DoNotContact.objects.get(pk=row.pk).branch_id == small_tree().east.pk


def test_a_term_below_six_months_is_refused(seller, customer):
    with pytest.raises(Refused) as caught:
        refuse(seller, customer, until=date(2026, 9, 15))

    assert (caught.value.code, caught.value.params["months"]) == ("refusal.too_short", 6)


def test_lifting_takes_a_permission_and_a_reason_and_can_be_taken_back(seller, customer):
    manager = make_actor("customer_resource_manager", unit=small_tree().east)
    agree(customer.pk)
    row = refuse(seller, customer)

    with pytest.raises(Forbidden):
        lift_refusal(actor=seller, refusal_id=row.pk, reason="x", now=MORNING)
    with pytest.raises(Refused):
        lift_refusal(actor=manager, refusal_id=row.pk, reason=" ", now=MORNING)
    lift_refusal(actor=manager, refusal_id=row.pk, reason="客户来函", now=MORNING)

    assert isinstance(call(seller, customer), Permit)
    restore_refusal(actor=manager, refusal_id=row.pk, now=MORNING)
    assert call(seller, customer).reason == "do_not_contact"
    assert Permit.objects.filter(state="GRANTED").count() == 0


def test_a_number_is_refused_before_anybody_has_it(seller):
    boss = make_actor("compliance", unit=small_tree().head)
    said = RefusalDraft("IMPORT", MORNING)
    with pytest.raises(Forbidden):
        refuse_number(actor=boss, phone="13800000009", draft=said, now=MORNING)
    row = refuse_number(actor=seller, phone="138 0000 0009", draft=said, now=MORNING)

    customer = make_customer(seller, phone="13800000009")
    agree(customer.pk)

    assert "0009" in str(row.phone)
    assert "13800000009" not in str(row.phone)
    assert call(seller, customer).reason == "do_not_contact"


def test_holds_follow_their_source_and_end_open_permits(seller, customer):
    agree(customer.pk)
    granted = call(seller, customer)
    opened = HoldDraft(customer.pk, "CLAIM", "claim", 7, MORNING)

    def sync(*drafts):
        return sync_holds(source_kind="claim", customer_ids=[customer.pk], drafts=drafts, now=MORNING)

    assert [sync(opened), sync(opened)] == [1, 0]
    granted.refresh_from_db()
    assert granted.state == "CANCELLED"
    assert call(seller, customer).reason == "open_claim"
    ended = HoldDraft(customer.pk, "CLAIM", "claim", 7, MORNING, MORNING)
    assert sync(ended) == 1
    refused = call(seller, customer, MORNING + timedelta(days=1))
    assert (refused.reason, refused.next_at) == ("resting", MORNING + timedelta(days=14))
    assert sync() == 1
    assert Hold.objects.count() == 0


def test_a_manager_keeps_customers_for_the_unit(seller, customer):
    manager = make_actor("customer_resource_manager", unit=small_tree().east)
    until = MORNING + timedelta(days=30)

    made = reserve_customers(actor=manager, customer_ids=[customer.pk], until=until, reason="试点", now=MORNING)
    again = reserve_customers(actor=manager, customer_ids=[customer.pk], until=until, reason="试点", now=MORNING)

    agree(customer.pk)
    assert (len(made), again) == (1, [])
    assert call(seller, customer).reason == "reserved"
    release_reservation(actor=manager, reservation_id=made[0], now=MORNING)
    assert isinstance(call(seller, customer), Permit)


def test_a_bulk_of_reservations_is_taken_back(seller, customer):
    manager = make_actor("customer_resource_manager", unit=small_tree().east)
    until = MORNING + timedelta(days=30)
    made = reserve_customers(actor=manager, customer_ids=[customer.pk], until=until, reason="试点", now=MORNING)
    other = make_actor("customer_resource_manager", unit=small_tree().east)

    from django.db import transaction

    with transaction.atomic():
        assert withdraw_reservations(actor=other, reservation_ids=made, now=MORNING) == 0
        assert withdraw_reservations(actor=manager, reservation_ids=made, now=MORNING) == 1


def test_a_reservation_needs_a_reason_and_a_term_within_the_rules(customer):
    manager = make_actor("customer_resource_manager", unit=small_tree().east)

    for until, reason, code in (
        (MORNING + timedelta(days=91), "x", "reservation.term"),
        (MORNING, "x", "reservation.term"),
        (MORNING + timedelta(days=9), " ", "reservation.reason_missing"),
    ):
        with pytest.raises(Refused) as caught:
            reserve_customers(actor=manager, customer_ids=[customer.pk], until=until, reason=reason, now=MORNING)
        assert caught.value.code == code
    assert Reservation.objects.count() == 0
