"""The lists of hand-overs and of what they moved (CUS-9)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers import permissions
from keyuan.customers.extensions import handover_parts
from keyuan.customers.forms.assignment import wording
from keyuan.customers.models import Handover, HandoverItem
from keyuan.customers.selectors.handover import reading
from keyuan.customers.views.assignment.lists import Names, customer_cell, names_for
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor
from keyuan.platform.lists import (
    Choice,
    ChoiceFilter,
    Column,
    Empty,
    FilterContext,
    ListSpec,
    PageAction,
    Sort,
    Status,
    View,
)

NEW = PageAction(
    label=_("Hand over a leaver's work"), url_name="customers:handover-create", icon="user-minus",
    permission=permissions.HANDOVER, primary=True,
)  # fmt: skip


def _handover_state(row: Handover, _names: Any) -> Status:
    return Status(*wording.HANDOVER_STATES[row.state])


class HandoverList(ListSpec):
    """Hand-overs of the units in scope, the latest first."""

    key = "handovers"
    title = _("Hand-overs")
    permission = permissions.HANDOVER_REPORTS
    url_name = "customers:handover-list"
    noun = _("hand-overs")
    columns = (
        Column(key="name", label=_("Who left"), value="leaver_name", width=140, first=True),
        Column(key="state", label=_("State"), value=_handover_state, kind="status", width=120, phone=True),
        Column(key="unit", label=_("Unit"), value=lambda row, names: names.units.get(row.unit_id), width=180),
        Column(key="left", label=_("Left on"), value="left_on", kind="date", width=112),
        Column(key="reason", label=_("Reason"), value="reason", width=200),
        Column(key="by", label=pgettext_lazy("hand-over", "Begun by"), value="started_by_name", width=112),
        Column(key="created", label=_("Access ended"), value="created_at", kind="moment", width=150, sort="new",
               phone=True),
    )  # fmt: skip
    sorts = (Sort(key="new", label=_("Access ended"), field="created_at", descending=True),)
    default_sort = "-new"
    views = (View(key="all", label=_("All")),)
    page_actions = (NEW,)
    empty = Empty(title=_("Nobody was handed over yet"), text=_("Begin when somebody leaves."), action=NEW)

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[Handover]]:
        """Hand-overs in scope."""
        return [reading.handovers_visible_to(actor)]

    def prepare(self, actor: Actor, rows: Sequence[Handover], context: FilterContext) -> Names:
        """Name the units."""
        return names_for(actor, context, [], [], [row.unit_id for row in rows])

    def row_url(self, row: Handover) -> str:
        """The report."""
        return reverse("customers:handover", args=[row.pk])

    def panel_url(self, _row: Handover) -> str:
        """Reports open whole."""
        return ""


def _handovers(actor: Actor) -> list[Choice]:
    return [Choice(str(pk), name) for pk, name in reading.recent_handovers(actor)]


def _parts(_actor: Actor) -> list[Choice]:
    return [Choice(part.key, part.label) for part in handover_parts if not part.ends]


def _part(row: HandoverItem, _names: Names) -> Any:
    part = handover_parts.get(row.part)
    return part.label if part is not None else row.part


def _item_state(row: HandoverItem, _names: Names) -> Status:
    return Status(*wording.HANDOVER_ITEM_STATES[row.state])


class HandoverItemList(ListSpec):
    """What hand-overs moved, thing by thing."""

    key = "handover-items"
    title = _("What was handed over")
    permission = permissions.HANDOVER_REPORTS
    url_name = "customers:handover-item-list"
    noun = _("things")
    columns = (
        Column(key="part", label=pgettext_lazy("hand-over", "Part"), value=_part, width=150, first=True),
        Column(key="customer", label=_("Customer"), value=customer_cell, width=120, phone=True),
        Column(key="state", label=_("State"), value=_item_state, kind="status", width=150, phone=True),
        Column(key="agent", label=_("To whom"), width=112,
               value=lambda row, names: names.agents.get(row.successor_id)),
        Column(key="value", label=_("Worth (CNY)"), value="value", kind="money", width=124),
    )  # fmt: skip
    filters = (
        ChoiceFilter(
            key="handover", label=_("Hand-over"), field="handover_id", primary=True, multiple=False, integer=True,
            choices=_handovers,
        ),
        ChoiceFilter(
            key="part", label=pgettext_lazy("hand-over", "Part"), field="part", primary=True, multiple=False,
            choices=_parts,
        ),
        ChoiceFilter(
            key="state", label=_("State"), field="state", primary=True, multiple=False,
            choices=tuple(Choice(code, words[0]) for code, words in wording.HANDOVER_ITEM_STATES.items()),
        ),
    )  # fmt: skip
    sorts = (Sort(key="number", label=_("Line"), field="id"),)
    default_sort = "number"
    indexed_pairs = frozenset({("handover", "number"), ("part", "number"), ("state", "number")})
    views = (View(key="all", label=_("All")),)
    empty = Empty(title=_("Nothing to show"), text=_("Begin when somebody leaves."))

    def sources(self, actor: Actor, _context: FilterContext) -> Sequence[QuerySet[HandoverItem]]:
        """Things of hand-overs in scope."""
        return [reading.items_in_scope(actor)]

    def prepare(self, actor: Actor, rows: Sequence[HandoverItem], context: FilterContext) -> Names:
        """Name customers and successors."""
        return names_for(actor, context, [row.customer_id for row in rows], [row.successor_id for row in rows], [])

    def row_url(self, row: HandoverItem) -> str:
        """The customer it is about, where there is one."""
        return (
            customer_url(row.customer_id) if row.customer_id else reverse("customers:handover", args=[row.handover_id])
        )


SPECS: tuple[ListSpec, ...] = (HandoverList(), HandoverItemList())
