"""The left navigation: contexts add their entries, the shell shows those the post may open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A heading; the empty key is the top, without heading."""

    key: str
    label: Any
    order: int


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: URL name, tabler icon, permission (None: everybody), and an optional cheap count for this actor.

    ``phone`` puts it into the bottom tabs of small screens (five at most). ``shown`` hides it from posts that have the
    permission but not the reach: whoever holds money of one branch sees nothing of the whole book's.
    """

    key: str
    label: Any
    url_name: str
    icon: str
    permission: str | None
    group: str = ""
    order: int = 0
    count: Callable[[Actor], int | None] | None = None
    phone: bool = False
    shown: Callable[[Actor], bool] | None = None

    def is_for(self, actor: Actor) -> bool:
        """Tell whether the post finds something behind the entry."""
        allowed = self.permission is None or actor.may(self.permission)
        return allowed and (self.shown is None or self.shown(actor))


#: Up to so many entries a navigation stands open; a longer one shows the group of the page, the others fold.
OPEN_ENTRIES = 14

nav_groups: Registry[NavGroup] = Registry()
nav_items: Registry[NavItem] = Registry()


def register() -> None:
    """Put up the headings that several contexts share."""
    for order, (key, label) in enumerate(
        (
            ("customers", _("Customer business")),
            ("tasks", _("Tasks and reminders")),
            ("resource", _("Customer resource")),
            ("assigning", _("Allocation and hand-over")),
            ("care", _("Standards and key accounts")),
            ("contact", _("Contacting customers")),
        ),
        start=10,
    ):
        nav_groups.add(NavGroup(key, label, order))
    nav_groups.add(NavGroup("service", _("Service"), 20))
    nav_groups.add(NavGroup("support", _("Support"), 30))
    nav_groups.add(NavGroup("analytics", _("Analytics"), 40))
    nav_groups.add(NavGroup("operations", _("Operations"), 90))
