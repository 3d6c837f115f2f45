"""Results of couriers from spreadsheets, row by row, each once (POL-8, PLT-9)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.imports import Chunk, ImportContext, Outcome, RowIssue
from keyuan.policies.models import Shipment, ShipmentEvent
from keyuan.policies.rules.deliveries.states import State, is_old_news, may_follow
from keyuan.policies.selectors.deliveries import shipments_visible_to
from keyuan.policies.services.deliveries.shipping import News, tell


@dataclass(slots=True)
class Plan:
    """What each row tells of which shipment."""

    changed: list[tuple[int, int, News]] = field(default_factory=list)
    #: A result makes no shipment.
    new: tuple[int, ...] = ()


def check_results(chunk: Chunk, context: ImportContext) -> Outcome:
    """Tell which rows bring news, which say nothing new and which are refused; reads only."""
    outcome = Outcome()
    plan = outcome.plan = Plan()
    found = _found(chunk, context)
    told = _told(found)
    for index in range(len(chunk)):
        shipment = found.get(index)
        if shipment is None:
            name = "shipment_no" if chunk.has("shipment_no") else "tracking_no"
            outcome.issues.append(RowIssue(index, name, "shipment.unknown"))
            continue
        news = _news(chunk, index, shipment)
        if news.fingerprint in told.get(shipment.pk, ()):
            outcome.unchanged += 1
        elif news.on > context.now.date():
            outcome.issues.append(RowIssue(index, "on", "policy.date_in_future"))
        elif may_follow(shipment.state, news.state) or is_old_news(shipment.state, news.state):
            plan.changed.append((index, shipment.pk, news))
        else:
            outcome.issues.append(RowIssue(index, "state", "shipment.wrong_state"))
    outcome.updated = len(plan.changed)
    return outcome


def _news(chunk: Chunk, index: int, shipment: Shipment) -> News:
    values: dict[str, Any] = {
        name: chunk.get(name)[index] for name in ("state", "on", "words", "carrier", "tracking_no")
    }  # fmt: skip
    on: date = values["on"]
    number = values["tracking_no"] or shipment.tracking_no
    return News(values["state"], on, values["words"] or "", "IMPORT", values["carrier"] or "", number)


def _found(chunk: Chunk, context: ImportContext) -> dict[int, Shipment]:
    """Return the shipment of each row, by its number or the courier's; those out of reach are not found."""
    numbers, tracking = chunk.get("shipment_no"), chunk.get("tracking_no")
    actor: Actor = context.actor
    seen = shipments_visible_to(actor, now=context.now)
    by_number = {row.shipment_no: row for row in seen.filter(shipment_no__in={one for one in numbers if one})}
    by_tracking: dict[str, list[Shipment]] = {}
    for row in seen.filter(tracking_no__in={one for one in tracking if one}):
        by_tracking.setdefault(row.tracking_no, []).append(row)
    found: dict[int, Shipment] = {}
    for index in range(len(chunk)):
        if numbers[index]:
            rows = [by_number[numbers[index]]] if numbers[index] in by_number else []
        else:
            rows = by_tracking.get(tracking[index] or "", [])
        if len(rows) == 1:
            found[index] = rows[0]
    return found


def _told(found: dict[int, Shipment]) -> dict[int, set[str]]:
    rows = ShipmentEvent.objects.filter(shipment_id__in={row.pk for row in found.values()})
    told: dict[int, set[str]] = {}
    for pk, fingerprint in rows.values_list("shipment_id", "fingerprint"):
        told.setdefault(pk, set()).add(fingerprint)
    return told


def write_results(_chunk: Chunk, context: ImportContext, outcome: Outcome) -> None:
    """Take in what the check planned, in the caller's transaction; a row that fits no more is passed over."""
    plan: Plan = outcome.plan
    for _index, pk, news in plan.changed:
        try:
            tell(actor=context.actor, shipment_id=pk, news=news, version=None, now=context.now)
        except Refused:
            outcome.updated -= 1


STATES = {
    "已寄出": State.SENT, "寄出": State.SENT, "sent": State.SENT, "妥投": State.DELIVERED, "签收": State.DELIVERED,
    "已签收": State.DELIVERED, "delivered": State.DELIVERED, "回执已签": State.SIGNED, "回执": State.SIGNED,
    "signed": State.SIGNED, "退回": State.RETURNED, "拒收": State.RETURNED, "returned": State.RETURNED,
    "遗失": State.LOST, "丢失": State.LOST, "lost": State.LOST,
}  # fmt: skip
