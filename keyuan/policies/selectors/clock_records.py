"""What was known of contracts at a moment, from the records alone: history, payments, schedule (decision 9)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Q, Sum

from keyuan.kernel.codes import PolicyStatus
from keyuan.policies.models import ClockRun, ClockStep, Instalment, Payment, Policy, PolicyEvent
from keyuan.policies.rules.clocks import FOREVER, Due, Facts, Step
from keyuan.policies.rules.dates import grace_end, waiting_end
from keyuan.policies.selectors.clock_facts import LOANS, MORE, SAME, Terms, funds_of, mirrored_of, terms_of_products

ONE_DAY = timedelta(days=1)
#: Primary keys looked through at once for contracts that changed since.
SPAN = 20_000
#: Steps that take instalments out of the schedule without a payment.
CUTS = frozenset({"WAIVER", "REDUCED_PAID_UP"})
OUT = (Instalment.Status.WAIVED, Instalment.Status.LAPSED)
Recorded = set[tuple[int, str, date]]


@dataclass(slots=True)
class Later:
    """What was recorded of one contract after the moment asked for."""

    kinds: set[str] = field(default_factory=set)
    status: str = ""
    paid: int = 0
    lent: int = 0


def touched_since(cut_off: datetime, night: date, after: int) -> tuple[list[int], int | None]:
    """Return contracts with ids behind ``after`` that changed since ``cut_off`` or wait for ``night``, and where to go
    on; None at the end of the book. What did not change and does not wait had nothing due that night."""
    last = Policy.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Policy.objects.filter(pk__gt=after, pk__lte=after + SPAN)
    found = rows.filter(Q(updated_at__gte=cut_off) | Q(next_clock_on__lte=night)).order_by("pk")
    return list(found.values_list("pk", flat=True)), None if after + SPAN >= last else after + SPAN


def night_before(night: date) -> date:
    """Return the last night made before ``night``; the day before where there is none."""
    earlier = ClockRun.objects.filter(kind=ClockRun.Kind.NIGHT, on__lt=night).aggregate(on=Max("on"))["on"]
    return earlier or night - ONE_DAY


def recorded_steps(night: date, policy_ids: Sequence[int]) -> Recorded:
    """Return the steps that the runs of ``night`` noted for contracts."""
    runs = list(ClockRun.objects.filter(on=night, kind=ClockRun.Kind.NIGHT).values_list("pk", flat=True))
    rows = ClockStep.objects.filter(policy_id__in=policy_ids, run_id__in=runs)
    return set(rows.values_list("policy_id", "rule", "due_on"))


def named(policy_id: int, steps: Iterable[Step]) -> Recorded:
    """Return computed steps as the table names them."""
    return {(policy_id, step.rule.value, step.due_on) for step in steps}


def facts_at(policy_ids: Sequence[int], cut_off: datetime, before: date) -> Iterator[tuple[int, Facts]]:
    """Yield each contract that existed at ``cut_off`` with its facts then; ``before`` is the night made before."""
    wanted = Policy.objects.filter(pk__in=policy_ids, created_at__lt=cut_off).order_by("pk")
    rows = [dict(row) for row in wanted.values(*SAME, *MORE)]
    kept = mirrored_of(rows)
    rows = [row for row in rows if not (row["source"] == Policy.Source.CORE and row["source_name"] in kept)]
    ids = [row["pk"] for row in rows]
    terms, later = terms_of_products(row["product_id"] for row in rows), _later(ids, cut_off)
    suspended = _suspensions(ids, cut_off)
    schedules = _schedules([row["pk"] for row in rows if row["apl_elected_on"] or _moved(later.get(row["pk"]))])
    for row in rows:
        told = later.get(row["pk"], Later())
        dues = _dues(schedules.get(row["pk"], []), told) if row["pk"] in schedules else None
        row["suspended_on"] = suspended.get(row["pk"], row["suspended_on"])
        yield row["pk"], _facts(row, terms[row["product_id"]], told, dues, before)


def _later(ids: Sequence[int], cut_off: datetime) -> dict[int, Later]:
    found: dict[int, Later] = defaultdict(Later)
    events = PolicyEvent.objects.filter(policy_id__in=ids, recorded_at__gte=cut_off).order_by("recorded_at", "pk")
    for pk, kind, source, target in events.values_list("policy_id", "kind", "from_status", "to_status"):
        one = found[pk]
        one.kinds.add(kind)
        if source and source != target and not one.status:
            one.status = source
    paid = Payment.objects.filter(policy_id__in=ids, recorded_at__gte=cut_off).values_list("policy_id")
    for pk, total, lent in paid.annotate(total=Sum("amount"), lent=Sum("amount", filter=Q(result="APL"))):
        found[pk].paid, found[pk].lent = total or 0, lent or 0
    return found


def _suspensions(ids: Sequence[int], cut_off: datetime) -> dict[int, date]:
    """Return the day of the last suspension that was known."""
    rows = PolicyEvent.objects.filter(policy_id__in=ids, recorded_at__lt=cut_off, to_status=PolicyStatus.SUSPENDED)
    rows = rows.exclude(from_status__in=("", PolicyStatus.SUSPENDED))
    return dict(rows.values_list("policy_id").annotate(on=Max("happened_on")))


def _moved(told: Later | None) -> bool:
    """Tell whether the schedule may have stood otherwise."""
    return told is not None and bool(told.paid or told.status or told.kinds & CUTS)


def _schedules(ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {pk: [] for pk in ids}
    rows = Instalment.objects.filter(policy_id__in=ids).order_by("policy_id", "number")
    for row in rows.values_list("policy_id", "number", "due_on", "amount", "paid_amount", "status"):
        found[row[0]].append(row[1:])
    return found


def _dues(schedule: Sequence[Any], told: Later) -> list[Due]:
    """Return the instalments open then: what was paid since is taken back, what was cut off since is put back.

    Money settles the oldest instalment first, so the sum alone says how far it reached.
    """
    is_cut_since = bool(told.kinds & CUTS) or bool(told.status)
    left = sum(paid for _, _, _, paid, _ in schedule) - told.paid
    found: list[Due] = []
    for number, on, amount, _paid, status in schedule:
        if status in OUT and not is_cut_since:
            continue
        part = min(max(left, 0), amount)
        left -= part
        if part < amount and len(found) < LOANS:
            found.append(Due(number, on, amount - part))
    return found


def _facts(row: dict[str, Any], terms: Terms, told: Later, dues: list[Due] | None, before: date) -> Facts:
    first = dues[0] if dues else None
    due_on, amount = row["next_due_on"], row["next_due_amount"]
    if dues is not None:
        due_on, amount = (first.on, first.left) if first else (FOREVER, None)
    status = told.status or row["status"]
    grace = None if due_on == FOREVER else grace_end(due_on, terms.grace_days)
    begun = "REINSTATE" not in told.kinds
    signed = None if "RECEIPT" in told.kinds else row["receipt_signed_on"]
    cooling = row["cooling_off_until"] if "RECEIPT" not in told.kinds else None
    return Facts(
        status=status,
        effective_on=row["effective_on"],
        expires_on=row["expires_on"],
        issued_on=row["issued_on"],
        receipt_signed_on=signed,
        cooling_off_until=cooling,
        in_cooling_off=cooling is not None and cooling >= before,
        has_cooling_off=terms.cooling_off_days > 0,
        waiting_until=row["waiting_until"] if begun else waiting_end(row["effective_on"], terms.waiting_days),
        next_due_on=due_on,
        next_due_amount=amount,
        grace_days=terms.grace_days,
        grace_until=grace,
        in_grace=status == PolicyStatus.IN_FORCE and grace is not None and due_on < before <= grace,
        suspended_on=row["suspended_on"],
        funds=funds_of(row["apl_elected_on"], row["cash_value"], (row["debt"] or 0) - told.lent) if dues else None,
        dues=tuple(dues or ()) if row["apl_elected_on"] else (),
        since=before + ONE_DAY,
    )
