"""The palette finds commands in every spelling, and records only inside the actor's scope (PLT-17, CUS-4)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.registry import Registry
from keyuan.platform import palette, recent
from keyuan.platform.palette import Command, Hit, RecordCommands, SearchProvider, find
from keyuan.platform.subjects import Subject, SubjectKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
CLERK = Actor(ActorKind.STAFF, 7, "林晓岚", permissions=frozenset({"sample.see"}))
STRANGER = Actor(ActorKind.STAFF, 8, "杜晓峰")


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def registries(monkeypatch):
    """Two commands and one kind of record, of which only number 1 is in reach."""
    commands, providers, records, kinds = Registry(), Registry(), Registry(), Registry()
    commands.add(Command("print", "打印本页", "printer", action="print"))
    commands.add(Command("secret", "打印机密", "lock", permission="sample.see"))
    providers.add(SearchProvider("people", "客户", lambda *_: [Hit("周国栋", "/1/")], permission="sample.see"))
    records.add(RecordCommands("person", lambda _, number: [Hit("建任务", f"/{number}/task/")]))
    kinds.add(
        SubjectKind(
            "person",
            "客户",
            lambda _, ids: {1: "周国栋"} if 1 in ids else {},
            lambda number: f"/{number}/",
            lambda *_: None,
        )
    )
    monkeypatch.setattr(palette, "commands", commands)
    monkeypatch.setattr(palette, "nav_items", Registry())
    monkeypatch.setattr(palette, "search_providers", providers)
    monkeypatch.setattr(palette, "record_commands", records)
    monkeypatch.setattr(recent, "subject_kinds", kinds)


def labels(groups):
    return [(str(group.label), [str(hit.label) for hit in group.hits]) for group in groups]


@pytest.mark.parametrize("text", ["打印本", "dayinben", "dyb", "DYBY", " 打印本页 "])
def test_a_command_is_found_by_characters_pinyin_and_initials(text):
    assert labels(find(STRANGER, text)) == [("命令", ["打印本页"])]


def test_commands_and_records_need_their_permission():
    assert labels(find(CLERK, "打印")) == [("客户", ["周国栋"]), ("命令", ["打印本页", "打印机密"])]
    assert labels(find(STRANGER, "打印")) == [("命令", ["打印本页"])]


def test_without_text_it_offers_what_fits_the_record_and_what_was_visited():
    recent.remember_visit(actor=STRANGER, subject=Subject("person", 1), now=NOW)

    assert labels(find(STRANGER, "", Subject("person", 1))) == [
        ("当前记录", ["建任务"]),
        ("最近访问", ["周国栋"]),
        ("命令", ["打印本页"]),
    ]


def test_a_visited_record_that_left_the_reach_is_not_named():
    recent.remember_visit(actor=STRANGER, subject=Subject("person", 2), now=NOW)
    recent.remember_visit(actor=STRANGER, subject=Subject("gone", 1), now=NOW)

    assert recent.recent_visits(STRANGER) == []


def test_a_second_visit_moves_the_record_to_the_top():
    for number, minute in ((1, 0), (2, 1), (1, 2)):
        recent.remember_visit(actor=CLERK, subject=Subject("person", number), now=NOW + timedelta(minutes=minute))

    kept = recent.preference_of(CLERK, recent.PREFERENCE)

    assert [entry[:2] for entry in kept] == [["person", 1], ["person", 2]]


def test_the_record_already_on_top_costs_no_write(django_assert_num_queries):
    recent.remember_visit(actor=CLERK, subject=Subject("person", 1), now=NOW)

    with django_assert_num_queries(1):
        recent.remember_visit(actor=CLERK, subject=Subject("person", 1), now=NOW)
