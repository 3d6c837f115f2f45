"""The renewal rate by unit, channel and product: contracts renewed of contracts expiring (domain.md §A.8)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from keyuan.customers.selectors.labels import SALES_CHANNELS
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors import in_scope
from keyuan.organisation.selectors.units import units_visible_to
from keyuan.policies.models import Renewal
from keyuan.policies.rules.renewals.stages import EXCLUDED, Stage, rate_bp
from keyuan.policies.selectors.labels import PRODUCT_KINDS
from keyuan.products.models import Product

#: Days that one report may span: a year and a month, so that years can be compared.
MOST_DAYS = 397
#: Groupings, the column each counts by, and the filter of the list that shows the rows behind a line.
GROUPS = {
    "branch": "branch_id",
    "sub_branch": "sub_branch_id",
    "team": "team_id",
    "channel": "sales_channel",
    "kind": "kind",
    "product": "product_id",
}
DRILL = {"channel": "channel", "kind": "kind", "product": "product"}
MOST_LINES = 500
#: Levels of the tree by name.
LEVELS = {"branch": 2, "sub_branch": 3, "team": 5}
OFFERED = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; ``rate_bp`` in basis points, None where nothing counts."""

    key: Any
    name: str
    expiring: int
    excluded: int
    won: int
    lost: int
    live: int

    @property
    def rate(self) -> int | None:
        """Contracts renewed of those that count."""
        return rate_bp(self.won, self.expiring, self.excluded)


def rates(actor: Actor, group: str, first: date, last: date) -> list[Line]:
    """Return the lines of contracts that end between ``first`` and ``last`` within the actor's scope, largest first."""
    column = GROUPS[group]
    rows = Renewal.objects.filter(in_scope(actor), expires_on__gte=first, expires_on__lte=last)
    counted = rows.order_by().values_list(column).annotate(
        n=Count("pk"),
        out=Count("pk", filter=Q(stage=Stage.LOST, reason__in=list(EXCLUDED))),
        won=Count("pk", filter=Q(stage=Stage.WON)),
        lost=Count("pk", filter=Q(stage=Stage.LOST)),
    )  # fmt: skip
    found = list(counted.order_by("-n", column)[:MOST_LINES])
    names = names_of(group, [row[0] for row in found])
    return [Line(key, names.get(key, "--"), n, out, won, lost, n - won - lost) for key, n, out, won, lost in found]


def total(lines: list[Line]) -> Line:
    """Return the sum of the lines."""
    sums = [sum(getattr(line, name) for line in lines) for name in ("expiring", "excluded", "won", "lost", "live")]
    return Line(None, "", *sums)


def names_of(group: str, keys: list[Any]) -> dict[Any, str]:
    """Return the names behind the keys of a grouping."""
    if group in ("branch", "sub_branch", "team"):
        return dict(Unit.objects.filter(pk__in=[key for key in keys if key]).values_list("pk", "name"))
    if group == "product":
        return dict(Product.objects.filter(pk__in=keys).values_list("pk", "name"))
    words = SALES_CHANNELS if group == "channel" else PRODUCT_KINDS
    return {key: str(words.get(key, key or "--")) for key in keys}


def short_products(text: str) -> list[tuple[int, str]]:
    """Return products of a year or less whose name holds ``text``, for a box in which somebody types."""
    rows = Product.objects.filter(name__icontains=text, is_long_term=False, is_rider=False).order_by("name")
    return list(rows.values_list("pk", "name")[:OFFERED])


def units_like(actor: Actor, level: str, text: str) -> list[tuple[int, str]]:
    """Return units of a level within reach whose name holds ``text``."""
    rows = units_visible_to(actor).filter(level=LEVELS[level], name__icontains=text).order_by("name", "pk")
    return list(rows.values_list("pk", "name")[:OFFERED])
