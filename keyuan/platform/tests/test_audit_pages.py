"""The trail in the browser: a list over both parts, and one event (PLT-6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from keyuan.kernel.actor import WHOLE_BOOK, Actor, ActorKind, FieldLevel, Reach, Scope, system_actor
from keyuan.platform.audit import Action, Subject, changes_visible_to, record, record_read
from keyuan.platform.audit.labels import actor_label
from keyuan.platform.audit.listing import AuditList, names_for, what
from keyuan.platform.audit.sealer import seal_all
from keyuan.platform.lists import FilterContext
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.models import AuditEvent, ReadEvent
from keyuan.platform.permissions import AUDIT_VIEW, JOBS_VIEW
from keyuan.platform.subjects import SubjectKind, subject_kinds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)
CLERK = Actor(ActorKind.STAFF, 7, "王芳", staff_no="A0007", post_label="客服专员")
AUDITOR = Actor(ActorKind.STAFF, 8, "李审", permissions=frozenset({AUDIT_VIEW}), scope=WHOLE_BOOK)


@pytest.fixture
def browser(as_actor):
    return as_actor(AUDITOR)


@pytest.fixture(autouse=True)
def own_anchors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def trail():
    record(CLERK, Action.UPDATE, Subject("thing", 7), before={"tier": "A"}, after={"tier": "B"}, reason="年审", now=NOW)
    for minute in range(3):
        record_read(CLERK, Action.VIEW, Subject("thing", 7), now=NOW + timedelta(minutes=minute + 1))


def test_changes_and_looks_stand_in_one_list_by_time(browser: Client, trail):
    page = browser.get(reverse("platform:audit-list"))

    assert page.status_code == 200
    text = page.content.decode()
    assert text.index("查看") < text.index("年审")
    assert text.count("data-row") >= 4


@pytest.mark.parametrize("query, rows", [
    ("action=view", 3), ("action=update", 1), ("actor=7", 4), ("actor=9", 0),
    ("on.from=2026-03-09", 0), ("customer=1", 0),
])  # fmt: skip
def test_the_trail_is_filtered(browser, trail, query, rows):
    text = browser.get(f"{reverse('platform:audit-list')}?{query}").content.decode()

    assert text.count("/audit/look/") + text.count("/audit/change/") == rows * 2 or rows == 0
    assert ("王芳" in text) is (rows > 0)


@pytest.mark.parametrize("part, model", [("change", AuditEvent), ("look", ReadEvent)])
def test_an_event_says_everything_and_where_it_is_chained(browser, trail, part, model):
    seal_all(NOW)
    event = model.objects.order_by("id").first()

    text = browser.get(reverse("platform:audit-event", args=[part, event.pk])).content.decode()

    assert "A0007" in text
    assert "第 1 环" in text
    assert ("等级" in text) is (part == "change")


def test_an_event_opens_beside_the_list(browser, trail):
    url = reverse("platform:audit-event", args=["change", AuditEvent.objects.get().pk])

    assert "<html" not in browser.get(f"{url}?panel=1").content.decode()


@pytest.mark.parametrize("address", ["audit/change/99/", "audit/other/1/"])
def test_what_is_not_there_is_not_found(browser, trail, address):
    assert browser.get(f"/{address}").status_code == 404


def test_without_the_permission_the_trail_is_closed(as_actor, trail):
    browser = as_actor(CLERK)

    assert browser.get(reverse("platform:audit-list")).status_code == 403
    assert browser.get(reverse("platform:audit-event", args=["change", AuditEvent.objects.get().pk])).status_code == 403


class ChangesList(AuditList):
    """The part of the list that stands in the book; the looks have the same indexes in their own file."""

    def sources(self, actor, _context):
        return [changes_visible_to(actor)]


@pytest.mark.sqlite_only("reads SQLite's plans")
@pytest.mark.parametrize("scope", [WHOLE_BOOK, Scope(Reach.UNIT, unit_id=3, unit_level="team")])
def test_every_order_and_filter_has_its_index(scope):
    actor = replace(AUDITOR, scope=scope)
    values = {"on": ("2026-03-01", "2026-03-08"), "action": ("update",), "actor": "7", "customer": "7"}

    assert_list_uses_indexes(ChangesList(), actor, FilterContext(actor, NOW.date()), values, small={"audit_unit"})


def event_page(browser: Client, event: object) -> str:
    part = "change" if isinstance(event, AuditEvent) else "look"
    return browser.get(reverse("platform:audit-event", args=[part, getattr(event, "pk", 0)])).content.decode()


def test_a_reader_of_masked_names_reads_them_masked_in_the_trail_too(as_actor):
    strict = replace(AUDITOR, field_levels={"name": FieldLevel.STRICT})
    record(CLERK, Action.CREATE, Subject("thing", 7), after={"name": "欧阳慧敏", "tier": "GOLD"}, now=NOW)

    text = event_page(as_actor(strict), AuditEvent.objects.get())

    assert "欧**敏" in text
    assert "欧阳慧敏" not in text


def test_recorded_codes_are_said_in_words(browser):
    record_read(CLERK, Action.VIEW, Subject("thing", 7), detail={"face": "panel", "known": True}, now=NOW)

    text = event_page(browser, ReadEvent.objects.get())

    assert "侧边面板" in text
    assert "工号存在" in text
    assert "True" not in text


def test_a_record_behind_a_shut_door_is_named_without_a_link(monkeypatch):
    kind = SubjectKind(
        "sample", "样本", lambda _actor, ids: dict.fromkeys(ids, "甲"), lambda _id: "/jobs/", lambda *_: None
    )
    monkeypatch.setitem(subject_kinds._items, "sample", kind)
    event = AuditEvent(subject_kind="sample", subject_id=3)

    shut = names_for(AUDITOR, [event]).link("sample", 3)
    ajar = names_for(replace(AUDITOR, permissions=frozenset({JOBS_VIEW})), [event]).link("sample", 3)

    assert (shut, getattr(ajar, "url", "")) == ("甲", "/jobs/")


@pytest.mark.parametrize("why, known, sentence", [
    ("password", True, "密码错误"),
    ("password", False, "用不存在的工号登录"),
    ("second_factor", True, "密码正确，验证码错误"),
])  # fmt: skip
def test_a_failed_sign_in_is_told_in_a_sentence_and_by_no_code_name(why, known, sentence):
    record(system_actor("sign-in"), Action.SIGN_IN_FAILED, Subject("user", 1), detail={"why": why, "known": known})

    event = AuditEvent.objects.get()
    with override("zh-hans"):
        assert (actor_label(event), what(event, None)) == ("登录页来访者", sentence)
