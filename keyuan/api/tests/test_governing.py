"""Governing the customer resource by programs: rules, editions, key accounts, watch list, tiers (CUS-5, 10, 13, 14)."""

from datetime import date

import pytest

from keyuan.api.testing import Program
from keyuan.customers.services.standards.defaults import seed_standard
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    """A program in the post of the head office's customer-resource manager."""
    return Program("customer_resource_manager", unit=small_tree().head)


@pytest.fixture
def judge():
    """A program in the post of compliance."""
    return Program("compliance", unit=small_tree().head)


def test_a_task_rule_is_changed_against_the_version_that_was_read(manager):
    said = {"name": "生日", "occasion": "BIRTHDAY", "days": -7, "kind": "BIRTHDAY", "title": "保障检视"}
    made = manager.send("POST", "/task-rules", {"code": "mine", **said}).json()
    address = f"/task-rules/{made['id']}"
    blind = manager.send("PUT", address, {**said, "days": -10, "change_reason": "提前"})
    tag = manager.get(address).headers["ETag"]
    changed = manager.send("PUT", address, {**said, "days": -10, "change_reason": "提前"}, if_match=tag)
    late = manager.send("PUT", address, {**said, "days": -12, "change_reason": "再提前"}, if_match=tag)
    versions = manager.get(f"{address}/versions").json()["rows"]

    assert (blind.status_code, changed.status_code, late.status_code) == (428, 200, 412)
    assert changed.json()["days"] == -10
    assert [(row["number"], row["reason"]) for row in versions] == [(2, "提前"), (1, "")]


def test_a_listing_is_confirmed_appealed_and_lifted_by_people_without_a_part_in_it(manager, judge):
    customer = make_customer(make_actor("agent"))
    until = date(clock.today().year + 1, 1, 1).isoformat()
    listing = {"grade": "GREY", "criterion": "OTHER", "reason": "待核", "review_on": until}
    row = manager.send("POST", f"/customers/{customer.pk}/watch-listings", listing).json()
    address = f"/watch-listings/{row['id']}"
    judge.send("POST", f"{address}/decide", {"act": "confirm", "note": "证据充分"})
    day = clock.today().isoformat()
    appeal = manager.send("POST", f"{address}/appeals", {"grounds": "系误认", "received_on": day})
    involved = judge.send("POST", f"{address}/appeals/decide", {"act": "lift", "note": "申诉成立"})
    other = Program("compliance", unit=small_tree().head)
    lifted = other.send("POST", f"{address}/appeals/decide", {"act": "lift", "note": "申诉成立"})

    assert (appeal.status_code, involved.status_code, lifted.status_code) == (201, 422, 200)
    assert involved.json()["code"] == "second_person.same_person"
    assert lifted.json()["outcome"] == "LIFTED"
    assert judge.get("/watch-listings").json()["rows"][0]["status"] == "LIFTED"


def test_an_edition_is_written_as_a_whole_and_names_what_is_wrong(manager):
    seed_standard(date(2026, 1, 1), clock.now())
    draft = manager.send("POST", "/service-standards", {}).json()
    address = f"/service-standards/{draft['number']}"
    tag = manager.get(address).headers["ETag"]
    body = {
        "tiers": [{"code": "NORMAL", "threshold": 0}, {"code": "GOLD", "threshold": 5_000_000, "name": "金葵花"}],
        "factors": {"SINGLE": 1_000, "SHORT": 5_000, "MIDDLE": 8_000, "LONG": 10_000},
        "months": 12,
        "items": [{"code": "LAW", "name": "法律咨询", "cells": {"GOLD": {"service": "每年两次", "quota": 2}}}],
    }
    odd = [{**body["items"][0], "cells": {"BLACK": {"service": "x"}}}]
    wrong = manager.send("PUT", address, {**body, "items": odd}, if_match=tag)
    saved = manager.send("PUT", address, body, if_match=tag)
    early = manager.send("POST", f"{address}/issue", {"valid_from": clock.today().isoformat(), "reason": "新版"})

    assert (wrong.status_code, saved.status_code, early.status_code) == (422, 200, 422)
    assert wrong.json()["errors"][0]["code"] == "standard.cell_tier"
    assert saved.json()["content"]["tiers"][1]["name"] == "金葵花"
    assert early.json()["code"] == "standard.same_person"


def test_thresholds_are_previewed_and_set_and_a_tier_is_told_for_a_day(manager):
    customer = make_customer(make_actor("agent"))
    preview = manager.send("POST", "/classification/preview", {"active_months": 30})
    set_up = manager.send("POST", "/classification/rules", {"active_months": 30, "number": 0, "reason": "调整"})
    again = manager.send("POST", "/classification/rules", {"active_months": 36, "number": 0, "reason": "调整"})
    tier = manager.get(f"/customers/{customer.pk}/tier?on=2026-01-01").json()

    assert (preview.status_code, set_up.status_code, again.status_code) == (200, 201, 409)
    assert set_up.json()["thresholds"]["active_months"] == 30
    assert tier == {"on": "2026-01-01", "tier": "", "steps": []}
