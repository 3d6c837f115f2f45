"""The platform's own places in the navigation."""

from django.utils.translation import gettext_lazy as _

from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.permissions import AUDIT_VIEW, JOBS_VIEW, SETTINGS_EDIT, SYSTEM_VIEW
from keyuan.platform.views import help as page_help


def register() -> None:
    """Add the trail and the jobs to the group of operations."""
    page_help.register()
    nav_items.add(
        NavItem("audit", _("Audit trail"), "platform:audit-list", "shield-check", AUDIT_VIEW, "operations", 10)
    )
    nav_items.add(NavItem("jobs", _("Background jobs"), "platform:jobs", "progress", JOBS_VIEW, "operations", 20))
    nav_items.add(NavItem("system", _("System status"), "platform:system", "activity", SYSTEM_VIEW, "operations", 30))
    nav_items.add(
        NavItem("calendars", _("Business calendars"), "platform:calendars", "calendar", SETTINGS_EDIT, "operations", 40)
    )
