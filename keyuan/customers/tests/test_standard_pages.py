"""Pages of the service standard: catalogue, editor, panel, exceptions (CUS-14)."""

from datetime import date

import pytest

from keyuan.customers.models import CustomerSummary, EntitlementUse, ServiceException, ServiceStandard
from keyuan.customers.selectors import labels
from keyuan.customers.services.standards.defaults import seed_standard
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models.tracked_job import TrackedJob

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def agent():
    """An agent's browser and actor."""
    seed_standard(date(2026, 1, 1), clock.now())
    return client_of("agent")


@pytest.fixture
def manager():
    """The browser of the head office's customer-resource manager."""
    return client_of("customer_resource_manager", unit=small_tree().head)[0]


@pytest.fixture
def approver():
    """The browser of another person who decides on the standard."""
    return client_of("management", unit=small_tree().head)[0]


def gold(actor):
    customer = make_customer(actor)
    CustomerSummary.objects.filter(pk=customer.pk).update(tier="GOLD")
    return customer


def test_the_catalogue_shows_tiers_thresholds_and_what_each_has(agent):
    text = agent[0].get("/customers/standards/").content.decode()

    assert "绿色通道" in text
    assert "10" in text
    assert "/customers/standards/draft/" not in text


def test_a_draft_is_edited_previewed_and_issued_by_another_person(manager, approver):
    seed_standard(date(2026, 1, 1), clock.now())
    manager.post("/customers/standards/draft/")
    page = manager.get("/customers/standards/2/")
    form = page.context["form"]
    values = {name: "" if value is None else value for name, value in form.initial.items() if value is not False}
    wrong = manager.post("/customers/standards/2/", {**values, "threshold-GOLD": "200000"})
    right = manager.post("/customers/standards/2/", {**values, "threshold-GOLD": "60000", "version": "1"})
    early = manager.post("/customers/standards/2/issue/", {"valid_from": clock.today(), "reason": "提高门槛"})
    manager.post("/customers/standards/2/preview/")
    job = TrackedJob.objects.latest("pk")
    run_job(job.pk, job.step)
    own = manager.post("/customers/standards/2/issue/", {"valid_from": clock.today(), "reason": "提高门槛"})
    shown = approver.get("/customers/standards/2/").content.decode()
    issued = approver.post("/customers/standards/2/issue/", {"valid_from": clock.today(), "reason": "提高门槛"})

    assert (page.status_code, wrong.status_code, right.status_code) == (200, 422, 302)
    assert (early.status_code, own.status_code, issued.status_code) == (422, 422, 302)
    assert "/customers/standards/2/issue/" in shown
    row = ServiceStandard.objects.get(number=2)
    assert (row.status, row.content["tiers"][1]["threshold"]) == ("ISSUED", 6_000_000)


def test_tiers_and_items_are_added_renamed_and_retired_and_pages_use_the_new_names(manager, agent, approver):
    manager.post("/customers/standards/draft/")
    form = manager.get("/customers/standards/2/").context["form"]
    values = {name: "" if value is None else value for name, value in form.initial.items() if value is not False}
    typed = {"name-GOLD": "金葵花", "retire-BLACK": "on", "new_tier": "SILVER", "retire-item-GIFT": "on"}
    unpriced = manager.post("/customers/standards/2/", {**values, **typed})
    typed |= {"new_threshold": "30000", "new_item": "法律咨询", "star-1-vip": "5000", "star-2-vip": "8000"}
    saved = manager.post("/customers/standards/2/", {**values, **typed, "star-3-vip": "10000"})
    content = ServiceStandard.objects.get(number=2).content
    manager.post("/customers/standards/2/preview/")
    job = TrackedJob.objects.latest("pk")
    run_job(job.pk, job.step)
    approver.post("/customers/standards/2/issue/", {"valid_from": clock.today(), "reason": "新增银卡"})
    named = str(labels.TIERS["GOLD"])
    labels.TIER_NAMES.clear()

    assert (unpriced.status_code, saved.status_code) == (422, 302)
    codes = [tier["code"] for tier in content["tiers"]]
    assert codes[:3] == ["NORMAL", "SILVER", "GOLD"]
    assert "BLACK" not in codes
    items = {item["code"]: item["name"] for item in content["items"]}
    assert "GIFT" not in items
    assert items["ITEM_1"] == "法律咨询"
    assert named == "金葵花"
    assert str(labels.TIERS["GOLD"]) != "金葵花"


def test_a_use_is_recorded_once_and_taken_back(agent):
    client, actor = agent
    customer = gold(actor)
    panel = client.get(f"/customers/{customer.pk}/entitlements/").content.decode()
    address = f"/customers/{customer.pk}/entitlements/TRAVEL/use/"

    for _click in range(2):
        client.post(address, {"token": "TRAVEL-0"}, headers=HTMX)
    use = EntitlementUse.objects.get()
    client.post(f"/customers/{customer.pk}/entitlements/{use.pk}/take-back/")

    assert "境内救援" in panel
    use.refresh_from_db()
    assert use.undone_at is not None


def test_an_exception_goes_from_the_agent_to_the_manager_and_back(agent, manager):
    client, actor = agent
    customer = gold(actor)
    today = clock.today()
    client.post(
        f"/customers/{customer.pk}/exceptions/add/",
        {"item": "UW_TRUST", "service": "专属核保", "valid_from": today, "valid_until": today, "reason": "家族信托"},
        headers=HTMX,
    )
    row = ServiceException.objects.get()
    own = client.post(f"/customers/exceptions/{row.pk}/approve/", {"note": ""}, headers=HTMX)
    listed = manager.get("/customers/exceptions/").content.decode()
    manager.post(f"/customers/exceptions/{row.pk}/approve/", {"note": ""}, headers=HTMX)

    row.refresh_from_db()
    assert own.status_code in (403, 422)
    assert "专属核保" in listed
    assert row.status == "APPROVED"
    assert "专属核保" in client.get(f"/customers/{customer.pk}/entitlements/?whole=1").content.decode()
