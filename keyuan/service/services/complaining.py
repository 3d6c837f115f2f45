"""The part of an order that makes it a complaint: claimant, recusal, signs of groups and proxies (SRV-4; §C.1)."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from keyuan.kernel.errors import Refused
from keyuan.kernel.identifiers.phones import parse_phone
from keyuan.organisation.models import Agent
from keyuan.platform import people
from keyuan.service.models import Accused, Complaint, WorkOrder
from keyuan.service.rules import complaints as rules
from keyuan.service.rules import kinds, machine
from keyuan.service.services.resembling.finding import note_signs

#: Columns that a draft may fill.
FIELDS = (
    "source", "regulator_no", "regulator_due_on", "line", "capacity", "claimant_name", "has_authority", "has_identity",
    "has_kinship", "representatives", "group_size",
)  # fmt: skip


def check_claimant(kind: str, given: Mapping[str, Any]) -> None:
    """Refuse a complaint whose claimant lacks the proofs that the law asks for; other kinds pass."""
    if kind != kinds.COMPLAINT:
        return
    capacity = given.get("capacity") or rules.SELF
    if capacity not in rules.CAPACITIES:
        raise Refused("complaint.capacity", field="capacity")
    claimant = rules.Claimant(
        capacity,
        bool(given.get("has_authority")),
        bool(given.get("has_identity")),
        bool(given.get("has_kinship")),
        int(given.get("representatives") or 0),
    )
    code = rules.missing_proof(claimant)
    if code:
        raise Refused(code, field="representatives" if capacity == rules.GROUP else "capacity")
    if given.get("callback_phone"):
        parse_phone(str(given["callback_phone"]), field="callback_phone")
    if str(given.get("source", "")).startswith("REGULATOR") and not given.get("regulator_no"):
        raise Refused("complaint.regulator_no", field="regulator_no")


def open_complaint(order: WorkOrder, given: Mapping[str, Any]) -> Complaint:
    """Keep what makes an order a complaint, with the signs of repetition, group and proxy."""
    values = {name: given[name] for name in FIELDS if given.get(name) not in (None, "")}
    size = int(values.get("group_size") or 1)
    if given.get("callback_phone"):
        values["callback_phone"] = parse_phone(str(given["callback_phone"]), field="callback_phone").number
    complaint = Complaint.objects.create(
        order=order, level=rules.level_of(size), received_at=order.received_at,
        is_repeated=_is_repeated(order), is_proxy_sign=rules.speaks_of_proxy(f"{order.title} {order.description}"),
        **values,
    )  # fmt: skip
    for user_id, agent_id, name in named(given):
        Accused.objects.create(complaint=complaint, user_id=user_id, agent_id=agent_id, name=name[:80])
    note_signs(order, complaint, given)
    return complaint


def _is_repeated(order: WorkOrder) -> bool:
    if order.customer_id is None:
        return False
    since = order.received_at - timedelta(days=rules.LOOK_BACK)
    rows = WorkOrder.objects.filter(customer_id=order.customer_id, kind=kinds.COMPLAINT, received_at__gt=since)
    return rows.exclude(pk=order.pk).exclude(status=machine.MERGED).exists()


def named(given: Mapping[str, Any]) -> list[tuple[int | None, int | None, str]]:
    """Return (user, agent, name) of whom a complaint is about: agents by their record, staff by their account."""
    agent_ids, user_ids = list(given.get("agent_ids") or []), list(given.get("user_ids") or [])
    found: list[tuple[int | None, int | None, str]] = [
        (agent.user_id, agent.pk, agent.name) for agent in Agent.objects.filter(pk__in=agent_ids)
    ]
    names = people.names_of(user_ids)
    return [*found, *((user, None, name) for user, name in names.items())]


def barred_of(given: Mapping[str, Any]) -> set[int]:
    """Return the accounts that must not get a complaint taken in with these fields."""
    return {user for user, _agent, _name in named(given) if user} if given else set()


def accused_ids(order: WorkOrder) -> set[int]:
    """Return the accounts of those whom an order complains of."""
    if order.kind != kinds.COMPLAINT:
        return set()
    return {pk for pk in Accused.objects.filter(complaint_id=order.pk).values_list("user_id", flat=True) if pk}


def require_not_accused(order: WorkOrder, user_ids: Iterable[int | None]) -> None:
    """Raise Refused where somebody would handle a complaint about themselves (回避)."""
    if accused_ids(order) & {user for user in user_ids if user}:
        raise Refused("complaint.recusal", field="user", number=order.number)


def require_decided(order: WorkOrder) -> None:
    """Raise Refused for a complaint without decision; other kinds pass."""
    if order.kind == kinds.COMPLAINT and not Complaint.objects.filter(pk=order.pk).exclude(decision="").exists():
        raise Refused("complaint.undecided", field="solution")


def accused_agents(agent_ids: list[int]) -> set[int]:
    """Return those agents against whom a complaint is open: they are given no customers meanwhile."""
    rows = Accused.objects.filter(agent_id__in=agent_ids, complaint__order__is_open=True)
    return {pk for pk in rows.values_list("agent_id", flat=True) if pk}
