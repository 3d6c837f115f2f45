"""Key accounts and the claims watch list: managers, contacts, reports, two people, appeals, effects (CUS-10)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from keyuan.customers.models import Interaction, KeyAccount, WatchListing
from keyuan.customers.selectors.key_accounts import account_of
from keyuan.customers.selectors.watching import effects_of, listings_visible_to
from keyuan.customers.services.accounts import key_accounts as accounts
from keyuan.customers.services.accounts.key_accounts import AccountDraft, ContactLine
from keyuan.customers.services.watching import listings
from keyuan.customers.services.watching.listings import ListingDraft
from keyuan.customers.services.watching.reminding import remind_reviews
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.models import Notice

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 16)


@pytest.fixture
def agent(agent_actor):
    return agent_actor


@pytest.fixture
def manager():
    return make_actor("customer_resource_manager", unit=small_tree().head)


@pytest.fixture
def judge():
    return make_actor("compliance", unit=small_tree().head)


@pytest.fixture
def customer(agent):
    return make_customer(agent, "周国栋", phone="18612341402")


@pytest.fixture
def draft(manager, judge):
    lines = (ContactLine("周总", "董事长", "13800138000"), ContactLine("李经理"))
    return AccountDraft("CHIEF", manager.id, judge.id, 90, TODAY + timedelta(days=365), "年缴保费百万", lines)


def open_account(actor, customer, draft):
    return accounts.open_account(actor=actor, customer_id=customer.pk, draft=draft, now=NOW)


def test_a_key_account_has_two_managers_two_contacts_and_a_day_for_the_next_report(manager, customer, draft):
    account = open_account(manager, customer, draft)

    assert account.next_report_on == TODAY + timedelta(days=90)
    assert [str(row.phone or "") for row in account.contacts.order_by("position")] == ["138****8000", ""]
    with pytest.raises(Refused) as again:
        open_account(manager, customer, draft)
    assert again.value.code == "key_account.there_already"


@pytest.mark.parametrize("_case, change, field", [
    ("one person for both", {"claims_manager_id": None}, "claims_manager"),
    ("nobody of ours", {"underwriting_manager_id": 0}, "underwriting_manager"),
    ("one contact alone", {"contacts": (ContactLine("周总"),)}, "name_2"),
    ("review in the past", {"review_on": TODAY}, "review_on"),
    ("review in a later life", {"review_on": date(9999, 12, 31)}, "review_on"),
    ("no reason", {"reason": " "}, "reason"),
    ("a level of nobody", {"reception": "KING"}, "reception"),
    ("no interval", {"report_every_days": 0}, "report_every_days"),
])  # fmt: skip
def test_senseless_key_accounts_are_refused_by_field(_case, change, field, manager, customer, draft):
    change = {name: manager.id if value is None else value for name, value in change.items()}

    with pytest.raises(Invalid) as refused:
        open_account(manager, customer, replace(draft, **change))

    assert field in [error.field for error in refused.value.errors]


def test_a_report_stands_on_the_timeline_and_moves_the_next_one(agent, manager, customer, draft):
    account = open_account(manager, customer, draft)

    accounts.report_contact(
        actor=agent, account_id=account.pk, on=TODAY, summary="拜访董事长", next_steps="下月送方案", now=NOW
    )

    account.refresh_from_db()
    assert account.next_report_on == TODAY + timedelta(days=90)
    assert Interaction.objects.get().summary == "拜访董事长"


def test_a_contact_of_last_week_stands_on_its_own_day(agent, manager, customer, draft):
    account = open_account(manager, customer, draft)
    report = {"actor": agent, "account_id": account.pk, "summary": "拜访董事长", "next_steps": "", "now": NOW}

    accounts.report_contact(on=TODAY - timedelta(days=7), **report)
    with pytest.raises(Refused) as long_ago:
        accounts.report_contact(on=date(1800, 1, 1), **report)

    assert Interaction.objects.get().occurred_at == NOW - timedelta(days=7) + timedelta(hours=2)
    assert (long_ago.value.code, long_ago.value.field) == ("key_account.long_ago", "reported_on")


def test_a_review_lies_within_a_year(manager, customer, draft):
    account = open_account(manager, customer, draft)

    with pytest.raises(Refused) as refused:
        accounts.review_account(
            actor=manager, account_id=account.pk, review_on=TODAY + timedelta(days=367), reason="复核", now=NOW
        )

    assert refused.value.field == "review_on"


def test_a_change_keeps_phones_that_were_not_typed_again_and_notices_the_other_editor(manager, customer, draft):
    account = open_account(manager, customer, draft)
    lines = (ContactLine("周总", "总经理", None), ContactLine("李经理"))

    changed = accounts.change_account(
        actor=manager, account_id=account.pk, version=1, draft=replace(draft, contacts=lines), now=NOW
    )

    first = changed.contacts.order_by("position")[0]
    assert (first.duty, str(first.phone)) == ("总经理", "138****8000")
    with pytest.raises(Conflict):
        accounts.change_account(actor=manager, account_id=account.pk, version=1, draft=draft, now=NOW)


def test_a_key_account_ends_once_and_its_history_stays(manager, customer, draft):
    account = open_account(manager, customer, draft)
    accounts.end_account(actor=manager, account_id=account.pk, reason="已退保", now=NOW)

    with pytest.raises(Conflict):
        accounts.end_account(actor=manager, account_id=account.pk, reason="x", now=NOW)

    assert account_of(customer.pk) is None
    assert KeyAccount.objects.get().end_reason == "已退保"


def test_agents_make_no_key_accounts(agent, customer, draft):
    with pytest.raises(Forbidden):
        open_account(agent, customer, draft)


WATCHED = ListingDraft("GREY", "FREQUENT_CLAIMS", "一年内五次理赔", TODAY + timedelta(days=180))


def propose(actor, customer, **change):
    return listings.propose_listing(actor=actor, customer_id=customer.pk, draft=replace(WATCHED, **change), now=NOW)


def decide(actor, row, act="confirm", note="证据充分"):
    return listings.decide_listing(actor=actor, listing_id=row.pk, act=act, note=note, now=NOW)


def test_a_listing_has_no_effect_before_another_person_confirmed_it(manager, judge, customer):
    row = propose(manager, customer)
    before = effects_of([customer.pk])

    decide(judge, row)

    effect = effects_of([customer.pk])[customer.pk]
    assert before == {}
    assert (effect.grade, effect.monitors_underwriting, effect.escalates_claims) == ("GREY", True, True)


def test_whoever_proposed_does_not_decide_and_nothing_is_decided_twice(judge, customer):
    row = propose(judge, customer)
    with pytest.raises(Refused) as own:
        decide(judge, row)
    decide(make_actor("compliance", unit=small_tree().head), row)

    with pytest.raises(Conflict):
        decide(make_actor("compliance", unit=small_tree().head), row)

    assert own.value.code == "second_person.same_person"


def test_an_appeal_is_decided_by_somebody_who_had_no_part_in_it(manager, judge, customer):
    row = propose(manager, customer)
    decide(judge, row)
    listings.receive_appeal(actor=manager, listing_id=row.pk, grounds="系误认", on=TODAY, now=NOW)
    answer = {"listing_id": row.pk, "act": "lift", "note": "申诉成立", "now": NOW}
    with pytest.raises(Refused) as involved:
        listings.decide_appeal(actor=judge, **answer)

    listings.decide_appeal(actor=make_actor("compliance", unit=small_tree().head), **answer)

    row.refresh_from_db()
    assert involved.value.code == "second_person.same_person"
    assert (row.status, effects_of([customer.pk])) == ("LIFTED", {})


@pytest.mark.parametrize("_case, change, field", [
    ("a criterion of nobody", {"criterion": "X"}, "criterion"),
    ("no reason", {"reason": ""}, "reason"),
    ("for ever", {"review_on": TODAY + timedelta(days=999)}, "review_on"),
    ("without effect", {"monitors_underwriting": False, "escalates_claims": False}, "escalates_claims"),
    ("by a program that does not explain itself", {"model_facts": {"model": "x"}}, "model_facts"),
])  # fmt: skip
def test_senseless_listings_are_refused_by_field(_case, change, field, manager, customer):
    with pytest.raises(Invalid) as refused:
        propose(manager, customer, **change)

    assert [error.field for error in refused.value.errors] == [field]


def test_a_program_that_proposes_explains_itself(manager, customer):
    facts = {"model": "claim-risk", "version": "3", "score": 0.93, "reasons": ["一年五次"]}

    assert propose(manager, customer, model_facts=facts).is_automated


def test_who_may_not_see_the_list_sees_nothing_of_it(agent, manager, customer):
    row = propose(manager, customer)

    assert list(listings_visible_to(agent, now=NOW)) == []
    with pytest.raises(Forbidden):
        propose(agent, customer)
    with pytest.raises(NotFound):
        listings.renew_review(
            actor=replace(agent, permissions=agent.permissions | {"customers.watch_decide"}),
            listing_id=row.pk, review_on=TODAY + timedelta(days=9), note="x", now=NOW,
        )  # fmt: skip


def test_both_are_done_in_the_browser():
    client, actor = client_of("customer_resource_manager", unit=small_tree().head)
    other = client_of("compliance", unit=small_tree().head)
    customer = make_customer(actor, "周国栋")
    review = clock.today() + timedelta(days=100)
    values = {
        "reception": "CHIEF", "underwriting_manager": actor.staff_no, "claims_manager": other[1].staff_no,
        "report_every_days": "90", "review_on": review, "reason": "重要客户", "name_1": "周总", "name_2": "李经理",
    }  # fmt: skip
    watch = {"grade": "BLACK", "criterion": "FORGED_PAPERS", "reason": "伪造发票", "review_on": review,
             "escalates_claims": "on"}  # fmt: skip

    few = client.post(f"/customers/{customer.pk}/key-account/edit/", {**values, "name_2": ""})
    saved = client.post(f"/customers/{customer.pk}/key-account/edit/", values)
    proposed = client.post(f"/customers/{customer.pk}/watch/propose/", watch)
    row = WatchListing.objects.get()
    confirmed = other[0].post(f"/customers/watch-list/{row.pk}/confirm/", {"note": "属实"})
    shown = other[0].get(f"/customers/{customer.pk}/").content.decode()

    assert [answer.status_code for answer in (few, saved, proposed, confirmed)] == [422, 302, 302, 302]
    assert "周总" in client.get(f"/customers/{customer.pk}/key-account/").content.decode()
    assert "周国栋" in client.get("/customers/key-accounts/").content.decode()
    assert "伪造发票" in other[0].get(f"/customers/{customer.pk}/watch/").content.decode()
    assert "周国栋" in other[0].get("/customers/watch-list/?state=IN_FORCE&sort=review").content.decode()
    assert "shield-off" in shown


def test_reviews_are_announced_to_those_who_decide_and_to_nobody_else(manager, judge, customer, agent):
    row = propose(manager, customer)
    decide(judge, row)
    early = remind_reviews(TODAY, NOW)
    days = {days: remind_reviews(row.review_on - timedelta(days=days), NOW) for days in (14, 13, 0, -1, -7)}

    assert (early, days) == (0, {14: 1, 13: 0, 0: 1, -1: 0, -7: 1})
    assert set(Notice.objects.values_list("user_id", flat=True)) == {judge.id}
    assert Notice.objects.first().params == {"count": 1}


def test_a_contacts_phone_opens_with_a_reason_on_the_trail(customer, draft, manager):
    client, opener = client_of("customer_resource_manager", unit=small_tree().head)
    account = open_account(opener, customer, draft)
    contact = account.contacts.order_by("position").first()
    panel = client.get(f"/customers/{customer.pk}/key-account/").content.decode()
    address = f"/customers/{customer.pk}/reveal/key-contact/{contact.pk}/"

    opened = client.post(address, {"reason": "联系客户"})
    silent = client.post(address, {"reason": ""})
    other = client.post(f"/customers/{make_customer(opener).pk}/reveal/key-contact/{contact.pk}/", {"reason": "x"})

    assert address in panel
    assert "13800138000" not in panel
    assert opened.json() == {"value": "13800138000"}
    assert (silent.status_code, other.status_code) == (422, 404)
