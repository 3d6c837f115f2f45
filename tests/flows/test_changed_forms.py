"""Forms whose service keeps the attempt: sent twice they make one record, sent back changed another (PLT-10, PLT-14).

A page reached by the back button carries the token of the first sending; what was changed on it must not be lost.
"""

import json
import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from keyuan.customers.models import BatchQuery, Customer, Segment
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.models import Export
from keyuan.policies.models import (
    Application,
    Policy,
    Proposal,
    Renewal,
    RenewalQuote,
    ServiceRequest,
    Shipment,
    SuspenseItem,
    SuspenseMove,
)
from keyuan.policies.services.renewals import opening
from keyuan.policies.testing import make_policy, make_product
from keyuan.products.rules.pricing import RateKey
from keyuan.products.rules.rate_checks import RateLine
from keyuan.products.services.rates import RateDraft, keep_table, release_table
from keyuan.service.models import ImprovementItem, WorkOrder
from keyuan.service.testing import open_desk
from tests.architecture.layout import ROOT

TOKEN = {"idempotency": "of the first sending"}
PLAN = {"cover_term": "O", "pay_term": "Y20", "pay_mode": "05", "sum_insured": "100000"}
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def clerk():
    return client_of("policy_clerk", unit=small_tree().east)


def manager():
    return client_of("customer_resource_manager", unit=small_tree().east)


def planned():
    terms = {"pay_modes": ["01", "05"], "pay_terms": [["Y", 20]], "cover_terms": [["O", 0]]}
    made = make_product(kind="LIFE", sales_channels=[], issue_age_min=18, issue_age_max=60, **terms)
    lines = [RateLine(age, RateKey(age=age), 10_000_000) for age in range(18, 61)]
    draft = RateDraft("2026 版", date(2020, 1, 1))
    table = keep_table(system_actor("test"), made, draft, lines, ["age"], clock.now())
    release_table(actor=system_actor("other"), table_id=table.pk, version=1, now=clock.now())
    return made


def named(customer):
    return f"{customer.name} {customer.customer_no}"


@case
def contract():
    (client, actor), today = clerk(), clock.today().isoformat()
    form = {
        "holder": named(make_customer(actor)), "product": make_product().pk, "applied_on": today, "issued_on": today,
        "effective_on": today, "cover_term_unit": "O", "sum_insured": "500000", "premium": "12860", "pay_mode": "05",
        "pay_term": "20", "pay_term_unit": "Y",
    }  # fmt: skip
    return client, "/policies/new/", form, {"premium": "12900"}, Policy


@case
def proposal():
    client, actor = client_of("agent")
    form = {"customer": named(make_customer(actor, birth_on=date(1985, 5, 1))), **PLAN}
    return client, f"/policies/proposals/new/?product={planned().pk}", form, {"note": "改为二十万"}, Proposal


@case
def application():
    client, actor = client_of("agent")
    today = clock.today().isoformat()
    form = {
        "holder": named(make_customer(actor, birth_on=date(1985, 5, 1))), "relation": "00", "effective_on": today,
        **PLAN, "premium": "8600", "purposes": ["LIFE"], "yearly_income": "300000", "budget": "20000",
    }  # fmt: skip
    return client, f"/policies/applications/new/?product={planned().pk}", form, {"premium": "8700"}, Application


@case
def envelope():
    client, actor = clerk()
    address = f"/policies/{make_policy(actor).pk}/delivery/prepare/"
    return client, address, {"papers": ["CONTRACT"], "note": ""}, {"papers": ["RECEIPT"]}, Shipment


@case
def quote():
    (client, actor), ends = client_of("agent"), clock.today() + timedelta(days=20)
    product = make_product(kind="MEDICAL", is_long_term=False, cooling_off_days=0)
    begins = ends - timedelta(days=364)
    make_policy(
        actor, product=product, effective_on=begins, expires_on=ends, applied_on=begins, issued_on=begins,
        pay_mode="01", pay_term=None, pay_term_unit="S", cover_term=1, cover_term_unit="Y", now=clock.now(),
    )  # fmt: skip
    opening.open_rows(list(Policy.objects.values_list(*opening.READ)), opening.windows_in_force(), clock.now())
    renewal = Renewal.objects.get()
    form = {"version": 1, "product": product.pk, "sum_0": "2000000", "valid_days": "10", "note": "", "premium": "950"}
    # The page that comes back holds the version that the first quote has moved on from: it has to be looked at again.
    return client, f"/policies/renewals/{renewal.pk}/quotes/new/", form, {"premium": "900"}, RenewalQuote


@case
def service_request():
    client, actor = clerk()
    policy = make_policy(actor, now=clock.now())
    form = {
        "applicant_role": "HOLDER", "face": "COUNTER", "received_on": clock.today().isoformat(),
        "verified_how": "CODE", "phone": "13912345678",
    }  # fmt: skip
    address = f"/policies/requests/new/?policy={policy.pk}&item=CONTACT"
    # One request of an item is open at a time: the changed one is refused aloud.
    return client, address, form, {"phone": "13912345679"}, ServiceRequest


@case
def suspense_move():
    client, _actor = client_of("management", unit=small_tree().head)
    taken = {"amount": "10.00", "received_on": clock.today().isoformat(), "method": "30", "payer_name": "李四"}
    client.post("/policies/suspense/new/", {**taken, "reference": "T1"})
    address = f"/policies/suspense/{SuspenseItem.objects.get().pk}/place/give-back/"
    form = {
        "token": "of the first", "payee_name": "李四", "payee_account": "6222020200012345678", "reason": "重复交费",
        "amount": "3",
    }  # fmt: skip
    return client, address, form, {"amount": "4"}, SuspenseMove


@case
def work_order():
    client, actor = client_of("contact_centre", unit=small_tree().east)
    open_desk(actor)
    form = {
        "kind": "CONSULT", "title": "分红怎么领取", "contact_channel": "PHONE", "priority": "3",
        "received_at": "2026-03-16T09:00",
    }  # fmt: skip
    address = f"/service/of-customer/{make_customer(actor).pk}/new/"
    return client, address, form, {"title": "红利何时到账"}, WorkOrder


@case
def improvement_item():
    client, actor = client_of("complaint_handler", unit=small_tree().east)
    form = {
        "title": "缩短响应", "source": "OWN", "owner": actor.staff_no, "due_on": clock.today().isoformat(),
        "version": "0",
    }  # fmt: skip
    return client, "/service/improvement/new/", form, {"title": "缩短首次响应"}, ImprovementItem


@case
def customer():
    return manager()[0], "/customers/enter/", {"kind": "P", "name": "周国栋"}, {"name": "周国梁"}, Customer


@case
def batch_query():
    return manager()[0], reverse("customers:batch-create"), {"lines": "张三"}, {"lines": "张三\n赵六"}, BatchQuery


@case
def segment():
    row = {"kind": "row", "field": "tier", "op": "in", "value": ["GOLD"]}
    condition = {"version": 1, "root": {"kind": "group", "join": "and", "items": [row]}}
    form = {"name": "黄金客户", "condition": json.dumps(condition), "version": ""}
    return manager()[0], "/customers/segments/new/", form, {"name": "全部黄金客户"}, Segment


@case
def export():
    client, actor = client_of("management", unit=small_tree().head)
    make_customer(actor)
    form = {"reason": "月报", "file_format": "csv", "columns": ["name"], "query": ""}
    return client, "/customers/list/export/", form, {"reason": "季报"}, Export


#: What a changed form meets when the first record stands in its way: said aloud, not passed over.
REFUSED = {"quote": 409, "service_request": 422}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_one_press_is_one_record_and_a_change_is_never_lost_in_silence(name):
    client, address, form, change, model = CASES[name]()
    form = (TOKEN if "token" not in form else {}) | form
    before = model.objects.count()

    answers = [client.post(address, sent) for sent in (form, form, form | change)]

    made = model.objects.count() - before
    refused = name in REFUSED
    assert (made, answers[2].status_code >= 400) == (1 if refused else 2, refused), [one.status_code for one in answers]


def test_no_view_reads_the_token_past_the_attempt():
    reading = re.compile(r"""POST(\.get\(|\[)["']idempotency""")
    views = sorted((ROOT / "keyuan").rglob("views/**/*.py"))

    readers = [str(path.relative_to(ROOT)) for path in views if reading.search(path.read_text(encoding="utf-8"))]

    assert readers == []
