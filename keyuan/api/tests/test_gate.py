"""What every endpoint does alike: credentials, limits, problems, ETags, replay, pages of lists (PLT-14)."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from keyuan.api.kit import limits
from keyuan.api.testing import Program, key_of
from keyuan.customers.models import Customer
from keyuan.customers.testing import make_customer
from keyuan.organisation.models import ApiKey, ApiToken
from keyuan.organisation.services.api_clients import rotate_key, set_disabled
from keyuan.organisation.testing import NOW, SET_UP, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.models import AuditEvent, ReadEvent, Replay

pytestmark = pytest.mark.django_db
PERSON = {"name": "张晓明", "contacts": [{"kind": "MOBILE", "value": "13800138000"}]}


@pytest.fixture
def program():
    return Program("customer_resource_manager", unit=small_tree().team_a)


@pytest.fixture
def customer():
    return make_customer(make_actor("agent", unit=small_tree().team_a), "张晓明", phone="13800138000")


def bought(program, secret, **more):
    """Ask for a token."""
    form = {"grant_type": "client_credentials", "client_id": program.client.client_id, "client_secret": secret, **more}
    return Client().post("/api/v1/oauth/token", form)


def with_token(token, path="/api/v1/customers"):
    """Call with a bearer token."""
    return Client().get(path, headers={"Authorization": f"Bearer {token}"})


def test_a_token_opens_what_its_scope_says_until_it_is_revoked(program):
    secret = key_of(program.client, ApiKey.Kind.OAUTH)
    answer = bought(program, secret, scope="customers.view")
    token = answer.json()["access_token"]

    assert (answer.status_code, answer.json()["expires_in"], answer.json()["scope"]) == (200, 900, "customers.view")
    assert with_token(token).status_code == 200
    assert with_token(token, "/api/v1/batch-queries").status_code == 403
    form = {"client_id": program.client.client_id, "client_secret": secret, "token": token}
    assert Client().post("/api/v1/oauth/revoke", form).status_code == 200
    assert with_token(token).json()["code"] == "api.credential"


def test_a_token_never_widens_the_post(program):
    answer = bought(program, key_of(program.client, ApiKey.Kind.OAUTH), scope="customers.view platform.audit")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("client_id", [None, "kyc-unknown", "kyc\x00"])
def test_a_wrong_secret_and_an_unknown_client_look_the_same(program, client_id):
    form = {"client_id": client_id} if client_id else {}

    answer = bought(program, "kys_wrong", **form)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_refused_secret_stands_on_the_trail(program):
    bought(program, "kys_wrong")

    event = AuditEvent.objects.get(action="sign_in_failed")
    assert (event.subject_kind, event.subject_id, event.actor_kind) == ("api_client", program.client.pk, "api_client")


def test_tokens_end_by_the_true_clock(program):
    token = bought(program, key_of(program.client, ApiKey.Kind.OAUTH)).json()["access_token"]
    ApiToken.objects.update(expires_at=clock.wall())

    assert with_token(token).status_code == 401


def test_a_rotated_key_works_on_for_the_overlap_and_then_ends(program):
    old = ApiKey.objects.get(client=program.client)
    _key, plain = rotate_key(actor=SET_UP, key_id=old.pk, overlap=timedelta(hours=1), now=clock.wall())

    assert program.get("/customers").status_code == 200
    assert Client().get("/api/v1/customers", headers={"X-API-Key": plain}).status_code == 200
    ApiKey.objects.filter(pk=old.pk).update(expires_at=clock.wall())
    assert program.get("/customers").status_code == 401


def test_a_disabled_client_is_out_at_once(program):
    set_disabled(actor=SET_UP, client_id=program.client.pk, disabled=True, reason="", now=NOW)

    assert program.get("/customers").status_code == 401


def test_keys_are_kept_as_hashes_and_their_use_is_noted(program):
    program.get("/customers")

    key = ApiKey.objects.get(client=program.client)
    assert program.key not in str(key.__dict__)
    assert program.key.startswith(key.prefix)
    assert key.last_used_at is not None


def test_calls_from_other_networks_are_refused():
    program = Program(networks="10.0.0.0/8")

    answer = program.get("/customers")

    assert (answer.status_code, answer.json()["code"]) == (403, "api.network")


def test_a_client_that_calls_too_often_is_told_when_to_come_back():
    program = Program(rate_per_minute=2)

    answers = [program.get("/customers") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 31
    assert answers[-1]["Content-Type"] == "application/problem+json"


def test_a_bucket_fills_again_and_holds_no_more_than_its_limit(tmp_path):
    found = limits.Buckets(tmp_path / "rates.bin")
    taken = [found.take(1, 60, now).allowed for now in [1000.0] * 60]

    assert all(taken)
    assert found.take(1, 60, 1000.0).wait == 2
    assert found.take(1, 60, 1001.5).allowed
    assert found.take(1, 60, 9000.0).left == 59
    assert limits.Buckets(tmp_path / "rates.bin").take(1, 60, 9000.0).left == 58


@pytest.mark.parametrize(
    "language, title", [("zh-Hans", "没有该内容"), ("en", "Nothing there"), ("zh-TW", "沒有該內容")]
)
def test_problems_speak_the_language_asked_for(program, language, title):
    answer = program.get("/customers/999999", accept_language=language)

    assert (answer.status_code, answer.json()["title"], answer.json()["code"]) == (404, title, "customer.not_found")


def test_wrong_fields_are_named_with_what_to_do(program):
    body = {"name": "", "sex": "X", "colour": "red", "contacts": [{"kind": "MOBILE"}, {"kind": "PIGEON"}]}

    answer = program.post("/customers", body, accept_language="en")

    found = {error["field"]: error["code"] for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert found == {
        "name": "api.text_short",
        "sex": "api.choice",
        "colour": "api.field_unknown",
        "contacts.1.kind": "api.choice",
    }


def test_a_rule_that_says_no_names_the_field_too(program):
    answer = program.post("/customers", {**PERSON, "contacts": [{"kind": "MOBILE", "value": "12"}]})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["contacts.0.value"]


@pytest.mark.parametrize("content, kind, status", [
    (b"{", "application/json", 400),
    (b'{"name": NaN}', "application/json", 400),
    (b'{"name": "\\u0000"}', "application/json", 422),
    (b'{"name": "\\ud800"}', "application/json", 422),
    (b"name=x", "application/x-www-form-urlencoded", 415),
    (b"x" * (5 * 1024 * 1024 + 1), "application/json", 413),
])  # fmt: skip
def test_bodies_that_cannot_be_read_are_refused(program, content, kind, status):
    answer = Client().post("/api/v1/customers", content, content_type=kind, headers={"X-API-Key": program.key})

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_methods_and_forms_of_answer(program, customer):
    options = program.send("OPTIONS", "/customers")
    head = program.send("HEAD", f"/customers/{customer.pk}")

    assert (options.status_code, options["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert (head.status_code, head.content, int(head["Content-Length"]) > 100) == (200, b"", True)
    assert program.send("DELETE", "/customers").status_code == 405
    assert program.get("/customers", accept="text/html").status_code == 406
    assert program.get("/nothing").json()["code"] == "not_found"


def test_an_unchanged_record_is_not_sent_again(program, customer):
    first = program.get(f"/customers/{customer.pk}")

    again = program.get(f"/customers/{customer.pk}", if_none_match=first["ETag"])

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_nobody_is_overwritten(program, customer):
    path = f"/customers/{customer.pk}"
    tag = program.get(path)["ETag"]

    missing = program.patch(path, {"occupation": "教师"})
    changed = program.patch(path, {"occupation": "教师"}, if_match=tag)
    late = program.patch(path, {"occupation": "医生"}, if_match=tag)

    assert [answer.status_code for answer in (missing, changed, late)] == [428, 200, 412]
    assert Customer.objects.get(pk=customer.pk).occupation == "教师"


def test_a_request_sent_twice_is_done_once(program):
    first = program.post("/customers", PERSON, idempotency_key="one")
    again = program.post("/customers", PERSON, idempotency_key="one")
    other = program.post("/customers", {**PERSON, "name": "李思"}, idempotency_key="one")

    assert [answer.status_code for answer in (first, again, other)] == [201, 201, 422]
    assert (first.content, first["ETag"]) == (again.content, again["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert other.json()["code"] == "replay.other_request"
    assert Customer.objects.count() == 1


def test_what_was_refused_leaves_the_key_free(program):
    wrong = program.post("/customers", {**PERSON, "birth_on": "2999-01-01"}, idempotency_key="one")
    right = program.post("/customers", PERSON, idempotency_key="one")

    assert [wrong.status_code, right.status_code] == [422, 201]


def test_another_client_may_use_the_same_key(program):
    other = Program("customer_resource_manager", unit=small_tree().west)

    answers = [caller.post("/customers", PERSON, idempotency_key="one") for caller in (program, other)]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_a_key_is_free_again_after_a_day(program):
    program.post("/customers", PERSON, idempotency_key="one")
    Replay.objects.update(created_at=clock.wall() - timedelta(hours=24))

    again = program.post("/customers", {**PERSON, "not_the_same": True}, idempotency_key="one")

    assert (again.status_code, Customer.objects.count()) == (201, 2)


def test_an_opened_value_is_never_kept(program, customer):
    contact = customer.contact_points.get()
    body = {"part": "contact", "row_id": contact.pk, "reason": "核对来电人"}

    answers = [program.post(f"/customers/{customer.pk}/reveal", body, idempotency_key="r") for _ in range(2)]

    assert [answer.json() for answer in answers] == [{"value": "13800138000"}] * 2
    assert not Replay.objects.exists()
    assert ReadEvent.objects.filter(action="reveal", actor_kind="api_client", customer_id=customer.pk).count() == 2


def test_pages_of_a_list_hold_every_row_once(program):
    agent = make_actor("agent", unit=small_tree().team_a)
    made = {make_customer(agent, f"客户{number}").pk for number in range(7)}
    seen, cursor = [], ""

    while cursor is not None:
        page = program.get(f"/customers?limit=3&sort=-name&count=true{cursor and '&cursor=' + cursor}").json()
        seen += [row["id"] for row in page["rows"]]
        cursor = page["next_cursor"]

    assert (len(seen), set(seen), page["count"], page["count_is_exact"]) == (7, made, 7, True)


def test_a_cursor_fits_its_list_order_filters_and_post_only(program):
    agent = make_actor("agent", unit=small_tree().team_a)
    for number in range(3):
        make_customer(agent, f"客户{number}")
    cursor = program.get("/customers?limit=1&sort=name").json()["next_cursor"]
    elsewhere = Program("customer_resource_manager", unit=small_tree().team_a)

    asked = [
        program.get(f"/customers?limit=1&sort=name&cursor={cursor}"),
        program.get(f"/customers?limit=1&sort=-name&cursor={cursor}"),
        program.get(f"/customers?limit=1&sort=name&holder=false&cursor={cursor}"),
        elsewhere.get(f"/customers?limit=1&sort=name&cursor={cursor}"),
    ]

    assert [answer.status_code for answer in asked] == [200, 422, 422, 422]


@pytest.mark.parametrize("query, field", [
    ("colour=red", "colour"), ("tier=TIN", "tier"), ("tier=", "tier"), ("due.from=soon", "due.from"),
    ("orphan=yes", "orphan"), ("agent=x", "agent"), ("sort=colour", "sort"), ("limit=501", "limit"),
    ("limit=", "limit"), ("count=1", "count"), (f"q={'x' * 81}", "q"),
])  # fmt: skip
def test_parameters_that_make_no_sense_are_refused(program, query, field):
    answer = program.get(f"/customers?{query}")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_bulk_rows_stand_each_for_itself(program):
    rows = [
        {"customer_key": "A-1", "name": "张晓明", "mobile": "13800138000"},
        {"customer_key": "A-2", "name": "李思", "mobile": "12"},
        {"customer_key": "A-1", "name": "王武"},
        {"name": "没有键"},
    ]
    body = {"source": "core", "rows": rows}

    first = program.post("/bulk/customers", body).json()
    again = program.post("/bulk/customers", {**body, "rows": [rows[0], {**rows[1], "mobile": "13800138001"}]}).json()

    assert [row["result"] for row in first["rows"]] == ["created", "refused", "refused", "refused"]
    assert [row["errors"][0]["field"] for row in first["rows"][1:]] == ["mobile", "", "customer_key"]
    assert [row["result"] for row in again["rows"]] == ["unchanged", "created"]
    assert Customer.objects.count() == 2


def test_a_customer_of_another_branch_cannot_be_changed_by_its_key(program):
    other = Program("customer_resource_manager", unit=small_tree().west)
    body = {"source": "core", "rows": [{"customer_key": "A-1", "name": "张晓明"}]}
    other.post("/bulk/customers", body)

    body["rows"][0]["name"] = "改名"
    answer = program.post("/bulk/customers", body).json()

    assert [row["result"] for row in answer["rows"]] == ["refused"]
    assert Customer.objects.get().name == "张晓明"


def test_a_look_stands_on_the_trail_as_the_pages_do(program, customer):
    program.get(f"/customers/{customer.pk}")

    event = ReadEvent.objects.get(action="view")
    assert (event.actor_kind, event.actor_name, event.customer_id) == ("api_client", program.client.name, customer.pk)
    assert json.loads(event.detail) == {"face": "api"}


def test_outsourced_programs_read_strict_masks():
    program = Program("outsourced_caller", unit=small_tree().team_a)
    customer = make_customer(program.actor, "张晓明", phone="13800138000")

    row = program.get("/customers").json()["rows"][0]

    assert (row["id"], row["name"], row["phone"]) == (customer.pk, "张*明", "138****8000")
