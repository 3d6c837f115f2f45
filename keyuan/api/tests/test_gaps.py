"""Protection gaps by program: what is open, answers, a result once, refusals with their field (ANA-8, PLT-14)."""

from datetime import date

import pytest

from keyuan.api.testing import Program
from keyuan.customers.testing import make_customer
from keyuan.policies.rules.gap.questions import QUESTIONS

pytestmark = pytest.mark.django_db
BASE = "/api/v1/customers"


def test_a_program_asks_answers_and_works_out_once():
    program = Program("agent")
    customer = make_customer(program.actor, "周国栋", sex="1", birth_on=date(1990, 5, 1))
    sheet = program.get(f"{BASE}/{customer.pk}/gap-sheet").json()
    said = {one["key"]: None for one in sheet["questions"] if one["is_open"]} | {"partner": "NO", "children": []}
    early = program.post(f"{BASE}/{customer.pk}/gaps", {})
    untold = program.post(f"{BASE}/{customer.pk}/gap-sheet", {"answers": said | {"income": 1}, "version": 0})
    wrong = program.post(
        f"{BASE}/{customer.pk}/gap-sheet", {"answers": {"income": -1}, "version": 0, "told": True}
    )  # fmt: skip
    kept = program.post(f"{BASE}/{customer.pk}/gap-sheet", {"answers": said, "version": 0, "told": True}).json()
    made = [program.post(f"{BASE}/{customer.pk}/gaps", {"key": "one"}).json() for _time in range(2)]
    listed = program.get("/api/v1/gaps").json()["rows"]
    stranger = Program("agent")

    assert {one["key"] for one in sheet["questions"] if not one["is_open"]} == {"birth_year", "sex"}
    assert (early.status_code, early.json()["code"]) == (422, "gap.not_told")
    assert (untold.json()["code"], wrong.json()["errors"][0]["field"]) == ("gap.not_told", "income")
    assert (kept["open"], kept["version"], kept["may_use_means"]) == (0, 1, True)
    assert made[0]["id"] == made[1]["id"]
    assert [need["kind"] for need in made[0]["needs"]][:2] == ["MEDICAL", "ACCIDENT"]
    assert made[0]["needs"][0]["gap"] == 200_000_000
    assert [row["id"] for row in listed] == [made[0]["id"]]
    assert program.get("/api/v1/gaps/assumptions").json()["number"] == 0
    assert stranger.get(f"/api/v1/gaps/{made[0]['id']}").status_code == 404
    assert len(sheet["questions"]) < len(QUESTIONS)
