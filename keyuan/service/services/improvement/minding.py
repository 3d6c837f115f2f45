"""Every morning: owners are reminded of what is due, what stays overdue goes up to those who judge (SRV-11)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from keyuan.platform import people
from keyuan.platform.notices import notify_staff
from keyuan.service import permissions
from keyuan.service.models import ImprovementItem
from keyuan.service.rules import improvement as rules
from keyuan.service.services.improvement.items import address

CHUNK = 500
REMINDED, ESCALATED = 1, 2


def mind(today: date, now: datetime) -> dict[str, int]:
    """Remind and escalate; a second run on the same day changes nothing. Returns how many of each."""
    return {"reminded": _remind(today, now), "escalated": _escalate(today, now)}


def _remind(today: date, now: datetime) -> int:
    """Remind owners three days before the day, then every week."""
    soon, again = today + timedelta(days=rules.SOON), today - timedelta(days=rules.AGAIN)
    due = Q(reminded_on__isnull=True) | Q(reminded_on__lte=again)
    with transaction.atomic():
        rows = ImprovementItem.objects.select_for_update(skip_locked=True, of=("self",))
        found = list(rows.filter(due, state__in=rules.UNDER_WAY, due_on__lte=soon).order_by("pk")[:CHUNK])
        for item in found:
            item.reminded_on, item.step = today, max(item.step, REMINDED)
            item.save(update_fields=["reminded_on", "step"])
            if item.owner_id:
                _say(item, "improve.late" if item.due_on < today else "improve.due", [item.owner_id], now)
    return len(found)


def _escalate(today: date, now: datetime) -> int:
    late = today - timedelta(days=rules.ESCALATE)
    with transaction.atomic():
        rows = ImprovementItem.objects.select_for_update(skip_locked=True, of=("self",))
        found = list(
            rows.filter(state__in=rules.UNDER_WAY, due_on__lte=late, step__lt=ESCALATED).order_by("pk")[:CHUNK]
        )
        judges = people.holders_of(permissions.IMPROVEMENT_REVIEW)[:20] if found else []
        for item in found:
            item.step = ESCALATED
            item.save(update_fields=["step"])
            _say(item, "improve.escalated", judges, now)
    return len(found)


def _say(item: ImprovementItem, code: str, users: list[int], now: datetime) -> None:
    params = {"number": item.number, "title": item.title, "on": item.due_on.isoformat(), "by": item.owner_name}
    notify_staff(users, "task", code, params, url=address(item.pk), now=now)
