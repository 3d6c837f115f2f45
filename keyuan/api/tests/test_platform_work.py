"""Files, imports, exports, jobs, timetable, notices and the trail by the API (PLT-6, 9, 10, 11, 14, 16)."""

import pytest

from keyuan.api.testing import Program
from keyuan.customers.models import Customer
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import NOW, small_tree
from keyuan.platform.jobs.drain import drain
from keyuan.platform.jobs.timetable import seed
from keyuan.platform.models import AuditEvent, Notice
from tests.flows.stranger import PNG

pytestmark = pytest.mark.django_db
ROWS = "客户号,姓名,手机号\nK1,曾乐,13800001402\nK2,欧阳锋,not a phone\n"


@pytest.fixture
def clerk():
    return Program("policy_clerk", unit=small_tree().east)


def test_a_file_is_kept_fetched_and_deleted_with_the_reason(clerk):
    customer = make_customer(clerk.actor, "周国栋")
    address = f"/customers/{customer.pk}/files"

    made = clerk.upload(f"{address}?kind=photo", "脸.png", PNG)
    content = clerk.get(f"/files/{made.json()['id']}/content")
    body = b"".join(content.streaming_content)
    gone = clerk.send("DELETE", f"/files/{made.json()['id']}?reason=传错")

    assert (made.status_code, made.json()["kind"], made.json()["content_type"]) == (201, "photo", "image/png")
    assert (body, content["X-Content-Type-Options"]) == (PNG, "nosniff")
    assert (gone.status_code, clerk.get(address).json()["rows"]) == (204, [])


def test_a_file_whose_content_is_something_else_is_refused(clerk):
    customer = make_customer(clerk.actor, "周国栋")

    answer = clerk.upload(f"/customers/{customer.pk}/files", "脸.png", b"<script>")

    assert (answer.status_code, answer.json()["code"]) == (422, "file.content")


def test_a_file_of_another_branch_does_not_exist(clerk):
    made = clerk.upload(f"/customers/{make_customer(clerk.actor).pk}/files", "a.png", PNG).json()["id"]
    stranger = Program("policy_clerk", unit=small_tree().west)

    statuses = [stranger.get(f"/files/{made}{part}").status_code for part in ("", "/content")]

    assert statuses == [404, 404]
    assert stranger.send("DELETE", f"/files/{made}?reason=x").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_file_is_imported_watched_and_its_refused_rows_come_back(clerk):
    made = clerk.upload("/imports", "book.csv", ROWS.encode())
    address = f"/imports/{made.json()['id']}"
    body = {"target": "customers", "unit": small_tree().east.code}

    unmapped = clerk.send("PUT", f"{address}/settings", body)
    _remember_mapping(clerk, made.json()["id"])
    set_up = clerk.send("PUT", f"{address}/settings", {**body, "mapping_name": "API book"})
    started = clerk.post(f"{address}/act", {"act": "start"})
    assert (set_up.status_code, started.status_code) == (200, 202), (set_up.content.decode(), started.content.decode())
    drain()
    done = clerk.get(address).json()
    assert (done["stage"], done["failure"], done["created"], done["refused"]) == ("done", "", 1, 1), done
    refused = b"".join(clerk.get(f"{address}/refused").streaming_content).decode("utf-8-sig")

    assert (made.status_code, unmapped.json()["code"]) == (201, "import.mapping_needed")
    assert (set_up.status_code, started.status_code) == (200, 202)
    assert ("not a phone" in refused, Customer.objects.filter(name="曾乐").count()) == (True, 1)


def _remember_mapping(program, import_id):
    from keyuan.platform.imports.layouts import Layout
    from keyuan.platform.imports.mappings import from_json
    from keyuan.platform.imports.remembering import remember
    from keyuan.platform.models import ImportJob

    fields = {"customer_key": "客户号", "name": "姓名", "mobile": "手机号"}
    stored = {"name": "API book", "target": "customers", "source": "api-book"}
    mapping = from_json({**stored, "fields": {key: {"columns": [column]} for key, column in fields.items()}})
    job = ImportJob.objects.get(pk=import_id)
    job.target, job.source, job.mapping_name = "customers", "api-book", "API book"
    remember(job, mapping, Layout.from_json(job.layout), NOW)


def test_an_export_takes_a_reason_and_goes_to_its_owner_only():
    manager = Program("customer_resource_manager", unit=small_tree().east)
    make_customer(manager.actor, "周国栋", phone="18612341402")

    made = manager.post("/exports", {"list_key": "customers", "reason": "月度核对"})
    fetched = manager.get(f"/exports/{made.json()['id']}/content")
    text = b"".join(fetched.streaming_content).decode("utf-8-sig")
    stranger = Program("customer_resource_manager", unit=small_tree().east)

    assert (made.status_code, made.json()["status"], made.json()["rows"]) == (202, "READY", 1)
    assert ("周国栋" in text, "18612341402" in text) == (True, False)
    assert stranger.get(f"/exports/{made.json()['id']}").status_code == 404
    assert AuditEvent.objects.filter(action="export").exists()


def test_the_timetable_is_read_changed_and_run_by_those_who_manage_jobs(clerk):
    seed(NOW)
    administrator = Program("administrator", unit=small_tree().head)

    key = administrator.get("/timetable").json()["rows"][0]["key"]
    changed = administrator.send("PUT", f"/timetable/{key}", {"cron": "15 3 * * *"})
    wrong = administrator.send("PUT", f"/timetable/{key}", {"cron": "every now and then"})

    assert (changed.json()["cron"], wrong.status_code) == ("15 3 * * *", 422)
    assert administrator.post(f"/timetable/{key}/run", {}).status_code == 202
    assert administrator.post("/timetable/none.such/run", {}).status_code == 404
    assert clerk.get("/timetable").status_code == 403


def test_a_job_is_seen_by_its_owner_and_cancelled(clerk):
    asked = clerk.post("/batch-queries", {"lines": ["张三", "李四"]}).json()
    jobs = clerk.get("/jobs").json()
    own = [job["id"] for job in (*jobs["open"], *jobs["ended"])]

    stranger = Program("policy_clerk", unit=small_tree().west)

    assert (bool(asked), len(own)) == (True, 1)
    assert clerk.get(f"/jobs/{own[0]}").json()["kind"] != ""
    assert stranger.get(f"/jobs/{own[0]}").status_code == 404
    assert clerk.post(f"/jobs/{own[0]}/act", {"act": "explode"}).status_code == 422


def test_notices_are_worded_and_marked_as_read(clerk):
    times = {"created_at": NOW, "kind": "job", "code": "job.done"}
    notice = Notice.objects.create(user_id=clerk.actor.id, url="/", **times)
    Notice.objects.create(user_id=clerk.actor.id + 999, url="/", **times)

    rows = clerk.get("/notices").json()["rows"]
    read = clerk.post(f"/notices/{notice.pk}/read", {})
    everything = clerk.post("/notices/read", {})

    assert ([row["id"] for row in rows], rows[0]["read_at"], bool(rows[0]["text"])) == ([notice.pk], None, True)
    assert (read.json()["read_at"] is not None, everything.status_code) == (True, 204)


def test_the_trail_is_read_by_those_who_may_and_only_in_their_reach(clerk):
    make_customer(clerk.actor, "周国栋")
    auditor = Program("auditor", unit=small_tree().head)

    rows = auditor.get("/audit").json()["rows"]
    one = auditor.get(f"/audit/change/{next(row['id'] for row in rows if row['part'] == 'change')}")

    assert one.status_code == 200
    assert {"周国栋"} & set(one.content.decode().split('"')) == set()
    assert auditor.get("/audit/gossip/1").status_code == 422
    assert clerk.get("/audit").status_code == 403
