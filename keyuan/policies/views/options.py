"""What fields for people, agents and products offer while somebody enters something."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from keyuan.customers.selectors.subjects import customer_label
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest
from keyuan.policies.selectors.agents import agents_like
from keyuan.policies.selectors.people import choice_text, people_like
from keyuan.products.models import Product
from keyuan.products.selectors import products_on_sale
from keyuan.products.selectors.labels import KINDS

MOST_TYPED = 60


def offer_people(request: StaffRequest) -> HttpResponse:
    """Offer customers in reach for what is typed."""
    found = people_like(request.actor, request.GET.get("q", "")[:MOST_TYPED], now=clock.now())
    return _offer(
        request, [(choice_text(customer_label(request.actor, row), row.customer_no), row.birth_on) for row in found]
    )


def offer_agents(request: StaffRequest) -> HttpResponse:
    """Offer agents for what is typed."""
    found = agents_like(request.actor, request.GET.get("q", "")[:MOST_TYPED])
    return _offer(request, [(choice_text(agent.name, agent.agent_no), "") for agent in found])


def _offer(request: StaffRequest, rows: list[tuple[str, Any]]) -> HttpResponse:
    options = [{"value": value, "note": note or ""} for value, note in rows]
    return render(request, "policies/entry/options.html", {"options": options})


def products_by_kind(kind: str = "") -> list[tuple[Any, list[Product]]]:
    """Return what one person can buy, under the words of its kinds; with ``kind`` only that one."""
    groups: dict[str, list[Product]] = {}
    for product in products_on_sale(kind):
        if not product.is_rider and not product.is_group:
            groups.setdefault(product.kind, []).append(product)
    return [(KINDS.get(kind, kind), rows) for kind, rows in groups.items()]
