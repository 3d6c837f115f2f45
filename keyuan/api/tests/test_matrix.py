"""Every endpoint × clients of several roles, against a book that is none of their business (PLT-4, PLT-14).

The endpoints come from the URL map; one whose parameters this test does not know fails it.
"""

import re
import sys
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from keyuan.api.kit.document import document
from keyuan.api.kit.resource import ENDPOINTS, In, Out
from keyuan.api.testing import Program
from keyuan.api.v1.interface import PREFIX, api
from keyuan.kernel.actor import Reach
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock
from keyuan.platform.http import PROGRAMS, SIGNED_IN
from keyuan.policies.rules.values.defaults import Terms
from tests.flows.stranger import PLAIN, PNG, SECRET, StrangersBook, strangers_book
from tests.flows.test_matrix import addresses

#: Endpoints that take a file in the place of a JSON body.
UPLOADS = frozenset({"add_customer_file", "add_policy_file", "send_import", "add_service_paper", "read_in_rate_table"})
#: Everybody of some tiers, as a condition of segments.
CONDITION = {
    "version": 1,
    "root": {
        "kind": "group",
        "join": "and",
        "items": [{"kind": "row", "field": "tier", "op": "in", "value": ["GOLD"]}],
    },
}
#: A review lies within a year.
SOON = (clock.today() + timedelta(days=90)).isoformat()
KEY_ACCOUNT = {
    "reception": "CHIEF",
    "underwriting_manager_id": 1,
    "claims_manager_id": 2,
    "report_every_days": 30,
    "review_on": SOON,
    "reason": "x",
    "contacts": [{"name": "甲"}, {"name": "乙"}],
}
FOLLOW_UP_PLAN = {"name": "x", "trigger": "DORMANT", "questionnaire": "MATRIX", "ways": ["PHONE"], "delay_days": 30}
VALUE_TERMS = asdict(Terms()) | {"term_cost": [{"age": 0, "cost": 1}]}
PARAMETER = re.compile(r"{(\w+)}")
#: One role of each reach, and the two kinds of masks.
ROLES = ("agent", "outsourced_caller", "customer_resource_manager", "analyst")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.sqlite_only("the doors are the same code on both databases, and the walk is long"),
]


def operations() -> list[tuple[str, str, str]]:
    """Every endpoint of the document: method, path, operation id."""
    paths = document(api, PREFIX)["paths"]
    return [
        (method.upper(), path, operation["operationId"])
        for path, methods in paths.items()
        for method, operation in methods.items()
        if operation["operationId"] in ENDPOINTS
    ]


@pytest.fixture
def book() -> StrangersBook:
    found = strangers_book(small_tree())
    found.ids["household_id"] = found.customer.household_places.get().household_id
    return found


def bodies(book: StrangersBook) -> dict[str, Any]:
    """Bodies that are right but for the strangers in them, so that the door and not the reader refuses."""
    customer = book.ids["customer_id"]
    moment = "2026-03-10T09:00:00+08:00"
    person = {"name": "来访者", "contacts": [{"kind": "MOBILE", "value": PLAIN[0]}]}
    return {
        "create_customer": person,
        "change_customer": {"occupation": "教师"},
        "check_duplicates": person,
        "add_customer_relation": {"other_id": customer + 1, "kind": "01"},
        "create_customer_household": {},
        "add_household_member": {"customer_id": customer, "role": "01"},
        "change_household_member": {"role": "02"},
        "set_contact_state": {"state": "VERIFIED"},
        "assign": {"customer_ids": [customer], "agent_id": book.ids["agent_id"]},
        "reveal": {"part": "contact", "row_id": book.ids["contact_id"], "reason": "x"},
        "add_interaction": {"kind": "CALL", "occurred_at": moment, "summary": "x"},
        "create_task": {"title": "x", "due_at": "2199-01-01T00:00:00+08:00"},
        "close_task": {"done": True},
        "postpone_task": {"due_at": "2199-01-01T00:00:00+08:00"},
        "propose_duplicate": {"one_id": customer, "other_id": customer + 1},
        "decide_duplicate": {"distinct": True},
        "add_merge": {"survivor_id": customer, "loser_id": customer + 1, "reason": "xx"},
        "undo_one_merge": {"reason": "xx"},
        "add_merge_batch": {"threshold": 0.99, "reason": "xx"},
        "act_on_merge_batch": {"step": "run"},
        "reassign_tasks": {"task_ids": [book.ids["task_id"]], "agent_id": book.ids["agent_id"], "reason": "x"},
        "nudge_tasks": {"task_ids": [book.ids["task_id"]]},
        "create_task_rule": {
            "code": "new",
            "name": "x",
            "occasion": "BIRTHDAY",
            "days": -7,
            "kind": "BIRTHDAY",
            "title": "x",
        },
        "change_task_rule": {
            "name": "x",
            "occasion": "BIRTHDAY",
            "days": -7,
            "kind": "BIRTHDAY",
            "title": "x",
            "change_reason": "x",
        },
        "set_classification_rules": {"number": 0, "reason": "x"},
        "set_quality_weights": {"number": 0, "reason": "x", "good_from": 96},
        "change_service_standard": {
            "tiers": [{"code": "NORMAL", "threshold": 0}, {"code": "GOLD", "threshold": 100}],
            "factors": {"SINGLE": 1_000, "SHORT": 5_000, "MIDDLE": 8_000, "LONG": 10_000},
            "months": 12,
        },
        "issue_service_standard": {"valid_from": "2199-01-01", "reason": "x"},
        "open_key_account": KEY_ACCOUNT,
        "change_key_account": KEY_ACCOUNT,
        "add_key_account_report": {"on": "2026-03-10", "summary": "x"},
        "review_key_account": {"review_on": SOON, "reason": "x"},
        "end_key_account": {"reason": "x"},
        "review_watch_listing": {"review_on": "2199-01-01", "reason": "x"},
        "add_watch_appeal": {"grounds": "x", "received_on": "2026-03-10"},
        "decide_watch_appeal": {"act": "lift", "note": "x"},
        "act_on_work_order": {"act": "chase"},
        "classify_work_order": {"kind": "CONSULT", "category_id": 1},
        "hand_on_work_order": {"user_id": 1, "reason": "x"},
        "link_work_order": {"other_id": 1, "how": "parent"},
        "decide_complaint": {"outcome": "UPHELD", "facts": "x", "basis": "x", "remedies": ["COURT"]},
        "decide_complaint_extension": {"approve": True},
        "decide_complaint_cluster": {"status": "GROUP", "reason": "x", "version": 1},
        "add_entitlement_use": {"item": "TRAVEL", "on": "2026-03-10"},
        "add_exception": {
            "item": "TRAVEL",
            "service": "x",
            "reason": "x",
            "valid_from": "2026-03-10",
            "valid_until": "2199-01-01",
        },
        "decide_service_exception": {"act": "approve"},
        "add_watch_listing": {"grade": "GREY", "criterion": "OTHER", "reason": "x", "review_on": "2199-01-01"},
        "decide_watch_listing": {"act": "confirm", "note": "x"},
        "ask_permit": {"customer_id": customer, "channel": "PHONE", "purpose": "SERVICE"},
        "ask_permits": {"asks": [{"customer_id": customer, "channel": "PHONE", "purpose": "SERVICE"}]},
        "use_one_permit": {},
        "add_consent": {"purpose": "MARKETING", "source": "SIGNED", "granted_at": moment, "evidence": "x"},
        "withdraw_consents": {"purpose": "MARKETING"},
        "send_customer_message": {"template": "matrix"},
        "add_work_order": {"kind": "CONSULT", "title": "x", "contact_channel": "PHONE", "customer_id": customer},
        "add_work_order_line": {"kind": "NOTE", "text": "x"},
        "send_work_order_mail": {"kind": "NEW", "text": "x"},
        "resolve_work_order": {"solution": "x"},
        "answer_gap_sheet": {"answers": {"partner": "NO"}, "version": 0},
        "work_gap_out": {},
        "object_to_automation": {"said_on": "2026-03-10", "channel": "PHONE"},
        "answer_offer": {"answer": "REMIND", "due_at": "2199-01-01T00:00:00+08:00"},
        "withdraw_objection_to_automation": {"said_on": "2026-03-10", "channel": "PHONE"},
        "answer_follow_up": {"question": "COVER", "value": ["YES"]},
        "add_follow_up_call": {"result": "NO_ANSWER"},
        "send_follow_up_questionnaire": {"way": "SMS"},
        "add_follow_up_plan": FOLLOW_UP_PLAN,
        "write_follow_up_plan": FOLLOW_UP_PLAN,
        "publish_follow_up_plan": {"version": 1},
        "stop_follow_up_plan": {"version": 1},
        "withdraw_work_order": {"reason": "x"},
        "add_privacy_request": {"kind": "COPY", "source": "PHONE", "received_at": moment},
        "end_refusal": {"reason": "x"},
        "check_privacy_request": {"how": "DOCUMENT"},
        "pause_privacy_request": {"reason": "IDENTITY"},
        "refuse_privacy_request": {"reason": "NO_DATA", "answer": "x"},
        "finish_privacy_request": {"answer": "x"},
        "drop_privacy_request": {},
        "add_refusal": {"source": "PHONE", "refused_at": moment},
        "ask_batch_query": {"lines": [PLAIN[0]]},
        "take_step": {"kind": "FREEZE", "on": "2026-03-10", "reason": "x"},
        "add_payment": {"amount": 100, "paid_on": "2026-03-10"},
        "set_receipt": {"signed_on": "2026-03-10"},
        "set_beneficiaries": {"beneficiaries": [], "reason": "x", "insured_agreed": True},
        "set_service_person": {"agent_id": book.ids["agent_id"], "reason": "x"},
        "add_group_member": {"member_no": "1", "joined_on": "2026-03-10", "name": "x"},
        "end_group_member": {"left_on": "2026-03-10"},
        "reveal_debit_account": {"reason": "x"},
        "take_benefit_claim": {"claimed_on": "2026-03-16", "account": "62220000", "account_name": "x"},
        "return_benefit_claim": {"reason": "x"},
        "choose_dividend_option": {"option": "CASH"},
        "take_money_in": {"amount": 1, "received_on": "2026-03-10", "reference": "matrix"},
        "move_money": {
            "kind": "REFUND",
            "amount": 1,
            "token": "matrix-walk",
            "payee_name": "x",
            "payee_account": "62220000",
        },
        "decide_money": {"agree": True},
        "add_refund_batch": {"pay_on": "2199-01-01"},
        "add_debit_batch": {"collect_on": "2199-01-01", "due_until": "2199-01-01"},
        "act_on_refund_batch": {"act": "cancel"},
        "act_on_debit_batch": {"act": "cancel"},
        "add_premium_act": {"kind": "NOTE", "note": "x"},
        "add_write_off": {"instalment_number": 1, "amount": 1, "reason": "x", "token": "matrix-walk"},
        "act_on_write_off": {"act": "agree"},
        "create_policy_record": {
            "product_id": book.ids["product_id"],
            "holder_id": customer,
            "effective_on": "2026-03-10",
            "premium": 1,
            "pay_mode": "01",
        },
        "propose_value_settlement": {"terms": VALUE_TERMS, "note": "x"},
        "release_value_settlement": {"version": 1},
        "create_renewal_quote": {"version": 1, "premium": 1},
        "act_on_renewal": {"act": "LOSE", "version": 1, "reason": "PRICE"},
        "stop_policy_renewal": {"how": "PHONE"},
        "prepare_shipment": {"policy_id": book.ids["policy_id"], "papers": ["NOTICE"]},
        "tell_shipment": {"state": "CANCELLED", "on": "2026-03-16"},
        "create_policy_link": {"days": 7},
        "act_on_service_request": {"act": "VOID", "version": 1, "reason": "x"},
        "record_service_consent": {"party": "INSURED", "how": "SIGNED"},
        "create_service_request": {
            "policy_id": book.ids["policy_id"],
            "item": "CONTACT",
            "values": {"verified_how": "CODE", "phone": "13900000001"},
        },
        "act_on_application": {"act": "WITHDRAW", "version": 1, "reason": "x"},
        "create_application": {
            "product_id": book.ids["product_id"],
            "holder_id": customer,
            "effective_on": "2199-01-01",
            "premium": 1,
        },
        "create_proposal": {"customer_id": customer, "product_id": book.ids["product_id"], "sum_insured": 1},
        "add_proposal_version": {"product_id": book.ids["product_id"], "sum_insured": 1, "version": 1},
        "create_proposal_link": {"number": 1},
        "calculate_premium": {},
        "calculate_package": {},
        "act_on_rate_table": {"act": "withdraw", "version": 1, "reason": "x"},
        "create_package": {"code": "NEW", "name": "x", "items": [{"product_id": 1}, {"product_id": 2}]},
        "change_package": {"description": "x"},
        "act_on_package": {"act": "stop", "version": 1, "reason": "x"},
        "ask_for_sale": {"version": 1, "reason": "x"},
        "decide_sale_request": {"act": "refuse", "note": "x"},
        "create_product": {"code": "NEW", "name": "x", "kind": "LIFE"},
        "add_unit": {"code": "NEW", "name": "x", "parent_id": book.ids["unit_id"]},
        "move_unit": {"target_id": book.ids["unit_id"]},
        "hire_person": {"staff_no": "NEW", "name": "x", "role_id": book.ids["role_id"], "unit_id": book.ids["unit_id"]},
        "lock_person": {"reason": "x"},
        "close_person": {"left_on": "2026-03-10", "reason": "x"},
        "appoint_person": {
            "role_id": book.ids["role_id"],
            "unit_id": book.ids["unit_id"],
            "valid_from": "2026-03-10",
        },
        "end_post": {"last_day": "2026-03-10"},
        "act_on_job": {"act": "cancel"},
        "change_schedule": {"cron": "0 3 * * *"},
        "ask_export": {"list_key": "customers", "reason": "x"},
        "set_import": {"target": "customers"},
        "create_segment_record": {"name": "x", "condition": CONDITION},
        "change_segment_record": {"name": "x", "condition": CONDITION},
        "count_customers": {"condition": CONDITION},
        "clone_segment_record": {"name": "x"},
        "freeze_segment_record": {"name": "x"},
        "check_segment_members": {"customer_ids": [customer]},
        "create_tag": {"code": "NEW", "name": "x", "family": "NEED"},
        "change_tag": {"name": "x", "family": "NEED"},
        "put_customer_tag": {"tag_id": book.ids["tag_id"]},
        "act_on_import": {"act": "cancel"},
        "create_allocation": {"token": "matrix-walk"},
        "act_on_allocation": {"act": "drop"},
        "return_reception": {"reason": "REGION"},
        "create_allocation_rule": {"name": "x", "target": {"method": "EVEN_COUNT"}},
        "change_allocation_rule": {"name": "x", "target": {"method": "EVEN_COUNT"}},
        "create_handover": {
            "token": "matrix-walk",
            "agent_id": book.ids["agent_id"],
            "left_on": "2026-03-10",
            "reason": "x",
        },
    }


def send(program: Program, book: StrangersBook, method: str, path: str, name: str) -> Any:
    """Knock."""
    address = PARAMETER.sub(lambda match: str(book.ids[match[1]]), path)
    if method == "GET":
        return program.get(address + ("?q=" + SECRET if "search" in path else ""))
    if name in UPLOADS:
        return program.upload(address, "x.png", PNG)
    if method == "DELETE":
        address += "?reason=x"
    body = bodies(book).get(name, {})
    return program.send(method, address, None if method == "DELETE" else body, if_match="*")


def text_of(answer: Any) -> str:
    """Return what an answer says; of a file the signs that are text."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode(errors="replace"))


def test_every_endpoint_is_in_the_document_and_every_address_in_the_map():
    named = {entry.name for _route, entry in addresses() if entry.callback.permission == PROGRAMS}
    known = set(ENDPOINTS)

    assert {name for _method, _path, name in operations()} == known
    assert named - known <= {"oauth-token", "oauth-revoke"}


def test_the_parameters_of_every_endpoint_are_known(book):
    unknown = {name for _method, path, _name in operations() for name in PARAMETER.findall(path)} - set(book.ids)

    assert unknown == set()


@pytest.mark.parametrize("role", ROLES)
def test_a_strangers_book_stays_shut(role, book):
    program = Program(role, unit=small_tree().team_a)
    before = book.state()
    wrong = []

    for method, path, name in operations():
        answer = send(program, book, method, path, name)
        text, status = text_of(answer), answer.status_code
        permission = ENDPOINTS[name].permission
        allowed = permission == SIGNED_IN or permission in DEFAULT_ROLES[role].all_permissions()
        guarded = any(item in book.guarded | {"household_id"} for item in PARAMETER.findall(path))
        if any(value in text for value in PLAIN):
            wrong.append(f"{name}: shows a sealed value")
        if not allowed and status != 403:
            wrong.append(f"{name}: {status} without the permission {permission}")
        if allowed and DEFAULT_ROLES[role].reach is not Reach.ALL and guarded and status != 404:
            wrong.append(f"{name}: {status} for a record out of reach: {text[:200]}")
        if DEFAULT_ROLES[role].reach is not Reach.ALL and f"{SECRET}甲" in text:
            wrong.append(f"{name}: names a customer out of reach")
        if status >= 500:
            wrong.append(f"{name}: {status}")

    assert wrong == []
    if DEFAULT_ROLES[role].reach is not Reach.ALL:
        assert book.state() == before


def test_counts_filters_and_searches_know_nothing_of_a_strangers_book(book):
    program = Program("customer_resource_manager", unit=small_tree().team_a)

    counted = program.get("/customers?count=true").json()
    filtered = program.get(f"/customers?q={SECRET}&count=true").json()
    by_agent = program.get(f"/customers?agent={book.ids['agent_id']}&count=true").json()
    by_phone = program.get(f"/search/customers?q={PLAIN[0]}").json()

    assert [counted["count"], filtered["count"], by_agent["count"], by_phone["rows"]] == [0, 0, 0, []]


def test_the_own_branch_reaches_what_the_strangers_cannot(book):
    """The matrix could pass by shutting everybody out; this is its other half."""
    program = Program("customer_resource_manager", unit=small_tree().west)
    customer = book.ids["customer_id"]

    answers = [program.get(path) for path in ("/customers", f"/customers/{customer}", f"/customers/{customer}/family")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all(SECRET in answer.content.decode() for answer in answers)


def test_a_narrow_token_opens_nothing_else(book):
    program = Program("customer_resource_manager", unit=small_tree().west, scopes=frozenset({"customers.view"}))
    wrong = [
        name
        for method, path, name in operations()
        if ENDPOINTS[name].permission not in ("customers.view", SIGNED_IN)
        and send(program, book, method, path, name).status_code != 403
    ]

    assert wrong == []


def test_strangers_get_401_everywhere(book):
    wrong = []
    for method, path, name in operations():
        address = PARAMETER.sub("1", path)
        client = Client(REMOTE_ADDR=f"127.0.1.{len(name) % 250}")
        status = client.generic(method, address, headers={"X-API-Key": ""}).status_code
        if status not in (401, 429):
            wrong.append(f"{name}: {status}")

    assert wrong == []


def test_each_shape_has_a_name_of_its_own():
    """Of two shapes with one name the document would show the later one at both endpoints."""
    found = [module for name, module in sys.modules.items() if name.startswith("keyuan.api.v1.")]
    shapes = {each for module in found for each in vars(module).values() if isinstance(each, type)}
    names = Counter(each.__name__ for each in shapes if issubclass(each, In | Out))

    assert [name for name, count in names.items() if count > 1] == []
