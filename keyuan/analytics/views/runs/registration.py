"""What the pages of nights hang into the registries (ANA-1)."""

from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.services.night.starting import PROGRAM
from keyuan.analytics.views.runs import words
from keyuan.analytics.views.runs.run_list import NightRunList
from keyuan.platform.audit.labels import name_programs
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items

HELP = (
    (
        "analytics:runs",
        _(
            "Every night the book is copied, features and scores are computed from the copy and written back. Open a "
            "night for its steps, what each read and made, and which figures look otherwise than the night before."
        ),
    ),
    (
        "analytics:run",
        _(
            "Steps in order, with the tables they read and made. A digest tells whether two nights made the same. "
            "Drift compares each column with the night before: above 0.1 look at it, above 0.25 it is another one."
        ),
    ),
)


def register() -> None:
    """Fill the registries."""
    words.register()
    lists.add(NightRunList())
    add_help(HELP)
    name_programs({PROGRAM: _("Night run")})
    nav_items.add(NavItem("night-runs", _("Night runs"), "analytics:runs", "moon", permissions.VIEW, "analytics", 90))
