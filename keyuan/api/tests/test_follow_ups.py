"""Call-backs by programs: taken, answered, recorded once, complete only as required, else 404 (SRV-8, PLT-14)."""

from datetime import date

import pytest

from keyuan.api.testing import Program
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock
from keyuan.service.models import FollowUp, FollowUpCall
from keyuan.service.services.follow_ups.opening import open_callbacks
from keyuan.service.services.follow_ups.seeding import seed
from keyuan.service.testing import open_desk
from keyuan.service.tests.follow_ups.conftest import make_new_policy

pytestmark = pytest.mark.django_db
PATH = "/api/v1/follow-ups"
YES = ("IDENTITY", "PURCHASE", "DOCUMENTS", "COVER", "SURRENDER", "COOLING_OFF", "PAYMENT")


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


def test_a_refusal_names_its_field(call):
    program = Program("contact_centre", unit=small_tree().east)

    refused = program.post(f"{call}/calls", {"result": "APPOINTED"})

    assert (refused.status_code, refused.json()["code"]) == (422, "follow_up.appointed_at")
    assert program.post(f"{PATH}/take-next", {}).status_code == 404
    assert program.post(f"{call}/calls", {"result": "NO_ANSWER"}).status_code == 201
