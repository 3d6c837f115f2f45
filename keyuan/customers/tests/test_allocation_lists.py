"""Every order and filter of the lists of allocation has its index (CUS-9, SCL)."""

from datetime import date

import pytest

from keyuan.customers.tests.test_lists import REACHES
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
TODAY = date(2026, 3, 16)
SMALL = (
    "orph_sec", "orph_team", "orph_agent", "first_sec", "first_team", "first_agent", "reception_branch",
    "reception_sub_branch", "reception_section", "reception_team", "alloc_branch", "alloc_sub_branch", "alloc_section",
    "alloc_team", "handover_branch", "handover_sub_branch", "handover_section", "handover_team",
)  # fmt: skip
VALUES = {
    "orphans": {
        "reason": ("AGENT_LEFT",), "channel": ("INDIVIDUAL",), "due": ("", "today-1"), "premium": ("100", "100000"),
    },
    "first-contacts": {"due": ("", "today-1")},
    "receptions": {"state": ("WAITING",)},
    "allocations": {},
    "handovers": {},
}  # fmt: skip


@pytest.mark.parametrize("key", list(VALUES))
@pytest.mark.parametrize("role, unit, reach", REACHES)
def test_every_order_and_filter_has_its_index(key, role, unit, reach):
    actor = client_of(role, unit=getattr(small_tree(), unit), reach=reach)[1]

    assert_list_uses_indexes(lists[key], actor, FilterContext(actor, TODAY), VALUES[key], small=SMALL)
