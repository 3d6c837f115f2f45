"""Improvement items on their way: entered, worked on, measured over two periods, judged, reopened (SRV-11)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.notices import notify_staff
from keyuan.platform.numbers import allocate
from keyuan.service import permissions
from keyuan.service.extensions import indicators
from keyuan.service.models import ImprovementEntry, ImprovementItem, WorkOrder
from keyuan.service.rules import improvement as rules
from keyuan.service.selectors.improvement.indicators import measure as figure_of
from keyuan.service.selectors.improvement.items import access_item
from keyuan.service.selectors.improvement.origins import Origin, origin_of

KIND, NUMBERS = "improvement", "improvement"
#: Days measured before a complaint, and after the due day, where nobody says otherwise.
USUAL_DAYS = 90
StartOf = Callable[[date], datetime]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an item says: what is wrong, what is done about it, by whom, by when, and how it is measured."""

    title: str
    due_on: date
    source: str = "OWN"
    cause: str = ""
    measure: str = ""
    owner_id: int | None = None
    indicator: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[date | None, date | None] = (None, None)
    after: tuple[date | None, date | None] = (None, None)


def _check(plan: Plan) -> str:
    """Return the owner's name; raises Invalid with everything that is wrong."""
    errors: list[Refused] = []
    if not plan.title.strip():
        errors.append(Refused("improve.title", field="title"))
    if plan.source not in rules.SOURCES:
        errors.append(Refused("improve.source", field="source"))
    if plan.indicator and plan.indicator not in indicators:
        errors.append(Refused("improve.indicator", field="indicator"))
    for name, period in (("before_until", plan.before), ("after_until", plan.after)):
        if plan.indicator and not rules.is_period(*period):
            errors.append(Refused("improve.period", field=name, days=rules.LONGEST_PERIOD))
    if plan.indicator and plan.before[1] and plan.after[0] and plan.after[0] <= plan.before[1]:
        errors.append(Refused("improve.order", field="after_from"))
    name = people.names_of([plan.owner_id]).get(plan.owner_id, "") if plan.owner_id else ""
    if not name:
        errors.append(Refused("improve.owner", field="owner"))
    if errors:
        raise Invalid(errors)
    return name


def _fill(item: ImprovementItem, plan: Plan, owner: str) -> None:
    item.title, item.source, item.due_on = plan.title.strip()[:120], plan.source, plan.due_on
    item.cause, item.measure = plan.cause.strip()[:2000], plan.measure.strip()[:2000]
    item.owner_id, item.owner_name = plan.owner_id, owner[:80]
    item.indicator, item.about = plan.indicator, dict(plan.about)
    item.before_from, item.before_until = plan.before
    item.after_from, item.after_until = plan.after


def create(
    *, actor: Actor, plan: Plan, now: datetime, origin: tuple[str, int] | None = None, token: str = ""
) -> ImprovementItem:
    """Enter an item, which may come from one of `rules.ORIGINS`; the same token again returns what it made.

    Raises Invalid with everything that is wrong, NotFound for an origin out of reach.
    """
    actor.require(permissions.IMPROVEMENT_WORK)
    owner = _check(plan)
    found = origin_of(actor, *origin, now=now) if origin else None
    with transaction.atomic():
        return _made(actor, plan, owner, found, token, now)


def _made(actor: Actor, plan: Plan, owner: str, origin: Origin | None, token: str, now: datetime) -> ImprovementItem:
    before = ImprovementItem.objects.select_for_update().filter(token=token).first() if token else None
    if before is not None:
        return before
    item = ImprovementItem(
        number=allocate(NUMBERS, 1)[0], opened_on=now.date(), token=token or None, created_at=now,
        created_by_id=actor.id, created_by_name=actor.name[:80],
    )  # fmt: skip
    if origin is not None:
        item.order, item.origin_kind, item.origin_id = origin.order, origin.kind, origin.pk
    _fill(item, plan, owner)
    item.save()
    _write(actor, item, "create", "", now)
    _tell(actor, item, "improve.given", [item.owner_id], now)
    return item


def from_complaint(
    *, actor: Actor, order: WorkOrder, title: str, owner: str, cause: str, due_on: date, now: datetime
) -> ImprovementItem:
    """Enter what a decided complaint teaches, inside the transaction of the decision; once for each complaint.

    ``owner`` is a staff number or a name; whoever cannot be found is answered for by who decided. It is measured by the
    complaints of its category over three months before and three months after the due day.
    """
    hits = people.search(actor, owner.strip()) if owner.strip() else []
    owner_id, name = hits[0] if len(hits) == 1 else (actor.id, actor.name)
    today = now.date()
    start = max(today, due_on) + timedelta(days=1)
    plan = Plan(
        title=title, due_on=due_on, source="COMPLAINT", cause=cause, owner_id=owner_id, indicator="complaints",
        about={"category": order.category.code} if order.category else {},
        before=(today - timedelta(days=USUAL_DAYS), today - timedelta(days=1)),
        after=(start, start + timedelta(days=USUAL_DAYS - 1)),
    )  # fmt: skip
    origin = Origin(rules.ORDER, order.pk, plan.source, title, order=order)
    return _made(actor, plan, name, origin, f"complaint:{order.pk}", now)


def _write(actor: Actor, item: ImprovementItem, act: str, text: str, now: datetime) -> None:
    ImprovementEntry.objects.create(
        item=item, at=now, act=act, state=item.state, text=text.strip()[:500], staff_id=actor.id,
        staff_name=actor.name[:80],
    )  # fmt: skip
    after = {"state": item.state, "act": act, "owner": item.owner_name, "due_on": item.due_on}
    action = Action.CREATE if act == "create" else Action.UPDATE
    record(actor, action, Subject(KIND, item.pk), after=after, reason=text[:200], now=now)


def _tell(actor: Actor, item: ImprovementItem, code: str, users: list[int | None], now: datetime) -> None:
    readers = {user for user in users if user and user != actor.id}
    if readers:
        params = {"number": item.number, "title": item.title, "by": actor.name}
        notify_staff(readers, "task", code, params, url=address(item.pk), now=now)


def address(item_id: int) -> str:
    """Return the address of an item's page; notices keep it."""
    return f"/service/improvement/{item_id}/"


def _locked(actor: Actor, item_id: int, version: int) -> ImprovementItem:
    item = access_item(actor, item_id, lock=True)
    if item.version != version:
        raise Conflict("improve.moved_on", version=item.version)
    item.version += 1
    return item


def change(*, actor: Actor, item_id: int, plan: Plan, version: int, now: datetime) -> ImprovementItem:
    """Change what an item says while it is under way; new periods take the figures back. Raises Invalid, Conflict."""
    actor.require(permissions.IMPROVEMENT_WORK)
    owner = _check(plan)
    with transaction.atomic():
        item = _locked(actor, item_id, version)
        if item.state not in rules.UNDER_WAY:
            raise Conflict("improve.over")
        before = (item.owner_id, item.due_on, item.indicator, item.about, item.before_from, item.before_until,
                  item.after_from, item.after_until)  # fmt: skip
        _fill(item, plan, owner)
        if before[1] != item.due_on:
            item.step, item.reminded_on = 0, None
        if before[2:] != (item.indicator, item.about, *plan.before, *plan.after) and item.state == rules.MEASURED:
            _forget_figures(item)
        item.save()
        _write(actor, item, "change", "", now)
        if before[0] != item.owner_id:
            _tell(actor, item, "improve.given", [item.owner_id], now)
    return item


def _forget_figures(item: ImprovementItem) -> None:
    item.state, item.measured_at = rules.IN_PROGRESS, None
    item.before_value = item.before_cases = item.after_value = item.after_cases = None


def _move(item: ImprovementItem, act: str) -> None:
    sources, target = rules.MOVES[act]
    if item.state not in sources:
        raise Conflict("improve.state")
    item.state = target


def start(*, actor: Actor, item_id: int, version: int, now: datetime) -> ImprovementItem:
    """Begin the work."""
    actor.require(permissions.IMPROVEMENT_WORK)
    with transaction.atomic():
        item = _locked(actor, item_id, version)
        _move(item, "start")
        item.save()
        _write(actor, item, "start", "", now)
    return item


def measure(*, actor: Actor, item_id: int, version: int, start_of: StartOf, now: datetime) -> ImprovementItem:
    """Measure the indicator over both periods, as the records stand now; again it is measured anew.

    ``start_of`` gives the first moment of a day. Raises Refused without an indicator or before the second period is
    over, Conflict when the item moved on.
    """
    actor.require(permissions.IMPROVEMENT_WORK)
    item = access_item(actor, item_id)
    if item.indicator not in indicators or not (item.before_from and item.before_until):
        raise Refused("improve.no_indicator")
    if not (item.after_from and item.after_until) or item.after_until >= now.date():
        raise Refused("improve.too_early", until=item.after_until)
    before = figure_of(item.indicator, item.about, start_of(item.before_from), _end(start_of, item.before_until))
    after = figure_of(item.indicator, item.about, start_of(item.after_from), _end(start_of, item.after_until))
    with transaction.atomic():
        item = _locked(actor, item_id, version)
        _move(item, "measure")
        item.before_value, item.before_cases = before.value, before.cases
        item.after_value, item.after_cases = after.value, after.cases
        item.measured_at = now
        item.save()
        _write(actor, item, "measure", "", now)
        _tell(actor, item, "improve.measured", [*people.holders_of(permissions.IMPROVEMENT_REVIEW)[:20]], now)
    return item


def _end(start_of: StartOf, day: date) -> datetime:
    return start_of(day + timedelta(days=1))


def judge(
    *, actor: Actor, item_id: int, is_effective: bool, result: str, version: int, now: datetime
) -> ImprovementItem:
    """Close a measured item, or say that it had no effect; never its owner's own judgement.

    Raises Refused without a result or for one's own item, Conflict when it moved on.
    """
    actor.require(permissions.IMPROVEMENT_REVIEW)
    if not result.strip():
        raise Refused("improve.result", field="reason")
    with transaction.atomic():
        item = _locked(actor, item_id, version)
        if item.owner_id == actor.id:
            raise Refused("improve.own")
        _move(item, "close" if is_effective else "fail")
        item.result, item.closed_on = result.strip()[:500], now.date()
        item.save()
        _write(actor, item, "close" if is_effective else "fail", result, now)
        _tell(actor, item, "improve.judged", [item.owner_id, item.created_by_id], now)
    return item


def reopen(*, actor: Actor, item_id: int, reason: str, version: int, now: datetime) -> ImprovementItem:
    """Take an item up again. Raises Refused without a reason, Conflict when it is under way."""
    actor.require(permissions.IMPROVEMENT_REVIEW)
    if not reason.strip():
        raise Refused("improve.reason", field="reason")
    with transaction.atomic():
        item = _locked(actor, item_id, version)
        _move(item, "reopen")
        item.closed_on, item.reopened, item.step, item.reminded_on = None, item.reopened + 1, 0, None
        item.save()
        _write(actor, item, "reopen", reason, now)
        _tell(actor, item, "improve.reopened", [item.owner_id], now)
    return item


def note(*, actor: Actor, item_id: int, text: str, now: datetime) -> None:
    """Write down what was done. Raises Refused for an empty text."""
    actor.require(permissions.IMPROVEMENT_WORK)
    if not text.strip():
        raise Refused("improve.text", field="text")
    with transaction.atomic():
        item = access_item(actor, item_id, lock=True)
        _write(actor, item, "note", text, now)
