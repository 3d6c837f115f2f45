"""Find orphans, allocate them, and the new owner sees customer and task (CUS-9; issue 4, items 4 and 5)."""

from datetime import timedelta

import pytest

from keyuan.customers.models import CustomerSummary, Handover
from keyuan.customers.services.allocation.rules import save_rule
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import system_actor
from keyuan.organisation import testing
from keyuan.organisation.models import Agent
from keyuan.organisation.selectors.actors import actor_of
from keyuan.platform import clock
from keyuan.platform.jobs.drain import drain

TARGET = {"method": "EVEN_COUNT", "nearest": "team_id", "farthest": "sub_branch_id", "same_channel": False}


def person(name, staff_no, role, **more):
    user = testing.make_user(name, staff_no=staff_no, password=testing.PASSWORD)
    return actor_of(testing.fresh(testing.make_post(role, user=user, **more)))


@pytest.fixture
def book(transactional_db):
    """A customer whose person left, a colleague with an account, the manager of the sub-branch, one rule."""
    leaver = testing.make_actor("agent")
    make_customer(leaver, "周国栋")
    CustomerSummary.objects.update(policies_in_force=1)
    left = clock.today() - timedelta(days=4)
    Agent.objects.filter(pk=leaver.scope.agent_id).update(status=Agent.Status.LEFT, left_on=left)
    person("林晓岚", "10482", "agent")
    person("周敏", "10017", "customer_resource_manager", unit=testing.small_tree().east_city)
    save_rule(
        actor=system_actor("test"), rule_id=None, version=0, name="就近", is_active=True, conditions={}, target=TARGET,
        now=clock.now(),
    )  # fmt: skip
    return leaver


def sign_in(page, staff_no):
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.fill("[name=username]", staff_no)
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".topbar")


def test_orphans_are_found_allocated_and_seen_by_the_new_owner(page, book):
    sign_in(page, "10017")
    page.goto("/customers/orphans/board/")
    page.click("text=立即查找")
    drain()
    page.goto("/customers/orphans/")
    page.wait_for_selector("text=周国栋")

    page.click("text=按规则分配")
    page.click("#form-allocation .btn-primary")
    page.wait_for_selector("#allocation-progress")
    drain()
    # The page itself asks once a second whether the plan is made, and shows it.
    page.wait_for_selector("button:has-text('执行分配')")
    page.click("button:has-text('执行分配')")
    page.click("#confirm [data-verb]")
    page.wait_for_selector("#allocation-progress[hx-trigger]")
    drain()
    page.wait_for_selector("text=已分配")

    sign_in(page, "10482")
    page.goto("/customers/today/")
    page.wait_for_selector("text=新任服务人员首次联系")
    page.goto("/customers/")
    page.wait_for_selector("text=周国栋")


def test_a_leaver_is_handed_over_from_the_page_of_the_person(page, book):
    serving = Agent.objects.get(name="林晓岚", user__staff_no="10482")
    make_customer(actor_of(testing.fresh(serving.posts.get())), "何美玲")
    testing.make_agent(testing.small_tree().team_a, "张一")
    sign_in(page, "10017")
    page.goto(f"/organisation/agents/{serving.pk}/")
    page.click("text=交接并终止权限")
    page.wait_for_selector("#form-handover")
    page.click("#form-handover .btn-primary")
    page.wait_for_selector("#form-handover .invalid-feedback")
    page.fill("#form-handover [name=reason]", "离职")
    page.click("#form-handover .btn-primary")
    page.wait_for_selector("#handover-progress")
    drain()
    page.wait_for_selector("text=已交接")

    assert Handover.objects.get().figures["customers"] == {"MOVED": 1}
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.fill("[name=username]", "10482")
    page.fill("[name=password]", testing.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".alert, .invalid-feedback, [role=alert]")
    assert "/sign-in/" in page.url
