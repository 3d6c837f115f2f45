"""What is offered, by the API: rate tables, packages, proposals with links (PRD-2, PRD-3, PRD-5, PLT-14)."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from keyuan.api.testing import Program
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock
from keyuan.policies.models import ProposalVersion
from keyuan.policies.services.proposals.rendering import render
from keyuan.policies.testing import make_product
from keyuan.products.models import RateTable

pytestmark = pytest.mark.django_db
RATES = "年龄,费率\n40,12.34\n41,12.50\n"


@pytest.fixture
def editor():
    return Program("intermediary_manager", unit=small_tree().head)


@pytest.fixture
def approver():
    return Program("management", unit=small_tree().head)


@pytest.fixture
def product():
    return make_product(
        kind="LIFE", pay_modes=["05"], pay_terms=[["Y", 20]], cover_terms=[["O", 0]], issue_age_min=40, issue_age_max=41
    )


def read_in(program, product, text=RATES, **more):
    terms = {"label": "2026 版", "valid_from": "2020-01-01"} | more
    address = f"/products/{product.pk}/rate-tables?{urlencode(terms)}"
    return program.upload(address, "rates.csv", text.encode())


def priced(editor, approver, product):
    table = read_in(editor, product).json()
    path = f"/products/{product.pk}/rate-tables/{table['id']}"
    return table, path, approver.post(f"{path}/acts", {"act": "release", "version": 1})


def test_a_rate_table_is_read_in_with_findings_and_prices_once_another_person_released_it(editor, approver, product):
    wrong = read_in(editor, product, "年龄\n40\n").json()
    faulty = read_in(editor, product, "年龄,费率\n40,1\n40,2\n", label="重复", factor_02=900).json()
    refused = approver.post(
        f"/products/{product.pk}/rate-tables/{faulty['id']}/acts", {"act": "release", "version": 1}
    ).json()
    table, path, released = priced(editor, approver, product)
    twice = read_in(editor, product).json()
    own = editor.post(f"{path}/acts", {"act": "release", "version": 1})
    wish = {"age": 40, "sum_insured": 10_000_000, "pay_term": "Y20", "cover_term": "O"}
    premium = approver.post(f"/products/{product.pk}/premium", wish).json()
    withdrawn = approver.post(f"{path}/acts", {"act": "withdraw", "version": 2, "reason": "改版"}).json()

    codes = [one["code"] for one in (wrong, twice, refused)]
    assert codes == ["rates.no_rate_column", "rates.twice", "rates.has_errors"]
    assert (faulty["errors"], faulty["factors"]) == (1, {"02": 900})
    assert {(one["level"], one["code"]) for one in faulty["findings"]} >= {("error", "rates.double")}
    assert (table["status"], table["row_count"], table["errors"], table["findings"]) == ("DRAFT", 2, 0, [])
    assert (released.json()["status"], released.json()["version"], own.status_code) == ("RELEASED", 2, 403)
    assert (premium["premium"], premium["table_id"], premium["row_no"]) == (123_400, table["id"], 2)
    assert (withdrawn["status"], RateTable.objects.get(pk=table["id"]).version) == ("WITHDRAWN", 3)


def test_a_package_is_put_together_changed_released_and_stopped(editor, approver, product):
    body = {
        "code": "fam1", "name": "家庭组合", "audience": "FAMILY", "discount_bp": 500,
        "items": [{"product_id": product.pk, "sum_insured": 10_000_000, "pay_term": "Y20"},
                  {"product_id": make_product(kind="MEDICAL").pk}],
    }  # fmt: skip
    made = editor.post("/packages", body)
    path = f"/packages/{made.json()['id']}"
    changed = editor.patch(path, {"discount_bp": 800}, if_match=made["ETag"])
    late = editor.patch(path, {"name": "x"}, if_match=made["ETag"])
    single = editor.patch(path, {"items": body["items"][:1]}, if_match=changed["ETag"])
    own = editor.post(f"{path}/acts", {"act": "release", "version": 2})
    released = approver.post(f"{path}/acts", {"act": "release", "version": 2}).json()
    fixed = editor.patch(path, {"name": "x"}, if_match="*").json()
    silent = editor.post(f"{path}/acts", {"act": "stop", "version": 3}).json()
    stopped = editor.post(f"{path}/acts", {"act": "stop", "version": 3, "reason": "停售"}).json()

    assert (made.status_code, made.json()["code"], made.json()["sale_status"]) == (201, "FAM1", "DRAFT")
    assert (changed.json()["discount_bp"], changed.json()["name"]) == (800, "家庭组合")
    assert [item["sum_insured"] for item in changed.json()["items"]] == [10_000_000, None]
    assert (late.status_code, single.status_code, own.status_code) == (412, 422, 403)
    assert (released["sale_status"], fixed["code"], silent["code"]) == (
        "ON_SALE", "package.on_sale", "product.reason_missing",
    )  # fmt: skip
    assert stopped["sale_status"] == "STOPPED"


def test_a_proposal_is_made_versioned_and_read_by_a_link_until_it_is_ended(editor, approver, product):
    priced(editor, approver, product)
    agent, stranger = Program("agent"), Program("agent", unit=small_tree().west)
    born = clock.today() - timedelta(days=366 * 40)
    customer = make_customer(agent.actor, "周国栋", sex="1", birth_on=born)
    terms = {"product_id": product.pk, "sum_insured": 10_000_000, "pay_term": "Y20", "cover_term": "O"}
    body = terms | {"customer_id": customer.pk}
    made = agent.post("/proposals", body, idempotency_key="one").json()
    again = agent.post("/proposals", body, idempotency_key="one").json()
    path = f"/proposals/{made['id']}"
    promised = agent.post("/proposals", body | {"note": "保本又稳赚"}).json()
    second = agent.post(f"{path}/versions", terms | {"sum_insured": 20_000_000, "version": 1}).json()
    late = agent.post(f"{path}/versions", terms | {"version": 1})
    early = agent.post(f"{path}/links", {"number": 2}).json()
    render(ProposalVersion.objects.get(number=2).pk, clock.now())
    link = agent.post(f"{path}/links", {"number": 2, "days": 7}).json()
    read = Client().get(link["address"])
    seen = agent.get(path).json()
    ended = agent.send("DELETE", f"{path}/links/{link['id']}")

    assert (again["id"], promised["errors"][0]["code"], late.status_code) == (made["id"], "proposal.words", 409)
    assert [row["document"]["premium"] for row in second["versions"]] == [246_800, 123_400]
    assert (early["code"], link["version_number"], read.status_code) == ("proposal.not_ready", 2, 200)
    assert [reading["act"] for reading in seen["links"][0]["readings"]] == ["OPEN"]
    assert (seen["versions"][0]["state"], seen["read_at"] is not None, "address" in seen["links"][0]) == (
        "READY", True, False,
    )  # fmt: skip
    assert agent.get(f"/files/{seen['versions'][0]['file_id']}").json()["content_type"] == "application/pdf"
    assert (ended.status_code, Client().get(link["address"]).status_code) == (204, 404)
    assert [row["id"] for row in agent.get("/proposals").json()["rows"]] == [made["id"]]
    assert (stranger.get("/proposals").json()["rows"], stranger.get(path).status_code) == ([], 404)
