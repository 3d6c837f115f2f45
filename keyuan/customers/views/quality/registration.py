"""What data quality hangs into the registries when the system starts (CUS-11)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.extensions import Panel, Recompute, panels, recomputes, segment_fields
from keyuan.customers.forms.quality import words
from keyuan.customers.models import HAS
from keyuan.customers.rules.segments.fields import Field
from keyuan.customers.services.quality.events import requalify_after
from keyuan.customers.views.quality import record_list
from keyuan.platform.help import add_help
from keyuan.platform.navigation import NavItem, nav_items

#: After everybody's facts.
LAST = 1001
GROUP = "quality"
BEHIND = "customer__quality__"


def _levels() -> list[tuple[str, Any]]:
    return [(code, word) for code, (word, _tone) in words.LEVELS.items()]


#: What segments ask of a record: score, level, and each finding.
FIELDS = (
    Field("quality_score", _("Quality score of the record"), "number", "quality_score", f"{BEHIND}score", group=GROUP),
    Field(
        "quality_level",
        _("Quality level of the record"),
        "choice",
        "quality_level",
        f"{BEHIND}level",
        group=GROUP,
        choices=_levels,
    ),
    *(
        Field(f"finding_{code.lower()}", words.FINDINGS[code][0], "flag", column, f"{BEHIND}{column}", group=GROUP)
        for code, column in HAS.items()
    ),
)


#: What the pages say of themselves; the board's is with the other pages' help.
HELP = (
    (
        "customers:quality-list",
        _(
            "Records, the worst first. Filter by what is wrong, unit or origin; tick rows and make cleansing tasks of "
            "them: each record gets one, which is done by itself once the record is right."
        ),
    ),
    (
        "customers:quality-rules",
        _(
            "What each finding costs its dimension, what each dimension weighs in the score, where levels begin, and "
            "for what tasks are made by night. A change needs a reason and judges all records anew."
        ),
    ),
)


def register() -> None:
    """Fill the registries."""
    words.register()
    record_list.register()
    recomputes.add(Recompute("quality", requalify_after, LAST))
    panels.add(Panel("quality", _("Data quality"), "customers:quality-panel", permissions.QUALITY, "right", 45))
    add_help(HELP)
    for field in FIELDS:
        segment_fields.add(field)
    nav_items.add(
        NavItem("quality", _("Data quality"), "customers:quality", "database", permissions.QUALITY, "customers", 65)
    )
