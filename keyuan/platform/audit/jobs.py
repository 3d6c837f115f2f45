"""The trail's work by the clock."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.jobs import ScheduleSpec, schedules

schedules.add(
    ScheduleSpec("audit.seal", _("Chain the audit trail"), "keyuan.platform.audit.sealer.seal_all", "* * * * *")
)
schedules.add(
    ScheduleSpec(
        "audit.anomalies", _("Look for unusual access"), "keyuan.platform.audit.anomalies.look", "*/10 * * * *"
    )
)
