"""What the clocks hang into the registries."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.platform.formats import day
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.subjects import SubjectKind, subject_kinds
from keyuan.policies import permissions
from keyuan.policies.selectors.clock_runs import access_clock_run, clock_runs_visible_to
from keyuan.policies.views.clocks.lists import ClockRunList

HELP = _(
    "What time alone did to policies, night by night: cover begins, cooling-off ends, grace, suspension, maturity. A "
    "night can be made again, which does only what is missing, and compared with a replay from the records known then."
)


def register() -> None:
    """Fill the registries."""
    lists.add(ClockRunList())
    nav_items.add(
        NavItem("clocks", _("Clocks of policies"), "policies:clocks", "clock", permissions.CLOCKS, "operations", 40)
    )
    subject_kinds.add(SubjectKind("clock_run", _("Night of the clocks"), labels, address, access_clock_run))
    add_help((("policies:clocks", HELP),))


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name nights by their day."""
    rows = clock_runs_visible_to(actor).filter(pk__in=ids)
    return {run.pk: str(day(run.on)) for run in rows}


def address(run_id: int) -> str:
    """Return the page of a night."""
    return reverse("policies:clocks-night", args=[run_id])
