"""Customers for every context's tests, made by the services themselves."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from keyuan.customers.models import Customer
from keyuan.customers.rules.drafts import ContactDraft, CustomerDraft, DocumentDraft
from keyuan.customers.services.archive import create_customer
from keyuan.kernel.actor import Actor, Reach, Scope, system_actor

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
_counter: Counter[str] = Counter()


def entering(actor: Actor) -> Actor:
    """Return the system standing in ``actor``'s place: it may enter customers whatever the role says."""
    system = system_actor("test set-up")
    return replace(system, unit_id=actor.unit_id, scope=Scope(Reach.ALL, agent_id=actor.scope.agent_id))


def make_customer(
    actor: Actor, name: str = "", *, phone: str = "", identity_number: str = "", kind: str = "P", **fields: Any
) -> Customer:
    """Enter a customer served by ``actor`` (an agent's own) or in the actor's unit."""
    _counter["customer"] += 1
    draft = CustomerDraft(
        kind=kind,
        fields={"name": name or f"客户{_counter['customer']}", **fields},
        contacts=(ContactDraft("MOBILE", phone),) if phone else (),
        documents=(DocumentDraft("111", identity_number),) if identity_number else (),
    )
    return create_customer(actor=entering(actor), draft=draft, now=NOW).customer
