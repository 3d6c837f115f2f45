"""Churn by program: the watch list, chances with reasons, the effect, each within reach (ANA-6, PLT-14)."""

import pytest

from keyuan.analytics.models import ChurnScore
from keyuan.api.testing import Program
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform import clock

pytestmark = pytest.mark.django_db


def watched(customer):
    """Let a customer stand out, one premium behind."""
    place = {name: getattr(customer.summary, name) for name in (*LEVEL_COLUMNS, "servicing_agent_id")}
    reasons = [["behind", "1"]]
    one = {"policy": 5, "outcome": "lapse", "chances": [4000, 5000, 8808], "level": 2, "reasons": reasons}
    return ChurnScore.objects.create(
        customer=customer, policy_id=5, outcome="lapse", level=2, chance_3=4000, chance_6=5000, chance_12=8808,
        at_stake=105_696, premium=120_000, reasons=reasons, contracts=[one], model="churn.lapse.12", model_number=1,
        sign="x", scored_on=clock.today(), **place,
    )  # fmt: skip


def test_programs_read_whom_the_night_watches_in_their_reach():
    program, stranger = Program("customer_resource_manager", reach=Reach.ALL), Program("agent")
    customer = make_customer(program.actor)
    watched(customer)

    (row,) = program.get("/api/v1/churn?outcome=lapse").json()["rows"]
    detail = program.get(f"/api/v1/customers/{customer.pk}/churn").json()

    assert (row["customer_id"], row["chance_12"], row["at_stake"], row["level"]) == (customer.pk, 0.8808, 105_696, 2)
    assert row["reasons"] == [{"fact": "behind", "value": "1", "words": "欠交 1 期保费"}]
    assert detail["contracts"][0]["chances"] == [0.4, 0.5, 0.8808]
    assert program.get("/api/v1/analytics/churn/effect").json() == []
    assert stranger.get("/api/v1/churn").json()["rows"] == []
    assert stranger.get(f"/api/v1/customers/{customer.pk}/churn").status_code == 404
    assert stranger.get("/api/v1/analytics/churn/effect").status_code == 403
    assert program.get(f"/api/v1/customers/{make_customer(program.actor).pk}/churn").status_code == 404
