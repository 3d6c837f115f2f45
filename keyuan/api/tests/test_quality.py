"""Data quality for programs: one record, the board of the reach, the weights (CUS-11, PLT-14)."""

import pytest

from keyuan.api.testing import Program
from keyuan.customers.models import QualityRules
from keyuan.customers.testing import NOW, make_customer
from keyuan.kernel.actor import Reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(settings):
    """A program in a team, and a customer of that team."""
    settings.AS_OF = NOW.date().isoformat()
    program = Program()
    return program, make_customer(program.actor, "张三", phone="13800138000").pk


def test_a_record_is_given_with_its_findings(served):
    program, pk = served

    found = program.get(f"/customers/{pk}/quality").json()

    assert (found["score"], found["level"], found["dimensions"]["complete"]) == (74, "POOR", 25)
    assert found["findings"] == ["NO_ADDRESS", "NO_BIRTHDAY", "NO_DOCUMENT", "NO_OCCUPATION", "UNVERIFIED"]
    assert Program("agent", reach=Reach.SELF).get(f"/customers/{pk}/quality").status_code == 404


def test_the_board_of_the_reach_adds_up(served):
    found = served[0].get("/quality/board").json()

    assert (found["now"]["records"], found["now"]["findings"]["NO_ADDRESS"]) == (1, 1)
    assert served[0].get("/quality/board?unit=999999").status_code == 404


def test_weights_are_read_and_set_with_a_reason(settings):
    settings.AS_OF = NOW.date().isoformat()
    program = Program("customer_resource_manager", reach=Reach.ALL)
    assert program.get("/quality/weights").json()["weights"]["good_from"] == 95

    wrong = program.post("/quality/weights", {"number": 0, "reason": "试行", "good_from": 10})
    saved = program.post("/quality/weights", {"number": 0, "reason": "试行", "findings": {"STALE": 50}})

    assert wrong.status_code == 422
    assert saved.status_code == 201
    assert QualityRules.objects.get().content["findings"]["STALE"] == 50
