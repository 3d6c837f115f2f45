"""Proposals as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.selectors.subjects import customer_label
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.lists import Column, Empty, FilterContext, ListSpec, PageAction, Sort, TextFilter, View
from keyuan.policies import permissions
from keyuan.policies.models import Proposal
from keyuan.policies.selectors.proposals import proposals_visible_to

NEW = PageAction(
    label=_("New proposal"),
    url_name="policies:proposal-create",
    icon="plus",
    permission=permissions.APPLY,
    primary=True,
)


@dataclass(frozen=True, slots=True)
class Extras:
    """Names of customers, and who asks."""

    actor: Actor
    customers: dict[int, CustomerSummary]


def _customer(row: Proposal, extras: Extras) -> str:
    summary = extras.customers.get(row.customer_id)
    return customer_label(extras.actor, summary) if summary else ""


class ProposalList(ListSpec):
    """Proposals in reach, the newest first."""

    key = "proposals"
    title = _("Proposals")
    permission = permissions.VIEW
    url_name = "policies:proposal-list"
    noun = _("proposals")
    columns = (
        Column(key="no", label=_("Proposal number"), value="proposal_no", first=True, kind="link", width=150),
        Column(key="title", label=_("Product"), value="title", width=240, phone=True),
        Column(key="customer", label=_("Customer"), value=_customer, width=120, phone=True),
        Column(key="versions", label=_("Versions"), value="last_version", kind="number", width=90),
        Column(key="read", label=_("First read at"), value="read_at", kind="moment", width=144),
        Column(key="maker", label=_("Made by"), value="made_by_name", width=110),
        Column(key="updated", label=_("Updated"), value="updated_at", kind="moment", sort="updated", width=144),
    )
    filters = (TextFilter(key="no", label=_("Proposal number"), field="proposal_no", primary=True),)
    sorts = (Sort(key="updated", label=_("Updated"), field="updated_at", descending=True),)
    default_sort = "-updated"
    views = (View(key="all", label=_("All")),)
    page_actions = (NEW,)
    empty = Empty(title=_("No proposals yet"), text=_("Make one for a customer; it is read by a link."), action=NEW)

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return the proposals in reach."""
        return [proposals_visible_to(actor)]

    def prepare(self, actor: Actor, rows: Sequence[Proposal], _context: FilterContext) -> Extras:
        """Load the names of customers."""
        seen = summaries_visible_to(actor, now=clock.now()).filter(pk__in={row.customer_id for row in rows})
        return Extras(actor, {summary.pk: summary for summary in seen})

    def row_url(self, row: Proposal) -> str:
        """Return the proposal's page."""
        return reverse("policies:proposal-detail", args=[row.pk])
