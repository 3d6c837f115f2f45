"""What an event says of each record: ids and keys, within the reach of the endpoint, never personal data (PLT-14)."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from keyuan.claims.selectors import claims_visible_to
from keyuan.customers.models import Customer, Interaction, Merge, SourceKey, Task
from keyuan.customers.selectors import customer_q
from keyuan.kernel.actor import UNIT_LEVELS, WHOLE_BOOK, Actor, ActorKind, Reach, Scope
from keyuan.organisation import permissions as organisation
from keyuan.organisation.models import Agent, Post, Unit, User
from keyuan.organisation.selectors import scope_q
from keyuan.organisation.selectors.units import unit_q
from keyuan.platform.models import ImportJob
from keyuan.policies.models import PolicyKey, Refund
from keyuan.policies.selectors import policies_visible_to
from keyuan.policies.selectors.service_items import requests_visible_to
from keyuan.products.models import Product
from keyuan.service.models import FollowUp

Item = dict[str, Any]
Ids = tuple[int, ...]
#: Keys that are no other system's: tokens of entry forms.
OWN_SOURCES = ("form",)
#: What endpoints may hear of; no field is read but ids and keys.
PERMISSIONS = frozenset({organisation.UNITS_VIEW, organisation.AGENTS_VIEW, organisation.USERS_VIEW})


def listener(unit: Unit | None, sales_channel: str) -> Actor:
    """Return the actor whose reach is that of an endpoint: a unit and below, one channel of it, or the whole book."""
    scope = WHOLE_BOOK
    if unit is not None or sales_channel:
        scope = Scope(
            Reach.CHANNEL if sales_channel else Reach.UNIT,
            unit_id=unit.pk if unit else -1,
            unit_level=UNIT_LEVELS[unit.level - 1] if unit else UNIT_LEVELS[0],
            sales_channel=sales_channel or None,
        )
    return Actor(ActorKind.API_CLIENT, None, "webhook", permissions=PERMISSIONS, scope=scope)


def _keys(rows: Iterable[tuple[int, str, str]], hidden: dict[int, str] | None = None) -> dict[int, list[Item]]:
    """Return source keys by record; a key that is itself a number with a mask is left out."""
    found: dict[int, list[Item]] = defaultdict(list)
    for pk, source, key in rows:
        if key and key != (hidden or {}).get(pk):
            found[pk].append({"source": source, "key": key})
    return found


def _item(pk: int, reference: str | None, keys: list[Item] | None = None, **more: Any) -> Item:
    return {"id": pk, "reference": reference, "source_keys": keys or [], **more}


def _customers(actor: Actor, ids: Ids, now: datetime) -> list[Item]:
    # A merged record is still named: its survivor is what the receiver will read.
    rows = Customer.objects.filter(customer_q(actor, now=now), pk__in=ids).order_by("pk")
    named = list(rows.values_list("pk", "customer_no"))
    kept = SourceKey.objects.filter(customer_id__in=[pk for pk, _no in named]).exclude(source__in=OWN_SOURCES)
    keys = _keys(kept.order_by("pk").values_list("customer_id", "source", "key"))
    return [_item(pk, number, keys.get(pk)) for pk, number in named]


def _merges(actor: Actor, ids: Ids, now: datetime) -> list[Item]:
    """Name survivors with every record that was merged into them."""
    found: dict[int, list[int]] = defaultdict(list)
    for merge in Merge.objects.filter(survivor_id__in=ids, done_at__isnull=False).order_by("serial"):
        found[merge.survivor_id].append(merge.loser_id)
    return [item | {"merged_ids": found[item["id"]]} for item in _customers(actor, ids, now)]


def _policies(actor: Actor, ids: Ids, now: datetime) -> list[Item]:
    rows = policies_visible_to(actor, now=now).filter(pk__in=ids).order_by("pk")
    named = list(rows.values_list("pk", "holder_id", "policy_no"))
    kept = PolicyKey.objects.filter(policy_id__in=[row[0] for row in named]).order_by("pk")
    keys = _keys(kept.values_list("policy_id", "source", "key"), {pk: number for pk, _holder, number in named})
    return [_item(pk, None, keys.get(pk), customer_id=holder) for pk, holder, _number in named]


def _claims(actor: Actor, ids: Ids, now: datetime) -> list[Item]:
    rows = claims_visible_to(actor, now=now).filter(pk__in=ids).order_by("pk")
    return [
        _item(pk, None, [{"source": source, "key": number}] if source else [], customer_id=customer, policy_id=policy)
        for pk, number, source, customer, policy in rows.values_list(
            "pk", "claim_no", "source_name", "customer_id", "policy_id"
        )
    ]


def _service_requests(actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    rows = requests_visible_to(actor).filter(pk__in=ids).order_by("pk")
    return [
        _item(pk, number, customer_id=customer, policy_id=policy)
        for pk, number, customer, policy in rows.values_list("pk", "request_no", "customer_id", "policy_id")
    ]


def _follow_ups(actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    rows = FollowUp.objects.filter(scope_q(actor.scope), pk__in=ids).order_by("pk")
    found = rows.values_list("pk", "customer_id", "policy_id")
    return [_item(pk, None, customer_id=customer, policy_id=policy) for pk, customer, policy in found]


def _refunds(actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    if actor.scope.reach is not Reach.ALL:
        return []
    rows = Refund.objects.filter(pk__in=ids).order_by("pk")
    found = rows.values_list("pk", "refund_no", "policy_id")
    return [_item(pk, number, policy_id=policy) for pk, number, policy in found]


def _of_customers(model: type[Task] | type[Interaction]) -> Callable[[Actor, Ids, datetime], list[Item]]:
    def items(actor: Actor, ids: Ids, now: datetime) -> list[Item]:
        rows = model._default_manager.filter(customer_q(actor, now=now, prefix="customer__"), pk__in=ids)
        named = rows.order_by("pk").values_list("pk", "customer_id")
        return [_item(pk, None, customer_id=customer) for pk, customer in named]

    return items


def _products(_actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    rows = Product.objects.filter(pk__in=ids).order_by("pk")
    return [_item(pk, code) for pk, code in rows.values_list("pk", "code")]


def _units(actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    rows = Unit.objects.filter(unit_q(actor), pk__in=ids).order_by("pk")
    return [_item(pk, code) for pk, code in rows.values_list("pk", "code")]


def _people(actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    rows = User.objects.filter(pk__in=ids)
    if actor.scope.reach is not Reach.ALL:
        rows = rows.filter(pk__in=Post.objects.filter(unit_q(actor, "unit__"), user_id__in=ids).values("user_id"))
    return [_item(pk, number) for pk, number in rows.order_by("pk").values_list("pk", "staff_no")]


def _posts(actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    rows = Post.objects.filter(unit_q(actor, "unit__"), pk__in=ids).order_by("pk")
    return [
        _item(pk, None, person_id=person, unit_id=unit)
        for pk, person, unit in rows.values_list("pk", "user_id", "unit_id")
    ]


def _agents(actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    rows = Agent.objects.filter(scope_q(actor.scope), pk__in=ids).order_by("pk")
    return [_item(pk, number, unit_id=unit) for pk, number, unit in rows.values_list("pk", "agent_no", "unit_id")]


def _imports(actor: Actor, ids: Ids, _now: datetime) -> list[Item]:
    rows = ImportJob.objects.filter(pk__in=ids)
    if actor.scope.reach is not Reach.ALL:
        rows = rows.filter(unit_id__in=Unit.objects.filter(unit_q(actor)).values("pk"))
    return [_item(pk, None) for pk in rows.order_by("pk").values_list("pk", flat=True)]


#: Object of a public event → its records in reach.
ITEMS: dict[str, Callable[[Actor, Ids, datetime], list[Item]]] = {
    "customer": _customers,
    "merge": _merges,
    "policy": _policies,
    "claim": _claims,
    "policy_service_request": _service_requests,
    "refund": _refunds,
    "follow_up": _follow_ups,
    "task": _of_customers(Task),
    "interaction": _of_customers(Interaction),
    "product": _products,
    "unit": _units,
    "person": _people,
    "post": _posts,
    "agent": _agents,
    "import": _imports,
}


def items_of(kind: str, actor: Actor, ids: Ids, now: datetime) -> list[Item]:
    """Return what an event of object ``kind`` says of those of ``ids`` that lie in the actor's reach."""
    return ITEMS[kind](actor, ids, now)
