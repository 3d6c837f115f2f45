"""Labels by rules and models: suggestions taken over once, set by the night, counted in reach (ANA-3, ANA-5, CUS-6)."""

from dataclasses import replace

import pytest
from django.urls import reverse

from keyuan.analytics.forms.label_words import LABELS, SEGMENTS, meaning_of, name_of
from keyuan.analytics.models import AutomationObjection, LabelCell
from keyuan.analytics.rules.labels.starters import ALL
from keyuan.analytics.rules.labels.starters import LABELS as STARTERS
from keyuan.analytics.selectors.figures import labels_of
from keyuan.analytics.selectors.labels.standing import condition_in, standing_labels
from keyuan.analytics.services.labels.taking_over import Words, take_over
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.customers.models import CustomerTag, Segment, TagRule
from keyuan.customers.selectors.classification.places import place_of
from keyuan.customers.services.segments.nightly import rests_on_scores
from keyuan.kernel.actor import Reach, Scope, system_actor
from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform import clock
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.testing import here
from keyuan.policies.testing import make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A mart of this test, and nobody who waits for its copies."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(followers, "_items", {})


def manager():
    """Somebody who builds segments and edits the catalogue of tags."""
    return client_of("customer_resource_manager", reach=Reach.ALL)


def taken(actor, code):
    words = Words(name_of(code), meaning_of(code))
    return take_over(actor=actor, code=code, words=words, today=clock.today(), now=clock.now())


def night(again=False):
    ways = Ways(lambda label, done, total: None, clock.now, here)
    return run_night(actor=system_actor("night run"), day=clock.today(), ways=ways, again=again)


def test_every_suggestion_can_be_read_and_spoken():
    assert {code for code, one in ALL.items() if condition_in(dict(one.condition)) is None} == set()
    assert set(ALL) == {*LABELS, *SEGMENTS}
    assert {one.family for one in STARTERS} == {"RISK", "VALUE", "NEED"}


def test_a_suggestion_is_taken_over_once_and_only_by_whoever_may():
    _client, actor = manager()

    first = taken(actor, "WEALTHY")

    assert taken(actor, "WEALTHY") == first
    assert (first.owner_id, first.shared_unit_id) == (actor.id, actor.unit_id)
    label = taken(actor, "RISK_FADING")
    rule = TagRule.objects.get(tag__code="RISK_FADING")
    assert (rule.segment, rule.valid_days, rule.confidence_bp) == (label, 60, 8_000)
    with pytest.raises(Refused, match=r"label\.taken"):
        taken(actor, "RISK_FADING")
    with pytest.raises(Forbidden):
        taken(make_actor("agent"), "VALUE_TOP")
    with pytest.raises(NotFound):
        take_over(actor=actor, code="?", words=Words("", ""), today=clock.today(), now=clock.now())


def test_labels_that_rest_on_scores_are_set_by_the_night_that_reckons_them():
    agent = make_actor("agent")
    # Who pays more stands in a higher fifth; the last one objects.
    paying = (make_policy(agent, premium=yuan * 100).holder for yuan in (600, 700, 1200, 1300))
    _small, _other, growing, objecting = paying
    AutomationObjection.objects.create(customer=objecting, said_on=clock.today(), recorded_at=clock.now())
    _client, actor = manager()
    for code in ("RISK_FADING", "VALUE_MULTI"):
        taken(actor, code)

    night()

    tag = CustomerTag.objects.get()
    assert (tag.customer, tag.tag.code, tag.source) == (growing, "RISK_FADING", "MODEL")
    assert (tag.expires_on - clock.today()).days == 60
    assert [rests_on_scores(rule) for rule in TagRule.objects.order_by("tag__code")] == [True, False]
    assert night(again=True).steps.get(key="labels").changed == 0
    Segment.objects.filter(tag_rules__tag__code="RISK_FADING").update(valid_until=clock.today().replace(year=2020))
    assert night(again=True).steps.get(key="labels").changed == 1
    assert not CustomerTag.objects.exists()


def test_counts_keep_to_the_reach_and_the_page_shows_rule_count_and_suggestions():
    agent = make_actor("agent")
    _small, policy = (make_policy(agent, premium=yuan * 100) for yuan in (600, 1200))
    client, actor = manager()
    taken(actor, "RISK_FADING")
    night()
    own = replace(agent, scope=Scope(Reach.SELF, agent_id=policy.servicing_agent_id))
    stranger = replace(agent, scope=Scope(Reach.SELF, agent_id=-1))

    counts = [labels_of(one, place_of(one)).get("RISK_FADING", 0) for one in (actor, own, stranger)]
    shown = client.get(reverse("analytics:labels")).content.decode()
    moved = client.post(reverse("analytics:label-take-over", args=["MIDDLE_CLASS"]))

    assert counts == [1, 1, 0]
    assert LabelCell.objects.get(unit_id=0, label="RISK_FADING").customers == 1
    assert [one.fits for one in standing_labels(actor, labels_of(actor, place_of(actor)))] == [1]
    assert all(word in shown for word in ("高价值趋冷", "中产家庭", "模型"))
    assert (moved.status_code, Segment.objects.filter(name="中产家庭").count()) == (302, 1)
    assert client.post(reverse("analytics:label-take-over", args=["NONE"])).status_code == 404
    assert client_of("agent")[0].get(reverse("analytics:labels")).status_code == 403
