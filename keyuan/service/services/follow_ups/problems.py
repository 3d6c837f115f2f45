"""Problem cases (问题件): the work order they open, the clock of mis-selling, and the second look when it is over."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keyuan.kernel.actor import Actor, system_actor
from keyuan.platform import clocks
from keyuan.platform.clocks import Alert, Ask, Kind, Terms
from keyuan.platform.clocks import Unit as Counted
from keyuan.platform.clocks.keeping import by_key, clocks_of
from keyuan.platform.notices import notify_staff
from keyuan.service.models import Category, Desk, FollowUp, FollowUpAnswer, WorkOrder
from keyuan.service.rules import kinds, machine
from keyuan.service.rules.follow_ups.results import PROBLEM, RECHECK
from keyuan.service.selectors.follow_ups.reading import script_of
from keyuan.service.services.follow_ups.histories import address, note_change, subject_of
from keyuan.service.services.follow_ups.taking import release
from keyuan.service.services.taking_in import OrderDraft, take_in

MISSELLING = "MISSELL"
#: Working days in which people who do not sell settle mis-selling found by a call (GK, domain.md §A.4).
SETTLE_DAYS = 15
CATEGORY = ("CB_PROBLEM", "回访问题件", "AFTER_SALE")
PROGRAM = system_actor("follow-ups")


def open_order(
    actor: Actor, follow_up: FollowUp, *, note: str, is_misselling: bool, way: str, now: datetime
) -> WorkOrder:
    """Open the work order of a problem case, in the caller's transaction: it goes to the desks, never to sales.

    With mis-selling the clock of fifteen working days starts.
    """
    draft = OrderDraft(
        kind=kinds.REQUEST, subtype=kinds.OTHER, category_id=category_id(),
        contact_channel=way if way in kinds.CHANNELS else "PORTAL",
        title=f"{CATEGORY[1]}：{follow_up.plan}"[:100],
        description="\n".join([note, *_answered_otherwise(follow_up)]).strip(),
        customer_id=follow_up.customer_id, policy_id=follow_up.policy_id,
        priority=kinds.URGENT if is_misselling else kinds.HIGH, token=f"follow-up:{follow_up.pk}:{follow_up.calls}",
    )  # fmt: skip
    order = take_in(actor=actor, draft=draft, now=now)
    if is_misselling:
        terms = Terms(Counted.WORKDAYS, SETTLE_DAYS, is_statutory=True)
        clocks.start(Ask(subject_of(follow_up), MISSELLING, terms, "desk", now), actor=actor, now=now)
    return order


def _answered_otherwise(follow_up: FollowUp) -> list[str]:
    """Return the questions whose answers are not as required, in the words the customer heard."""
    wrong = set(
        FollowUpAnswer.objects.filter(follow_up=follow_up, is_as_required=False).values_list("question", flat=True)
    )
    return [question.text for question in script_of(follow_up)[0] if question.key in wrong]


def settled_by(follow_up: FollowUp) -> datetime | None:
    """Return until when mis-selling found by the call is to be settled, None without any."""
    found = by_key(clocks_of(subject_of(follow_up))) if follow_up.is_misselling else {}
    return found[MISSELLING].due_at if MISSELLING in found else None


def category_id() -> int:
    """Return the category of problem cases, made where there is none yet."""
    code, name, above = CATEGORY
    parent = Category.objects.filter(code=above).first()
    values = {"name": name, "parent": parent, "kind": kinds.REQUEST, "position": Category.objects.count()}
    return int(Category.objects.get_or_create(code=code, defaults=values)[0].pk)


def follow_orders(order_ids: Sequence[int], *, now: datetime) -> int:
    """Bring problem cases to where their work orders stand: over means a second look, opened again means waiting.

    Called for every move of an order and by the night; again it changes nothing. Returns how many moved.
    """
    with transaction.atomic():
        rows = FollowUp.objects.select_for_update(of=("self",)).filter(order_id__in=list(order_ids), is_open=True)
        moved = 0
        for follow_up in rows.select_related("order").order_by("pk"):
            order = follow_up.order
            if order is None:
                continue
            if order.status == machine.MERGED and order.merged_into_id:
                follow_up.order_id = order.merged_into_id
                follow_up.save(update_fields=["order"])
            elif not order.is_open and follow_up.status == PROBLEM:
                _recheck(follow_up, now)
                moved += 1
            elif order.is_open and follow_up.status == RECHECK:
                _wait_again(follow_up, now)
                moved += 1
    return moved


def _recheck(follow_up: FollowUp, now: datetime) -> None:
    follow_up.status, follow_up.next_at, follow_up.failed = RECHECK, now, 0
    release(follow_up)
    follow_up.save(update_fields=["status", "next_at", "failed", "owner_id", "owner_name", "pool_id", "version"])
    if follow_up.is_misselling:
        clocks.mark(subject_of(follow_up), Kind.STOP, actor=PROGRAM, at=now, now=now, keys=[MISSELLING])
    note_change(PROGRAM, follow_up, {"status": PROBLEM}, {"status": RECHECK}, now)


def _wait_again(follow_up: FollowUp, now: datetime) -> None:
    follow_up.status = PROBLEM
    release(follow_up)
    follow_up.save(update_fields=["status", "owner_id", "owner_name", "pool_id", "version"])
    if follow_up.is_misselling:
        clocks.mark(subject_of(follow_up), Kind.RUN, actor=PROGRAM, at=now, now=now, keys=[MISSELLING])
    note_change(PROGRAM, follow_up, {"status": RECHECK}, {"status": PROBLEM}, now)


def announce(alerts: Sequence[Alert], now: datetime) -> None:
    """Tell the desk's supervisor, and who works on the order, that the term of mis-selling is nearly over, or over."""
    rows = FollowUp.objects.filter(pk__in=[alert.subject_id for alert in alerts]).select_related("order", "plan")
    found = {row.pk: row for row in rows}
    supervisors = dict(Desk.objects.values_list("pk", "supervisor_id"))
    for alert in alerts:
        follow_up = found.get(alert.subject_id)
        if follow_up is None:
            continue
        owner = follow_up.order.owner_id if follow_up.order else None
        readers = {owner, supervisors.get(follow_up.desk_id)} - {None}
        due = timezone.localtime(alert.due_at).date().isoformat()
        code = "follow_up.misselling_late" if alert.due_at <= now else "follow_up.misselling_near"
        params = {"plan": str(follow_up.plan), "day": due}
        notify_staff([user for user in readers if user], "task", code, params, url=address(follow_up.pk), now=now)


def follow_clocks(_follow_up_ids: Sequence[int], _now: datetime) -> None:
    """Nothing of a clock stands in the row."""
