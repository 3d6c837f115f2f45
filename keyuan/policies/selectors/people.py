"""Customers whom an actor may put into a contract, by what was typed or chosen."""

from datetime import datetime

from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import access_customer, summaries_visible_to
from keyuan.customers.selectors.choosing import chosen_customer
from keyuan.customers.selectors.search import search_customers
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.selectors.agents import agents_visible_to

OFFERED = 8


def people_like(actor: Actor, text: str, *, now: datetime) -> list[CustomerSummary]:
    """Return customers within reach for a box in which somebody types: any form of the search (CUS-4)."""
    if not text.strip():
        return []
    return [found.summary for found in search_customers(actor, text.strip(), now=now, limit=OFFERED)]


def choice_text(name: str, number: str) -> str:
    """Return what stands in the box once somebody was chosen: the number at its end says who is meant."""
    return f"{name} {number}".strip()


def picked_person(actor: Actor, text: str, *, now: datetime) -> CustomerSummary | None:
    """Return the customer whose number ends ``text``, None for a name alone or somebody out of reach."""
    number = text.split()[-1] if text.split() else ""
    return summaries_visible_to(actor, now=now).filter(customer_no=number).first() if number else None


def meant_person(actor: Actor, text: str, *, now: datetime, field: str) -> CustomerSummary:
    """Return the one customer whom ``text`` means; raises `Refused` for nobody and for several, at ``field``."""
    picked = picked_person(actor, text, now=now)
    if picked is not None:
        return picked
    try:
        return chosen_customer(actor, text, now=now)
    except Refused as error:
        raise Refused(error.code, field=field, **error.params) from None


def text_of_customer(actor: Actor, customer_id: int, *, now: datetime) -> str:
    """Return a customer as the box shows one who was chosen; empty for one out of reach."""
    try:
        customer = access_customer(actor, customer_id, now=now)
    except NotFound:
        return ""
    return choice_text(customer.name, customer.customer_no)


def meant_agent(actor: Actor, text: str, *, field: str) -> Agent:
    """Return the agent whose number ends ``text``; raises `Refused` policy.no_such_agent at ``field``."""
    number = text.split()[-1] if text.split() else ""
    agent = agents_visible_to(actor).filter(agent_no=number.upper()).first()
    if agent is None:
        raise Refused("policy.no_such_agent", field=field)
    return agent
