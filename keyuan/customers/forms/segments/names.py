"""What the codes of agents, units, regions and segments are called (CUS-6)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from keyuan.customers.forms.places import cities_of, province_choices
from keyuan.customers.rules.segments.language import Node, rows_of
from keyuan.customers.selectors.segments.reading import names_of_segments
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_names
from keyuan.organisation.selectors.units import unit_names

Names = dict[tuple[str, str], str]
NAMED_KINDS = frozenset({"agent", "unit", "segment", "region"})


def names_in(actor: Actor, root: Node) -> Names:
    """Return the names of everything that a condition refers to by a number, by kind and code."""
    words = whole_vocabulary()
    asked: dict[str, set[str]] = {kind: set() for kind in NAMED_KINDS}
    for row in rows_of(root):
        kind = words.fields[row.field].kind
        if kind in NAMED_KINDS and isinstance(row.value, list):
            asked[kind].update(row.value)
    found: Names = {}
    for kind, codes in asked.items():
        if codes:
            found |= {(kind, code): name for code, name in _names(actor, kind, codes)}
    return found


def _names(actor: Actor, kind: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    if kind == "agent":
        agents = agent_names(int(code) for code in codes)
        return [(code, agents.get(int(code), code)) for code in codes]
    if kind == "unit":
        units = unit_names(int(code.partition("-")[2]) for code in codes)
        return [(code, units.get(int(code.partition("-")[2]), code)) for code in codes]
    if kind == "segment":
        segments = names_of_segments(actor, [int(code) for code in codes])
        return [(code, segments.get(int(code), _("a segment that you do not see"))) for code in codes]
    regions = dict(region_choices())
    return [(code, regions.get(code, code)) for code in codes]


def region_choices() -> list[tuple[str, str]]:
    """Return provinces with their cities behind them."""
    return [
        pair
        for province, name in province_choices()
        for pair in [(province, name), *((code, f"{name} {city}") for code, city in cities_of(province))]
    ]
