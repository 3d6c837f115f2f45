"""Knowledge and improvement by programs: an article on its way, search, an item measured (SRV-6, SRV-11)."""

from datetime import timedelta

import pytest

from keyuan.api.testing import Program
from keyuan.organisation.testing import small_tree
from keyuan.platform import clock
from keyuan.service.models import KnowledgeCategory
from keyuan.service.services.knowledge.setting_up import seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    program = Program("shift_leader", unit=small_tree().east)
    seed()
    return program


def draft(**more):
    return {"title": "理赔申请需要哪些材料", "body": "身份证和发票。", "revision": 1} | more


def test_an_article_goes_its_way_by_programs(editor):
    approver = Program("compliance", unit=small_tree().head)
    reader = Program("agent", unit=small_tree().east)
    category = KnowledgeCategory.objects.order_by("pk").first().pk
    new = {key: value for key, value in draft().items() if key != "revision"} | {"category_id": category}

    made = editor.send("POST", "/knowledge/articles", new)
    path = f"/knowledge/articles/{made.json()['id']}"
    hidden = reader.get(path)
    stale = editor.send("POST", f"{path}/draft", draft(revision=7))
    saved = editor.send("POST", f"{path}/draft", draft(body="身份证、银行卡和发票。"))
    editor.send("POST", f"{path}/submit", {"revision": 2})
    own = editor.send("POST", f"{path}/approve", {"revision": 2})
    approver.send("POST", f"{path}/approve", {"revision": 2})
    published = editor.send("POST", f"{path}/publish", {"revision": 2})
    found = reader.get("/knowledge/search?q=理赔银行卡").json()
    said = reader.send("POST", f"{path}/feedback", {"is_useful": True})

    assert (made.status_code, hidden.status_code, stale.status_code, saved.status_code) == (201, 404, 409, 201)
    assert (own.status_code, published.json()["state"]) == (403, "PUBLISHED")
    assert [row["article"]["title"] for row in found["rows"]] == ["理赔申请需要哪些材料"]
    assert said.json()["useful"] == 1


def test_an_item_is_entered_once_and_measured(editor):
    today = clock.today()
    body = {
        "title": "缩短响应", "due_on": f"{today}", "owner_id": editor.actor.id, "indicator": "complaints", "key": "k1",
        "before_from": f"{today - timedelta(days=20)}", "before_until": f"{today - timedelta(days=11)}",
        "after_from": f"{today - timedelta(days=10)}", "after_until": f"{today - timedelta(days=1)}",
    }  # fmt: skip

    first = editor.send("POST", "/improvement-items", body).json()
    second = editor.send("POST", "/improvement-items", body).json()
    path = f"/improvement-items/{first['id']}"
    editor.send("POST", f"{path}/start", {"version": 1})
    measured = editor.send("POST", f"{path}/measure", {"version": 2}).json()
    stale = editor.send("POST", f"{path}/measure", {"version": 2})

    assert first["id"] == second["id"]
    assert (measured["state"], measured["before_value"], measured["after_cases"]) == ("MEASURED", 0, 0)
    assert stale.status_code == 409
