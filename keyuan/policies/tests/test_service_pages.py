"""Pages of policy service: taking in with live checks, papers, review, approval, letter, queue, limits (POL-5)."""

import io
import re
from datetime import date

import pytest
from django.urls import reverse

from keyuan.customers.testing import make_customer
from keyuan.organisation.services.default_roles import DEFAULT_ROLES, SERVE
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.policies import permissions
from keyuan.policies.models import ServiceItemRule, ServiceRequest
from keyuan.policies.rules.service_items.catalogue import ITEMS
from keyuan.policies.testing import make_policy, make_product

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000000000500010d0a2db40000000049454e44ae426082"
)
PHONE = "13912345678"


@pytest.fixture
def clerk():
    return client_of("policy_clerk", unit=small_tree().east)


@pytest.fixture
def policy(clerk):
    holder = make_customer(clerk[1], "周国栋", birth_on=date(1985, 5, 1))
    product = make_product(kind="LIFE", pay_modes=["02", "05"])
    return make_policy(clerk[1], holder, product=product, now=clock.now())


def address(name, *args, **query):
    found = reverse(f"policies:{name}", args=args)
    return found + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def text_of(response):
    return response.content.decode()


def take_in(client, policy, item, **typed):
    values = {"applicant_role": "HOLDER", "face": "COUNTER", "received_on": clock.today().isoformat()}
    return client.post(address("request-create", policy=policy.pk, item=item), values | typed)


def test_papers_are_announced_only_for_an_item_that_wants_some(clerk, policy):
    surrender, reversal = (
        text_of(clerk[0].get(address("request-create", policy=policy.pk, item=item))) for item in ("CT", "REVERSE")
    )

    assert "受理后上传的资料" in surrender
    assert "受理后上传的资料" not in reversal


def test_a_clerk_takes_a_request_in_adds_papers_reviews_and_prints_the_letter(clerk, policy):
    client, _actor = clerk
    items = text_of(client.get(address("request-create", policy=policy.pk)))
    typed = {"verified_how": "CODE", "phone": PHONE, "idempotency": "t1"}
    first, again = (take_in(client, policy, "CONTACT", **typed) for _ in range(2))
    row = ServiceRequest.objects.get()
    for kind in ("FORM", "ID"):
        client.post(address("request-file-add", row.pk), {"kind": kind, "file": upload()})
    page = text_of(client.get(address("request", row.pk)))
    for act in ("SUBMIT", "TAKE", "PASS"):
        row.refresh_from_db()
        client.post(address("request-act", row.pk, act), {"version": row.version})
    row.refresh_from_db()
    letter = client.get(address("request-letter", row.pk))
    done = text_of(client.get(address("request", row.pk)))

    assert (first.url, again.url) == (address("request", row.pk),) * 2
    assert "item=CONTACT" in items
    assert "item=ENDORSE" not in items
    assert PHONE not in page
    assert "139****5678" in page
    assert (row.status, letter["Content-Type"], letter.content[:4]) == ("EFFECTIVE", "application/pdf", b"%PDF")
    assert address("request-letter", row.pk) in done


def test_what_cannot_be_taken_now_says_why_and_what_never_applies_is_left_out(clerk, policy):
    client, actor = clerk
    one_year = make_policy(actor, product=make_product(kind="LIFE", cooling_off_days=0, is_long_term=False))
    policy.receipt_signed_on, policy.cooling_off_until = date(2025, 3, 3), date(2025, 3, 18)
    policy.save()

    items, others = (text_of(client.get(address("request-create", policy=row.pk))) for row in (policy, one_year))

    for code in ("WT", "REVERSE", "REPAY"):
        assert f'item={code}"' not in items
    assert "item=CT" in items
    assert "犹豫期已过" in items
    assert "犹豫期" not in others
    assert "ground" not in text_of(client.get(address("request-create", policy=policy.pk, item="CT")))


def test_an_amount_that_was_asked_for_is_shown_once(clerk, policy):
    client, actor = clerk
    account = make_policy(actor, policy.holder, product=make_product(kind="LIFE", design="UNIVERSAL"), now=clock.now())
    take_in(client, account, "TOPUP", amount="1234", paid_on=clock.today().isoformat())

    assert text_of(client.get(address("request", ServiceRequest.objects.get().pk))).count("1,234.00") == 1


def test_whoever_serves_customers_takes_requests_in_and_nobody_else():
    roles = {code: role.all_permissions() for code, role in DEFAULT_ROLES.items()}

    serving = {code for code, held in roles.items() if held >= SERVE}

    assert {code for code, held in roles.items() if permissions.SERVICE_APPLY in held} == serving
    assert "contact_centre_director" in serving
    assert "outsourced_caller" not in serving


def upload():
    found = io.BytesIO(PNG)
    found.name = "paper.png"
    return found


def test_what_is_wrong_is_said_at_its_field_and_live_beside_the_form(clerk, policy):
    client, _actor = clerk
    answer = take_in(client, policy, "PAY_ACCOUNT", account="6222021234567890128", bank="工行", account_name="李秀英")
    live = client.post(
        address("request-checks", policy=policy.pk, item="PAY_MODE"), {"applicant_role": "HOLDER", "pay_mode": "05"}
    )

    assert (answer.status_code, ServiceRequest.objects.count()) == (422, 0)
    assert re.search(r'id_account_name_error">[^<]+投保人本人', text_of(answer))
    assert "李秀英" in text_of(answer)
    assert text_of(live).count("text-bad") == 1


def test_the_panels_and_the_queue_show_it_and_strangers_see_nothing(clerk, policy):
    client, _actor = clerk
    take_in(client, policy, "CONTACT", verified_how="CODE", phone=PHONE)
    row = ServiceRequest.objects.get()
    other, _other_actor = client_of("policy_clerk", unit=small_tree().west)

    for place in (
        address("policy-requests", policy.pk), address("customer-requests", policy.holder_id), address("requests"),
    ):  # fmt: skip
        assert row.request_no in text_of(client.get(place))
    assert other.get(address("request", row.pk)).status_code == 404
    assert other.get(address("request-create", policy=policy.pk, item="CONTACT")).status_code == 404
    assert client.get(address("request-create", policy="x")).status_code == 404
    assert row.request_no not in text_of(other.get(address("requests", view="all")))


@pytest.mark.sqlite_only
def test_every_order_and_filter_has_its_index():
    actor = make_actor("policy_clerk", unit=small_tree().east)
    values = {"no": "B1", "status": ("WAITING",), "item": ("CONTACT",), "reviewer": ("me",), "approval": True}
    values["due"] = ("today", "today+7")

    assert_list_uses_indexes(
        lists["service-requests"], actor, FilterContext(actor, clock.today()), values, small=("posreq_agent",)
    )


def test_head_office_settles_limits_and_a_reversal_stays_with_two(clerk, policy):
    head, _actor = client_of("management", unit=small_tree().head)
    place = address("request-item", "LOAN")
    values = {"version": 0, "is_offered": "on", "second": "ABOVE", "limit": "50000"}
    missing = head.post(place, values | {"limit": ""})
    head.post(place, values)
    fixed = head.post(address("request-item", "REVERSE"), values)
    late = head.post(place, values)

    rule = ServiceItemRule.objects.get()
    assert (rule.item, rule.second, rule.limit, rule.version) == ("LOAN", "ABOVE", 5_000_000, 1)
    assert [answer.status_code for answer in (missing, fixed, late)] == [422, 422, 422]
    assert clerk[0].get(address("request-items")).status_code == 403
    assert policy.status == "IN_FORCE"


def test_several_waiting_requests_are_taken_at_once_and_put_back(clerk, policy):
    client, actor = clerk
    take_in(client, policy, "CONTACT", verified_how="CODE", phone=PHONE)
    ServiceRequest.objects.update(status="WAITING")
    action = lists["service-requests"].bulk_actions[0]
    ids = list(ServiceRequest.objects.values_list("pk", flat=True))
    verdict = action.check(actor, ids, clock.now())
    taken = action.run(actor, ids, {}, clock.now())
    after = ServiceRequest.objects.get().reviewer_id
    action.undo(actor, taken, clock.now())

    assert (verdict.ok_ids, taken, after) == (tuple(ids), ids, actor.id)
    assert ServiceRequest.objects.get().status == "WAITING"


def test_the_form_of_every_item_opens_checks_live_and_loses_nothing(clerk, policy):
    client, actor = clerk
    motor = make_policy(actor, policy.holder, product=make_product(kind="MOTOR", is_long_term=False), now=clock.now())
    found = {}
    for item in ITEMS:
        query = {"policy": motor.pk if item.line == "PROPERTY" else policy.pk, "item": item.code}
        who = {"applicant_role": item.applicants[0], "face": "COUNTER", "proxy_name": "李代办"}
        opened = text_of(client.get(address("request-create", **query)))
        live = client.post(address("request-checks", **query), who)
        sent = client.post(address("request-create", **query), who)
        kept = item.code in ("WAIVER", "REVERSE") or "李代办" in text_of(sent)
        found[item.code] = ('id="form-request"' in opened, live.status_code, sent.status_code, kept)

    assert found == {item.code: (True, 200, 422, True) for item in ITEMS}
