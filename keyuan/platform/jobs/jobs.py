"""The queue's own housekeeping."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.jobs.timetable import ScheduleSpec, schedules

schedules.add(
    ScheduleSpec("jobs.recover", _("Recover lost jobs"), "keyuan.platform.jobs.chunks.recover_lost", "*/10 * * * *")
)
schedules.add(
    ScheduleSpec(
        "events.sweep", _("Forget handled events"), "keyuan.platform.events.dispatcher.sweep_keys", "20 3 * * *"
    )
)
schedules.add(
    ScheduleSpec(
        "database.statistics",
        _("Refresh the database's statistics"),
        "keyuan.platform.statistics.refresh",
        "50 3 * * *",
    )
)
