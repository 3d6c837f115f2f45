"""Classification for programs: one customer as of a day, the board of the reach, the thresholds (CUS-5, PLT-14)."""

from datetime import timedelta

import pytest

from keyuan.api.testing import Program
from keyuan.customers.models import CustomerSummary
from keyuan.customers.services.classification.events import reclassify_now
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.actor import Reach

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def served(settings):
    """A program in a team, and a customer of that team who became half-dormant five days ago."""
    settings.AS_OF = (TODAY + timedelta(days=10)).isoformat()
    program = Program()
    customer = make_customer(program.actor)
    bought = TODAY - timedelta(days=729)
    CustomerSummary.objects.filter(pk=customer.pk).update(is_policyholder=True, last_purchase_on=bought)
    for days in (0, 5):
        reclassify_now([customer.pk], NOW + timedelta(days=days))
    return program, customer.pk


def axis(answer, name):
    return next((one["value"], one["since"]) for one in answer["axes"] if one["axis"] == name)


def test_a_customer_is_given_as_of_any_day(served):
    program, pk = served
    day = TODAY + timedelta(days=5)

    now = program.get(f"/customers/{pk}/classification").json()
    before = program.get(f"/customers/{pk}/classification?on={TODAY + timedelta(days=4)}").json()

    assert axis(now, "activity") == ("HALF_DORMANT", day.isoformat())
    assert axis(before, "activity")[0] == "ACTIVE"
    assert now["changes"][0] == {
        "axis": "activity", "old": "ACTIVE", "new": "HALF_DORMANT", "on": day.isoformat(), "cause": "FACT",
    }  # fmt: skip


def test_a_customer_out_of_reach_is_not_found(served):
    stranger = Program("agent", reach=Reach.SELF)

    assert stranger.get(f"/customers/{served[1]}/classification").status_code == 404


def test_the_board_tells_counts_and_moves_of_the_reach(served):
    found = served[0].get(f"/classification/board?first={TODAY}&last={TODAY + timedelta(days=6)}").json()

    cells = {cell["value"]: cell for cell in found["cells"] if cell["axis"] == "activity"}
    assert (cells["ACTIVE"]["before"], cells["ACTIVE"]["moved_out"], cells["ACTIVE"]["after"]) == (1, 1, 0)
    assert (cells["HALF_DORMANT"]["before"], cells["HALF_DORMANT"]["after"]) == (0, 1)
    assert {"axis": "activity", "old": "ACTIVE", "new": "HALF_DORMANT", "moves": 1} in found["moves"]
    assert served[0].get("/classification/board?unit=999999").status_code == 404
    assert served[0].get("/classification/board?first=yesterday").status_code == 422


def test_the_thresholds_are_readable(served):
    found = served[0].get("/classification/rules").json()

    assert (found["number"], found["thresholds"]["active_months"]) == (0, 24)
