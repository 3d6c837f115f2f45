"""Unused accounts and forgotten records: the page and the weekly notice (PLT-5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from keyuan.organisation import testing
from keyuan.organisation.extensions import OldRecord, OpenRecords, open_records
from keyuan.organisation.models import User
from keyuan.organisation.permissions import AGENTS_VIEW, USERS_VIEW
from keyuan.organisation.selectors.idle import MOST, forgotten_records, idle_accounts
from keyuan.organisation.services.idle import report_idle
from keyuan.platform import clock
from keyuan.platform.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(tree):
    return testing.make_actor("administrator", unit=tree.head)


@pytest.fixture
def kind():
    """A kind of record of which one is older than asked for."""
    asked = []

    def oldest(_actor, before, limit):
        asked.append((before, limit))
        return [OldRecord(f"案件 {number}", "/x/", before - timedelta(days=1)) for number in range(limit)]

    found = OpenRecords("test-kind", "测试事项", USERS_VIEW, oldest)
    open_records.add(found)
    yield asked
    open_records._items.pop("test-kind")


def used(tree, number, **facts):
    user = testing.make_user(f"员工{number}", staff_no=f"2{number:04}")
    testing.make_post("claims_handler", user=user, unit=tree.east)
    User.objects.filter(pk=user.pk).update(**facts)
    return user


def test_accounts_are_idle_after_fourteen_days_without_a_sign_in(admin, tree):
    now = clock.now()
    long_ago, lately = now - timedelta(days=14, minutes=1), now - timedelta(days=13, hours=23)
    seen = used(tree, 1, last_seen_at=long_ago)
    never = used(tree, 2, last_seen_at=None, password_changed_at=long_ago)
    used(tree, 3, last_seen_at=lately)
    used(tree, 4, last_seen_at=None, password_changed_at=lately)
    used(tree, 5, last_seen_at=long_ago, is_active=False)
    used(tree, 6, last_seen_at=long_ago, left_on=now.date())

    assert [user.pk for user in idle_accounts(admin, now=now)] == [never.pk, seen.pk]


def test_nobody_sees_idle_accounts_of_another_branch(tree):
    used(tree, 1, last_seen_at=clock.now() - timedelta(days=60))
    elsewhere = testing.make_actor("administrator", unit=tree.west, reach=testing.Reach.UNIT)

    assert not idle_accounts(elsewhere, now=clock.now()).exists()


def test_records_are_asked_for_a_month_back_and_cut_to_a_hundred(admin, kind):
    now = clock.now()

    (found,) = [part for part in forgotten_records(admin, now=now) if part.label == "测试事项"]

    assert kind == [(now - timedelta(days=30), MOST + 1)]
    assert (len(found.lines), found.has_more) == (MOST, True)


def test_kinds_that_a_post_may_not_see_are_left_out(admin, kind):
    hidden = OpenRecords("test-kind", "测试事项", AGENTS_VIEW, lambda *_: pytest.fail("was asked"))
    open_records._items["test-kind"] = hidden
    blind = replace(admin, permissions=admin.permissions - {AGENTS_VIEW})

    assert "测试事项" not in [part.label for part in forgotten_records(blind, now=clock.now())]


def test_the_page_names_accounts_and_records(admin, tree, kind, client):
    used(tree, 1, last_seen_at=clock.now() - timedelta(days=60))
    client.force_login(User.objects.get(pk=admin.id), backend="django.contrib.auth.backends.ModelBackend")

    text = client.get(reverse("organisation:idle")).text

    assert "员工1" in text
    assert "案件 0" in text
    assert "不止这 100 项" in text


def test_the_weekly_notice_goes_to_who_manages_accounts(admin, tree):
    used(tree, 1, last_seen_at=clock.now() - timedelta(days=60))

    told = report_idle(actor=admin, now=clock.now())

    notice = Notice.objects.get(user_id=admin.id)
    assert told == 1
    assert notice.params["accounts"] == 1
    assert notice.url == reverse("organisation:idle")
