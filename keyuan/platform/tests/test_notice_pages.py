"""The bell shows one's own notices and leads to their cause, never off the site (PLT-11)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform.models import Notice
from keyuan.platform.notices import notify_staff, unread_count
from keyuan.platform.views import notices

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
CLERK = Actor(ActorKind.STAFF, 7, "林晓岚")
STRANGER = Actor(ActorKind.STAFF, 8, "杜晓峰")


def asked(actor, *, method="get", target=""):
    request = getattr(RequestFactory(), method)("/notices/", headers={"HX-Request": "true", "HX-Target": target})
    request.actor = actor
    request.htmx = HtmxDetails(request)
    request._messages = CookieStorage(request)
    return request


@pytest.fixture
def notice():
    notify_staff([7], "task", "not_found", url="/customers/1/", now=NOW)
    return Notice.objects.get()


def test_the_panel_shows_own_notices_only(notice):
    mine = notices.notices(asked(CLERK, target="panel")).content.decode()
    theirs = notices.notices(asked(STRANGER, target="panel")).content.decode()

    assert f"/notices/{notice.pk}/" in mine
    assert "<html" not in mine
    assert f"/notices/{notice.pk}/" not in theirs


def test_opening_a_notice_reads_it_and_leads_to_its_cause(notice):
    response = notices.notice_open(asked(CLERK, method="post"), notice_id=notice.pk)

    assert (response.status_code, response["Location"]) == (302, "/customers/1/")
    assert unread_count(CLERK) == 0


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_notice_never_leads_off_the_site(notice, address):
    Notice.objects.update(url=address)

    assert notices.notice_open(asked(CLERK, method="post"), notice_id=notice.pk)["Location"] == "/notices/"


def test_anothers_notice_is_not_there(notice):
    with pytest.raises(Http404):
        notices.notice_open(asked(STRANGER, method="post"), notice_id=notice.pk)

    assert unread_count(CLERK) == 1


def test_all_can_be_read_at_once(notice):
    notices.notices_read(asked(CLERK, method="post"))

    assert unread_count(CLERK) == 0


def test_the_bell_counts_what_is_unread(notice):
    assert "1" in notices.bell(asked(CLERK)).content.decode().split("aria-label")[1].split(">")[0]
    assert 'class="dot"' not in notices.bell(asked(STRANGER)).content.decode()
