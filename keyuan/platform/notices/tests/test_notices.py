"""Notices reach each once, are each one's own, and are counted until read (PLT-11)."""

from datetime import UTC, datetime

import pytest

from keyuan.kernel.actor import Actor, ActorKind, system_actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.models import LiveEvent
from keyuan.platform.notices import mark_all_read, mark_read, notices_visible_to, notify_staff, unread_count

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)
WANG, LI = Actor(ActorKind.STAFF, 7, "王芳"), Actor(ActorKind.STAFF, 8, "李四")


def test_each_user_gets_a_notice_once_and_open_pages_hear_of_it():
    notify_staff([7, 8, 7], "job", "job.done", {"file": "a.csv"}, url="/jobs/1/", now=NOW)

    assert [(notice.code, notice.params, notice.url) for notice in notices_visible_to(WANG)] == [
        ("job.done", {"file": "a.csv"}, "/jobs/1/")
    ]
    assert sorted(LiveEvent.objects.values_list("topic", flat=True)) == ["user:7", "user:8"]


def test_reading_one_counts_down_for_its_reader_alone():
    notify_staff([7, 8], "job", "job.done", now=NOW)
    notice = notices_visible_to(WANG).get()

    mark_read(actor=WANG, notice_id=notice.pk, now=NOW)

    assert (unread_count(WANG), unread_count(LI)) == (0, 1)


def test_anothers_notice_does_not_exist():
    notify_staff([7], "job", "job.done", now=NOW)

    with pytest.raises(NotFound):
        mark_read(actor=LI, notice_id=notices_visible_to(WANG).get().pk, now=NOW)


def test_all_are_read_at_once():
    for _ in range(3):
        notify_staff([7], "job", "job.done", now=NOW)

    assert mark_all_read(actor=WANG, now=NOW) == 3
    assert unread_count(WANG) == 0


def test_the_count_is_capped_and_takes_one_query(django_assert_num_queries):
    for _ in range(105):
        notify_staff([7], "job", "job.done", now=NOW)

    with django_assert_num_queries(1):
        assert unread_count(WANG) == 100


def test_jobs_and_customers_have_no_notices():
    notify_staff([7], "job", "job.done", now=NOW)

    assert not notices_visible_to(system_actor("x")).exists()
    assert not notices_visible_to(Actor(ActorKind.CUSTOMER, 7, "c")).exists()
