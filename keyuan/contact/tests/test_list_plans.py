"""The lists of contacting are read by indexes, whatever order and filter (decision 25; MKT-9, PLT-8, PLT-11)."""

from datetime import date

import pytest

from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes

TODAY = date(2026, 3, 16)
DAYS = ("2026-03-01", "today")
VALUES = {
    "on": DAYS, "state": ("REFUSED",), "reason": ("over_budget",), "channel": ("SMS",), "purpose": ("MARKETING",),
    "until": ("today", "today+30"), "scope": ("ALL",), "kind": ("COPY",), "due": ("", "today-1"),
    "granted": ("5", ""), "refused": ("5", ""), "contact": ("", "2025-03-16"), "premium": ("100", ""), "when": DAYS,
    "created": DAYS,
}  # fmt: skip
#: Sets of one section, one team, one agent, or of the customers lent to a post.
TABLES = ("permit", "dnc", "reserved", "cb", "message", "privacy", "summary")
LEVELS = ("sec", "section", "team", "agent", "customer")
SMALL = (
    *(f"{table}_{level}" for table in TABLES for level in LEVELS),
    "contact_privacyrequest_customer_id_bcab1a33",
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only("EXPLAIN QUERY PLAN")]


@pytest.mark.parametrize("key", ["permits", "refusals", "reservations", "overused", "messages", "privacy-requests"])
@pytest.mark.parametrize("role, unit", [("management", "head"), ("customer_resource_manager", "east"), ("agent", "")])
def test_every_order_and_filter_has_its_index(key, role, unit):
    actor = make_actor(role, unit=getattr(small_tree(), unit)) if unit else make_actor(role)
    values = {**VALUES, "state": ("QUEUED",)} if key == "messages" else VALUES
    values = {**values, "state": ("WORKING",)} if key == "privacy-requests" else values

    assert_list_uses_indexes(lists[key], actor, FilterContext(actor, TODAY), values, small=SMALL)
