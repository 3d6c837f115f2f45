"""Whom a night watches, whose case it opens, and what is left of it for who objects (ANA-6, ANA-11)."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import numpy as np
import pandas as pd
import pytest
from django.urls import reverse

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import ChurnCase, ChurnScore, ChurnTerms, ModelVersion
from keyuan.analytics.rules.churn.cards import Card, Coder, Part
from keyuan.analytics.rules.churn.outcomes import snapshot_days
from keyuan.analytics.rules.churn.terms import Terms
from keyuan.analytics.selectors.churn.effects import effects_of
from keyuan.analytics.selectors.churn.segment_fields import watched
from keyuan.analytics.selectors.terms import CHURN
from keyuan.analytics.services.churn import learning
from keyuan.analytics.services.churn.cases import open_cases
from keyuan.analytics.services.churn.kept import cards_in_force
from keyuan.analytics.services.churn.kept import keep as keep_card
from keyuan.analytics.services.churn.learning import learn_churn
from keyuan.analytics.services.churn.scoring import CONTRACTS, score_churn
from keyuan.analytics.services.churn.writing_back import write_churn
from keyuan.analytics.services.night.engines import DuckEngine
from keyuan.analytics.services.night.work import Night
from keyuan.analytics.services.objections.noting import Said, note_objection
from keyuan.analytics.services.registry import record_version
from keyuan.analytics.services.terms import save_terms
from keyuan.analytics.tests.churn.test_cards import frame
from keyuan.analytics.views.churn.occasions import OCCASION
from keyuan.analytics.views.churn.watch_list import RETAIN
from keyuan.customers.models import Task, TaskRule
from keyuan.customers.selectors import agenda
from keyuan.customers.selectors.segments.vocabulary import vocabulary_of
from keyuan.customers.services.agenda.defaults import seed_rules
from keyuan.customers.services.agenda.making import make_chunk
from keyuan.kernel.actor import Reach, system_actor
from keyuan.kernel.errors import Conflict, Forbidden, Invalid, Refused
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform import clock
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.testing import here, snapshot_here
from keyuan.policies.extensions import policy_tabs
from keyuan.policies.testing import keep, make_policy

pytestmark = pytest.mark.django_db
PROGRAM = system_actor("night run")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A mart of this test, and nobody who waits for its copies."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(followers, "_items", {})


def put_cards(*, cut=0.5):
    """Record cards by which whoever has a premium behind lapses."""
    points = Part(Coder("behind", levels=("0", "1")), (-2.0, 2.0, 2.0))
    for months in (3, 12):
        card = Card(f"churn.lapse.{months}", (points,), 0.0, 1.0, (cut, 0.9))
        folder = keep_card(card, clock.today())
        record_version(
            actor=PROGRAM, key=card.key, data_date=clock.today(), features=["behind"], metrics={}, protocol={},
            folder=folder, at=clock.now(),
        )  # fmt: skip


def night_of(day=None):
    """Return the night on a copy of the book as it stands."""
    now = clock.now()
    return Night(day or clock.today(), snapshot_here(now), DuckEngine(), PROGRAM, now, lambda done, total: None, here)


def run(night):
    """Run the steps and return how many rows of the book each changed."""
    return [step(night).changed for step in (score_churn, write_churn, open_cases)]


def behind(agent, **more):
    """Return a contract of 13 months whose only premium never came."""
    since = clock.today() - timedelta(days=400)
    return make_policy(agent, effective_on=since, applied_on=since, issued_on=since, premium=120_000, **more)


@pytest.fixture
def agent():
    return make_actor("agent")


def found_by(rule):
    """Return what a task rule finds tonight."""
    return agenda.found(agenda.night_of(rule, clock.today()))


def everybody():
    """Terms under which nobody is left alone, from the lower level on."""
    return Terms(control_bp=0, from_level=1)


def set_terms(terms, number=0):
    actor = make_actor("analyst", reach=Reach.ALL)
    return save_terms(actor=actor, kind=CHURN, number=number, terms=terms, reason="试行", now=clock.now())


def test_without_cards_a_night_watches_nobody(agent):
    behind(agent)
    night = night_of()

    assert learn_churn(night).changed == 0
    assert run(night) == [0, 0, 0]
    assert not ChurnScore.objects.exists()


def test_a_night_watches_who_stands_out_and_a_second_changes_nothing(agent):
    policy = behind(agent)
    put_cards()
    set_terms(everybody())
    night = night_of()

    assert run(night) == [0, 1, 1]
    row = ChurnScore.objects.get()
    assert (row.customer_id, row.policy_id, row.outcome, row.level) == (policy.holder_id, policy.pk, "lapse", 1)
    assert (row.chance_3, row.chance_6, row.chance_12) == (8808, 8808, 8808)
    assert (row.at_stake, row.premium, row.reasons) == (105_696, 120_000, [["behind", "2"]])
    assert (row.model, row.model_number, row.scored_on) == ("churn.lapse.12", 1, clock.today())
    place = policy.holder.summary
    assert (row.servicing_agent_id, row.team_id) == (place.servicing_agent_id, place.team_id)
    assert run(night) == [0, 0, 0]
    assert ChurnCase.objects.get().is_control is False


def test_who_does_not_stand_out_any_more_leaves_the_list_and_is_followed(agent):
    policy = behind(agent)
    put_cards()
    set_terms(everybody())
    run(night_of())
    today = clock.today()
    ChurnCase.objects.update(opened_on=today - timedelta(days=150))
    keep(policy, status="SUSPENDED", suspended_on=today - timedelta(days=50))
    reader = make_actor("analyst", reach=Reach.ALL)

    assert run(night_of()) == [0, 1, 1]

    assert not ChurnScore.objects.exists()
    case = ChurnCase.objects.get()
    assert (case.left_on, case.left_after, case.closed_on) == (today - timedelta(days=50), 100, None)
    found = {(one.outcome, one.months): one for one in effects_of(reader, today=today)}
    assert set(found) == {("", 3), ("lapse", 3)}
    assert (found["", 3].treated.count, found["", 3].treated.kept, found["", 3].effect) == (1, 1, None)
    client, _actor = client_of("analyst", reach=Reach.ALL)
    page = client.get(reverse("analytics:churn-effect")).content.decode()
    (query,) = set(re.findall(r"churn/cases/\?(view=all&amp;control=0&amp;[^\"]*outcome=lapse)", page))
    listed = client.get(f"{reverse('analytics:churn-cases')}?{unescape(query)}").content.decode()
    assert reverse("customers:customer", args=[policy.holder_id]) in listed
    keep(policy, status="IN_FORCE", suspended_on=None, reinstated_on=today)
    run(night_of())
    assert ChurnCase.objects.get().left_after is None


def test_who_objects_gets_no_chance_and_loses_what_stands_at_once(agent):
    policy = behind(agent)
    put_cards()
    set_terms(everybody())
    run(night_of())
    said = Said(clock.today(), "PHONE")

    note_objection(actor=agent, customer_id=policy.holder_id, said=said, now=clock.now())

    assert not ChurnScore.objects.exists()
    assert ChurnCase.objects.get().closed_on == clock.today()
    night = night_of()
    assert run(night) == [0, 0, 0]
    assert night.rows(CONTRACTS) == 0


def test_by_lot_some_are_left_alone_and_get_no_task(agent):
    worked, alone = behind(agent), behind(agent)
    put_cards()
    set_terms(everybody())
    run(night_of())
    ChurnCase.objects.filter(customer_id=alone.holder_id).update(is_control=True)
    yesterday = clock.today() - timedelta(days=1)
    ChurnCase.objects.update(opened_on=yesterday)

    seed_rules(clock.now())
    rule = TaskRule.objects.get(code="retention-1")
    made = [make_chunk(agenda.night_of(rule, clock.today()), rows, clock.now()) for rows in found_by(rule)]

    assert made == [1]
    (task,) = Task.objects.filter(kind="RETENTION")
    assert (task.customer_id, task.rule_id, task.stake) == (worked.holder_id, rule.pk, 105_696)
    assert task.title == "失效风险客户挽留"
    assert task.reason.startswith("12个月内失效可能性88%。提醒交费")
    assert [rows.count() for rows in OCCASION.on(yesterday)] == [1]
    verdict = RETAIN.check(agent, [worked.holder_id, alone.holder_id], clock.now())
    assert (verdict.ok_ids, [reason.code for reason in verdict.reasons]) == ((), ["churn.control", "churn.has_task"])


def test_tasks_made_by_hand_name_the_reasons_and_are_made_once(agent):
    policy = behind(agent)
    put_cards()
    set_terms(everybody())
    run(night_of())
    ids, now = [policy.holder_id], clock.now()
    data = {"title": "挽留", "reason": "", "due_on": (now + timedelta(days=3)).isoformat()}

    assert RETAIN.check(agent, ids, now).ok_ids == tuple(ids)
    made = RETAIN.run(agent, ids, data, now)

    task = Task.objects.get(pk=made[0])
    assert (task.kind, task.reason, task.stake) == ("RETENTION", "失效；欠交 2 期保费", 105_696)
    assert RETAIN.run(agent, ids, data, now) == []
    assert RETAIN.check(agent, ids, now).reasons[0].code == "churn.has_task"
    ChurnCase.objects.update(opened_on=clock.today() - timedelta(days=1))
    assert [rows.count() for rows in OCCASION.on(clock.today() - timedelta(days=1))] == [0]
    assert RETAIN.undo(agent, made, now) == 1


def test_the_watch_list_the_panel_and_the_effect_keep_the_reach(agent):
    policy = behind(agent)
    put_cards()
    set_terms(everybody())
    run(night_of())
    own, _actor = client_of("customer_resource_manager", reach=Reach.ALL)
    other, _other = client_of("agent")
    panel = reverse("analytics:customer-churn", args=[policy.holder_id])

    listed = own.get(reverse("analytics:churn"), {"view": "all"}).content.decode()

    assert "欠交 2 期保费" in listed
    assert "1,056.96" in listed
    shown = own.get(panel).content.decode()
    assert "88%" in shown
    assert "提醒交费" in shown
    assert "欠交" not in other.get(reverse("analytics:churn"), {"view": "all"}).content.decode()
    assert other.get(panel).status_code == 404
    assert "暂无可衡量的结果" in own.get(reverse("analytics:churn-effect")).content.decode()
    assert other.get(reverse("analytics:churn-effect")).status_code == 403
    analyst, _actor = client_of("analyst", reach=Reach.ALL)
    data = {"from_level": "2", "control": "60", "seed": "20", "reason": "试行", "version": "1"}
    refused = analyst.post(reverse("analytics:churn-terms"), data)
    assert refused.status_code == 422
    saved = analyst.post(reverse("analytics:churn-terms"), data | {"control": "30"})
    assert saved.status_code == 302
    assert ChurnTerms.objects.latest("number").content == {"control_bp": 3000, "seed": 20, "from_level": 2}


def test_a_contract_tells_its_chance_on_its_page_whether_watched_or_not(agent):
    policy, other = behind(agent), behind(agent)
    put_cards(cut=0.95)
    night = night_of()
    run(night)
    reader, _reader = client_of("customer_resource_manager", reach=Reach.ALL)
    url = reverse("analytics:policy-churn", args=[policy.pk])

    page = reader.get(url).content.decode()
    doors = [client_of(role)[0].get(url).status_code for role in ("agent", "outsourced_caller")]
    note_objection(actor=agent, customer_id=other.holder_id, said=Said(clock.today(), "PHONE"), now=clock.now())
    objecting = reader.get(reverse("analytics:policy-churn", args=[other.pk])).content.decode()

    assert not ChurnScore.objects.exists()
    assert ("88%" in page, "风险不突出" in page, f"{night.day:%Y-%m-%d}" in page) == (True, True, True)
    assert "analytics:policy-churn" in {tab.url_name for tab in policy_tabs}
    assert doors == [404, 403]
    assert ("88%" in objecting, "自动化决策" in objecting) == (False, True)


def test_segments_ask_the_watch_list_of_those_who_may_see_it(agent):
    policy = behind(agent)
    put_cards(cut=0.5)
    run(night_of())

    known = [vocabulary_of(make_actor(role)).fields for role in ("customer_resource_manager", "outsourced_caller")]

    assert ["churn.band" in fields for fields in known] == [True, False]
    assert known[0]["churn.band"].known_codes == {"RAISED", "HIGH"}
    (row,) = watched()
    assert (row.customer_id, row.band) == (policy.holder_id, "RAISED")
    assert snapshot_here(clock.now()).rows["churn"] == 1


def test_cards_are_made_once_a_month_and_later_ones_wait_for_promotion(agent, monkeypatch):
    behind(agent)
    past = frame(300, snapshot_days(clock.today())[-36:]).assign(sex="1")
    no_terms = pd.DataFrame({"is_long_term": np.zeros(0, dtype=bool)})
    monkeypatch.setattr(learning, "frame_of", lambda night, table: no_terms if table == learning.ISSUED else past)
    night = night_of()

    assert learn_churn(night).changed == 3
    assert learn_churn(night).changed == 0
    later = replace(night, day=night.day + timedelta(days=20), now=night.now + timedelta(days=20))
    assert learn_churn(later) == Done()
    later = replace(night, day=night.day + timedelta(days=29), now=night.now + timedelta(days=29))
    assert learn_churn(later).changed == 3

    versions = ModelVersion.objects.filter(key="churn.lapse.3").order_by("number")
    assert [one.status for one in versions] == ["CHAMPION", "CHALLENGER"]
    first = versions[0]
    assert first.features[0]["name"] == "behind"
    assert 0.6 < first.metrics["auc"] < 0.9
    assert first.metrics["fairness"]["sex"][0]["group"] == "1"
    assert (first.protocol["seed"], first.protocol["left_out"]) == (20, "")
    assert sorted(months for _key, months in cards_in_force()) == [3, 6, 12]


def test_what_is_learnt_of_does_not_depend_on_the_order_in_which_an_engine_wrote_it(agent):
    night = night_of()
    days = [clock.today() - timedelta(days=one) for one in (30, 0)]
    rows = pd.DataFrame({"policy_id": [7, 7, 3, 3], "on": [*days, *days], "behind": [0, 1, 2, 3]})
    frames = []
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        rows.iloc[order].to_parquet(night.made(learning.PAST), index=False)
        frames.append(learning.frame_of(night, learning.PAST))

    assert frames[0]["behind"].tolist() == [2, 3, 0, 1]
    pd.testing.assert_frame_equal(*frames)


def test_terms_are_versions_that_only_keepers_of_the_whole_book_set(agent):
    first = set_terms(Terms(control_bp=1000))

    assert (first.number, first.content["control_bp"]) == (1, 1000)
    with pytest.raises(Conflict):
        set_terms(Terms(control_bp=1500))
    with pytest.raises(Refused, match=r"churn_terms\.unchanged"):
        set_terms(Terms(control_bp=1000), number=1)
    with pytest.raises(Invalid):
        set_terms(Terms(control_bp=6000), number=1)
    with pytest.raises(Forbidden):
        save_terms(actor=agent, kind=CHURN, number=1, terms=Terms(), reason="试行", now=clock.now())
