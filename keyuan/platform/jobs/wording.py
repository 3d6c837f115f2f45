"""Sentences of background work."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "job.done": _("Your background job is done."),
    "job.failed": _("Your background job failed. Open it to see why and to retry."),
    "job.moved_on": _("The job has moved on in the meantime. Look at where it stands now."),
    "job.owner_gone": _("The account or post that started this job was closed."),
    "schedule.cron": _("This is not a rule of five parts: minute, hour, day, month, weekday. Example: 30 2 * * 1-5"),
    "schedule.gone": _("This version of the program no longer knows this entry."),
}
