"""A family and its relations as the page shows them: members, totals, graph and table."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from keyuan.customers.forms.display import age_of, sees_whole
from keyuan.customers.models import Customer, HouseholdMember, Relation
from keyuan.customers.rules.graph import Place, places
from keyuan.customers.selectors import labels
from keyuan.customers.selectors.family import Family, relations_among
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member of the household."""

    id: int
    customer_id: int
    label: str
    url: str
    role: str
    is_head: bool
    age: int | None
    policies: int
    premium: int
    is_self: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A person of the graph."""

    label: str
    url: str
    place: Place
    note: str
    is_self: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation of the graph; the label stands in its middle."""

    start: Place
    end: Place
    label: str

    @property
    def x(self) -> int:
        """Where the label stands, from the left."""
        return (self.start.x + self.end.x) // 2

    @property
    def y(self) -> int:
        """Where the label stands, from the top."""
        return (self.start.y + self.end.y) // 2


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing."""

    nodes: list[Node]
    edges: list[Edge]


def member_rows(actor: Actor, customer: Customer, family: Family, today: date) -> list[MemberRow]:
    """Return the members in reach, the customer first."""
    return [_member(actor, customer, member, today) for member in family.members]


def _member(actor: Actor, customer: Customer, member: HouseholdMember, today: date) -> MemberRow:
    person = member.customer
    return MemberRow(
        member.pk,
        person.pk,
        customer_label(actor, person),
        reverse("customers:customer", args=[person.pk]),
        labels.label_of(labels.HOUSEHOLD_ROLES, member.role),
        member.role == "00",
        age_of(person, today) if sees_whole(actor, "birth_on") else None,
        person.summary.policies_in_force,
        person.summary.annual_premium,
        person.pk == customer.pk,
    )


def graph_of(actor: Actor, customer: Customer, relations: list[Relation], family: Family | None) -> Graph:
    """Return the drawing of everybody in reach who is related to the customer or lives with them."""
    people: dict[int, Customer] = {row.customer_id: row.customer for row in relations}
    people |= {member.customer_id: member.customer for member in (family.members if family else [])}
    people.pop(customer.pk, None)
    spots = dict(zip((customer.pk, *people), places(len(people)), strict=True))
    nodes = [_node(actor, customer, spots[customer.pk], is_self=True)]
    nodes += [_node(actor, person, spots[pk]) for pk, person in people.items()]
    edges = [
        Edge(spots[row.customer_id], spots[row.other_id], labels.label_of(labels.RELATIONS, row.kind))
        for row in relations
    ]
    edges += [
        Edge(spots[row.customer_id], spots[row.other_id], labels.label_of(labels.RELATIONS, row.kind))
        for row in relations_among(list(people))
    ]
    return Graph(nodes, edges)


def _node(actor: Actor, person: Customer, place: Place, *, is_self: bool = False) -> Node:
    note: Any = labels.label_of(labels.TIERS, person.summary.tier)
    return Node(customer_label(actor, person), reverse("customers:customer", args=[person.pk]), place, note, is_self)
