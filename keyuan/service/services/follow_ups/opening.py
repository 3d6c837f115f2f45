"""Opening follow-ups, by event and by night: once each, however often it is asked for (SRV-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from keyuan.customers.models import CustomerSummary
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.events import emit, in_events_of
from keyuan.policies.models import Policy
from keyuan.service.events import FollowUpsChanged
from keyuan.service.models import Desk, FollowUp, FollowUpPlan
from keyuan.service.rules.follow_ups import due, plans
from keyuan.service.rules.follow_ups.plans import Plan
from keyuan.service.rules.follow_ups.results import ASKED, DROPPED, POOLED, PROBLEM, WAITING
from keyuan.service.rules.follow_ups.ways import BY_LINK
from keyuan.service.selectors.follow_ups.plans import plans_for, published

CHUNK = 2000
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
#: First hour of the day at which somebody can be called.
OPENS = time(9)
SINGLE_PAY = "01"
#: What a contract tells of itself (POL-1): the sale was recorded, and its facts were confirmed by the customer.
TRACEABLE = "traceable"


@dataclass(frozen=True, slots=True)
class Cause:
    """What sets a follow-up going: whom it is about, which contract, the day, and a key that is its own."""

    key: str
    customer_id: int
    on: date
    policy_id: int | None = None


def morning(day: date) -> datetime:
    """Return the first moment of a day at which somebody can be called."""
    return datetime.combine(day, OPENS, ZoneInfo(settings.TIME_ZONE))


def contract_of(policy: Policy) -> due.Contract:
    """Return a contract as the duty looks at it."""
    return due.Contract(
        status=policy.status, kind=policy.kind, is_group=policy.is_group, term=policy.cover_term,
        term_unit=policy.cover_term_unit, effective_on=policy.effective_on, expires_on=policy.expires_on,
        is_long_term=policy.product.is_long_term, receipt_on=policy.receipt_signed_on,
        cooling_off_until=policy.cooling_off_until,
    )  # fmt: skip


def open_callbacks(policy_ids: Sequence[int], *, now: datetime) -> int:
    """Open the call-backs that these contracts owe and drop those of contracts that ended; return how many are new.

    Again it changes nothing: each is known by plan and contract. Contracts whose receipt was signed before the plan
    came into force owe none by it.
    """
    made = 0
    for plan, content in plans_for(plans.RECEIPT):
        rows = Policy.objects.filter(pk__in=list(policy_ids), receipt_signed_on__isnull=False, holder__isnull=False)
        owed = [
            policy
            for policy in rows.select_related("product").order_by("pk")
            if due.is_owed(contract_of(policy)) and plans.is_active(content, policy.receipt_signed_on or date.min)
        ]
        causes = [
            Cause(f"{plan.pk}:P{policy.pk}", policy.holder_id or 0, policy.receipt_signed_on or date.min, policy.pk)
            for policy in owed
        ]
        made += open_many(plan, content, causes, now=now)
    drop_ended(policy_ids, now=now)
    return made


def drop_ended(policy_ids: Sequence[int], *, now: datetime) -> int:
    """Drop the open call-backs of contracts that are insurance no longer; they do not count (domain.md §A.4 KPI)."""
    del now
    ended = Policy.objects.filter(pk__in=list(policy_ids)).exclude(status__in=due.LIVING).values_list("pk", flat=True)
    return close_for(list(ended), reason="ended")


def close_for(policy_ids: Sequence[int], *, reason: str) -> int:
    """Drop open call-backs and second calls of these contracts, unless a problem is being worked on."""
    rows = FollowUp.objects.filter(policy_id__in=list(policy_ids), is_open=True).exclude(status=PROBLEM)
    return drop(rows.exclude(kind=plans.VISIT), reason=reason)


def drop(rows: QuerySet[FollowUp], *, reason: str) -> int:
    """Drop what has nobody to call any more, and tell; links to it open nothing from now on. Returns how many."""
    with transaction.atomic():
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        dropped = FollowUp.objects.filter(pk__in=ids, is_open=True).update(
            status=DROPPED, is_open=False, pool_id=None, owner_id=None, owner_name="", way_at=None, end_reason=reason
        )
        for part in in_events_of(ids):
            emit(FollowUpsChanged(part, DROPPED))
    return dropped


def open_many(plan: FollowUpPlan, content: Plan, causes: Sequence[Cause], *, now: datetime) -> int:
    """Open a follow-up for each cause that has none yet and whom the plan takes; return how many are new."""
    version, desk_id = published(content.questionnaire), desk_of(content)
    if version is None or desk_id is None or not causes:
        return 0
    made = 0
    for start in range(0, len(causes), CHUNK):
        part = causes[start : start + CHUNK]
        with transaction.atomic():
            known = set(FollowUp.objects.filter(key__in=[one.key for one in part]).values_list("key", flat=True))
            fresh = [one for one in part if one.key not in known]
            rows = _rows(plan, content, version.pk, desk_id, fresh, now)
            # Whoever was faster has opened it: the key is unique.
            FollowUp.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
            _tell_opened([row.key for row in rows])
            made += len(rows)
    return made


def _tell_opened(keys: Sequence[str]) -> None:
    ids = list(FollowUp.objects.filter(key__in=keys).order_by("pk").values_list("pk", flat=True))
    for part in in_events_of(ids):
        emit(FollowUpsChanged(part, "CREATE"))


def desk_of(content: Plan) -> int | None:
    """Return the desk of a plan, else the first open one."""
    rows = Desk.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
    chosen = rows.filter(pk=content.desk_id).first() if content.desk_id else None
    return chosen or rows.first()


def _rows(
    plan: FollowUpPlan, content: Plan, version_id: int, desk_id: int, causes: Sequence[Cause], now: datetime
) -> list[FollowUp]:
    people = _people([one.customer_id for one in causes])
    ids = [one.policy_id for one in causes if one.policy_id]
    policies = {row.pk: row for row in Policy.objects.filter(pk__in=ids).select_related("product")}
    found = []
    for cause in causes:
        person, policy = people.get(cause.customer_id), policies.get(cause.policy_id or 0)
        if person is None or not plans.takes(content, _person(person, policy)):
            continue
        found.append(_row(plan, content, cause, person, policy, now))
    for row in found:
        row.questionnaire_id, row.desk_id = version_id, desk_id
        row.pool_id = desk_id if row.status in POOLED else None
    return found


def _people(ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    columns = ("pk", "tier", "primary_phone_id", "primary_phone__value_index", *PLACE)
    rows = CustomerSummary.objects.filter(pk__in=set(ids), customer__status="ACTIVE")
    return {row["pk"]: row for row in rows.values(*columns)}


def _person(person: Mapping[str, Any], policy: Policy | None) -> plans.Person:
    if policy is None:
        return plans.Person(sales_channel=person["sales_channel"], tier=person["tier"])
    return plans.Person(
        policy.kind, policy.product.design, policy.sales_channel, person["tier"], policy.annual_premium or 0
    )


def _row(
    plan: FollowUpPlan, content: Plan, cause: Cause, person: Mapping[str, Any], policy: Policy | None, now: datetime
) -> FollowUp:
    place = {name: person[name] for name in PLACE}
    if policy is not None:
        # A call-back belongs to where the contract is served, the customer may be served elsewhere.
        place = {name: getattr(policy, name) for name in PLACE}
    is_callback = content.kind == plans.CALLBACK and policy is not None
    last = (
        due.last_day(cause.on, policy.cooling_off_until)
        if is_callback and policy is not None
        else plans.due_on(content, cause.on)
    )
    begins = max(now, morning(due.next_day_of(cause.on, content.delay_days)))
    by_link = content.ways[0] in BY_LINK
    return FollowUp(
        key=cause.key, kind=content.kind, plan_id=plan.pk, customer_id=cause.customer_id, policy_id=cause.policy_id,
        contact_channel=content.ways[0], status=ASKED if by_link else WAITING, way_at=begins if by_link else None,
        start_on=cause.on, due_on=last, opened_at=now, next_at=begins,
        design=policy.product.design if policy else "", is_regular=bool(policy and policy.pay_mode != SINGLE_PAY),
        is_simplified=content.may_simplify and is_traceable(policy),
        contact_point_id=person["primary_phone_id"], number_index=person["primary_phone__value_index"], **place,
    )  # fmt: skip


def is_traceable(policy: Policy | None) -> bool:
    """Tell whether the sale can be traced (可回溯) and its facts were confirmed: the call may be simpler (art. 35)."""
    return bool(policy is not None and (policy.facts or {}).get(TRACEABLE))
