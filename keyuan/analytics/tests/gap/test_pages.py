"""Pages of protection gaps: asking step by step, the result, its paper, the board, the assumptions (ANA-5, ANA-8)."""

from datetime import timedelta
from urllib.parse import parse_qs, urlparse

import pytest

from keyuan.analytics.models import GapAssumptions, GapResult, GapSheet
from keyuan.analytics.tests.gap.test_services import YUAN, answered, worked_out
from keyuan.customers.models import Task
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.policies.rules.gap.assumptions import LIMITS
from keyuan.policies.testing import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser():
    return client_of("agent")


@pytest.fixture
def customer(adviser):
    return make_customer(adviser[1], "周国栋", sex="1", birth_on=clock.today() - timedelta(days=366 * 35))


def base(customer):
    return f"/analytics/gaps/of-customer/{customer.pk}/"


def test_a_step_asks_only_the_open_questions_and_goes_on(adviser, customer):
    browser, _actor = adviser
    ask = f"{base(customer)}ask/"
    first = browser.get(ask).content.decode()
    empty = browser.post(ask, {"version": 0})
    kept = browser.post(ask, {"version": 0, "partner": "NO", "no_children": "on"})
    untold = browser.post(f"{ask}?step=WORK", {"version": 1, "income": "300000", "rest_unsaid": "on"})
    told = browser.post(f"{ask}?step=WORK", {"version": 1, "income": "300000", "rest_unsaid": "on", "told": "on"})
    back = browser.post(f"{ask}?step=MEANS", {"version": 2, "rest_unsaid": "on", "mortgage": "1000", "back": "1"})
    whole = browser.get(f"{ask}?step=WORK&all=1").content.decode()

    assert ('name="partner"' in first, 'name="sex"' in first) == (True, False)
    assert empty.status_code == 422
    assert (kept.status_code, kept["Location"]) == (302, f"{ask}?step=WORK")
    assert (untold.status_code, "300000" in untold.content.decode()) == (
        422,
        True,
    )
    assert (told["Location"], back["Location"]) == (f"{ask}?step=MEANS", f"{ask}?step=WORK&all=1")
    assert 'value="300000' in whole
    answers = GapSheet.objects.get().answers
    assert (answers["income"]["v"], answers["social_insurance"]["v"], answers["mortgage"]["v"]) == (
        30_000_000,
        None,
        100_000,
    )


def test_two_at_once_lose_nothing_typed(adviser, customer):
    browser, _actor = adviser
    ask = f"{base(customer)}ask/?step=FAMILY&all=1"
    form = {"partner": "NO", "no_children": "on", "birth_year": "1990", "sex": "1"}
    browser.post(ask, {"version": 0, **form})
    other = browser.post(ask, {"version": 0, **form, "partner": "YES"})
    again = browser.post(ask, {"version": 1, **form, "partner": "YES"})

    assert (other.status_code, 'name="version" value="1"' in other.content.decode()) == (422, True)
    assert (again.status_code, GapSheet.objects.get().answers["partner"]["v"]) == (302, "YES")


def test_review_works_it_out_and_the_result_leads_to_a_proposal(adviser, customer):
    browser, actor = adviser
    answered(actor, customer, budget=0)
    review = browser.get(f"{base(customer)}ask/").content.decode()
    made = [browser.post(f"{base(customer)}work-out/", {"idempotency": "one"}) for _time in range(2)]
    result = GapResult.objects.get()
    page = browser.get(made[0]["Location"]).content.decode()
    paper = browser.get(f"/analytics/gaps/{result.pk}/paper/")
    panel = browser.get(base(customer)).content.decode()
    for token in "ab":
        browser.post(f"/analytics/gaps/{result.pk}/task/", {"idempotency": token})
    links = [part.split('"')[0].replace("&amp;", "&") for part in page.split('href="/policies/proposals/new/')[1:]]
    wanted = parse_qs(urlparse(links[0]).query)
    product = make_product(kind="MEDICAL", pay_modes=["05"])
    form = browser.get(f"/policies/proposals/new/{links[0]}&product={product.pk}").content.decode()
    chooser = browser.get(f"/policies/proposals/new/{links[0]}").content.decode()

    assert "work-out/" in review
    assert {response["Location"] for response in made} == {f"/analytics/gaps/{result.pk}/"}
    assert ('data-chart="stacked"' in page, "2,000,000" in page) == (True, True)
    assert (paper["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    assert f"/analytics/gaps/{result.pk}/" in panel
    assert Task.objects.get().title.startswith("与客户沟通")
    assert (wanted["customer"], wanted["sum"]) == ([str(customer.pk)], [str(2_000_000 * YUAN)])
    assert ('value="2000000' in form, customer.customer_no in form) == (True, True)
    assert product.name in chooser


def test_strangers_and_those_without_the_right_are_turned_away(adviser, customer):
    _browser, actor = adviser
    result = worked_out(actor, customer)
    stranger = client_of("agent", unit=small_tree().west)[0]
    reader, auditor = client_of("management")[0], client_of("auditor")[0]

    addresses = (f"/analytics/gaps/{result.pk}/", base(customer), f"{base(customer)}ask/")
    assert [stranger.get(address).status_code for address in addresses] == [404, 404, 404]
    assert [reader.get(address).status_code for address in addresses] == [200, 200, 403]
    assert auditor.get(addresses[0]).status_code == 403


def test_board_and_list_show_what_is_in_reach(adviser, customer):
    _browser, actor = adviser
    worked_out(actor, customer)
    worked_out(actor, customer)
    manager, stranger = (
        client_of("customer_resource_manager")[0],
        client_of("customer_resource_manager", unit=small_tree().west)[0],
    )

    seen, nothing = [one.get("/analytics/gaps/stages/").content.decode() for one in (manager, stranger)]
    rows = [one.get("/analytics/gaps/?stage=YOUNG_FAMILY&latest=1").content.decode() for one in (manager, stranger)]

    assert ("stage=YOUNG_FAMILY" in seen, "stage=YOUNG_FAMILY" in nothing) == (True, False)
    assert [text.count("周国栋") for text in rows][1] == 0
    assert "周国栋" in rows[0]


def test_an_edition_is_issued_from_the_page(adviser):
    analyst = client_of("analyst")[0]
    usual = analyst.get("/analytics/gaps/assumptions/").content.decode()
    page = analyst.get("/analytics/gaps/assumptions/new/")
    form = {key: page.context["form"].initial[key] for key in LIMITS} | {"after": 0, "reason": "复核"}
    form |= {key: f"{value // 100}" for key, value in form.items() if key in LIMITS and LIMITS[key].unit == "MONEY"}
    issued = form | {"illness_years": 5, "valid_from": clock.today().isoformat()}
    wrong = analyst.post("/analytics/gaps/assumptions/new/", issued | {"inflation_bp": "30"})
    made = analyst.post("/analytics/gaps/assumptions/new/", issued)

    assert (wrong.status_code, made.status_code) == (422, 302)
    assert "通用默认值" in usual
    assert "第 1 版" in analyst.get("/analytics/gaps/assumptions/").content.decode()
    assert GapAssumptions.objects.get().values["illness_years"] == 5
    assert adviser[0].get("/analytics/gaps/assumptions/new/").status_code == 403
