"""The list of policies: scope, masks, views, tasks for holders, indexes (POL-1, POL-3, PLT-4)."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from keyuan.customers.models import Task
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.actor import Reach
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.pages import read_page
from keyuan.platform.lists.state import ListState
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.policies.models import Policy
from keyuan.products.models import Product

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
#: A team, one agent, sparse values, and the customers lent to a post.
SMALL = ("pol_sec", "pol_team", "pol_agent", "pol_in_grace", "pol_cooling", "pol_no_tail", "_holder_id_")
VALUES = {
    "q": "204817",
    "status": ("SUSPENDED",),
    "kind": ("MOTOR",),
    "grace": True,
    "cooling": True,
    "due": ("today", "today+7"),
    "effective": ("2026-01-01", ""),
    "expires": ("today", "today+40"),
    "premium": ("1000", ""),
    "agent": "1",
}


@pytest.fixture
def agent():
    """An agent's browser and actor."""
    return client_of("agent")


def make_policy(actor, number, unit=None, **columns):
    """Put a policy served by ``actor`` into the book."""
    product = Product.objects.get_or_create(code="KN", defaults={"name": "康宁终身重疾", "kind": "CRITICAL_ILLNESS"})[0]
    place = unit or small_tree().team_a
    return Policy.objects.create(
        policy_no=number,
        policy_no_tail=number[-6:],
        product=product,
        kind=product.kind,
        servicing_agent_id=actor.scope.agent_id,
        created_at=NOW,
        updated_at=NOW,
        **{column: getattr(place, column) for column in LEVEL_COLUMNS},
        **columns,
    )


def test_agent_sees_policies_served_with_whole_numbers_and_nobody_elses(agent):
    client, actor = agent
    make_policy(actor, "P88000204817", holder_name="周国栋", annual_premium=1286000)
    other = client_of("agent", unit=small_tree().west)[1]
    make_policy(other, "P88000530092", unit=small_tree().west)

    text = client.get("/policies/").content.decode()

    assert "P88000204817" in text
    assert "530092" not in text
    assert "12,860" in text


def test_outsourced_staff_read_numbers_and_names_masked():
    client, actor = client_of("outsourced_caller")
    make_policy(actor, "P88000204817", holder_name="周国栋")

    text = client.get("/policies/").content.decode()

    assert "****204817" in text
    assert "周*栋" in text
    assert "P88000204817" not in text
    assert "周国栋" not in text


def test_policy_is_found_by_number_or_last_six(agent):
    client, actor = agent
    make_policy(actor, "P88000204817")

    def found(typed):
        return "康宁终身重疾" in client.get("/policies/", {"q": typed}).content.decode()

    assert (found("204817"), found("p88000204817"), found("204818")) == (True, True, False)


def test_tasks_go_to_holders_in_reach_once_each_and_come_back(agent):
    client, actor = agent
    holder = make_customer(actor, "周国栋")
    ids = [make_policy(actor, f"P8800020481{number}", holder=holder).pk for number in range(2)]
    ids.append(make_policy(actor, "P88000530092").pk)
    data = {"ids": ids, "idempotency": "one form", "title": "提醒续期", "due_on": clock.today().isoformat()}

    response = client.post("/policies/list/bulk/task/run/", data, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert list(Task.objects.values_list("customer_id", "title")) == [(holder.pk, "提醒续期")]


def test_policies_without_premium_come_last_in_both_directions(agent):
    _client, actor = agent
    spec = lists["policies"]
    rows = [make_policy(actor, f"P{number}", annual_premium=premium) for number, premium in enumerate((None, 300, 100))]

    def order(text):
        state = ListState(sort=spec.sort_choice(text))
        page = read_page(spec, actor, state, FilterContext(actor, TODAY), spec.columns)
        return [row.id for row in page.rows]

    assert order("premium") == [rows[2].pk, rows[1].pk, rows[0].pk]
    assert order("-premium") == [rows[1].pk, rows[2].pk, rows[0].pk]


def test_due_view_shows_what_falls_due_soon(agent):
    client, actor = agent
    make_policy(actor, "P88000111111", next_due_on=clock.today() + timedelta(days=30))
    make_policy(actor, "P88000222222", next_due_on=clock.today() + timedelta(days=31))

    text = client.get("/policies/", {"view": "due"}).content.decode()

    assert "111111" in text
    assert "222222" not in text


def test_every_view_opens(agent):
    spec, actor = lists["policies"], agent[1]
    for view in spec.views:
        query = QueryDict(view.query)
        filters = {item.key: item.read(query) for item in spec.filters if item.read(query) is not None}
        state = ListState(filters=filters, sort=spec.sort_choice(query.get("sort", "")))

        assert read_page(spec, actor, state, FilterContext(actor, TODAY), spec.columns).count.seen == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role, unit, reach", [
    ("customer_resource_manager", "head", Reach.ALL),
    ("customer_resource_manager", "east", Reach.UNIT),
    ("customer_resource_manager", "east_city", Reach.UNIT),
    ("customer_resource_manager", "section", Reach.UNIT),
    ("shift_leader", "team_a", Reach.UNIT),
    ("agent", "team_a", Reach.SELF),
])  # fmt: skip
def test_every_order_and_filter_has_its_index(role, unit, reach):
    actor = client_of(role, unit=getattr(small_tree(), unit), reach=reach)[1]

    values = VALUES | {"unit": str(small_tree().east.pk)}
    assert_list_uses_indexes(lists["policies"], actor, FilterContext(actor, TODAY), values, small=SMALL)
