"""The lists of people, units and agents read by indexes, whatever order and filter (decision 25)."""

from datetime import date

import pytest

from keyuan.organisation import testing
from keyuan.organisation.views.lists import AGENTS, PEOPLE, UNITS
from keyuan.platform.lists import FilterContext
from keyuan.platform.lists.testing import assert_list_uses_indexes

VALUES = {
    "people": {
        "staff_no": "1",
        "name": "林",
        "unit": "1",
        "role": ("1",),
        "state": ("active",),
        "seen": ("", "2026-03-01"),
    },
    "units": {"code": "T", "level": ("5",)},
    "agents": {"agent_no": "A", "name": "林"},
}
#: Sets of one section or one team.
SMALL = ("agent_section", "agent_team", "unit_section", "unit_team")

pytestmark = pytest.mark.sqlite_only("EXPLAIN QUERY PLAN")


@pytest.mark.parametrize("spec", [PEOPLE, UNITS, AGENTS], ids=lambda spec: spec.key)
@pytest.mark.parametrize("role, unit", [("management", "head"), ("shift_leader", "east"), ("shift_leader", "team_a")])
def test_every_order_and_filter_has_its_index(tree, spec, role, unit):
    actor = testing.make_actor(role, unit=getattr(tree, unit))
    context = FilterContext(actor, date(2026, 3, 16))

    assert_list_uses_indexes(spec, actor, context, VALUES[spec.key], small=SMALL)
