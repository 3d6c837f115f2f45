"""What classification hangs into the registries when the system starts (CUS-5)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions
from keyuan.customers.extensions import Panel, Recompute, panels, recomputes, segment_fields
from keyuan.customers.forms.classification import words
from keyuan.customers.rules.classification import AXES
from keyuan.customers.rules.segments.fields import Field
from keyuan.customers.services.classification.events import reclassify
from keyuan.customers.views import help as page_help
from keyuan.platform.navigation import NavItem, nav_items

#: After everybody's facts.
LAST = 1000


def _codes(axis: str) -> Callable[[], list[tuple[str, Any]]]:
    """Offer the values of an axis that stand out."""
    return lambda: [(value, words.value_word(axis, value)) for value in AXES[axis] if value not in {"NONE", "SERVED"}]


#: The axes that segments do not know by another name.
FIELDS = (
    Field("service_kind", _("Without a service person because"), "choice", "service_kind", choices=_codes("service")),
    Field("touch_point", _("Touch point"), "choice", "touch_point", choices=_codes("touch")),
    Field("is_near_vip", _("Near-VIP"), "flag", "is_near_vip"),
    Field("is_mass_line", _("Small mass lines"), "flag", "is_mass_line"),
)


def register() -> None:
    """Fill the registries."""
    page_help.register()
    words.register()
    recomputes.add(Recompute("classification", reclassify, LAST))
    for field in FIELDS:
        segment_fields.add(field)
    panels.add(
        Panel("classification", _("Classification"), "customers:classification-panel", permissions.VIEW, "left", 50)
    )
    nav_items.add(
        NavItem(
            "classification",
            _("Classification"),
            "customers:classification",
            "chart-bar",
            permissions.CLASS_BOARD,
            "resource",
            30,
        )
    )
