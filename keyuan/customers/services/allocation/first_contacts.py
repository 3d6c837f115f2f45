"""The first contact that a new service person owes: asked for with a task, kept by the timeline (CUS-9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from keyuan.customers.models import CustomerSummary, FirstContact, Interaction, Task
from keyuan.customers.rules.deadlines import WORK_ENDS
from keyuan.customers.selectors.allocation.facts import key_among
from keyuan.customers.services.allocation.placing import PLACE_COLUMNS, Place
from keyuan.platform.imports.bulk import Same, insert, next_ids

KIND = "FIRST_CONTACT"
#: Days until the first contact, and for key customers (GK).
DAYS, KEY_DAYS = 7, 3
CHUNK = 2000


def ask_first_contacts(
    assignments: Mapping[int, int], places: Mapping[int, Place], *, days: int, reason: str, now: datetime
) -> None:
    """Ask the new people of customers (customer → assignment) for a first contact, inside the caller's transaction.

    Each gets a task due in ``days``, key customers' sooner.
    """
    ids = sorted(pk for pk in assignments if places[pk].agent_id is not None)
    if not ids:
        return
    keys = key_among(ids)
    today = timezone.localtime(now).date()
    due = {pk: today + timedelta(days=min(days, KEY_DAYS) if pk in keys else days) for pk in ids}
    where = {
        column: [places[pk].where[at] for pk in ids] for at, column in enumerate(PLACE_COLUMNS)
    } | {"servicing_agent_id": [places[pk].agent_id for pk in ids]}  # fmt: skip
    premiums = dict(CustomerSummary.objects.filter(pk__in=ids).values_list("pk", "annual_premium"))
    tasks = next_ids(Task, len(ids))
    task_columns: dict[str, Any] = {
        "id": tasks,
        "customer_id": ids,
        "kind": Same(KIND),
        "title": Same(_title()),
        "reason": Same(reason[:200]),
        "stake": [premiums.get(pk, 0) for pk in ids],
        "due_at": [timezone.make_aware(datetime.combine(due[pk], WORK_ENDS)) for pk in ids],
        "status": Same("OPEN"),
        "agent_id": [places[pk].agent_id for pk in ids],
        "unit_id": [places[pk].unit_id for pk in ids],
        "user_id": Same(None),
        "created_at": Same(now),
        "closed_at": Same(None),
        **where,
    }
    insert(Task, task_columns, len(ids))
    contact_columns: dict[str, Any] = {
        "customer_id": ids,
        "assignment_id": [assignments[pk] for pk in ids],
        "assigned_at": Same(now),
        "due_on": [due[pk] for pk in ids],
        "task_id": tasks,
        "contacted_at": Same(None),
        "ended_at": Same(None),
        **where,
    }
    insert(FirstContact, contact_columns, len(ids))
    _count_items(ids, 1)


def _title() -> str:
    # The text is kept with the task: it is written in the language of the company.
    with translation.override(settings.LANGUAGE_CODE):
        return _("First contact as the new service person")


def _count_items(ids: Sequence[int], by: int) -> None:
    CustomerSummary.objects.filter(pk__in=ids).update(open_items=F("open_items") + by)


def keep_first_contact(customer_id: int, occurred_at: datetime) -> None:
    """Note that a contact happened: what was owed is kept, and its task done; inside the caller's transaction."""
    owed = FirstContact.objects.filter(customer_id=customer_id, ended_at__isnull=True).first()
    if owed is None or occurred_at < owed.assigned_at:
        return
    _end([owed], {customer_id: occurred_at}, occurred_at)


def keep_from_timeline(last: int, now: datetime) -> tuple[int | None, int]:
    """Keep the first contacts whose contact arrived by import or from another system; one chunk behind id ``last``."""
    owed = list(FirstContact.objects.filter(pk__gt=last, ended_at__isnull=True).order_by("pk")[:CHUNK])
    if not owed:
        return None, 0
    since = {row.customer_id: row.assigned_at for row in owed}
    rows = Interaction.objects.filter(
        customer_id__in=list(since), occurred_at__gte=min(since.values())
    ).exclude(direction=Interaction.Direction.NONE)  # fmt: skip
    pairs = rows.order_by("-occurred_at").values_list("customer_id", "occurred_at")
    # The latest first, so that the earliest of each customer is what stays.
    first = {customer_id: at for customer_id, at in pairs if at >= since[customer_id]}
    _end([row for row in owed if row.customer_id in first], first, now)
    return owed[-1].pk, len(first)


def _end(rows: Sequence[FirstContact], moments: Mapping[int, datetime], now: datetime) -> None:
    for row in rows:
        row.contacted_at = row.ended_at = moments[row.customer_id]
    FirstContact.objects.bulk_update(rows, ["contacted_at", "ended_at"], batch_size=500)
    tasks = Task.objects.filter(pk__in=[row.task_id for row in rows if row.task_id], status=Task.Status.OPEN)
    customers = list(tasks.values_list("customer_id", flat=True))
    tasks.update(status=Task.Status.DONE, closed_at=now, version=2)
    _count_items(customers, -1)
