"""Delivery of webhooks over real sockets: signatures, retries, rest, switching off, fairness, replay (PLT-14)."""

import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookRun
from keyuan.api.rules import retrying
from keyuan.api.services import webhook_endpoints as services
from keyuan.api.services.webhook_replaying import replay_delivery, replay_since
from keyuan.api.tests.receiver import receiving
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import NOW, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.network]


@pytest.fixture
def receiver():
    with receiving() as running, override_settings(WEBHOOKS_ALLOWED=["127.0.0.0/8"]):
        yield running


@pytest.fixture
def admin(db):
    return make_actor("administrator", unit=small_tree().head)


def subscribe(admin, receiver, *types, **more):
    contents = services.EndpointContents(
        name=more.pop("name", "总账"), url=more.pop("url", receiver.url()), event_types=types, **more
    )
    return services.add_endpoint(actor=admin, contents=contents, now=NOW, wall=clock.wall())


def delivered(**kwargs):
    return list(WebhookDelivery.objects.filter(**kwargs).order_by("pk"))


def send_again_now():
    """Let whatever waits be due, and run it."""
    WebhookDelivery.objects.filter(status="PENDING").update(next_at=clock.wall())
    WebhookEndpoint.objects.update(rests_until=None)
    WebhookRun.objects.all().delete()
    from keyuan.api.jobs import wake_webhooks

    wake_webhooks()
    drain()


def test_a_receiver_gets_a_signed_thin_event(admin, receiver):
    _endpoint, secret = subscribe(admin, receiver, "customer.created")

    customer = make_customer(make_actor("agent"), "张三", phone="13800001402")
    drain()

    (request,) = receiver.received
    said = Webhook(secret).verify(request.body, request.headers)
    assert request.path == "/hook"
    assert said["type"] == "customer.created"
    assert said["data"] == {
        "object": "customer", "change": "CREATE", "count": 1,
        "items": [{"id": customer.pk, "reference": customer.customer_no, "source_keys": []}],
    }  # fmt: skip
    assert "张三" not in request.body.decode()
    (delivery,) = delivered()
    assert (delivery.status, delivery.attempts, delivery.last_code) == ("TAKEN", 1, 204)
    assert secret.encode() not in bytes(WebhookEndpoint.objects.get().secret.blob)


def test_a_verifier_refuses_what_was_changed_or_is_old(admin, receiver):
    _endpoint, secret = subscribe(admin, receiver)
    make_customer(make_actor("agent"), "张三")
    drain()
    request = receiver.received[0]
    old = int(request.headers["webhook-timestamp"]) - 600

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body.replace(b"CREATE", b"DELETE"), request.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(request.body, request.headers | {"webhook-timestamp": str(old)})
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 43 + "=").verify(request.body, request.headers)


def test_both_secrets_sign_while_one_replaces_the_other(admin, receiver):
    endpoint, old = subscribe(admin, receiver)
    _endpoint, new = services.rotate_secret(actor=admin, endpoint_id=endpoint.pk, now=NOW, wall=clock.wall())

    services.send_test(actor=admin, endpoint_id=endpoint.pk, now=NOW, wall=clock.wall())
    drain()
    WebhookEndpoint.objects.update(previous_until=clock.wall() - timedelta(seconds=1))
    services.send_test(actor=admin, endpoint_id=endpoint.pk, now=NOW, wall=clock.wall())
    drain()

    during, after = receiver.received
    assert [Webhook(secret).verify(during.body, during.headers)["type"] for secret in (old, new)] == [
        "webhook.test"
    ] * 2
    assert Webhook(new).verify(after.body, after.headers)["type"] == "webhook.test"
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(after.body, after.headers)


def test_a_failure_is_tried_again_under_the_same_id(admin, receiver):
    subscribe(admin, receiver)
    receiver.answer = lambda _request: (500, {"X-Request-Id": "r-1"}, "系统错误 张三 13800001402 a@b.cn".encode())
    services.send_test(actor=admin, endpoint_id=WebhookEndpoint.objects.get().pk, now=NOW, wall=clock.wall())
    before = clock.wall()

    drain()
    (delivery,) = delivered()
    wait = (delivery.next_at - before).total_seconds()
    receiver.answer = lambda _request: (200, {}, b"ok")
    send_again_now()

    assert 10 <= wait <= 14
    assert (delivery.status, delivery.attempts, delivery.last_code, delivery.request_id) == ("PENDING", 1, 500, "r-1")
    assert delivery.answer_head == "… … … …"
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    (delivery,) = delivered()
    assert (delivery.status, delivery.attempts) == ("TAKEN", 2)
    assert [line["code"] for line in delivery.tries] == [500, 200]


def test_after_the_last_try_it_has_failed(admin, receiver):
    subscribe(admin, receiver)
    receiver.answer = lambda _request: (400, {}, b"")
    services.send_test(actor=admin, endpoint_id=WebhookEndpoint.objects.get().pk, now=NOW, wall=clock.wall())
    WebhookDelivery.objects.update(attempts=len(retrying.PAUSES))

    drain()

    assert [row.status for row in delivered()] == ["FAILED"]


def test_a_receiver_that_is_gone_is_switched_off_with_notice(admin, receiver):
    endpoint, _secret = subscribe(admin, receiver)
    receiver.answer = lambda _request: (410, {}, b"")
    services.send_test(actor=admin, endpoint_id=endpoint.pk, now=NOW, wall=clock.wall())

    drain()
    make_customer(make_actor("agent"), "张三")
    drain()

    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_because) == ("DISABLED", "gone")
    assert [row.status for row in delivered()] == ["FAILED"]
    assert Notice.objects.filter(user_id=admin.id, code="webhook.off_gone").count() == 1


def test_an_endpoint_that_fails_for_days_is_switched_off(admin, receiver):
    endpoint, _secret = subscribe(admin, receiver)
    receiver.answer = lambda _request: (503, {}, b"")
    WebhookEndpoint.objects.update(failing_since=clock.wall() - timedelta(days=5, minutes=1))
    services.send_test(actor=admin, endpoint_id=endpoint.pk, now=NOW, wall=clock.wall())

    drain()

    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.disabled_because) == ("DISABLED", "failing")
    assert [row.status for row in delivered()] == ["PENDING"]
    assert Notice.objects.filter(user_id=admin.id, code="webhook.off_failing").count() == 1


def test_the_wish_of_a_busy_receiver_is_honoured(admin, receiver):
    endpoint, _secret = subscribe(admin, receiver)
    receiver.answer = lambda _request: (429, {"Retry-After": "900"}, b"")
    services.send_test(actor=admin, endpoint_id=endpoint.pk, now=NOW, wall=clock.wall())

    drain()

    endpoint.refresh_from_db()
    (delivery,) = delivered()
    assert timedelta(seconds=895) < delivery.next_at - clock.wall() <= timedelta(seconds=900)
    assert timedelta(seconds=895) < endpoint.rests_until - clock.wall() <= timedelta(seconds=900)


def test_redirects_are_not_followed(admin, receiver):
    subscribe(admin, receiver)
    receiver.answer = lambda _request: (302, {"Location": receiver.url().replace("/hook", "/elsewhere")}, b"")
    services.send_test(actor=admin, endpoint_id=WebhookEndpoint.objects.get().pk, now=NOW, wall=clock.wall())

    drain()

    assert [request.path for request in receiver.received] == ["/hook"]
    assert [(row.status, row.last_code) for row in delivered()] == [("PENDING", 302)]


def test_only_what_lies_in_the_reach_of_the_endpoint_is_announced(admin, receiver):
    tree = small_tree()
    subscribe(admin, receiver, "customer.created", unit_id=tree.west.pk)

    make_customer(make_actor("agent", unit=tree.team_a), "张三")
    there = make_customer(make_actor("agent", unit=tree.west), "李四")
    drain()

    assert [json.loads(request.body)["data"]["items"][0]["id"] for request in receiver.received] == [there.pk]


def test_a_paused_endpoint_gets_it_later(admin, receiver):
    endpoint, _secret = subscribe(admin, receiver)
    services.pause_endpoint(actor=admin, endpoint_id=endpoint.pk, now=NOW)
    make_customer(make_actor("agent"), "张三")
    drain()
    before = len(receiver.received)

    services.resume_endpoint(actor=admin, endpoint_id=endpoint.pk, now=NOW, wall=clock.wall())
    drain()

    assert (before, len(receiver.received) > 0) == (0, True)


def test_an_event_told_twice_is_sent_once(admin, receiver):
    from keyuan.api.services.webhook_announcing import announce
    from keyuan.customers.events import CustomersChanged

    customer = make_customer(make_actor("agent"), "张三")
    subscribe(admin, receiver)
    told = {"key": "7-1", "occurred_at": datetime(2026, 3, 16, tzinfo=UTC), "now": NOW, "wall": clock.wall()}

    made = [announce(CustomersChanged((customer.pk,), "UPDATE"), **told) for _ in range(2)]
    drain()

    assert made == [1, 0]
    assert len(receiver.received) == 1


def test_a_dead_endpoint_does_not_hold_up_the_others(admin, receiver):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    subscribe(admin, receiver, name="死", url=f"http://127.0.0.1:{port}/hook")
    subscribe(admin, receiver, name="活")
    agent = make_actor("agent")
    for number in range(5):
        make_customer(agent, f"客户{number}")

    drain()

    taken = WebhookDelivery.objects.filter(endpoint__name="活", status="TAKEN").count()
    assert taken == len(receiver.received) == WebhookDelivery.objects.filter(endpoint__name="活").count()
    dead = WebhookEndpoint.objects.get(name="死")
    assert dead.failures == 2
    assert sum(WebhookDelivery.objects.filter(endpoint=dead).values_list("attempts", flat=True)) == 2


def test_one_delivery_and_a_span_can_be_sent_again(admin, receiver):
    endpoint, _secret = subscribe(admin, receiver)
    start = clock.wall()
    for _ in range(2):
        services.send_test(actor=admin, endpoint_id=endpoint.pk, now=NOW, wall=clock.wall())
    drain()
    first, second = delivered()

    replay_delivery(actor=admin, delivery_id=first.pk, now=NOW, wall=clock.wall())
    drain()
    replay_since(actor=admin, endpoint_id=endpoint.pk, since=start, failed_only=False, now=NOW)
    drain()

    assert sorted(receiver.ids) == sorted([first.message.uid] * 3 + [second.message.uid] * 2)
    assert [(row.status, row.replays) for row in delivered()] == [("TAKEN", 2), ("TAKEN", 1)]
