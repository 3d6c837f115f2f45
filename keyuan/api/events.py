"""The public events: what other systems may hear of, under names that stay (PLT-14).

A public name is a promise: it is never renamed and its data never lose a field. Events of ours that nobody outside
needs stand in `INTERNAL` with the reason; a test says that every event stands in one of the two.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.claims.events import ClaimsChanged
from keyuan.contact.events import ConsentGiven, ConsentWithdrawn, ContactRefused, MessagesLost
from keyuan.customers.events import (
    CustomersAssigned,
    CustomersChanged,
    CustomersHandedOver,
    CustomersMerged,
    InteractionsRecorded,
    TasksChanged,
)
from keyuan.organisation.events import AgentsChanged, PeopleChanged, PostsChanged, UnitsChanged
from keyuan.platform.events import Event
from keyuan.platform.imports.events import ImportEnded, ImportFinished
from keyuan.policies.events import PoliciesChanged, PremiumReceived, RefundsPaid, RenewalsClosed, ServiceRequestsMoved
from keyuan.policies.rules.transitions import SWITCHES, TRANSITIONS
from keyuan.products.events import ProductsChanged
from keyuan.service.events import FollowUpsChanged, WorkOrdersMoved, WorkOrdersTaken

CREATE = frozenset({"CREATE"})
STEPS = frozenset({step.kind for step in TRANSITIONS} | {switch.kind for switch in SWITCHES})
#: Sent by the test button, to one endpoint.
TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """One public event.

    ``source`` is the event it comes from, where its ``kind`` is one of ``kinds`` (empty: any that no other takes);
    ``object`` says what its ids mean; ``about`` explains it to developers.
    """

    name: str
    label: Any
    about: str
    source: type[Event]
    object: str
    kinds: frozenset[str] = frozenset()


PUBLIC: tuple[PublicEvent, ...] = (
    PublicEvent(
        "customer.created", _("Customer entered"), "Customers were entered by hand, by import or by the API.",
        CustomersChanged, "customer", CREATE,
    ),
    PublicEvent(
        "customer.updated", _("Customer changed"),
        "Archive, contact data, documents, relations, household or tags of customers changed.",
        CustomersChanged, "customer",
    ),
    PublicEvent(
        "customer.assigned", _("Customer assigned"), "Customers got another servicing person or unit.",
        CustomersAssigned, "customer",
    ),
    PublicEvent(
        "customer.handed_over", _("Customer handed over"),
        "Customers whose service person left or moved have a successor and are to be told.",
        CustomersHandedOver, "customer",
    ),
    PublicEvent(
        "customer.merged", _("Customer merged"),
        "Two customers were one: what either had stands with the survivor, whom `items` name with `merged_ids`.",
        CustomersMerged, "merge", frozenset({"MERGE"}),
    ),
    PublicEvent(
        "customer.unmerged", _("Merge undone"), "A merge was undone: both customers stand as they did.",
        CustomersMerged, "merge", frozenset({"UNDO"}),
    ),
    PublicEvent(
        "interaction.recorded", _("Contact recorded"), "Entries were added to the timelines of customers.",
        InteractionsRecorded, "interaction",
    ),
    PublicEvent("task.created", _("Task made"), "Tasks were made.", TasksChanged, "task", CREATE),
    PublicEvent(
        "task.updated", _("Task changed"), "Tasks were done, dropped, reopened or postponed.", TasksChanged, "task",
    ),
    PublicEvent(
        "policy.created", _("Policy entered"), "Policies were entered by hand, by import or by the API.",
        PoliciesChanged, "policy", CREATE,
    ),
    PublicEvent(
        "policy.transitioned", _("Policy status changed"),
        "Policies took a step of their life: in force, lapsed, reinstated, surrendered, paid up …; `change` names it.",
        PoliciesChanged, "policy", STEPS,
    ),
    PublicEvent(
        "policy.updated", _("Policy changed"), "Anything else of policies changed; `change` names it.",
        PoliciesChanged, "policy",
    ),
    PublicEvent(
        "policy.premium_received", _("Premium received"), "Premium payments were recorded for policies.",
        PremiumReceived, "policy",
    ),
    PublicEvent("refund.paid", _("Refund paid out"), "The bank paid refunds out.", RefundsPaid, "refund"),
    PublicEvent(
        "policy_service.requested", _("Policy service asked of the core system"),
        "A request was reviewed for a contract that another system keeps: carry it out there and confirm it here.",
        ServiceRequestsMoved, "policy_service_request", frozenset({"SENT"}),
    ),
    PublicEvent(
        "policy_service.updated", _("Policy service request moved"),
        "Requests came in, took effect, were refused, withdrawn or taken back; `change` names it.",
        ServiceRequestsMoved, "policy_service_request",
    ),
    PublicEvent("claim.created", _("Claim came in"), "Claims came in.", ClaimsChanged, "claim", CREATE),
    PublicEvent(
        "claim.updated", _("Claim changed"), "The source of claims said something new of them.",
        ClaimsChanged, "claim",
    ),
    PublicEvent(
        "follow_up.created", _("Call-back or follow-up opened"),
        "Call-backs of new contracts or other follow-ups were opened: somebody calls, or a questionnaire goes out.",
        FollowUpsChanged, "follow_up", CREATE,
    ),
    PublicEvent(
        "follow_up.updated", _("Call-back or follow-up had a result"),
        "Follow-ups were called, answered or ended; `change` is the result (SUCCESS, NO_ANSWER, PROBLEM …), or DROPPED "
        "or UNREACHED where there is none.",
        FollowUpsChanged, "follow_up",
    ),
    PublicEvent("product.created", _("Product entered"), "Products were entered.", ProductsChanged, "product", CREATE),
    PublicEvent("product.updated", _("Product changed"), "Products changed.", ProductsChanged, "product"),
    PublicEvent("unit.created", _("Unit added"), "Units were added to the tree.", UnitsChanged, "unit", CREATE),
    PublicEvent(
        "unit.updated", _("Unit changed"), "Units were renamed, closed or put elsewhere (`change` MOVE).",
        UnitsChanged, "unit",
    ),
    PublicEvent("person.created", _("Person came"), "Members of staff were added.", PeopleChanged, "person", CREATE),
    PublicEvent(
        "person.updated", _("Person changed"),
        "Members of staff changed, were locked or unlocked, or left (`change` LEAVE).", PeopleChanged, "person",
    ),
    PublicEvent("post.created", _("Post given"), "People were appointed.", PostsChanged, "post", CREATE),
    PublicEvent("post.updated", _("Post ended"), "Posts ended (`change` END).", PostsChanged, "post"),
    PublicEvent(
        "agent.updated", _("Agent changed"), "Members of the sales force changed or left.", AgentsChanged, "agent",
    ),
    PublicEvent(
        "import.finished", _("Import is done"), "A file was imported to its end.", ImportFinished, "import",
    ),
    PublicEvent(
        "consent.given", _("Consent given"), "Customers consented to a purpose, by hand, by import or by the API.",
        ConsentGiven, "customer",
    ),
    PublicEvent(
        "consent.withdrawn", _("Consent withdrawn"), "Customers took a consent back: stop what stands on it at once.",
        ConsentWithdrawn, "customer",
    ),
    PublicEvent(
        "contact.refused", _("The customer refused"), "Customers do not want to be contacted: stop at once.",
        ContactRefused, "customer",
    ),
)  # fmt: skip
BY_NAME = {event.name: event for event in PUBLIC}

#: Events of ours that have no public name, and why.
INTERNAL: dict[type[Event], str] = {
    WorkOrdersTaken: "the desk's own queue and its clocks; programs take orders in and read them by the API",
    MessagesLost: "a message did not arrive, told to whoever had it sent; programs read the outbox",
    WorkOrdersMoved: "steps of the desk's work, told to the contexts above; programs read where an order stands",
    RenewalsClosed: "what our own people made of a chance; programs see the new contract, or read the chance",
    ImportEnded: "every stage of an import, for the connector that waits for it; import.finished tells the outside",
}


def public_of(event: Event) -> PublicEvent | None:
    """Return the public event that ``event`` becomes, or None for an internal one."""
    kind = getattr(event, "kind", "")
    own = [public for public in PUBLIC if public.source is type(event)]
    named = (public for public in own if kind in public.kinds)
    return next(named, next((public for public in own if not public.kinds), None))


def sources() -> list[type[Event]]:
    """Return every event that may become a public one, each once."""
    return list(dict.fromkeys(public.source for public in PUBLIC))
