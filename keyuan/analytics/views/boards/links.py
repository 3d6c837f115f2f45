"""From a figure to the list behind it, narrowed to the same rows in the reader's reach (ANA-12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from keyuan.analytics import permissions
from keyuan.analytics.rules.boards.indicators import Part, Take
from keyuan.analytics.rules.boards.measures import KINDS, SOLD, Kind
from keyuan.analytics.rules.boards.periods import Period
from keyuan.claims import permissions as claims
from keyuan.customers import permissions as customers
from keyuan.customers.selectors.classification.places import Place
from keyuan.kernel.actor import UNIT_LEVELS, Actor, Reach
from keyuan.policies import permissions as policies
from keyuan.service import permissions as service

Query = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Way:
    """A list, who may open it, what narrows it to a measure, and the filter of days where the measure has some.

    ``{day}`` in values stands for the day of the night. ``levels``: the list's filter of units wants level and unit.
    """

    url_name: str
    permission: str
    query: Query
    days: str = ""
    levels: bool = False


def _customers(days: str = "", **query: str) -> Way:
    named = {name.replace("__", "."): value for name, value in query.items()}
    return Way("customers:home", customers.VIEW, {"view": "all", **named}, days, levels=True)


def _policies(days: str = "", **query: str | tuple[str, ...]) -> Way:
    named = {name.replace("__", "."): value for name, value in query.items()}
    return Way("policies:policy-list", policies.VIEW, {"view": "all", **named}, days)


_IN_FORCE = _policies(status="IN_FORCE")
_SOLD = _policies("effective", status=SOLD, sort="-effective")
_EXPIRES = {"expires__from": "{day}", "expires__to": "{day+40}"}
WAYS: Mapping[str, Way] = {
    "customers": _customers(),
    "orphans": _customers(orphan="1"),
    "unreachable": _customers(reachable="0"),
    "dormant": _customers(activity="DORMANT"),
    "contacted": _customers(contact__from="{day-90}"),
    "new_customers": _customers("opened"),
    "referred": _customers("opened", source="REFERRAL"),
    "at_risk": Way("customers:scores", customers.SCORES, {"view": "all", "group": "AT_RISK"}),
    "lifetime_value": Way("customers:scores", customers.SCORES, {"view": "all"}),
    "long_holders": Way("customers:scores", customers.SCORES, {"view": "all", "contracts.from": "1"}),
    "in_force": _IN_FORCE,
    "premium_in_force": _IN_FORCE,
    "in_grace": _policies(grace="1"),
    "expiring": _policies(status="IN_FORCE", sort="expires", **_EXPIRES),
    "sold": _SOLD,
    "new_premium": _SOLD,
    "regular_premium": _SOLD,
    "claims": Way("claims:claim-list", claims.VIEW, {"view": "all"}, "occurred"),
    "orders": Way("service:archive-list", service.VIEW, {"view": "all"}, "came"),
    "complaints": Way("service:archive-list", service.VIEW, {"view": "all", "kind": "COMPLAINT"}, "came"),
    "closed": Way("service:archive-list", service.VIEW, {"view": "all"}, "closed"),
    "open_orders": Way("service:order-list", service.VIEW, {"view": "all"}),
    "late_orders": Way("service:order-list", service.VIEW, {"view": "all", "mark": "LATE"}),
    "p13_received": Way("analytics:persistency", permissions.VIEW, {"months": "13"}),
    "p25_received": Way("analytics:persistency", permissions.VIEW, {"months": "25"}),
}


def link_of(actor: Actor, part: Part, period: Period, place: Place, day: date) -> str:
    """Return the address of the list behind a part of a figure; empty where there is none for the reader.

    How things stood in the past is in no list: only the figure of the last night leads to one.
    """
    way = WAYS.get(part.measure)
    if way is None or not actor.may(way.permission) or part.take is Take.OPENING:
        return ""
    if KINDS[part.measure] is not Kind.FLOW and period.last != day.replace(day=1):
        return ""
    query: dict[str, Any] = {name: _told(value, day) for name, value in way.query.items()}
    if way.days:
        first = date(period.last.year, 1, 1) if part.take is Take.YEAR else period.first
        query |= {f"{way.days}.from": first.isoformat(), f"{way.days}.to": period.last_day.isoformat()}
    query |= _narrowed(actor, place, way)
    return f"{reverse(way.url_name)}?{urlencode(query, doseq=True)}"


def _told(value: str | tuple[str, ...], day: date) -> Any:
    if not isinstance(value, str) or not value.startswith("{day"):
        return value
    return (day + timedelta(days=int(value[4:-1] or 0))).isoformat()


def _narrowed(actor: Actor, place: Place, way: Way) -> dict[str, str]:
    """Return the filter of the unit: one's own too, for lists show besides who is lent to the post from elsewhere."""
    if place.unit is not None:
        level, unit = place.unit.level, place.unit.pk
    elif actor.scope.reach is Reach.SELF:
        return {"agent": str(actor.scope.agent_id)}
    else:
        level, unit = UNIT_LEVELS.index(actor.scope.unit_level) + 1, actor.scope.unit_id or 0
    if level == 1 or not unit or (actor.scope.reach is Reach.ALL and place.unit is None):
        return {}
    return {"unit": f"{level}-{unit}" if way.levels else str(unit)}
