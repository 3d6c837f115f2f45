"""The pages of webhooks: receivers, their log, settings, catalogue; who sees which (PLT-14)."""

import re

import pytest
from django.urls import reverse

from keyuan.api.events import PUBLIC
from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookMessage, WebhookPolicy
from keyuan.api.selectors.webhooks import deliveries_visible_to, endpoints_visible_to
from keyuan.api.services import webhook_endpoints as services
from keyuan.kernel.actor import Reach
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.organisation.testing import NOW, client_of, default_role, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import AuditEvent

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
#: Receivers are few: those of a unit, and what they were sent, may be sorted.
SMALL = {Reach.ALL: (), Reach.UNIT: ("api_webhookendpoint", "webhook_log_endpoint")}
FORM = {"name": "财务系统", "url": "https://erp.example.cn/keyuan?key=k1", "event_types": ["customer.updated"]}


@pytest.fixture
def desk(db):
    return client_of("administrator", unit=small_tree().head)


def add(actor, **more):
    contents = services.EndpointContents(**{"name": "财务系统", "url": "https://erp.example.cn/keyuan"} | more)
    return services.add_endpoint(actor=actor, contents=contents, now=NOW, wall=clock.wall())[0]


def sent(endpoint, *, status="TAKEN", uid="msg_1", **more):
    wall = clock.wall()
    message = WebhookMessage.objects.create(
        uid=uid, event_type="customer.updated", occurred_at=wall, body='{"type":"customer.updated"}', created_at=wall
    )
    return WebhookDelivery.objects.create(
        endpoint=endpoint, message=message, event_type="customer.updated", status=status, next_at=wall,
        created_at=wall, **more
    )  # fmt: skip


def act(client, name, pk):
    return client.post(reverse(f"api:{name}", args=[pk]))


def test_a_receiver_is_added_and_its_secret_shown_once(desk):
    client, _actor = desk

    answer = client.post(reverse("api:webhook-new"), FORM)

    secret = SECRET.search(answer.content.decode())[0]
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.name, endpoint.event_types, endpoint.unit_id) == ("财务系统", ["customer.updated"], None)
    assert "no-store" in answer["Cache-Control"]
    again = client.get(reverse("api:webhook", args=[endpoint.pk])).content.decode()
    assert "https://erp.example.cn/keyuan?key=k1" in again
    assert secret not in again
    trail = AuditEvent.objects.get(subject_kind="webhook", action="create")
    assert "key=k1" not in str(trail.changes)
    assert secret not in str(trail.changes)


def test_the_form_of_htmx_gives_its_place_to_the_secret(desk):
    client, _actor = desk

    answer = client.post(reverse("api:webhook-new"), FORM, headers={"HX-Request": "true"})

    endpoint = WebhookEndpoint.objects.get()
    assert (answer["HX-Retarget"], answer["HX-Push-Url"]) == ("#main", f"/webhooks/{endpoint.pk}/")
    assert SECRET.search(answer.content.decode())


@pytest.mark.parametrize("url, word", [
    ("http://erp.example.cn/", "https"),
    ("https://10.0.0.8/", "公网"),
    ("https://erp.example.cn:22/", "22"),
    ("erp", "接收地址无效"),
])  # fmt: skip
def test_an_address_that_is_closed_is_refused_beside_its_field(desk, url, word):
    client, _actor = desk

    answer = client.post(reverse("api:webhook-new"), FORM | {"url": url})

    assert answer.status_code == 422
    assert word in answer.context["form"].errors["url"][0]
    assert not WebhookEndpoint.objects.exists()


def test_all_kinds_ticked_means_all(desk):
    client, _actor = desk

    client.post(reverse("api:webhook-new"), FORM | {"event_types": [event.name for event in PUBLIC]})

    assert WebhookEndpoint.objects.get().event_types == []


def test_a_receiver_is_changed_and_two_editors_do_not_overwrite_each_other(desk):
    client, actor = desk
    endpoint = add(actor)
    url = reverse("api:webhook-edit", args=[endpoint.pk])

    first = client.post(url, FORM | {"name": "总账", "version": endpoint.version})
    second = client.post(url, FORM | {"name": "别的", "version": endpoint.version})

    assert (first.status_code, second.status_code) == (302, 422)
    assert WebhookEndpoint.objects.get().name == "总账"


def test_pausing_switching_off_and_going_on(desk):
    client, actor = desk
    endpoint = add(actor)

    states = []
    for name in ("webhook-pause", "webhook-resume", "webhook-disable", "webhook-resume", "webhook-resume"):
        assert act(client, name, endpoint.pk).status_code == 302
        states.append(WebhookEndpoint.objects.get().status)

    assert states == ["PAUSED", "ACTIVE", "DISABLED", "ACTIVE", "ACTIVE"]


def test_a_new_secret_leaves_the_previous_one_in_force_for_a_day(desk):
    client, actor = desk
    endpoint = add(actor)
    before = endpoint.secret

    answer = act(client, "webhook-secret", endpoint.pk)

    endpoint.refresh_from_db()
    assert SECRET.search(answer.content.decode())
    assert endpoint.previous_secret == WebhookEndpoint.objects.get().previous_secret
    assert endpoint.secret != before
    assert 23 < (endpoint.previous_until - clock.wall()).total_seconds() / 3600 <= 24
    assert "旧密钥同时签名至" in client.get(reverse("api:webhook", args=[endpoint.pk])).content.decode()


def test_a_deleted_receiver_is_gone_and_its_log_stays(desk):
    client, actor = desk
    delivery = sent(add(actor))

    act(client, "webhook-delete", delivery.endpoint_id)

    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.secret, endpoint.previous_secret, endpoint.status) == (None, None, "DISABLED")
    assert client.get(reverse("api:webhook", args=[endpoint.pk])).status_code == 404
    assert client.get(reverse("api:webhook-delivery", args=[delivery.pk])).status_code == 200
    assert act(client, "webhook-delivery-again", delivery.pk).status_code == 404


def test_the_lists_and_the_log_show_what_happened(desk):
    client, actor = desk
    endpoint = add(actor)
    line = {"at": "2026-03-16T02:00:00Z", "code": 500, "ms": 40, "error": ""}
    head = {"attempts": 12, "last_code": 500, "last_ms": 40, "answer_head": "<b>kaputt</b>", "tries": [line]}
    delivery = sent(endpoint, status="FAILED", **head)
    sent(endpoint, uid="msg_2", status="PENDING")

    receivers = client.get(reverse("api:webhooks")).content.decode()
    log = client.get(reverse("api:webhook-deliveries") + f"?state=FAILED&endpoint={endpoint.pk}").content.decode()
    page = client.get(reverse("api:webhook-delivery", args=[delivery.pk])).content.decode()
    panel = client.get(reverse("api:webhook-delivery", args=[delivery.pk]) + "?panel=1").content.decode()

    assert "https://erp.example.cn<" in receivers
    assert (log.count("HTTP 500"), log.count("data-row")) == (1, 1)
    for text in (page, panel):
        assert "&lt;b&gt;kaputt&lt;/b&gt;" in text
        assert "HTTP 500" in text


def test_a_delivery_that_waits_is_not_sent_twice(desk):
    _client, actor = desk
    delivery = sent(add(actor), status="PENDING")

    from keyuan.api.services.webhook_replaying import replay_delivery

    with pytest.raises(Refused) as refusal:
        replay_delivery(actor=actor, delivery_id=delivery.pk, now=NOW, wall=clock.wall())
    assert refusal.value.code == "webhook.waiting"


def test_a_post_of_a_unit_keeps_receivers_of_its_unit_only(desk):
    """A role of one's own may give the permission below the head office."""
    _client, admin = desk
    tree = small_tree()
    default_role("administrator")
    east = make_actor("administrator", unit=tree.east, reach=Reach.UNIT)
    whole, there, elsewhere = add(admin), add(admin, unit_id=tree.team_a.pk), add(admin, unit_id=tree.west.pk)
    for number, endpoint in enumerate((whole, there, elsewhere)):
        sent(endpoint, uid=f"msg_{number}")

    assert list(endpoints_visible_to(east)) == [there]
    assert [row.endpoint_id for row in deliveries_visible_to(east)] == [there.pk]
    with pytest.raises(NotFound):
        services.pause_endpoint(actor=east, endpoint_id=elsewhere.pk, now=NOW)
    for unit_id in (None, tree.west.pk):
        with pytest.raises(Refused) as refusal:
            add(east, unit_id=unit_id)
        assert refusal.value.code == "webhook.unit"
    with pytest.raises(Refused):
        services.edit_policy(actor=east, version=1, keep_days=1, overlap_hours=1, give_up_days=1, now=NOW)


def test_the_settings_are_kept_once(desk):
    client, actor = desk
    form = {"keep_days": 7, "overlap_hours": 48, "give_up_days": 3, "version": 1}

    answer = client.post(reverse("api:webhook-policy"), form)

    row = WebhookPolicy.objects.get()
    assert (answer.status_code, row.keep_days, row.overlap_hours, row.give_up_days) == (302, 7, 48, 3)
    with pytest.raises(Conflict):
        services.edit_policy(actor=actor, now=NOW, **form)


def test_the_catalogue_names_every_event(desk):
    client, _actor = desk

    text = client.get(reverse("api:webhook-events")).content.decode()

    assert all(f"<code>{event.name}</code>" in text for event in PUBLIC)


@pytest.mark.sqlite_only("EXPLAIN QUERY PLAN")
@pytest.mark.parametrize("key, values", [
    ("webhooks", {"state": ("ACTIVE",)}),
    ("webhook-deliveries", {"endpoint": ("1",), "state": ("FAILED",), "event": ("a.b",), "on": ("2026-03-01", "")}),
])  # fmt: skip
@pytest.mark.parametrize("place, reach", [("head", Reach.ALL), ("east", Reach.UNIT)])
def test_every_order_and_filter_has_its_index(key, values, place, reach):
    actor = make_actor("administrator", unit=getattr(small_tree(), place), reach=reach)

    assert_list_uses_indexes(lists[key], actor, FilterContext(actor, NOW.date()), values, small=SMALL[reach])
