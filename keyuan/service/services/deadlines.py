"""The clocks of an order: started, paused and stopped with it, and what they say kept in its row (SRV-2)."""

from collections.abc import Sequence
from datetime import datetime

from keyuan.customers.selectors.standards import entitlement
from keyuan.kernel.actor import Actor, system_actor
from keyuan.organisation.models import Unit
from keyuan.platform import clocks
from keyuan.platform.clocks import Alert, Ask, Clock, Kind, State, Terms
from keyuan.platform.clocks import Unit as Counted
from keyuan.platform.clocks.keeping import OVER, WARNED, clocks_of, nearest
from keyuan.platform.notices import notify_staff
from keyuan.service.models import Desk, OrderEntry, WorkOrder
from keyuan.service.rules import complaints as complaint_rules
from keyuan.service.rules import kinds
from keyuan.service.selectors.desks import codes_above, target_for
from keyuan.service.services.histories import address, subject_of

FIRST, SOLUTION, ACKNOWLEDGE, STATUTE, REVIEW = "FIRST", "SOLUTION", "ACK", "STATUTE", "REVIEW"
WARN, LATE = "WARN", "LATE"
KEPT = ("due_at", "due_key", "is_paused", "mark")
SCANNER = system_actor("clocks")


def start_clocks(order: WorkOrder, *, actor: Actor, now: datetime) -> None:
    """Start what an order has to keep: first response and solution, for complaints the law's terms too.

    The customer's tier hastens the first response by what the service standard promises it (CUS-14).
    """
    usual = target_for(order.kind, codes_above(order.category), order.tier)
    target = kinds.hastened(usual, order.priority, _promised(order, now))
    subject, at = subject_of(order), order.received_at
    asks = [
        Ask(subject, FIRST, Terms(Counted.WORK, target.first), target.hours, at),
        Ask(subject, SOLUTION, Terms(Counted.WORK, target.solution), target.hours, at),
    ]
    if order.kind == kinds.COMPLAINT:
        statute = Terms(Counted.DAYS, complaint_rules.SIMPLE, is_statutory=True)
        asks += [
            Ask(subject, ACKNOWLEDGE, Terms(Counted.WORKDAYS, complaint_rules.ACKNOWLEDGE), target.hours, at),
            Ask(subject, STATUTE, statute, target.hours, at),
        ]
    keep(order, clocks.start_many(asks, actor=actor, now=now))


def _promised(order: WorkOrder, now: datetime) -> int | None:
    if order.customer_id is None:
        return None
    item = kinds.item_of(order.subtype)
    found = entitlement([order.customer_id], item, on=now.date()).get(order.customer_id)
    return found.response_minutes if found else None


def keep(order: WorkOrder, found: Sequence[Clock]) -> None:
    """Write what the clocks say into the order's row."""
    first = nearest(found)
    running = [clock for clock in found if clock.state == State.RUNNING]
    step = max((clock.step for clock in running), default=0)
    order.due_at = first.due_at if first else None
    order.due_key = first.key if first else ""
    order.is_paused = first is None and any(clock.state == State.PAUSED for clock in found)
    order.mark = LATE if step >= OVER else WARN if step == WARNED else ""
    order.save(update_fields=KEPT)


def pause(order: WorkOrder, reason: str, *, actor: Actor, now: datetime) -> None:
    """Let the clocks stand still while the customer has to do something; the law's run on."""
    keep(order, clocks.mark(subject_of(order), Kind.PAUSE, actor=actor, at=now, now=now, reason=reason))


def resume(order: WorkOrder, *, actor: Actor, now: datetime, keys: Sequence[str] = ()) -> None:
    """Let clocks run again: those named, else those that stood still; what was kept stays kept."""
    wanted = list(keys) or [clock.key for clock in clocks_of(subject_of(order)) if clock.state == State.PAUSED]
    if wanted:
        keep(order, clocks.mark(subject_of(order), Kind.RUN, actor=actor, at=now, now=now, keys=wanted))


def stop(order: WorkOrder, keys: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """Stop the clocks ``keys``: what they asked for is done."""
    keep(order, clocks.mark(subject_of(order), Kind.STOP, actor=actor, at=now, now=now, keys=keys))


def void(order: WorkOrder, *, actor: Actor, now: datetime) -> None:
    """End all clocks: nothing is owed any more."""
    keep(order, clocks.mark(subject_of(order), Kind.VOID, actor=actor, at=now, now=now))


def extend_statute(order: WorkOrder, days: int, *, actor: Actor, reason: str, now: datetime) -> None:
    """Give a complaint the longer term that was approved."""
    found = clocks_of(subject_of(order))
    for clock in found:
        if clock.key == STATUTE:
            clocks.extend(clock, days, actor=actor, reason=reason, now=now)
    keep(order, found)


def start_review(order: WorkOrder, *, actor: Actor, now: datetime) -> None:
    """Start the 30 days of a review; a second review has its own."""
    subject = subject_of(order)
    terms = Terms(Counted.DAYS, complaint_rules.REVIEW_DECIDE, is_statutory=True)
    number = sum(clock.key.startswith(REVIEW) for clock in clocks_of(subject)) + 1
    clocks.start(Ask(subject, f"{REVIEW}{number}", terms, "desk", now), actor=actor, now=now)
    keep(order, clocks_of(subject))


def stop_reviews(order: WorkOrder, *, actor: Actor, now: datetime) -> None:
    """Stop the clock of a review that was decided."""
    keys = [clock.key for clock in clocks_of(subject_of(order)) if clock.key.startswith(REVIEW)]
    if keys:
        stop(order, keys, actor=actor, now=now)


def announce(alerts: Sequence[Alert], now: datetime) -> None:
    """Mark the orders whose clocks came to a step, and tell the right person up the tree, once for each step."""
    orders = {
        order.pk: order
        for order in WorkOrder.objects.select_for_update(of=("self",))
        .filter(pk__in=[alert.subject_id for alert in alerts])
        .order_by("pk")
    }
    lines, reached = [], _ladders({order.desk_id for order in orders.values()})
    for alert in alerts:
        order = orders.get(alert.subject_id)
        if order is None:
            continue
        if order.is_open:
            # A review may run on after its order was closed; the queue does not show it.
            order.mark = LATE if alert.step >= OVER else order.mark or WARN
        lines.append(
            OrderEntry(
                order=order,
                at=now,
                kind=OrderEntry.Kind.CLOCK,
                act="clock",
                code=alert.clock_key,
                source=str(alert.step),
                staff_name="",
            )
        )
        _tell(order, alert, reached[order.desk_id], now)
    WorkOrder.objects.bulk_update(orders.values(), ["mark"], batch_size=500)
    OrderEntry.objects.bulk_create(lines, batch_size=1000)


def _ladders(desk_ids: set[int]) -> dict[int, list[int]]:
    """Return for each desk who hears on which rung: supervisor, manager of the unit, of the units above."""
    desks = {desk.pk: desk for desk in Desk.objects.filter(pk__in=desk_ids).select_related("unit")}
    lines = {pk: [desk.unit.level_ids()[column] for column in UPWARDS] for pk, desk in desks.items()}
    ids = {unit for line in lines.values() for unit in line if unit}
    managers = dict(Unit.objects.filter(pk__in=ids, manager__isnull=False).values_list("pk", "manager_id"))
    return {
        pk: [person for person in (desks[pk].supervisor_id, *(managers.get(unit) for unit in line if unit)) if person]
        for pk, line in lines.items()
    }


#: Units from the desk's own upwards, the nearest first.
UPWARDS = ("team_id", "section_id", "sub_branch_id", "branch_id", "head_office_id")


def _tell(order: WorkOrder, alert: Alert, ladder: list[int], now: datetime) -> None:
    readers = {order.owner_id} if order.owner_id else set(ladder[:1])
    if alert.step >= OVER:
        # The end of the term reaches the first rung, each further step one more.
        rung = min(alert.step - OVER, len(ladder) - 1)
        readers |= set(ladder[:1] if rung <= 0 else ladder[: rung + 1])
    code = "order.late" if alert.step >= OVER else "order.warned"
    params = {"number": order.number, "title": order.title}
    notify_staff([person for person in readers if person], "task", code, params, url=address(order.pk), now=now)


def follow(order_ids: Sequence[int], now: datetime) -> None:
    """Bring the rows of orders up to date after calendars changed."""
    del now
    for order in WorkOrder.objects.select_for_update(of=("self",)).filter(pk__in=order_ids).order_by("pk"):
        keep(order, clocks_of(subject_of(order)))
