"""From when on a customer may be called about renewal: what the contact permits ask (domain.md §A.5, §A.11).

A call for renewal needs a contract whose window is open: a premium due within 40 days, overdue or suspended, or cover
of a year or less that ends within its window. Somebody whose contracts all lie ahead is not called yet.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from keyuan.contact.extensions import Opening, openings
from keyuan.kernel.codes import PolicyStatus
from keyuan.policies.models import Policy
from keyuan.policies.rules.renewals.windows import Window, days_of, is_renewable, window_for
from keyuan.policies.selectors.renewals import windows_in_force

BEIJING = ZoneInfo("Asia/Shanghai")
#: The ladder of premium reminders begins so many days before a premium is due (domain.md §A.5).
PREMIUM_DAYS = 40
LIVING = (PolicyStatus.IN_FORCE, PolicyStatus.SUSPENDED)


def opens(customer_ids: Sequence[int], at: datetime) -> Mapping[int, datetime]:
    """Return customers who may not be called about renewal at ``at``, each with the moment from which they may."""
    today = at.astimezone(BEIJING).date()
    windows = windows_in_force()
    first: dict[int, date] = {}
    rows = Policy.objects.filter(holder_id__in=customer_ids, status__in=LIVING).values_list(
        "holder_id", "status", "kind", "effective_on", "expires_on", "next_due_on", "product__renewal_window_days"
    )
    for holder, status, kind, effective_on, expires_on, due_on, days in rows:
        day = _first_day(windows, status, kind, effective_on, expires_on, due_on, days)
        if holder is not None and day is not None:
            first[holder] = min(day, first.get(holder, day))
    return {pk: datetime.combine(day, time(), BEIJING) for pk, day in first.items() if day > today}


def _first_day(
    windows: Mapping[str, Window], status: str, kind: str, effective_on: date, expires_on: date, due_on: date,
    product_days: int,
) -> date | None:  # fmt: skip
    """Return from when on one contract may be called about; None for one that is nobody's reason to call."""
    if status == PolicyStatus.SUSPENDED:
        return date.min
    found = []
    # The first premium is no renewal of anything.
    if effective_on < due_on < date.max:
        found.append(due_on - timedelta(days=PREMIUM_DAYS))
    if is_renewable(kind, effective_on, expires_on):
        found.append(days_of(window_for(windows, kind, product_days), expires_on).calls_from)
    return min(found, default=None)


def register() -> None:
    """Tell the permits."""
    openings.add(Opening("renewal-window", "RENEWAL", frozenset({"PHONE"}), opens))
