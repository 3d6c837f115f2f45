"""Announcements are short-lived: nobody reads them after an hour."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keyuan.platform.jobs import ScheduleSpec, schedules
from keyuan.platform.models.live_event import LiveEvent

KEPT = timedelta(hours=1)
BATCH = 5000


def sweep() -> int:
    """Delete old announcements, a few thousand a transaction; return how many."""
    old = LiveEvent.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("pk")
    count = 0
    while batch := list(old.values_list("pk", flat=True)[:BATCH]):
        count += LiveEvent.objects.filter(pk__gte=batch[0], pk__lte=batch[-1]).delete()[0]
    return count


schedules.add(ScheduleSpec("live.sweep", _("Clear old announcements"), "keyuan.platform.live.jobs.sweep", "7 * * * *"))
