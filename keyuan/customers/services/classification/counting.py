"""Counts and moves of a day by branch and channel: what makes the board quick at any size (CUS-5)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count

from keyuan.customers.models import ClassChange, ClassCount, ClassFlow, ClassRun
from keyuan.customers.rules.classification import decode
from keyuan.customers.selectors.classification.columns import living
from keyuan.platform.imports.bulk import Same, insert

#: The whole book among the branches.
WHOLE = 0
#: Days kept one by one; of older months the last counted day stays.
DAILY = 92
Key = tuple[int, str, str, str]


def count_day(day: date) -> None:
    """Count the book as it stands into ``day``, and the moves since the last day counted; done twice it is the same."""
    counts = _counts()
    last = ClassRun.objects.filter(day__lt=day).order_by("-day").values_list("day", flat=True).first()
    flows = {on: _flows(on) for on in _days(last or day, day)}
    with transaction.atomic():
        ClassCount.objects.filter(day=day).delete()
        _insert_counts(day, counts)
        for on, moves in flows.items():
            ClassFlow.objects.filter(day=on).delete()
            _insert_flows(on, moves)
    _thin_out(day)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)][-DAILY:]


def _counts() -> Counter[Key]:
    rows = living().order_by().values_list("branch_id", "sales_channel", "class_code").annotate(customers=Count("pk"))
    counts: Counter[Key] = Counter()
    for branch, channel, code, customers in rows:
        for axis, value in decode(code).items():
            counts[WHOLE, channel, axis, value] += customers
            if branch:
                counts[branch, channel, axis, value] += customers
    return counts


def _flows(day: date) -> Counter[tuple[int, str, str, str, str]]:
    rows = ClassChange.objects.filter(on=day).order_by()
    named = ("customer__summary__branch_id", "customer__summary__sales_channel", "axis", "old", "new")
    flows: Counter[tuple[int, str, str, str, str]] = Counter()
    for branch, channel, axis, old, new, moves in rows.values_list(*named).annotate(moves=Count("pk")):
        flows[WHOLE, channel or "", axis, old, new] += moves
        if branch:
            flows[branch, channel or "", axis, old, new] += moves
    return flows


def _insert_counts(day: date, counts: Mapping[Key, int]) -> None:
    columns = list(zip(*counts, strict=True)) if counts else []
    names = ("branch_id", "sales_channel", "axis", "value")
    given = dict(zip(names, (list(column) for column in columns), strict=False))
    if given:
        insert(ClassCount, {**given, "day": Same(day), "customers": list(counts.values())}, len(counts))


def _insert_flows(day: date, flows: Mapping[tuple[int, str, str, str, str], int]) -> None:
    columns = list(zip(*flows, strict=True)) if flows else []
    names = ("branch_id", "sales_channel", "axis", "old", "new")
    given = dict(zip(names, (list(column) for column in columns), strict=False))
    if given:
        insert(ClassFlow, {**given, "day": Same(day), "moves": list(flows.values())}, len(flows))


def _thin_out(today: date) -> None:
    """Delete counts of old days but the last of each month; moves stay, they are few."""
    old = ClassCount.objects.filter(day__lt=today - timedelta(days=DAILY))
    days = sorted(set(old.order_by().values_list("day", flat=True).distinct()))
    months = {(day.year, day.month): day for day in days}
    gone = [day for day in days if months[day.year, day.month] != day]
    for day in gone:
        with transaction.atomic():
            ClassCount.objects.filter(day=day).delete()
