"""Call-backs by programs: taken, answered, recorded once, complete only as required, else 404 (SRV-8, PLT-14)."""

from datetime import date, datetime

import pytest

from keyuan.api.testing import Program
from keyuan.contact.models import MessagePolicy
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock
from keyuan.service.models import FollowUp, FollowUpCall
from keyuan.service.services.follow_ups.opening import open_callbacks
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.service.testing import open_desk
from keyuan.service.tests.follow_ups.conftest import by_day, make_new_policy

pytestmark = pytest.mark.django_db
PATH, PLANS = "/api/v1/follow-ups", "/api/v1/follow-up-plans"
YES = ("IDENTITY", "PURCHASE", "DOCUMENTS", "COVER", "SURRENDER", "COOLING_OFF", "PAYMENT")


@pytest.fixture(autouse=True)
def office_hours(monkeypatch):
    by_day(monkeypatch)


@pytest.fixture
def call(agent_actor):
    seed(clock.now())
    open_desk()
    holder = make_customer(agent_actor, "周国栋", phone="13800001111", birth_on=date(1980, 5, 6))
    today = clock.today()
    days = {"effective_on": today, "issued_on": today, "applied_on": today, "receipt_signed_on": today}
    open_callbacks([make_new_policy(agent_actor, holder, **days, now=clock.now()).pk], now=clock.now())
    FollowUp.objects.update(next_at=clock.now())
    return f"{PATH}/{FollowUp.objects.get().pk}"


def test_a_call_back_goes_its_way_by_program(call):
    program, west = Program("contact_centre", unit=small_tree().east), Program("contact_centre", unit=small_tree().west)

    assert program.get(PATH).json()["rows"][0]["status"] == "WAITING"
    assert program.post(f"{call}/take", {}).json()["owner_name"] != ""
    assert program.post(f"{call}/begin", {}).status_code == 201
    for key in YES:
        assert program.post(f"{call}/answers", {"question": key, "value": ["YES"]}).status_code == 201
    early = program.post(f"{call}/complete", {})
    assert (early.status_code, early.json()["code"]) == (422, "follow_up.unanswered")
    shown = program.post(f"{call}/answers", {"question": "BIRTH", "value": ["1980-05-06"]}).json()
    assert (shown["unanswered"], shown["not_as_required"]) == ([], [])
    assert west.get(call).status_code == west.post(f"{call}/take", {}).status_code == 404
    first, second = (program.post(f"{call}/complete", {"recording": "R-1", "key": "k-1"}) for _time in range(2))
    assert (first.status_code, first.json()["status"], first.json()["in_time"]) == (201, "DONE", True)
    assert (second.status_code, FollowUpCall.objects.count()) == (201, 1)
    # A successful call may have been drawn for a second look, which is a row of its own.
    ended = {row["id"]: row["last_result"] for row in program.get(f"{PATH}/archive").json()["rows"]}
    assert ended[int(call.rpartition("/")[2])] == "SUCCESS"


def test_at_night_a_program_hears_from_when_on_somebody_may_be_called(call, monkeypatch):
    program, night = Program("contact_centre", unit=small_tree().east), clock.now().replace(hour=5, minute=14)
    monkeypatch.setattr(clock, "now", lambda: night)
    FollowUp.objects.update(next_at=night)

    row = program.get(PATH).json()["rows"][0]
    refused = program.post(f"{call}/begin", {})

    assert datetime.fromisoformat(row["call_from"]) == night.replace(hour=8, minute=0)
    assert (refused.status_code, refused.json()["code"]) == (422, "follow_up.quiet")
    assert program.post(f"{call}/begin", {"on_request": True}).status_code == 201
    assert program.send("POST", f"{call}/begin", None).json()["code"] == "follow_up.quiet"


def test_a_questionnaire_is_sent_by_program_and_seen_in_the_detail(call):
    program, west = (Program("contact_centre", unit=unit) for unit in (small_tree().east, small_tree().west))
    MessagePolicy.objects.update_or_create(pk=1, defaults={"public_url": "https://keyuan.example"})

    refused = program.post(f"{call}/questionnaire", {"way": "EMAIL"})
    sent = program.post(f"{call}/questionnaire", {"way": "SMS"})

    assert (refused.status_code, refused.json()["code"]) == (422, "follow_up.not_sent")
    assert west.post(f"{call}/questionnaire", {"way": "SMS"}).status_code == 404
    assert sent.status_code == 201
    shown = program.get(call).json()
    assert [link["contact_channel"] for link in shown["links"]] == ["SMS", "EMAIL"]
    assert "token" not in str(shown["links"])


def test_plans_are_written_by_one_program_and_published_by_another():
    seed(clock.now())
    open_desk()
    writer, other = Program("contact_centre_director"), Program("contact_centre_director")
    ways = ["WECHAT", "SMS", "PHONE"]
    plan = {"name": "满意度", "trigger": "ORDER_CLOSED", "questionnaire": "SATISFACTION", "ways": ways}

    wrong = writer.post(PLANS, plan | {"ways": ["PHONE", "SMS"]})
    made = writer.post(PLANS, plan).json()
    path = f"{PLANS}/{made['id']}"
    late = writer.send("PUT", path, plan | {"name": "满意度二", "version": 0})
    saved = writer.send("PUT", path, plan | {"name": "满意度二", "version": made["version"]}).json()
    own = writer.post(f"{path}/publish", {"version": saved["version"]})
    done = other.post(f"{path}/publish", {"version": saved["version"]}).json()
    stopped = other.post(f"{path}/stop", {"version": done["version"]}).json()

    assert (wrong.status_code, wrong.json()["code"]) == (422, "plan.phone_last")
    assert (late.status_code, own.status_code, own.json()["code"]) == (409, 422, "plan.same_person")
    assert (done["is_active"], done["in_force"]["ways"], done["draft"]) == (True, ways, None)
    assert stopped["is_active"] is False
    assert (other.send("DELETE", path).status_code, other.get(path).status_code) == (204, 404)
    assert "NEW_CONTRACT" in {row["code"] for row in other.get(PLANS).json()["rows"]}
    asked = {row["code"]: row["versions"][0]["id"] for row in other.get("/api/v1/questionnaires").json()["rows"]}
    shown = other.get(f"/api/v1/questionnaires/versions/{asked['NEW_CONTRACT']}").json()
    assert [one["key"] for one in shown["questions"]][:2] == ["BIRTH", "IDENTITY"]
    assert Program("agent", unit=small_tree().team_a).get(PLANS).status_code == 403


def test_a_refusal_names_its_field(call):
    program = Program("contact_centre", unit=small_tree().east)

    refused = program.post(f"{call}/calls", {"result": "APPOINTED"})

    assert (refused.status_code, refused.json()["code"]) == (422, "follow_up.appointed_at")
    assert program.post(f"{PATH}/take-next", {}).status_code == 404
    assert program.post(f"{call}/calls", {"result": "NO_ANSWER"}).status_code == 201
