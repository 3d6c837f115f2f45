"""Models, automated decisions and staffing by program, within reach and right (ANA-11, ANA-14, PLT-14; PIPL 24)."""

from datetime import date, timedelta

import pytest

from keyuan.analytics.models import CallForecast
from keyuan.analytics.services.registry import record_version
from keyuan.api.testing import Program
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, system_actor
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock

pytestmark = pytest.mark.django_db


def test_programs_read_models_and_versions():
    reader, agent = Program("management", reach=Reach.ALL), Program("agent")
    for number in (1, 2):
        record_version(
            actor=system_actor("night run"), key="churn.lapse.12", data_date=date(2026, 1, number), features=["age"],
            metrics={"auc": 0.7}, protocol={"seed": 7}, folder="", at=clock.now(),
        )  # fmt: skip

    models = {row["key"]: row for row in reader.get("/api/v1/analytics/models").json()}
    detail = reader.get("/api/v1/analytics/models/churn.lapse.12").json()
    version = reader.get("/api/v1/analytics/models/churn.lapse.12/1").json()

    assert (models["churn.lapse.12"]["champion"], models["churn.lapse.12"]["challenger"]) == (1, 2)
    assert (models["value.lifetime"]["rules"], models["churn.lapse.12"]["alarm"]) == (0, 0.25)
    assert [one["status"] for one in detail["versions"]] == ["CHALLENGER", "CHAMPION"]
    assert (version["features"], version["metrics"], version["drift"]) == ([{"name": "age"}], {"auc": 0.7}, [])
    assert reader.get("/api/v1/analytics/models/nothing").status_code == 404
    assert agent.get("/api/v1/analytics/models").status_code == 403


def test_programs_note_objections_once_and_take_them_back():
    agent, stranger = Program("agent"), Program("agent", unit=small_tree().west)
    customer = make_customer(agent.actor)
    url = f"/api/v1/customers/{customer.pk}/automated-decisions"
    said = {"said_on": clock.today().isoformat(), "channel": "PORTAL", "words": "本人拒绝"}
    late = {**said, "said_on": (clock.today() + timedelta(days=3)).isoformat()}

    noted = [agent.post(f"{url}/objection", said).json() for _time in range(2)]
    wrong = [agent.post(f"{url}/objection", late).status_code, stranger.post(f"{url}/objection", said).status_code]
    back = agent.post(f"{url}/withdrawal", said).json()

    assert noted[0] == noted[1]
    assert (noted[0]["objects_since"], noted[0]["channel"], wrong) == (said["said_on"], "PORTAL", [422, 404])
    assert (back["objects_since"], agent.post(f"{url}/withdrawal", said).status_code) == (None, 422)


def test_programs_read_the_staff_of_a_forecast():
    reader, stranger = Program("contact_centre_director"), Program("contact_centre_director", unit=small_tree().west)
    found = CallForecast.objects.create(
        title="早班", source="GIVEN", status="READY", unit_id=reader.actor.unit_id, horizon=1, minutes=30,
        first_day=date(2026, 1, 5), days={"intervals": ["09:00"], "calls": [[100.0]]}, made_at=clock.now(),
    )  # fmt: skip
    url = f"/api/v1/analytics/staffing/{found.pk}"

    (slot,) = reader.get(f"{url}?occupancy=1").json()["plan"]

    assert (slot["agents"], slot["staff"], round(slot["service_level"], 3)) == (14, 20, 0.888)
    assert [row["title"] for row in reader.get("/api/v1/analytics/staffing").json()] == ["早班"]
    assert reader.get(f"{url}?share=1").status_code == 422
    assert (stranger.get(url).status_code, stranger.get("/api/v1/analytics/staffing").json()) == (404, [])
