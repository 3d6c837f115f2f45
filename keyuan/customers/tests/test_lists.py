"""Lists of customers and contacts: scope, masks, views, bulk, indexes (CUS-4, CUS-5, CUS-9, CUS-12, PLT-4)."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keyuan.customers.models import Assignment, Customer, CustomerSummary, CustomerTag, Grant, Tag, Task
from keyuan.customers.selectors import labels
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.testing import NOW, make_customer
from keyuan.customers.views.lists import BirthdayFilter, month_day
from keyuan.kernel.actor import FieldLevel, Reach
from keyuan.organisation.testing import client_of, make_agent, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import Choice, Condition, FilterContext, lists
from keyuan.platform.lists.pages import make_rows, read_page
from keyuan.platform.lists.state import ListState
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import BulkRun, ReadEvent

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
SMALL = ("cs_sec", "cs_team", "cs_agent", "ia_sec", "ia_team", "ia_agent", "ia_cust")
CUSTOMER_VALUES = {
    "q": "周国",
    "tier": ("GOLD",),
    "channel": ("GROUP",),
    "state": ("GRACE",),
    "due": ("today", "today+7"),
    "birthday": ("30",),
    "contact": ("", "today-180"),
    "opened": ("today-30", "today"),
    "premium": ("1000", ""),
    "orphan": True,
    "holder": True,
    "reachable": False,
    "activity": ("DORMANT",),
    "agent": "1",
    "service": ("ORPHAN",),
    "touch": ("CLAIM",),
    "source": ("EVENT",),
    "near_vip": True,
    "mass": True,
    "segment": ("1",),
    "unit": "2-1",
}


@pytest.fixture
def agent():
    """An agent's browser and actor."""
    return client_of("agent")


def names_on(response):
    return re.findall(r"data-open[^>]*>([^<]+)</a>", response.content.decode())


def test_agent_sees_own_customers_and_nobody_elses(agent):
    client, actor = agent
    other = client_of("agent", unit=small_tree().west)[1]
    make_customer(actor, "周国栋")
    make_customer(other, "马文博")

    response = client.get("/customers/")

    assert names_on(response) == ["周国栋"]
    assert "马文博" not in response.content.decode()


def test_granted_customer_joins_the_list_for_its_time(agent):
    client, actor = agent
    other = client_of("agent", unit=small_tree().west)[1]
    customer = make_customer(other, "马文博")
    now = clock.now()
    grant = Grant.objects.create(
        customer=customer, post_id=actor.post_id, purpose="CALL", until=now + timedelta(hours=1), created_at=now
    )

    assert names_on(client.get("/customers/")) == ["马文博"]
    Grant.objects.filter(pk=grant.pk).update(until=now)
    assert names_on(client.get("/customers/")) == []


def test_htmx_gets_the_screen_without_the_shell(agent):
    client, _actor = agent

    response = client.get("/customers/", headers={"HX-Request": "true"})

    assert response.content.decode().lstrip().startswith('<section class="list-screen"')


def test_page_costs_few_queries_however_many_rows(agent):
    client, actor = agent
    for number in range(3):
        make_customer(actor, f"周国栋{number}", phone=f"1380000000{number}")
    client.get("/customers/")
    with CaptureQueriesContext(connection) as few:
        client.get("/customers/")
    for number in range(3, 9):
        make_customer(actor, f"周国栋{number}", phone=f"1380000000{number}")

    with CaptureQueriesContext(connection) as many:
        client.get("/customers/")

    assert len(many) == len(few) <= 14


def test_phone_is_masked_and_never_in_the_page(agent):
    client, actor = agent
    make_customer(actor, "周国栋", phone="18612341402")

    text = client.get("/customers/").content.decode()

    assert "186****1402" in text
    assert "18612341402" not in text


def test_outsourced_post_reads_names_masked_everywhere(agent):
    _client, actor = agent
    make_customer(actor, "周国栋")
    strict = replace(actor, outsourced=True, field_levels={"name": FieldLevel.STRICT})
    spec = lists["customers"]
    rows = list(CustomerSummary.objects.all())

    (row,) = make_rows(spec, strict, rows, spec.columns, FilterContext(strict, TODAY))

    assert row.label == "周*栋"
    assert "周国栋" not in "".join(cell.html + cell.title for cell in row.cells)


@pytest.mark.parametrize("typed, found", [
    ("周", ["周国栋"]),
    ("国栋", ["周国栋"]),
    ("周国栋", ["周国栋"]),
    ("周國棟", ["周国栋"]),
    ("zhougd", []),
    ("zgd", ["周国栋"]),
    ("zhouguo", ["周国栋"]),
    ("1402", ["周国栋"]),
    ("18612341402", ["周国栋"]),
    ("栋国", []),
    ("9999", []),
])  # fmt: skip
def test_quick_filter_finds_names_spellings_and_digits(agent, typed, found):
    client, actor = agent
    make_customer(actor, "周国栋", phone="18612341402")
    make_customer(actor, "马文博", phone="13900007736")

    assert names_on(client.get("/customers/", {"q": typed})) == found


def test_quick_filter_stays_inside_the_scope(agent):
    client, _actor = agent
    make_customer(client_of("agent", unit=small_tree().west)[1], "周国栋", phone="18612341402")

    assert names_on(client.get("/customers/", {"q": "1402"})) == []


def test_executed_search_is_on_the_trail_without_what_was_typed(agent):
    client, actor = agent

    client.get("/customers/", {"q": "18612341402"})
    client.get("/customers/", {"tier": "GOLD"})

    event = ReadEvent.objects.get()
    assert (event.action, event.actor_id) == ("search", actor.id)
    assert "18612341402" not in event.detail


def test_view_counts_come_for_the_other_tabs(agent):
    client, actor = agent
    make_customer(actor, "周国栋")
    CustomerSummary.objects.update(state="GRACE")

    text = client.get("/customers/list/counts/", {"open": "mine"}).content.decode()

    assert '<span class="count" id="count-grace" hx-swap-oob="true">1</span>' in text
    assert "count-mine" not in text


def test_tabs_follow_the_role(agent):
    client, _actor = agent
    manager = client_of("customer_resource_manager", unit=small_tree().east)[0]

    assert "count-mine" in client.get("/customers/").content.decode()
    assert "count-orphans" in manager.get("/customers/").content.decode()


@pytest.mark.parametrize("_case, today, found", [
    ("within a year", date(2026, 3, 16), [Condition("birth_md", "gte", 316), Condition("birth_md", "lte", 323)]),
    ("over new year", date(2026, 12, 29),
     [Condition("birth_md", "in", [1229, 1230, 1231, 101, 102, 103, 104, 105])]),
    ("over 29 February", date(2028, 2, 25), [Condition("birth_md", "gte", 225), Condition("birth_md", "lte", 303)]),
])  # fmt: skip
def test_birthdays_are_found_over_the_turn_of_the_year(agent, _case, today, found):
    birthday = BirthdayFilter(key="birthday", label="", field="birth_md", choices=(Choice("7", ""),))

    assert birthday.conditions(("7",), FilterContext(agent[1], today)) == found


def test_month_and_day_make_one_number():
    assert month_day(date(2026, 3, 5)) == 305


def preview(client, key, ids):
    return client.post(f"/customers/list/bulk/{key}/", {"ids": ids}, headers={"HX-Request": "true"})


def run(client, key, ids, **fields):
    data = {"ids": ids, "idempotency": "one form", **fields}
    return client.post(f"/customers/list/bulk/{key}/run/", data, headers={"HX-Request": "true"})


def take_back(client):
    return client.post(f"/lists/runs/{BulkRun.objects.get().pk}/undo/", headers={"HX-Request": "true"})


def test_tasks_are_made_for_living_customers_and_taken_back(agent):
    client, actor = agent
    ids = [make_customer(actor).pk for _number in range(3)]
    Customer.objects.filter(pk=ids[0]).update(status="DECEASED", death_on=TODAY)
    assert preview(client, "task", ids).status_code == 200

    response = run(client, "task", ids, title="保障检视", due_on=(clock.today() + timedelta(days=3)).isoformat())

    assert response.status_code == 200
    tasks = Task.objects.order_by("customer_id")
    assert [(task.customer_id, task.agent_id, task.title) for task in tasks] == [
        (pk, actor.scope.agent_id, "保障检视") for pk in ids[1:]
    ]
    assert BulkRun.objects.get().refused == 1
    take_back(client)
    assert set(tasks.values_list("status", flat=True)) == {"DROPPED"}


def test_task_that_somebody_dealt_with_stays_when_taken_back(agent):
    client, actor = agent
    run(client, "task", [make_customer(actor).pk], title="回访", due_on=clock.today().isoformat())
    Task.objects.update(status="DONE", version=2)

    take_back(client)

    assert Task.objects.get().status == "DONE"


def test_task_for_today_given_after_working_hours_is_due_by_the_end_of_the_day(agent, monkeypatch):
    client, actor = agent
    evening = clock.now().replace(hour=19, minute=30)
    monkeypatch.setattr(clock, "now", lambda: evening)

    run(client, "task", [make_customer(actor).pk], title="回访", due_on=evening.date().isoformat())

    assert timezone.localtime(Task.objects.get().due_at).isoformat() == f"{evening.date()}T23:59:59+08:00"


def test_wrong_entry_comes_back_with_what_was_typed_and_does_nothing(agent):
    client, actor = agent

    response = run(client, "task", [make_customer(actor).pk], title="回访", due_on="2020-01-01")

    assert response.status_code == 422
    assert 'value="回访"' in response.content.decode()
    assert (Task.objects.count(), BulkRun.objects.count()) == (0, 0)


def test_tag_goes_to_those_without_it_and_comes_off_them_only(agent):
    client, actor = agent
    ids = [make_customer(actor).pk for _number in range(2)]
    tag = Tag.objects.create(code="VIP", name="高净值", family="VALUE")
    CustomerTag.objects.create(customer_id=ids[0], tag=tag, created_at=NOW)

    run(client, "tag", ids, tag=tag.pk)
    assert CustomerTag.objects.count() == 2
    take_back(client)

    assert list(CustomerTag.objects.values_list("customer_id", flat=True)) == [ids[0]]


def test_manager_assigns_and_takes_back(agent):
    _client, actor = agent
    manager = client_of("customer_resource_manager", unit=small_tree().east)[0]
    successor = make_agent(small_tree().team_b, "高志远")
    customer = make_customer(actor)

    response = run(manager, "assign", [customer.pk], agent="高志远", reason="离职交接")

    assert response.status_code == 204
    summary = CustomerSummary.objects.get(pk=customer.pk)
    assert summary.servicing_agent_id == successor.pk
    take_back(manager)
    summary.refresh_from_db()
    assert summary.servicing_agent_id == actor.scope.agent_id
    assert Assignment.objects.filter(customer=customer).count() == 3


@pytest.mark.parametrize("typed", ["不存在", "高"])
def test_agent_must_be_one_person(agent, typed):
    manager = client_of("customer_resource_manager", unit=small_tree().east)[0]
    make_agent(small_tree().team_b, "高志远")
    make_agent(small_tree().team_b, "高明")

    response = run(manager, "assign", [make_customer(agent[1]).pk], agent=typed, reason="调整")

    assert response.status_code == 422


def test_agent_may_not_assign(agent):
    client, actor = agent

    assert preview(client, "assign", [make_customer(actor).pk]).status_code == 404
    assert run(client, "assign", [make_customer(actor).pk], agent="x", reason="y").status_code == 404


def test_ids_of_another_unit_do_nothing(agent):
    client, _actor = agent
    foreign = make_customer(client_of("agent", unit=small_tree().west)[1])

    response = run(client, "task", [foreign.pk], title="回访", due_on=clock.today().isoformat())

    assert response.status_code == 200
    assert not Task.objects.exists()


def test_columns_are_kept_for_the_person(agent):
    client, actor = agent
    make_customer(actor, "周国栋")

    kept = client.post("/customers/list/columns/", {"columns": '[{"key": "phone", "hidden": true}]'})

    assert kept.status_code == 204
    assert 'th scope="col" data-column="phone"' not in client.get("/customers/").content.decode()


def test_view_is_saved_and_becomes_a_tab(agent):
    client, _actor = agent

    response = client.post("/customers/list/views/", {"name": "黄金客户", "query": "tier=GOLD&sort=-premium"})

    assert response["HX-Redirect"].startswith("/customers/?view=saved-")
    assert "黄金客户" in client.get("/customers/").content.decode()


def test_agent_has_no_export(agent):
    client, _actor = agent

    assert "export" not in client.get("/customers/").content.decode().split("list-head")[1].split("tabs")[0]
    assert client.get("/customers/list/export/").status_code == 403


def test_contacts_are_listed_newest_first_within_the_scope(agent):
    client, actor = agent
    customer = make_customer(actor, "周国栋")
    for hour, said in ((1, "早"), (3, "晚")):
        draft = InteractionDraft("CALL", "OUT", NOW + timedelta(hours=hour), said)
        record_interaction(actor=actor, customer_id=customer.pk, draft=draft, now=NOW + timedelta(days=1))
    stranger = client_of("agent", unit=small_tree().west)[0]

    text = client.get("/customers/interactions/").content.decode()

    assert text.index(">晚<") < text.index(">早<")
    assert "周国栋" in text
    assert "周国栋" not in stranger.get("/customers/interactions/").content.decode()


def test_contacts_are_filtered_by_days_in_beijing(agent):
    client, actor = agent
    customer = make_customer(actor, "周国栋")
    late = datetime.fromisoformat("2026-03-16T23:30:00+08:00")
    draft = InteractionDraft("CALL", "OUT", late, "深夜")
    record_interaction(actor=actor, customer_id=customer.pk, draft=draft, now=late)

    def shown(day):
        return "深夜" in client.get("/customers/interactions/", {"on.from": day, "on.to": day}).content.decode()

    assert (shown("2026-03-16"), shown("2026-03-17")) == (True, False)


def test_every_label_of_a_filter_is_said(agent):
    assert all(str(choice.label) for choice in lists["customers"].filters[1].options(agent[1]))
    assert labels.label_of(labels.TIERS, "GOLD")


REACHES = [
    ("customer_resource_manager", "head", Reach.ALL),
    ("customer_resource_manager", "east", Reach.UNIT),
    ("customer_resource_manager", "east_city", Reach.UNIT),
    ("customer_resource_manager", "section", Reach.UNIT),
    ("shift_leader", "team_a", Reach.UNIT),
    ("agent", "team_a", Reach.SELF),
]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role, unit, reach", REACHES)
def test_every_order_and_filter_of_customers_has_its_index(role, unit, reach):
    actor = client_of(role, unit=getattr(small_tree(), unit), reach=reach)[1]

    assert_list_uses_indexes(lists["customers"], actor, FilterContext(actor, TODAY), CUSTOMER_VALUES, small=SMALL)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role, unit, reach", REACHES)
def test_every_order_and_filter_of_contacts_has_its_index(role, unit, reach):
    actor = client_of(role, unit=getattr(small_tree(), unit), reach=reach)[1]
    values = {"on": ("today", "today"), "kind": ("CALL",), "outcome": ("REACHED",)}

    assert_list_uses_indexes(lists["interactions"], actor, FilterContext(actor, TODAY), values, small=SMALL)


def test_every_view_opens(agent):
    actor = agent[1]
    for key in ("customers", "interactions"):
        spec = lists[key]
        for view in spec.views:
            query = QueryDict(view.query)
            filters = {item.key: item.read(query) for item in spec.filters if item.read(query) is not None}
            state = ListState(filters=filters, sort=spec.sort_choice(query.get("sort", "")))
            assert read_page(spec, actor, state, FilterContext(actor, TODAY), spec.columns).count.seen == 0


def edit_cell(client, customer, value, version):
    address = f"/customers/list/cells/{customer.pk}/preferred-time/"
    return client.post(address, {"value": value, "version": version})


def test_cell_is_saved_in_place(agent):
    client, actor = agent
    customer = make_customer(actor, preferred_time="上午")

    response = edit_cell(client, customer, "下午", "上午")

    assert (response.status_code, response.json()) == (200, {"shown": "下午", "raw": "下午", "version": "下午"})
    customer.refresh_from_db()
    assert customer.preferred_time == "下午"


def test_cell_that_somebody_changed_shows_both_values_and_is_not_overwritten(agent):
    client, actor = agent
    customer = make_customer(actor, preferred_time="晚上")

    response = edit_cell(client, customer, "下午", "上午")

    assert response.status_code == 409
    assert (response.json()["theirs"], response.json()["version"]) == ("晚上", "晚上")
    customer.refresh_from_db()
    assert customer.preferred_time == "晚上"


def test_cell_of_another_units_customer_does_not_exist(agent):
    client, _actor = agent
    customer = make_customer(client_of("agent", unit=small_tree().west)[1], preferred_time="晚上")

    assert edit_cell(client, customer, "下午", "晚上").status_code == 404


def test_cell_that_nobody_may_edit_in_place_does_not_exist(agent):
    client, actor = agent
    address = f"/customers/list/cells/{make_customer(actor).pk}/premium/"

    assert client.post(address, {"value": "1", "version": "0"}).status_code == 404


def test_editable_column_costs_one_query_and_only_where_it_shows(agent):
    client, actor = agent
    for _number in range(3):
        make_customer(actor, preferred_time="上午")
    client.get("/customers/")
    with CaptureQueriesContext(connection) as without:
        client.get("/customers/")

    with CaptureQueriesContext(connection) as shown:
        response = client.get("/customers/", {"cols": "name,preferred-time"})

    assert response.content.decode().count('data-edit="') == 3
    assert len(shown) <= len(without) + 2
