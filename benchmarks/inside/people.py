"""The three people whose pages are measured, as actors, and what each of them may open."""

import random
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, QuerySet

from benchmarks.inside import django_ready  # noqa: F401 - Django must stand before models are read
from keyuan.claims.selectors import claim_sources
from keyuan.customers.selectors import summary_sources
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Agent, Post, Unit, User
from keyuan.organisation.selectors.actors import actor_of
from keyuan.platform import clock
from keyuan.platform.audit import changes_visible_to
from keyuan.policies.selectors import policy_sources
from keyuan.products.models import Product

#: Reach in words: the demo person who has it.
PEOPLE = {"agent": "10482", "branch": "10006", "head office": "10001"}
#: Pages that only these posts open.
SPECIALISTS = {"administrator": "10002", "auditor": "10004"}
#: So many rows of a reach are looked at to choose from.
WIDE = 40_000


@dataclass(frozen=True)
class Visitor:
    """A person and what they may open: ids by the name of the address's parameter."""

    name: str
    actor: Actor
    ids: dict[str, list[Any]]


def actor_named(staff_no: str) -> Actor:
    """Return a demo person in their first post."""
    posts = Post.objects.select_related("user", "role", "unit").filter(user__staff_no=staff_no).order_by("pk")
    return actor_of(posts[0])


def some_ids(rows: QuerySet[Any], count: int, dice: random.Random) -> list[int]:
    """Return ``count`` ids all over ``rows``: by chance, so that no page is warm by its neighbour."""
    if not rows.query.where.children:
        last = rows.model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        wanted = {dice.randrange(1, last + 1) for _ in range(count * 4)} if last else set()
        found = list(rows.order_by().filter(pk__in=wanted).values_list("pk", flat=True))
    else:
        found = list(rows.order_by().values_list("pk", flat=True)[:WIDE])
    dice.shuffle(found)
    return found[:count]


def visitor(name: str, staff_no: str, count: int) -> Visitor:
    """Return a person with ``count`` of everything an address of theirs can name."""
    actor, dice, now = actor_named(staff_no), random.Random(f"{name} 7"), clock.now()
    sources = {
        "customer_id": summary_sources(actor, now=now)[0],
        "policy_id": policy_sources(actor, now=now)[0],
        "claim_id": claim_sources(actor, now=now)[0],
        "product_id": Product.objects.all(),
        "user_id": User.objects.all(),
        "agent_id": Agent.objects.all(),
    }
    ids: dict[str, list[Any]] = {name: some_ids(rows, count, dice) for name, rows in sources.items()}
    last = changes_visible_to(actor).order_by("-pk")[:count]
    ids |= {
        "unit_id": list(Unit.objects.order_by("level", "pk").values_list("pk", flat=True)[:count]),
        "post_id": list(Post.objects.values_list("pk", flat=True)[:count]),
        "role_id": list(Post.objects.values_list("role_id", flat=True)[:count]),
        "event_id": [event.pk for event in last],
        "part": ["change"],
        "key": ["jobs.recover"],
        "filter_key": ["agent"],
    }
    return Visitor(name, actor, {name: found for name, found in ids.items() if found})
