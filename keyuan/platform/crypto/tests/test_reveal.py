"""Revealing: who may, why, how often, and never without a trace (PLT-4, PLT-6)."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from keyuan.kernel.actor import FieldLevel, system_actor
from keyuan.kernel.errors import Forbidden, Refused
from keyuan.platform.audit import Subject
from keyuan.platform.crypto import sealed_from_text
from keyuan.platform.crypto.presenter import may_reveal, present
from keyuan.platform.crypto.reveal import open_for_system, reveal, reveal_quotas
from keyuan.platform.models import ReadEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 8, 6, 5, 9, tzinfo=UTC)
PHONE = "13800001402"


@pytest.fixture
def trusted(clerk):
    return replace(clerk, field_levels={"phone": FieldLevel.REVEAL})


@pytest.fixture
def quota(monkeypatch):
    def three(_actor):
        return 3

    monkeypatch.setitem(reveal_quotas._items, "three", three)


def shown(actor, now=NOW, reason="call_back", field="phone"):
    sealed = sealed_from_text(field, PHONE)
    return reveal(
        actor=actor, sealed=sealed, subject=Subject("contact_point", 5), customer_id=9, reason=reason, now=now
    )


def test_a_value_is_revealed_with_its_reason_on_record(trusted):
    assert shown(trusted) == PHONE

    event = ReadEvent.objects.get()
    assert (event.action, event.reason, event.customer_id, event.facts) == (
        "reveal",
        "call_back",
        9,
        {"field": "phone"},
    )
    assert (event.subject_kind, event.subject_id, event.at) == ("contact_point", 5, NOW)


@pytest.mark.parametrize("level", [FieldLevel.HIDDEN, FieldLevel.STRICT, FieldLevel.MASKED])
def test_a_lower_level_reveals_nothing(clerk, level):
    with pytest.raises(Forbidden):
        shown(replace(clerk, field_levels={"phone": level}))

    assert not ReadEvent.objects.exists()


def test_the_level_of_another_field_does_not_count(trusted):
    with pytest.raises(Forbidden):
        shown(trusted, field="bank_account")


def test_no_reason_no_value(trusted):
    with pytest.raises(Refused) as refusal:
        shown(trusted, reason=" ")

    assert (refusal.value.code, refusal.value.field) == ("reveal.reason", "reason")


def test_the_quota_of_a_day_ends(trusted, quota):
    for _ in range(3):
        shown(trusted)

    with pytest.raises(Refused) as refusal:
        shown(trusted)

    assert (refusal.value.code, refusal.value.params) == ("reveal.quota", {"quota": 3})
    assert ReadEvent.objects.count() == 3


def test_the_quota_is_new_the_next_day_and_each_ones_own(trusted, quota):
    for _ in range(3):
        shown(trusted)

    assert shown(trusted, now=NOW + timedelta(days=1)) == PHONE
    assert shown(replace(trusted, id=8)) == PHONE


@pytest.mark.django_db(transaction=True)
def test_many_tabs_at_once_do_not_exceed_the_quota(trusted, quota):
    outcomes = []

    def look():
        try:
            outcomes.append(shown(trusted))
        except Refused as refusal:
            outcomes.append(refusal.code)
        connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [PHONE] * 3 + ["reveal.quota"] * 5


def test_a_job_opens_a_batch_with_one_event():
    batch = [sealed_from_text("phone", PHONE), None, sealed_from_text("email", "a@b.cn")]

    assert open_for_system(system_actor("index"), batch, "search_index") == [PHONE, None, "a@b.cn"]
    assert ReadEvent.objects.get().facts == {"count": 3, "fields": ["email", "phone"]}


def test_a_person_opens_no_batch(trusted):
    with pytest.raises(Forbidden):
        open_for_system(trusted, [sealed_from_text("phone", PHONE)], "curiosity")


@pytest.mark.parametrize("level, text", [
    (FieldLevel.HIDDEN, "--"), (FieldLevel.MASKED, "138****1402"), (FieldLevel.REVEAL, "138****1402"),
])  # fmt: skip
def test_the_presenter_shows_what_the_level_allows(clerk, level, text):
    actor = replace(clerk, field_levels={"phone": level})

    assert present(actor, sealed_from_text("phone", PHONE)) == text
    assert may_reveal(actor, "phone") is (level is FieldLevel.REVEAL)


def test_outsourced_staff_get_the_strictest_mask(clerk):
    outsourced = replace(clerk, outsourced=True)

    assert present(outsourced, "张三丰", "name") == "张*丰"
    assert present(clerk, "张三丰", "name") == "张三丰"
    assert present(outsourced, sealed_from_text("identity_number", "110101199003070038")).count("*") == 16


def test_what_is_missing_looks_like_what_is_hidden(clerk):
    assert present(clerk, None) == present(clerk, "") == "--"
