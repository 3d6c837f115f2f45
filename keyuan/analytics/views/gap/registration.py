"""What protection gaps hang into the contexts below."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.analytics import permissions
from keyuan.analytics.forms.gap import words
from keyuan.analytics.models import GapResult
from keyuan.analytics.selectors.gap import access_result
from keyuan.analytics.selectors.gap import labels as result_labels
from keyuan.analytics.services.gap.following import collect, erase, settle_latest
from keyuan.analytics.views.gap.lists import GapList
from keyuan.customers.extensions import (
    MergeFollowUp,
    MergeReference,
    Panel,
    merge_follow_ups,
    merge_references,
    panels,
)
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.help import add_help
from keyuan.platform.lists import lists
from keyuan.platform.navigation import NavItem, nav_items
from keyuan.platform.privacy import PrivacyPart, privacy_parts
from keyuan.platform.subjects import SubjectKind, subject_kinds

LABEL = _("Protection gaps")
HELP = (
    (
        "analytics:gap-list",
        _(
            "Results within your reach, each as it was worked out on its day. A new one is begun on the customer's "
            "page, panel Protection gap: only what nobody knows yet, or what was said too long ago, is asked."
        ),
    ),
    (
        "analytics:gap-ask",
        _(
            "Tell the customer first what the answers are for. Each step is kept when you go on; leave and come back "
            "as you like. What the customer does not say is noted once and not asked again until answers go stale."
        ),
    ),
    (
        "analytics:gap",
        _(
            "Education and mortgage are parts of the need at death and not added again. The order is medical bills and "
            "accident first, then lost income, then old age. It is no recommendation: suitability is judged with the "
            "application."
        ),
    ),
    (
        "analytics:gap-board",
        _(
            "Average gap of the customers with a present result in your reach, by life stage. Each figure leads to the "
            "results behind it. Customers without a result are not counted."
        ),
    ),
    (
        "analytics:gap-assumptions",
        _(
            "Every result says by which edition it was worked out, and keeps it. The usual values are unverified "
            "defaults: let an actuary judge them and issue an edition of your own."
        ),
    ),
)


def register() -> None:
    """Fill the registries; called once when Django is ready."""
    words.register()
    add_help(HELP)
    merge_references.add(MergeReference("gap-sheet", "analytics.GapSheet", "customer", "keep"))
    merge_references.add(MergeReference("gap-result", "analytics.GapResult", "customer", label=LABEL))
    merge_follow_ups.add(MergeFollowUp("gap-results", settle_latest))
    privacy_parts.add(PrivacyPart("gap", LABEL, collect, erase, order=40))
    lists.add(GapList())
    panels.add(Panel("gap", LABEL, "analytics:customer-gap", permissions.GAPS, "right", 32, organisations=False))
    subject_kinds.add(SubjectKind("gap_result", _("Protection gap"), labels, address, access))
    nav_items.add(NavItem("gaps", LABEL, "analytics:gap-list", "shield", permissions.GAPS, "customers", 43))
    nav_items.add(
        NavItem(
            "gap_stages", _("Gaps by life stage"), "analytics:gap-board", "chart-bar", permissions.VIEW, "analytics", 30
        )
    )  # fmt: skip
    nav_items.add(
        NavItem(
            "gap_assumptions", _("Assumptions of gaps"), "analytics:gap-assumptions", "adjustments",
            permissions.GAP_ASSUME, "analytics", 80,
        )
    )  # fmt: skip


def labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Name results in reach by their day."""
    return result_labels(actor, ids, now=clock.now())


def address(result_id: int) -> str:
    """Return the page of a result."""
    return reverse("analytics:gap", args=[result_id])


def access(actor: Actor, result_id: int) -> GapResult:
    """Return the result; raises NotFound out of reach."""
    return access_result(actor, result_id, now=clock.now())
