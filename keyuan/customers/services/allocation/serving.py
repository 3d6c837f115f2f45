"""What is known of those who serve: profiles, wishes and ties of customers, second contacts (CUS-9)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import BackupContact, CustomerSummary, ServicePairing, ServiceProfile
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.selectors.agents import access_agent
from keyuan.platform.audit import Action, Subject, record

MOST_CODES = 20


def save_profile(
    *,
    actor: Actor,
    agent_id: int,
    version: int,
    languages: Sequence[str],
    skills: Sequence[str],
    districts: Sequence[str],
    load_cap: int | None,
    receives: bool,
    pause_reason: str,
    now: datetime,
) -> ServiceProfile:
    """Say what a service person can take. Raises `Refused` with the field, `Conflict` when somebody saved since."""
    actor.require(permissions.ALLOCATE)
    agent = access_agent(actor, agent_id)
    if not receives and not pause_reason.strip():
        raise Refused("service_profile.pause_reason", field="pause_reason")
    if any(not code.isdigit() or len(code) > 6 for code in districts):
        raise Refused("service_profile.districts", field="districts")
    with transaction.atomic():
        ServiceProfile.objects.get_or_create(agent=agent, defaults={"version": 0})
        profile = ServiceProfile.objects.select_for_update().get(agent=agent)
        if profile.version != version:
            raise Conflict("conflict", version=profile.version)
        before = _facts(profile)
        profile.languages, profile.skills = list(languages)[:MOST_CODES], list(skills)[:MOST_CODES]
        profile.districts, profile.load_cap = list(districts)[:MOST_CODES], load_cap
        profile.receives, profile.pause_reason = receives, "" if receives else pause_reason.strip()[:100]
        profile.version += 1
        profile.save()
        record(actor, Action.UPDATE, Subject("agent", agent.pk), before=before, after=_facts(profile), now=now)
    return profile


def _facts(profile: ServiceProfile) -> dict[str, object]:
    names = ("languages", "skills", "districts", "load_cap", "receives", "pause_reason")
    return {name: getattr(profile, name) for name in names}


def note_pairing(
    *, actor: Actor, customer_id: int, agent_id: int, kind: str, note: str, now: datetime
) -> ServicePairing:
    """Note what a customer wishes of a person, or that they are related. A later word replaces an earlier one."""
    actor.require(permissions.INTERACT)
    if kind not in ServicePairing.Kind.values:
        raise Refused("service_pairing.kind", field="kind")
    customer = access_customer(actor, customer_id, now=now)
    agent = Agent.objects.filter(pk=agent_id).first()
    if agent is None:
        raise Refused("assignment.no_such_agent", field="agent")
    with transaction.atomic():
        pairing, _new = ServicePairing.objects.update_or_create(
            customer=customer,
            agent=agent,
            defaults={"kind": kind, "note": note.strip()[:100], "created_at": now, "created_by_id": actor.id},
        )
        after = {"agent_id": agent.pk, "service_pairing": kind}
        record(actor, Action.UPDATE, Subject("customer", customer.pk), after=after, customer_id=customer.pk, now=now)
    return pairing


def drop_pairing(*, actor: Actor, customer_id: int, pairing_id: int, now: datetime) -> None:
    """Take back what `note_pairing` noted."""
    actor.require(permissions.INTERACT)
    customer = access_customer(actor, customer_id, now=now)
    with transaction.atomic():
        found = ServicePairing.objects.select_for_update().filter(pk=pairing_id, customer=customer).first()
        if found is None:
            return
        before = {"agent_id": found.agent_id, "service_pairing": found.kind}
        found.delete()
        record(actor, Action.UPDATE, Subject("customer", customer.pk), before=before, customer_id=customer.pk, now=now)


def name_backup(*, actor: Actor, customer_id: int, agent_id: int, now: datetime) -> BackupContact:
    """Name a second contact for a customer, beside the person who serves. Raises `Refused` for the same person."""
    actor.require(permissions.ASSIGN)
    customer = access_customer(actor, customer_id, now=now)
    agent = access_agent(actor, agent_id)
    if agent.status != Agent.Status.ACTIVE:
        raise Refused("assignment.agent_inactive", field="agent")
    serving = CustomerSummary.objects.filter(pk=customer.pk).values_list("servicing_agent_id", flat=True).first()
    if serving == agent.pk:
        raise Refused("backup.same_person", field="agent")
    with transaction.atomic():
        backup, new = BackupContact.objects.get_or_create(
            customer=customer,
            agent=agent,
            valid_until=None,
            defaults={"valid_from": now.date(), "created_by_id": actor.id},
        )
        if new:
            after = {"backup_agent_id": agent.pk}
            subject = Subject("customer", customer.pk)
            record(actor, Action.UPDATE, subject, after=after, customer_id=customer.pk, now=now)
    return backup


def end_backup(*, actor: Actor, customer_id: int, backup_id: int, now: datetime) -> None:
    """End a second contact."""
    actor.require(permissions.ASSIGN)
    customer = access_customer(actor, customer_id, now=now)
    with transaction.atomic():
        rows = BackupContact.objects.filter(pk=backup_id, customer=customer, valid_until__isnull=True)
        agents = list(rows.values_list("agent_id", flat=True))
        if rows.update(valid_until=now.date()):
            before = {"backup_agent_id": agents[0]}
            subject = Subject("customer", customer.pk)
            record(actor, Action.UPDATE, subject, before=before, customer_id=customer.pk, now=now)
