"""Behind a figure: exactly the contracts, or the customers, that it counts, in the reader's reach (ANA-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from keyuan.analytics.rules.persistency.behind import CohortSide, RateSide, Side, read
from keyuan.analytics.selectors.behind import ids_behind, left_out
from keyuan.analytics.views.persistency.asked import CUT_WORDS, MEASURE_WORDS
from keyuan.analytics.views.persistency.words import RATE_WORDS
from keyuan.customers.views.lists import CustomerList
from keyuan.kernel.actor import Actor
from keyuan.platform import formats
from keyuan.platform.lists import Empty, Filter, FilterContext, ListSpec, View
from keyuan.policies.views.lists import PolicyList

SIDES: Mapping[str, Any] = {
    "missed": gettext_lazy("premium not received"),
    "received": gettext_lazy("premium received"),
    "counted": gettext_lazy("all that count"),
    "part": pgettext_lazy("side of a ratio", "counted in"),
    "rest": pgettext_lazy("side of a ratio", "not counted in"),
    "whole": pgettext_lazy("side of a ratio", "of whom it tells"),
}
#: What an address without a figure asks for: nothing.
NOTHING = "-"
EMPTY = Empty(
    title=gettext_lazy("Nothing stands behind this figure"),
    text=gettext_lazy("Open a number on the page of persistency: its contracts or customers appear here."),
)


def said(side: Side) -> str:
    """Return a figure's side in words."""
    if isinstance(side, RateSide):
        return f"{RATE_WORDS[side.measure][0]} · {SIDES[side.side]}"
    measure, cut = MEASURE_WORDS[side.months], CUT_WORDS[side.choice.cut]
    return f"{measure} · {side.cohort:%Y-%m} · {cut} · {SIDES[side.side]}"


def _behind(rows: QuerySet[Any], value: str, context: FilterContext) -> QuerySet[Any]:
    side = read(value)
    return rows.filter(pk__in=ids_behind(context.actor, side)) if side else rows.none()


@dataclass(frozen=True, kw_only=True)
class SideFilter(Filter):
    """The figure whose rows are shown; it comes with the address and is not offered for typing."""

    kind: str = "fixed"
    policies: bool = True

    def read(self, query: QueryDict) -> str:
        """Return the figure in the address; without one the list is empty."""
        side = read(query.get(self.key, ""))
        about_policies = isinstance(side, CohortSide) or (side is not None and side.is_about_policies)
        return side.text if side and about_policies == self.policies else NOTHING

    def words(self, value: Any, context: FilterContext) -> str:
        """Say the figure, and where the list does not show all of it, how much it shows."""
        side = read(value)
        if side is None:
            return "—"
        part = left_out(context.actor, side)
        if part is None:
            return said(side)
        shown, whole = (formats.number(number) for number in part)
        some = _("the first %(shown)s of %(whole)s; choose a unit to see the others") % {"shown": shown, "whole": whole}
        return f"{said(side)} · {some}"


class _Behind(ListSpec):
    """A list like another one, of which only the rows behind a figure are shown."""

    like: ClassVar[ListSpec]
    empty = EMPTY

    def sources(self, actor: Actor, context: FilterContext) -> Sequence[QuerySet[Any]]:
        """Return what the other list would show."""
        return self.like.sources(actor, context)

    def prepare(self, actor: Actor, rows: Sequence[Any], context: FilterContext) -> Any:
        """Load what the other list's columns need."""
        return self.like.prepare(actor, rows, context)

    def row_url(self, row: Any) -> str:
        """Return the row's own page."""
        return self.like.row_url(row)

    def row_class(self, row: Any) -> str:
        """Mark rows as the other list does."""
        return self.like.row_class(row)


def _filters(like: type[ListSpec], *, policies: bool) -> tuple[Filter, ...]:
    figure = SideFilter(key="of", label=gettext_lazy("Figure"), primary=True, policies=policies, apply=_behind)
    return (figure, *(one for one in like.filters if one.key != "q"))


class PoliciesBehind(_Behind):
    """The contracts that a figure of persistency or renewal counts."""

    key = "policies-behind"
    title = gettext_lazy("Contracts behind a figure")
    permission = PolicyList.permission
    url_name = "analytics:policies-behind"
    like = PolicyList()
    columns = PolicyList.columns
    filters = _filters(PolicyList, policies=True)
    sorts = PolicyList.sorts
    default_sort = PolicyList.default_sort
    views = (View(key="all", label=gettext_lazy("All policies")),)
    bulk_actions = PolicyList.bulk_actions


class CustomersBehind(_Behind):
    """The customers that a ratio of the last year counts."""

    key = "customers-behind"
    title = gettext_lazy("Customers behind a figure")
    permission = CustomerList.permission
    url_name = "analytics:customers-behind"
    like = CustomerList()
    columns = CustomerList.columns
    filters = _filters(CustomerList, policies=False)
    sorts = CustomerList.sorts
    default_sort = CustomerList.default_sort
    views = (View(key="all", label=gettext_lazy("All customers")),)
    bulk_actions = CustomerList.bulk_actions
