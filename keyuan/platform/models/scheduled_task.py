"""Work that comes back by the clock; its cron rule is edited in the browser (PLT-10)."""

from django.db import models


class ScheduledTask(models.Model):
    """One entry of the timetable, seeded from code by ``key``; the rule and the switch belong to the operator."""

    key = models.CharField(max_length=60, unique=True)
    cron = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    next_at = models.DateTimeField(db_index=True)
    last_at = models.DateTimeField(null=True)
