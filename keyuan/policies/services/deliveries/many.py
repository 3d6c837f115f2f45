"""Many shipments at once: numbers pasted from a spreadsheet, failed ones sent again (POL-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.policies import permissions
from keyuan.policies.models import Shipment
from keyuan.policies.rules.deliveries.states import FAILED, State
from keyuan.policies.selectors.deliveries import shipments_visible_to
from keyuan.policies.services.deliveries.shipping import News, ShipmentDraft, prepare, tell

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Left:
    """A line that was not taken in, and why."""

    line: int
    text: str
    error: Refused


def send_many(
    *, actor: Actor, carrier: str, on: date, lines: str, now: datetime
) -> tuple[int, list[Left]]:  # fmt: skip
    """Send prepared shipments by lines "shipment number, tracking number"; returns how many went, and what did not.

    Each line is its own transaction: a wrong one stops no other, and the same paste again changes nothing. Raises
    `Refused` shipment.too_many.
    """
    actor.require(permissions.DELIVER)
    rows = [(at, line.strip()) for at, line in enumerate(lines.splitlines(), 1) if line.strip()]
    if len(rows) > MOST_LINES:
        raise Refused("shipment.too_many", field="lines", most=MOST_LINES)
    cells = [(at, text, text.replace(",", " ").replace("，", " ").split()) for at, text in rows]
    numbers = {parts[0].upper() for _at, _text, parts in cells}
    seen = shipments_visible_to(actor, now=now).filter(shipment_no__in=numbers)
    known = dict(seen.values_list("shipment_no", "pk"))
    left, done = [], 0
    for at, text, parts in cells:
        try:
            _send(actor, known, parts, carrier, on, now)
            done += 1
        except Refused as error:
            left.append(Left(at, text[:80], error))
    return done, left


def _send(actor: Actor, known: dict[str, int], parts: list[str], carrier: str, on: date, now: datetime) -> None:
    if len(parts) != 2:
        raise Refused("shipment.line")
    pk = known.get(parts[0].upper())
    if pk is None:
        raise Refused("shipment.unknown")
    news = News(State.SENT, on, f"{carrier} {parts[1].upper()}", "STAFF", carrier, parts[1])
    tell(actor=actor, shipment_id=pk, news=news, version=None, now=now)


def send_again(*, actor: Actor, shipment_ids: Sequence[int], now: datetime) -> list[int]:
    """Prepare new envelopes for those that came back or were lost; returns the new ones. Twice makes one each."""
    actor.require(permissions.DELIVER)
    seen = shipments_visible_to(actor, now=now).filter(pk__in=list(shipment_ids), state__in=list(FAILED))
    made = []
    for row in seen.order_by("pk"):
        found = Shipment.objects.filter(replaces=row).first()
        if found is None:
            draft = ShipmentDraft(tuple(row.papers), row.policy_id, row.application_id, row.pk, row.note)
            made.append(prepare(actor=actor, draft=draft, now=now).pk)
    return made


def cancel_many(*, actor: Actor, shipment_ids: Sequence[int], now: datetime) -> int:
    """Cancel prepared shipments; returns how many."""
    actor.require(permissions.DELIVER)
    seen = shipments_visible_to(actor, now=now).filter(pk__in=list(shipment_ids), state=State.PREPARED)
    ids = list(seen.values_list("pk", flat=True))
    for pk in ids:
        tell(actor=actor, shipment_id=pk, news=News(State.CANCELLED, now.date()), version=None, now=now)
    return len(ids)
