"""Claims as a list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.claims import permissions
from keyuan.claims.models import Claim
from keyuan.claims.selectors import claim_sources
from keyuan.claims.selectors.labels import KINDS, STATES, UNKNOWN
from keyuan.customers.views.list_filters import LevelFilter
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    DateRange,
    Empty,
    FilterContext,
    Link,
    ListSpec,
    Sort,
    Status,
    TextFilter,
    View,
)


def _state(row: Claim, _extras: Any) -> Status:
    tone, word = STATES.get(row.status, UNKNOWN)
    return Status(word, tone)


def _policy(row: Claim, _extras: Any) -> Link:
    return Link(row.policy.product.name, reverse("policies:policy-detail", args=[row.policy_id]))


class ClaimList(ListSpec):
    """Claims under policies served in scope, newest first."""

    key = "claims"
    title = _("Claims")
    permission = permissions.VIEW
    url_name = "claims:claim-list"
    noun = _("claims")
    columns = (
        Column(key="no", label=_("Claim number"), value="claim_no", width=190, first=True, kind="link"),
        Column(key="kind", label=_("Type"), value=lambda row, _extras: KINDS.get(row.kind, row.kind), width=120),
        Column(key="policy", label=_("Policy"), value=_policy, kind="link", width=200),
        Column(key="state", label=_("State"), value=_state, kind="status", width=120),
        Column(key="claimed", label=_("Claimed"), value="claimed_amount", kind="money", width=110),
        Column(key="paid", label=_("Paid amount"), value="paid_amount", kind="money", width=110),
        Column(key="currency", label=_("Currency"), width=80, low_priority=True),
        Column(key="occurred", label=_("Occurred"), value="occurred_on", kind="date", width=110, low_priority=True),
        Column(key="recorded", label=_("Recorded"), value="created_at", kind="moment", width=150, sort="new"),
    )
    filters = (
        TextFilter(key="no", label=_("Claim number"), field="claim_no", primary=True, placeholder=_("Claim number")),
        ChoiceFilter(
            key="state", label=_("State"), field="status", primary=True,
            choices=tuple(Choice(code, words[1]) for code, words in STATES.items()),
        ),
        ChoiceFilter(
            key="kind", label=_("Type"), field="kind", primary=True,
            choices=tuple(Choice(code, label) for code, label in KINDS.items()),
        ),
        DateRange(key="occurred", label=_("Occurred"), field="occurred_on"),
        LevelFilter(key="unit"),
    )  # fmt: skip
    sorts = (Sort(key="new", label=_("Recorded"), field="created_at", descending=True),)
    default_sort = "-new"
    views = (
        View(key="all", label=_("All")),
        View(key="open", label=_("Awaiting documents"), query="state=AWAITING_DOCS"),
        View(key="review", label=_("In review"), query="state=IN_REVIEW"),
    )
    empty = Empty(title=_("No claims yet"), text=_("Claims appear here when they are imported."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Claims in scope."""
        return [source.select_related("policy__product") for source in claim_sources(actor, now=clock.now())]

    def row_url(self, row: Claim) -> str:
        """The claim's page."""
        return reverse("claims:claim-detail", args=[row.pk])
