"""The public events: a complete catalogue, schemas that hold, nothing personal, reach, batches, retention (PLT-14)."""

import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from keyuan.api.events import BY_NAME, INTERNAL, PUBLIC, public_of, sources
from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from keyuan.api.selectors.webhook_items import ITEMS, items_of, listener
from keyuan.api.selectors.webhook_schemas import event_schema, example, openapi_webhooks
from keyuan.api.selectors.webhooks import is_wanted
from keyuan.api.services.webhook_announcing import announce, wanted
from keyuan.api.services.webhook_replaying import forget_old
from keyuan.api.services.webhook_results import without_people
from keyuan.claims.models import Claim
from keyuan.customers.events import CustomersChanged, InteractionsRecorded, TasksChanged
from keyuan.customers.models import SourceKey
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.services.tasks import create_task
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach
from keyuan.organisation.events import PeopleChanged, PostsChanged, UnitsChanged
from keyuan.organisation.models import Post
from keyuan.organisation.testing import NOW, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.events import Event
from keyuan.platform.models import OutboxEvent
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import Policy, PolicyKey
from keyuan.products.models import Product


def own_events():
    found, waiting = [], [Event]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        found += [kind for kind in below if kind.__module__.startswith("keyuan.") and ".tests." not in kind.__module__]
    return found


def test_every_event_is_public_or_internal_for_a_reason():
    known = set(sources()) | set(INTERNAL)

    assert {kind.__qualname__ for kind in own_events()} - {kind.__qualname__ for kind in known} == set()
    assert not set(sources()) & set(INTERNAL)


def test_names_are_unique_and_lead_to_an_object():
    assert len(BY_NAME) == len(PUBLIC)
    assert {event.object for event in PUBLIC} == set(ITEMS)


@pytest.mark.parametrize("kind, name", [
    ("CREATE", "policy.created"), ("SURRENDER", "policy.transitioned"), ("REINSTATE", "policy.transitioned"),
    ("PAID_UP", "policy.transitioned"), ("BENEFICIARY", "policy.updated"), ("IMPORT", "policy.updated"),
])  # fmt: skip
def test_what_a_change_of_a_policy_is_called(kind, name):
    assert public_of(PoliciesChanged((1,), kind)).name == name


@pytest.mark.parametrize("event", PUBLIC, ids=lambda event: event.name)
def test_the_example_of_each_event_fits_its_schema(event):
    Draft202012Validator.check_schema(event_schema(event))
    Draft202012Validator(event_schema(event)).validate(example(event))


def test_the_document_of_the_api_takes_the_events():
    found = openapi_webhooks()

    assert list(found) == [event.name for event in PUBLIC]
    assert {"requestBody", "responses", "operationId"} <= set(found["policy.created"]["post"])


def test_what_a_receiver_repeats_of_people_is_not_kept():
    text = "user zhang@example.cn 110105194912310021X 138 0000 1402 张三 code 500 in 12 ms"

    assert without_people(text) == "user … … … … code 500 in 12 ms"


@pytest.fixture
def endpoint(db):
    return WebhookEndpoint.objects.create(name="总账", url="https://erp.example.cn/", created_at=clock.wall())


def told(event, key="1"):
    return announce(event, key=key, occurred_at=NOW, now=NOW, wall=clock.wall())


def bodies():
    return [json.loads(body) for body in WebhookMessage.objects.order_by("pk").values_list("body", flat=True)]


WHOLE = listener(None, "")


@pytest.mark.django_db
def test_items_name_records_by_id_and_key_and_nobody_by_name():
    agent = make_actor("agent")
    customer = make_customer(agent, "张三", phone="13800001402")
    SourceKey.objects.create(source="core", key="88", customer=customer)
    SourceKey.objects.create(source="form", key="1:abc", customer=customer)
    product = Product.objects.create(code="LIFE-1", name="寿险", kind="LIFE")
    policy = Policy.objects.create(
        product=product, policy_no="P2024", holder=customer, holder_name="张三", created_at=NOW, updated_at=NOW
    )
    PolicyKey.objects.create(source="core", key="K-1", policy=policy)
    PolicyKey.objects.create(source="old", key="P2024", policy=policy)
    claim = Claim.objects.create(claim_no="C-1", source_name="core", policy=policy, customer=customer, created_at=NOW)

    found = {
        kind: items_of(kind, WHOLE, (record.pk,), NOW)
        for kind, record in (("customer", customer), ("policy", policy), ("claim", claim), ("product", product))
    }

    assert found == {
        "customer": [{
            "id": customer.pk, "reference": customer.customer_no, "source_keys": [{"source": "core", "key": "88"}],
        }],
        "policy": [{
            "id": policy.pk, "reference": None, "source_keys": [{"source": "core", "key": "K-1"}],
            "customer_id": customer.pk,
        }],
        "claim": [{
            "id": claim.pk, "reference": None, "source_keys": [{"source": "core", "key": "C-1"}],
            "customer_id": customer.pk, "policy_id": policy.pk,
        }],
        "product": [{"id": product.pk, "reference": "LIFE-1", "source_keys": []}],
    }  # fmt: skip
    for kind, items in found.items():
        schema = event_schema(next(event for event in PUBLIC if event.object == kind))
        Draft202012Validator(schema["properties"]["data"]["properties"]["items"]).validate(items)


@pytest.mark.django_db
def test_each_kind_of_record_is_limited_to_the_reach():
    tree = small_tree()
    east, west = make_actor("agent", unit=tree.team_a), make_actor("agent", unit=tree.west)
    records = {"customer": [], "task": [], "interaction": [], "person": [], "post": [], "agent": [], "unit": []}
    draft = InteractionDraft("CALL", "OUT", NOW, "问候")
    for actor, unit in ((east, tree.team_a), (west, tree.west)):
        customer = make_customer(actor, "张三")
        task = create_task(actor=actor, customer_id=customer.pk, kind="CALL", title="回访", due_at=NOW, now=NOW)
        said = record_interaction(actor=actor, customer_id=customer.pk, draft=draft, now=NOW)
        for kind, pk in (
            ("customer", customer.pk), ("task", task.pk), ("interaction", said.pk), ("person", actor.id),
            ("post", actor.post_id), ("agent", actor.scope.agent_id), ("unit", unit.pk),
        ):  # fmt: skip
            records[kind].append(pk)

    eastern = listener(tree.east, "")
    seen = {kind: [item["id"] for item in items_of(kind, eastern, tuple(ids), NOW)] for kind, ids in records.items()}

    assert seen == {kind: ids[:1] for kind, ids in records.items()}
    assert Post.objects.get(pk=east.post_id).reach == Reach.SELF


@pytest.mark.django_db
def test_a_sales_channel_limits_further():
    agent = make_actor("agent")
    customer = make_customer(agent, "张三")
    channel = customer.summary.sales_channel or "INDIVIDUAL"
    type(customer.summary).objects.filter(pk=customer.pk).update(sales_channel=channel)

    seen = {name: len(items_of("customer", listener(None, name), (customer.pk,), NOW)) for name in (channel, "ONLINE2")}

    assert seen == {channel: 1, "ONLINE2": 0}


@pytest.mark.django_db
def test_a_thousand_records_are_one_message(endpoint):
    agent = make_actor("agent")
    ids = tuple(make_customer(agent, f"客户{number}").pk for number in range(3))

    made = told(CustomersChanged(ids + tuple(range(10**9, 10**9 + 997)), "IMPORT"))

    (body,) = bodies()
    assert made == 1
    assert (body["type"], body["data"]["change"], body["data"]["count"]) == ("customer.updated", "IMPORT", 3)
    assert [item["id"] for item in body["data"]["items"]] == list(ids)
    Draft202012Validator(event_schema(BY_NAME["customer.updated"])).validate(body)


@pytest.mark.django_db
def test_endpoints_of_one_reach_share_a_message(endpoint):
    customer = make_customer(make_actor("agent"), "张三")
    for name in ("二", "三"):
        WebhookEndpoint.objects.create(name=name, url="https://b.example.cn/", created_at=NOW, unit=small_tree().east)

    made = told(CustomersChanged((customer.pk,), "UPDATE"))

    assert (made, WebhookMessage.objects.count()) == (3, 2)


@pytest.mark.django_db
def test_nothing_is_stored_that_nobody_wants(endpoint):
    WebhookEndpoint.objects.update(event_types=["claim.created"])

    answers = [wanted(CustomersChanged((1,), "CREATE")), is_wanted(frozenset({"claim.created"}))]
    make_customer(make_actor("agent"), "张三")

    assert answers == [False, True]
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db
def test_services_announce_what_the_outside_needs(endpoint):
    agent = make_actor("agent")
    customer = make_customer(agent, "张三")
    create_task(actor=agent, customer_id=customer.pk, kind="CALL", title="回访", due_at=NOW, now=NOW)
    record_interaction(
        actor=agent, customer_id=customer.pk, draft=InteractionDraft("CALL", "OUT", NOW, "问候"), now=NOW
    )

    emitted = {event.event for event in OutboxEvent.objects.all()}

    kinds = (CustomersChanged, TasksChanged, InteractionsRecorded, PeopleChanged, PostsChanged, UnitsChanged)
    assert emitted == {kind.key() for kind in kinds}


@pytest.mark.django_db
def test_the_log_is_forgotten_when_it_is_old(endpoint):
    customer = make_customer(make_actor("agent"), "张三")
    for key in ("1", "2"):
        told(CustomersChanged((customer.pk,), "UPDATE"), key)
    old = clock.wall() - timedelta(days=31)
    WebhookMessage.objects.filter(pk=WebhookMessage.objects.earliest("pk").pk).update(created_at=old)
    WebhookEndpoint.objects.create(name="旧", url="https://c.example.cn/", created_at=old, deleted_at=old)

    counts = [forget_old(clock.wall()), forget_old(clock.wall())]

    assert counts == [1, 0]
    assert (WebhookMessage.objects.count(), WebhookDelivery.objects.count()) == (1, 1)
    assert list(WebhookEndpoint.objects.values_list("name", flat=True)) == ["总账"]
