"""What people do with offers: answers with a pause, taken back; tasks once; reach and permissions (ANA-7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from keyuan.analytics.forms.offers.terms import initial_of
from keyuan.analytics.models import Offer, OfferAnswer
from keyuan.analytics.rules.offers.terms import TERMS, OfferTerms, faults
from keyuan.analytics.selectors.terms import OFFERS
from keyuan.analytics.services.offers.answering import decline_offer, restore_offer, task_of_offer, tasks_of_offers
from keyuan.analytics.testing import make_offer
from keyuan.customers.models import Task
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Conflict, Forbidden, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform import clock
from keyuan.platform.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser_and_agent():
    return client_of("agent")


@pytest.fixture
def agent(browser_and_agent):
    return browser_and_agent[1]


@pytest.fixture
def browser(browser_and_agent):
    return browser_and_agent[0]


@pytest.fixture
def offer(agent):
    return make_offer(make_customer(agent, "张三"))


def declined(agent, offer, **more):
    today = clock.today()
    given = {"reason": "PRICE", "until": today + timedelta(days=90), "today": today, "now": clock.now(), **more}
    return decline_offer(actor=agent, offer_id=offer.pk, **given)


def test_an_answer_rests_the_family_and_said_twice_is_kept_once(agent, offer):
    first, second = declined(agent, offer), declined(agent, offer)

    assert first == second
    offer.refresh_from_db()
    assert offer.is_paused
    event = AuditEvent.objects.filter(subject_kind="offer", subject_id=offer.pk).get()
    assert event.customer_id == offer.customer_id
    assert "PRICE" in event.changes


def test_two_people_with_different_answers_are_told(agent, offer):
    declined(agent, offer)

    with pytest.raises(Conflict) as told:
        declined(agent, offer, reason="LATER")

    assert told.value.code == "offer.paused_already"
    assert OfferAnswer.objects.count() == 1


def test_an_answer_is_taken_back_and_stays_in_the_history(agent, offer):
    answer = declined(agent, offer)

    for _time in range(2):
        restore_offer(actor=agent, answer_id=answer.pk, today=clock.today(), now=clock.now())

    offer.refresh_from_db()
    assert not offer.is_paused
    answer.refresh_from_db()
    assert answer.undone_at is not None
    assert AuditEvent.objects.filter(subject_kind="offer_answer").count() == 1


@pytest.mark.parametrize("given, field", [({"reason": "X"}, "reason"), ({"until": clock.today()}, "pause")])
def test_a_wrong_answer_names_its_field(agent, offer, given, field):
    with pytest.raises(Refused) as told:
        declined(agent, offer, **given)

    assert told.value.field == field


def test_out_of_reach_and_without_the_permission(agent, offer):
    stranger, clerk = make_actor("agent"), make_actor("auditor")

    with pytest.raises(NotFound):
        declined(stranger, offer)
    with pytest.raises(Forbidden):
        declined(clerk, offer)


def test_a_task_pressed_twice_is_one(agent, offer):
    given = {"title": "沟通", "reason": "", "due_at": clock.now() + timedelta(days=7), "now": clock.now()}

    tasks = [task_of_offer(actor=agent, offer_id=offer.pk, **given) for _time in range(2)]

    assert tasks[0] == tasks[1]
    assert (tasks[0].subject_kind, tasks[0].subject_id, tasks[0].stake) == ("offer", offer.pk, offer.premium)


def test_tasks_of_many_are_one_a_customer_about_the_first_offer(agent, offer):
    other = make_offer(offer.customer, family="MEDICAL", place=2)
    given = {"title": "沟通", "reason": "", "due_at": clock.now() + timedelta(days=7), "now": clock.now()}

    made = tasks_of_offers(actor=agent, offer_ids=[other.pk, offer.pk], **given)
    again = tasks_of_offers(actor=agent, offer_ids=[other.pk, offer.pk], **given)

    assert (len(made), again) == (1, [])
    assert Task.objects.get(pk=made[0]).subject_id == offer.pk


def test_the_panel_says_what_why_and_whether_now(browser, offer):
    page = browser.get(reverse("analytics:customer-offers", args=[offer.customer_id])).content.decode()

    assert offer.product.name in page
    assert "年龄 40–44 岁" in page
    assert "为平均水平的 3.0 倍" in page
    assert "目前不宜联系：" in page


def test_the_form_keeps_an_answer_and_offers_to_take_it_back(browser, offer):
    address = reverse("analytics:offer-decline", args=[offer.pk])

    fresh = browser.get(address).context["form"]
    wrong = browser.post(address, {"reason": "", "pause": "90", "note": "再说"})
    right = browser.post(address, {"reason": "LATER", "pause": "90"}, follow=True)

    assert fresh.fields["reason"].choices[0] == ("", "")
    assert (wrong.status_code, "再说" in wrong.content.decode()) == (422, True)
    answer = OfferAnswer.objects.get()
    assert answer.until == clock.today() + timedelta(days=90)
    assert reverse("analytics:offer-restore", args=[answer.pk]) in right.content.decode()


def test_the_list_shows_reach_and_narrows_to_who_may_be_called(browser, agent, offer):
    other = make_offer(make_customer(agent, "李四"), block="no_consent", ways="")
    make_offer(make_customer(make_actor("agent"), "王五"))

    everybody = browser.get(reverse("analytics:offer-list"), {"view": "all"}).content.decode()
    callable_now = browser.get(reverse("analytics:offer-list"), {"block": "none", "resting": "0"}).content.decode()

    assert ("张三" in everybody, "李四" in everybody, "王五" in everybody) == (True, True, False)
    assert ("张三" in callable_now, "李四" in callable_now) == (True, False)
    assert Offer.objects.filter(pk=other.pk).exists()


def test_callers_of_suppliers_see_no_offers():
    browser, caller = client_of("outsourced_caller", reach=Reach.ALL)
    offer = make_offer(make_customer(caller))

    answers = [
        browser.get(reverse("analytics:offer-list")),
        browser.get(reverse("analytics:customer-offers", args=[offer.customer_id])),
        browser.post(reverse("analytics:offer-task", args=[offer.pk])),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_the_terms_of_offers_are_versions_with_a_reason():
    browser, _actor = client_of("analyst", reach=Reach.ALL)
    url = reverse("analytics:offer-terms")
    typed = {name: str(value) for name, value in initial_of(TERMS, 0).items()}

    silent = browser.post(url, {**typed, "most": "2"})
    wrong = browser.post(url, {**typed, "held_back": "60", "reason": "试行"})
    saved = browser.post(url, {**typed, "most": "2", "held_back": "5", "reason": "试行"})
    stale = browser.post(url, {**typed, "most": "1", "reason": "又改"})

    assert [one.status_code for one in (silent, wrong, saved, stale)] == [422, 422, 302, 422]
    assert 'value="60"' in wrong.content.decode()
    assert OFFERS.in_force()[0] == replace(TERMS, most=2, held_back=500)
    assert "试行" in browser.get(url).content.decode()
    assert client_of("agent")[0].get(url).status_code == 403
    assert faults(OfferTerms(0, 0, -1, -1, -1, 1, 1)) == [
        (name, f"offer_terms.{name}")
        for name in ("most", "depth", "least_lift", "least_value", "held_back", "counted_days", "refit_days")
    ]
