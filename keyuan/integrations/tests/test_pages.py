"""Pages of the connectors: lists, reconciliation with its differences, the form, decisions, sources (PLT-14)."""

import pytest
from django.test import Client

from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.tests.world import exchange, keep_mapping, make_connector, policy, run
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.policies.models import SourceSystem

pytestmark = pytest.mark.django_db
FORM = {
    "name": "核心业务系统", "key": "core", "source": "core_life", "unit": "T-0", "kind": "folder", "folder": "core",
    "target": "policies", "mapping": "core_policies", "cron": "*/5 * * * *", "due_time": "08:30", "due_days": "working",
    "due_lag": "1", "gap": "hold", "refused_limit": "0.50", "patience_minutes": "30", "keep_days": "365",
}  # fmt: skip


@pytest.fixture
def admin(db) -> Client:
    small_tree()
    return client_of("administrator", unit=small_tree().head)[0]


def text(answer):
    return answer.content.decode()


def test_an_empty_list_says_what_connectors_are_for(admin):
    answer = admin.get("/connectors/")

    assert (answer.status_code, "尚未配置外部接口" in text(answer)) == (200, True)


def test_a_connector_is_set_up_by_its_form(admin, folder):
    keep_mapping()
    assert admin.get("/connectors/new/").status_code == 200

    answer = admin.post("/connectors/new/", FORM)

    made = Connector.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/connectors/{made.pk}/")
    assert (made.config, made.refused_limit_bp, made.keep_days) == ({"folder": "core"}, 50, 365)
    assert made.next_at is not None


SFTP = {"kind": "sftp", "host": "h", "user": "u", "key_file": "k"}
WRONG = [
    ("folder outside", {"folder": "../../etc"}, "该目录不在运维开放的交换目录之内"),
    ("no rule", {"cron": "sometimes"}, ""),
    ("host missing", {"kind": "sftp"}, "所选交换方式需要填写此项"),
    (
        "secret as a path",
        {"kind": "sftp", "host": "h", "user": "u", "known_hosts": "/etc/x", "key_file": "k"},
        "不含路径",
    ),
]


@pytest.mark.parametrize("_case,changes,sentence", WRONG)
def test_a_wrong_entry_comes_back_with_its_sentence(_case, changes, sentence, admin, folder):
    keep_mapping()

    answer = admin.post("/connectors/new/", FORM | changes)

    assert (answer.status_code, sentence in text(answer), Connector.objects.count()) == (422, True, 0)


def test_a_connector_is_changed_and_a_stale_form_is_refused(admin, connector):
    address = f"/connectors/{connector.pk}/change/"
    data = {key: value for key, value in FORM.items() if key != "key"}
    assert "核心业务系统" in text(admin.get(address))

    assert admin.post(address, data | {"name": "新核心", "version": "1"}).status_code == 302
    answer = admin.post(address, data | {"name": "旧核心", "version": "1"})

    assert (answer.status_code, Connector.objects.get().name) == (422, "新核心")


def test_the_page_of_a_connector_shows_its_health_and_buttons_work(admin, core, connector):
    core.deliver(1, policy(1))
    page = text(admin.get(f"/connectors/{connector.pk}/"))
    assert all(word in page for word in ("正常", "立即运行", "测试连接", "尚无批次"))

    for act in ("test", "run", "pause", "resume"):
        assert admin.post(f"/connectors/{connector.pk}/{act}/").status_code == 302

    assert Connector.objects.get().is_active


def test_the_reconciliation_shows_both_sides_and_the_difference(admin, core, connector):
    rows = [*(policy(number) for number in range(1, 120)), policy(200, premium="zehn")]
    core.deliver(1, *rows, entry={"totals": {"期交保费": 11_900_000}})
    run(connector)
    found = Delivery.objects.get()

    page = text(admin.get(f"/connectors/deliveries/{found.pk}/"))

    assert all(
        word in page for word in ("对方声明", "119,000.00", "已入库，有差异", "逐行查看被拒绝的数据", "status-bad")
    )
    refused = text(admin.get(f"/connectors/deliveries/{found.pk}/refused/"))
    assert "policies-0001.csv" in refused
    assert "zehn" not in refused


def test_a_delivery_is_released_by_its_page(admin, core, connector):
    core.deliver(1, policy(1), entry={"totals": {"期交保费": 1}})
    run(connector)
    address = f"/connectors/deliveries/{Delivery.objects.get().pk}/"
    page = text(admin.get(address))
    assert all(word in page for word in ("已隔离", "放行", "拒收", "重试", "1,000.00", "0.01"))

    assert admin.post(address + "release/", {"reason": ""}).status_code == 422
    assert admin.post(address + "release/", {"reason": "已核对"}).status_code == 302

    assert Delivery.objects.get().state == "loading"


def test_management_looks_and_does_not_touch(core, connector):
    client = client_of("management", unit=small_tree().head)[0]
    core.deliver(1, policy(1), entry={"totals": {"期交保费": 1}})
    run(connector)
    address = f"/connectors/deliveries/{Delivery.objects.get().pk}/"

    assert "放行" not in text(client.get(address))
    assert client.post(address + "release/", {"reason": "x"}).status_code == 403
    assert client.post(f"/connectors/{connector.pk}/run/").status_code == 403
    assert Delivery.objects.get().state == "quarantined"


def test_an_agent_sees_nothing_of_it(connector):
    client = client_of("agent")[0]

    assert client.get("/connectors/").status_code == 403
    assert client.get(f"/connectors/{connector.pk}/").status_code == 403


def test_a_book_is_handed_over_only_while_nothing_brings_it(admin, connector):
    assert "core_life" in text(admin.get("/connectors/sources/"))
    data = {"source": "core_life", "label": "核心业务系统", "note": "提交保全申请"}

    refused = admin.post("/connectors/sources/change/", data)
    assert (refused.status_code, "请先暂停接口" in text(refused)) == (422, True)
    admin.post(f"/connectors/{connector.pk}/pause/")

    assert admin.post("/connectors/sources/change/", data).status_code == 302
    assert list(SourceSystem.objects.values_list("name", "owns_policies")) == [("core_life", False)]
    assert admin.get("/connectors/sources/change/?source=unknown").status_code == 404


@pytest.mark.sqlite_only("plans of SQLite")
@pytest.mark.parametrize("key,values", [
    ("connectors", {"active": True}),
    ("deliveries", {"state": ("quarantined",), "connector": ("1",)}),
])  # fmt: skip
def test_the_lists_read_by_index(key, values, connector):
    actor = client_of("administrator")[1]
    context = FilterContext(actor, clock.today())

    assert_list_uses_indexes(lists[key], actor, context, values, small=("delivery_connector", "delivery_state"))


def test_the_list_of_deliveries_takes_the_same_queries_for_many(admin, core, connector, django_assert_max_num_queries):
    for number in range(1, 4):
        core.deliver(number, policy(number))
    run(connector)
    make_connector("T-0", key="other", config={"folder": "core"})
    assert exchange().exists()

    with django_assert_max_num_queries(20):
        assert text(admin.get("/connectors/deliveries/")).count("CORE-") >= 3
    with django_assert_max_num_queries(20):
        assert "核心业务系统" in text(admin.get("/connectors/"))
