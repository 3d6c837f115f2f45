"""Keeping the summary row of a customer true to the facts (decision 6)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, Max
from django.utils import timezone

from keyuan.customers.extensions import recomputes
from keyuan.customers.models import Assignment, ContactPoint, Customer, CustomerSummary, Interaction, Task
from keyuan.customers.services.name_index import name_sort_key
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.imports.bulk import update

CHUNK = 500
NEVER = date(1, 1, 1)
UNKNOWN_BIRTHDAY = 9999
PHONES = (ContactPoint.Kind.MOBILE, ContactPoint.Kind.LANDLINE)
#: What `refresh` writes; contexts above write their own columns through `recomputes`.
OWN_COLUMNS = (
    "customer_no", "kind", "name", "name_sort", "sex", "birth_on", "birth_md", "region_code", "has_contact",
    "is_orphan", "last_contact_on", "opened_on", "open_items", "primary_phone_id", "sales_channel",
    "servicing_agent_id",
    *LEVEL_COLUMNS,
)  # fmt: skip


def birthday_key(birth_on: date | None) -> int:
    """Return month × 100 + day of a birth date, 9999 when unknown."""
    return birth_on.month * 100 + birth_on.day if birth_on else UNKNOWN_BIRTHDAY


def refresh(customer_ids: Iterable[int], now: datetime) -> None:
    """Rebuild the summaries of ``customer_ids`` inside the caller's transaction, then the parts of contexts above."""
    ids = sorted(set(customer_ids))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        _refresh_own(chunk)
        for recompute in recomputes:
            recompute.run(chunk, now)


def _refresh_own(ids: list[int]) -> None:
    phones = _primary_phones(ids)
    served = {row.customer_id: row for row in _open_assignments(ids)}
    last = dict(
        Interaction.objects.filter(customer_id__in=ids)
        .exclude(direction=Interaction.Direction.NONE)
        .values_list("customer_id")
        .annotate(last=Max("occurred_at"))
    )
    tasks = _open_tasks(ids)
    known = CustomerSummary.objects.in_bulk(ids)
    rows = []
    before = {pk: [getattr(row, column) for column in OWN_COLUMNS] for pk, row in known.items()}
    for customer in Customer.objects.filter(pk__in=ids):
        summary = known.get(customer.pk) or CustomerSummary(customer_id=customer.pk)
        _fill(summary, customer, phones.get(customer.pk), served.get(customer.pk), last.get(customer.pk))
        summary.open_items = tasks.get(customer.pk, 0)
        rows.append(summary)
    # A row is in some thirty indexes: one that stays as it is is not written.
    there = [row for row in rows if row.pk in known and before[row.pk] != [getattr(row, name) for name in OWN_COLUMNS]]
    columns = {column: [getattr(row, column) for row in there] for column in OWN_COLUMNS}
    update(CustomerSummary, [row.pk for row in there], columns)
    CustomerSummary.objects.bulk_create([row for row in rows if row.pk not in known])


def _fill(
    summary: CustomerSummary,
    customer: Customer,
    phone_id: int | None,
    assignment: Assignment | None,
    last: datetime | None,
) -> None:
    summary.customer_no = customer.customer_no
    summary.kind = customer.kind
    summary.name = customer.name
    summary.name_sort = name_sort_key(customer.name)
    summary.sex = customer.sex
    summary.birth_on = customer.birth_on
    summary.birth_md = birthday_key(customer.birth_on)
    summary.region_code = customer.region_code
    summary.primary_phone_id = phone_id
    summary.has_contact = phone_id is not None
    summary.opened_on = timezone.localtime(customer.created_at).date()
    summary.last_contact_on = timezone.localtime(last).date() if last else NEVER
    summary.is_orphan = assignment is None or assignment.agent_id is None
    if assignment is not None:
        summary.servicing_agent_id = assignment.agent_id
        for column, unit_id in assignment.unit.level_ids().items():
            setattr(summary, column, unit_id)
        if assignment.agent is not None:
            summary.sales_channel = assignment.agent.sales_channel
        elif not summary.sales_channel:
            summary.sales_channel = assignment.unit.sales_channel


def _primary_phones(ids: list[int]) -> dict[int, int]:
    """Return the phone that lists show for each customer: the primary one, else the first that is valid."""
    points = ContactPoint.objects.filter(customer_id__in=ids, kind__in=PHONES, invalid_at__isnull=True)
    chosen: dict[int, int] = {}
    for customer_id, pk in points.order_by("-is_primary", "kind", "-pk").values_list("customer_id", "pk"):
        chosen.setdefault(customer_id, pk)
    return chosen


def _open_tasks(ids: list[int]) -> dict[int, int]:
    """Return how many tasks are open for each customer."""
    rows = Task.objects.filter(customer_id__in=ids, status=Task.Status.OPEN)
    return dict(rows.values_list("customer_id").annotate(tasks=Count("pk")))


def count_open_items(customer_id: int) -> None:
    """Bring one customer's count of open items up to date, inside the caller's transaction."""
    open_items = _open_tasks([customer_id]).get(customer_id, 0)
    CustomerSummary.objects.filter(pk=customer_id).update(open_items=open_items)


def _open_assignments(ids: list[int]) -> Iterable[Assignment]:
    return Assignment.objects.filter(customer_id__in=ids, valid_until__isnull=True).select_related("unit", "agent")
