"""The home page of every role: it makes sense for each and shows nobody more than they may see (ui.md)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keyuan.customers.models import CustomerSummary, Task
from keyuan.customers.services.interactions import InteractionDraft, record_interaction
from keyuan.customers.services.tasks import place_of
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach
from keyuan.organisation.services.default_roles import DEFAULT_ROLES
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock

pytestmark = pytest.mark.django_db
#: Queries of an agent's and a manager's page besides session and post.
QUERIES = {"agent": 9, "board": 15}


@pytest.fixture
def agent():
    return client_of("agent")


@pytest.fixture
def customer(agent):
    made = make_customer(agent[1], "周国栋")
    CustomerSummary.objects.filter(pk=made.pk).update(
        policies_in_force=5, annual_premium=5_246_000, next_due_on=clock.today(), next_due_amount=1_286_000
    )
    return made


def task(actor, customer, title="宽限期最后一天", **more):
    values = {"kind": "GRACE", "due_at": clock.end_of(clock.today()), "stake": 1_286_000} | more
    return Task.objects.create(
        customer=customer,
        title=title,
        agent_id=actor.scope.agent_id,
        unit_id=actor.unit_id,
        created_at=clock.now(),
        **place_of(CustomerSummary.objects.get(pk=customer.pk)),
        **values,
    )


def page_of(client):
    response = client.get("/customers/today/")
    assert response.status_code == 200
    return response.content.decode()


def test_an_agents_day_shows_tasks_figures_and_shortcuts(agent, customer):
    task(agent[1], customer)

    page = page_of(agent[0])

    assert all(word in page for word in ("周国栋", "宽限期最后一天", "12,860", "今天 24:00", "我的业务", "录入客户"))
    assert "5.25" in page


def test_what_others_did_since_the_last_visit_is_news(agent, customer):
    colleague = client_of("contact_centre", unit=small_tree().east)[1]
    draft = InteractionDraft("CALL", "IN", clock.now() - timedelta(hours=1), "咨询理赔进度")
    record_interaction(actor=colleague, customer_id=customer.pk, draft=draft, now=clock.now())

    assert "咨询理赔进度" in page_of(agent[0])


def test_my_own_doing_is_no_news(agent, customer):
    draft = InteractionDraft("CALL", "OUT", clock.now() - timedelta(hours=1), "例行联系")
    record_interaction(actor=agent[1], customer_id=customer.pk, draft=draft, now=clock.now())

    assert "例行联系" not in page_of(agent[0])


def test_a_managers_board_shows_the_exceptions_of_the_scope_only(agent, customer):
    task(agent[1], customer, due_at=clock.now() - timedelta(days=1))
    near = client_of("shift_leader", unit=small_tree().east)[0]
    far = client_of("shift_leader", unit=small_tree().west)[0]

    board, empty = page_of(near), page_of(far)

    assert "一团队" in board
    assert "周国栋" in board
    assert "周国栋" not in empty
    assert "一团队" not in empty.split("各机构逾期任务")[1]


@pytest.mark.parametrize("role", sorted(DEFAULT_ROLES))
def test_every_role_has_a_home(role, agent, customer):
    task(agent[1], customer)
    client = client_of(role, unit=small_tree().west, sales_channel="INDIVIDUAL")[0]

    page = page_of(client)

    sees_all = "customers.view" in DEFAULT_ROLES[role].permissions and DEFAULT_ROLES[role].reach is Reach.ALL
    assert "今日" in page
    assert ("周国栋" in page) == (sees_all and role != "analyst"), "analysts read names masked"


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_roles_without_customers_see_what_they_watch_and_no_customer_page(role):
    client = client_of(role, unit=small_tree().head)[0]

    page = page_of(client)

    assert "关注事项" in page
    assert "需要我处理" not in page
    assert client.get("/customers/today/tasks/").status_code == 403


@pytest.mark.parametrize("role, offered", [("agent", True), ("management", False)])
def test_a_task_offers_its_verb_only_to_those_who_may_do_it(role, offered, agent, customer):
    made = task(agent[1], customer)
    client = agent[0] if role == "agent" else client_of(role, unit=small_tree().head)[0]

    page = client.get(f"/customers/{customer.pk}/").content.decode()

    assert (f"/start/?task={made.pk}" in page) is offered
    assert "宽限期最后一天" in page


def test_the_card_of_tasks_answers_alone_after_one_was_settled(agent, customer):
    task(agent[1], customer)

    card = agent[0].get("/customers/today/tasks/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in card
    assert "宽限期最后一天" in card


def test_the_utility_bar_opens_the_tasks_beside_any_page(agent, customer):
    task(agent[1], customer)

    panel = agent[0].get("/customers/tasks/").content.decode()

    assert "宽限期最后一天" in panel
    assert "<html" not in panel


@pytest.mark.parametrize("kind, role", [("agent", "agent"), ("board", "contact_centre_director")])
def test_homes_keep_to_their_queries(kind, role, agent, customer):
    for number in range(20):
        task(agent[1], customer, f"第 {number} 件")
    client = agent[0] if role == "agent" else client_of(role, unit=small_tree().east)[0]
    page_of(client)

    with CaptureQueriesContext(connection) as captured:
        page_of(client)

    session = [query for query in captured if "django_session" in query["sql"] or "organisation_post" in query["sql"]]
    assert len(captured) - len(session) <= QUERIES[kind], "\n".join(query["sql"][:160] for query in captured)


def test_the_root_leads_home(agent):
    response = agent[0].get("/")

    assert (response.status_code, response["Location"]) == (302, "/customers/today/")
