"""A version comes into use when one person proposes it and another agrees; drift is told once (ANA-11)."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.urls import reverse

from keyuan.analytics import permissions
from keyuan.analytics.extensions import ModelKind, model_kinds
from keyuan.analytics.models import ModelCard, ModelVersion, ModelWatch, Promotion
from keyuan.analytics.rules.registry.evaluating import evaluated
from keyuan.analytics.rules.registry.profiles import described
from keyuan.analytics.selectors.registry import champion
from keyuan.analytics.services.night.engines import DuckEngine
from keyuan.analytics.services.night.work import Night
from keyuan.analytics.services.registry import record_version
from keyuan.analytics.services.registry.carding import save_card
from keyuan.analytics.services.registry.promoting import (
    Decision,
    decide_promotion,
    propose_promotion,
    withdraw_promotion,
)
from keyuan.analytics.services.registry.watching import watch_models
from keyuan.kernel.actor import Reach, system_actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform import clock
from keyuan.platform.mart.testing import snapshot_here
from keyuan.platform.models.notice import Notice

pytestmark = pytest.mark.django_db
KEY = "churn.life.12"
SCORES = np.linspace(0.01, 0.6, 400)
HAPPENED = (SCORES + np.tile([-0.2, 0.0, 0.2, 0.1], 100) > 0.4).astype(float)
GROUPS = {"sex": np.tile(["1", "2"], 200), "age": np.repeat(["30-39", "70+"], [380, 20])}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def recorded(number, **more):
    """Record version ``number`` with figures, curves, groups and profiles."""
    features = described({"age": SCORES * 100, "premium": SCORES * 1000}, {"age": 0.1, "premium": 0.03})
    return record_version(
        actor=system_actor("night run"), key=KEY, data_date=clock.today() - timedelta(days=90 - number),
        features=features, metrics={"auc": 0.71, "auc_sd": 0.01, **evaluated(SCORES, HAPPENED, GROUPS)},
        protocol={"seed": 7, "words": "后三个月验证", "left_out": "contacts, claims"}, folder="",
        at=clock.now(), **more,
    )  # fmt: skip


def whole(role):
    """Somebody in ``role`` who reaches the whole book."""
    return client_of(role, reach=Reach.ALL)


def proposed(actor, number=2):
    return propose_promotion(actor=actor, key=KEY, number=number, reason="AUC 更高", now=clock.now())


AGREED = Decision(True, "同意")


def test_another_person_agrees_and_the_former_version_comes_back_the_same_way():
    recorded(1), recorded(2)
    analyst, boss = make_actor("analyst", reach=Reach.ALL), make_actor("management", reach=Reach.ALL)

    twice = [proposed(analyst) for _time in range(2)]
    decide_promotion(actor=boss, promotion_id=twice[0].pk, decision=AGREED, now=clock.now())
    with pytest.raises(Conflict):
        decide_promotion(actor=boss, promotion_id=twice[0].pk, decision=AGREED, now=clock.now())
    first = champion(KEY)
    undo = proposed(analyst, 1)
    decide_promotion(actor=boss, promotion_id=undo.pk, decision=AGREED, now=clock.now())

    assert (twice[0], first.number, champion(KEY).number) == (twice[1], 2, 1)
    assert ModelVersion.objects.get(number=2).status == "RETIRED"
    assert [row.replaced.number for row in Promotion.objects.order_by("pk")] == [1, 2]
    assert set(Notice.objects.values_list("code", flat=True)) == {"model.proposed", "model.answered"}


def test_declined_or_taken_back_all_stays_as_it_was():
    recorded(1), recorded(2), recorded(3)
    analyst, boss = make_actor("analyst", reach=Reach.ALL), make_actor("management", reach=Reach.ALL)

    one = proposed(analyst)
    decide_promotion(actor=boss, promotion_id=one.pk, decision=Decision(False, "样本太小"), now=clock.now())
    two = proposed(analyst)
    withdraw_promotion(actor=analyst, promotion_id=two.pk, now=clock.now())

    assert champion(KEY).number == 1
    assert list(Promotion.objects.order_by("pk").values_list("status", flat=True)) == ["DECLINED", "WITHDRAWN"]


def test_who_may_not_and_what_may_not_be_is_refused():
    recorded(1), recorded(2), recorded(3)
    analyst, other = (make_actor("analyst", reach=Reach.ALL) for _time in range(2))
    boss, branch = make_actor("management", reach=Reach.ALL), make_actor("management", reach=Reach.UNIT)
    both = replace(analyst, permissions=analyst.permissions | {permissions.MODELS_APPROVE})
    row, now = proposed(analyst), clock.now()
    silent = Decision(True, " ")
    acts = {
        "model.open": lambda: proposed(analyst, 3),
        "model.reason": lambda: propose_promotion(actor=analyst, key=KEY, number=2, reason=" ", now=now),
        "model.answer": lambda: decide_promotion(actor=boss, promotion_id=row.pk, decision=silent, now=now),
        "model.own": lambda: decide_promotion(actor=both, promotion_id=row.pk, decision=AGREED, now=now),
        "model.not_own": lambda: withdraw_promotion(actor=other, promotion_id=row.pk, now=now),
        "forbidden": lambda: decide_promotion(actor=other, promotion_id=row.pk, decision=AGREED, now=now),
        "model.whole_book": lambda: decide_promotion(actor=branch, promotion_id=row.pk, decision=AGREED, now=now),
    }

    found = [refusal_of(act) for act in acts.values()]

    assert found == list(acts)
    assert champion(KEY).number == 1


def refusal_of(act):
    """Return the code by which ``act`` is refused."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_version_without_its_files_cannot_be_proposed(tmp_path):
    analyst = make_actor("analyst", reach=Reach.ALL)
    recorded(1)
    version = recorded(2)
    ModelVersion.objects.filter(pk=version.pk).update(folder="models/gone")

    codes = [refusal_of(lambda: proposed(analyst)), refusal_of(lambda: proposed(analyst, 1))]

    assert codes == ["model.artefact", "model.champion"]


def test_owner_and_alarm_are_kept_with_a_reason_and_nobody_overwrites_another():
    recorded(1)
    analyst, agent = make_actor("analyst", reach=Reach.ALL), make_actor("agent")
    given = {"actor": analyst, "key": KEY, "alarm": 100, "version": 1, "reason": "季度复核", "now": clock.now()}

    wrong = [
        refusal_of(lambda more=more: save_card(**{**given, "owner_id": analyst.id, **more}))
        for more in ({"owner_id": agent.id}, {"alarm": 0}, {"reason": ""}, {"version": 4})
    ]
    card = save_card(**given, owner_id=analyst.id)

    assert wrong == ["model.owner", "model.alarm", "model.card_reason", "conflict"]
    assert (card.owner_name, card.alarm, card.version) == (analyst.name, 100, 2)


@pytest.fixture
def night(tmp_path, monkeypatch):
    """A night whose table of the model holds what ``scores`` says."""
    monkeypatch.setattr(model_kinds, "_items", {})
    model_kinds.add(ModelKind("churn", "流失", "", "", "", table="churn_rows", score_table="churn_rows"))
    snapshot = snapshot_here(clock.now())
    made = Night(snapshot.day, snapshot, DuckEngine(), system_actor("night run"), clock.now(), lambda done, total: None)

    def write(scores, day=0):
        table = {"model": [KEY] * len(scores), "score": scores, "age": SCORES * 100, "premium": SCORES * 1000}
        pq.write_table(pa.table(table), made.made("churn_rows"))
        return replace(made, day=made.day + timedelta(days=day))

    return write


def test_drift_is_told_once_to_the_owner_until_it_has_ended(night):
    recorded(1)
    analyst = make_actor("analyst", reach=Reach.ALL)
    ModelCard.objects.update(owner_id=analyst.id)

    for day, scores in enumerate([SCORES, SCORES**3, SCORES**3, SCORES, SCORES**3]):
        watch_models(night(scores, day))
    watch_models(night(SCORES**3, 4))

    told = Notice.objects.filter(user_id=analyst.id, code="model.drift")
    watches = list(ModelWatch.objects.order_by("day"))
    assert (told.count(), len(watches)) == (2, 5)
    assert watches[0].figures == [{"name": name, "index": 0.0} for name in ("", "age", "premium")]
    assert [one.worst >= 0.25 for one in watches] == [False, True, True, False, True]
    assert watches[1].figures[0]["name"] == ""
    assert (watches[0].rows, champion(KEY).alarmed_on) == (400, watches[4].day)


def test_pages_show_figures_curves_groups_and_lead_through_a_promotion(night):
    recorded(1), recorded(2)
    watch_models(night(SCORES**3))
    (keeper, _analyst), (decider, _boss) = whole("analyst"), whole("management")
    model, version = reverse("analytics:model", args=[KEY]), reverse("analytics:model-version", args=[KEY, 2])

    empty = keeper.post(f"{version}propose/", {"reason": ""})
    sent = keeper.post(f"{version}propose/", {"reason": "AUC 更高"})
    row = Promotion.objects.get()
    own = keeper.get(model).content.decode()
    asked = decider.get(model).content.decode()
    decided = decider.post(reverse("analytics:model-decide", args=[row.pk]), {"approves": "1", "answer": "同意"})
    pages = [decider.get(url).content.decode() for url in (reverse("analytics:models"), model, version)]

    assert (empty.status_code, sent.status_code, decided.status_code) == (422, 302, 302)
    assert ("须由另一人审批" in own, reverse("analytics:model-decide", args=[row.pk]) in asked) == (True, True)
    assert "第 2 版" in keeper.get(f"{version}propose/").content.decode()
    assert champion(KEY).number == 2
    assert all(word in pages[0] for word in ("流失 (life.12)", "0.71 ± 0.01"))
    assert all(word in pages[1] for word in ("AUC 更高", "同意", "使用中", "已漂移"))
    assert all(word in pages[2] for word in ("不足 50 行", "后三个月验证", "联系次数, 理赔次数", "校准", "premium"))
    assert ('data-chart="line"' in pages[2], 'data-chart="bar"' in pages[2]) == (True, True)


def test_models_of_rules_are_described_and_nothing_is_promoted_there():
    reader, _actor = client_of("management")

    listed = reader.get(reverse("analytics:models")).content.decode()
    value = reader.get(reverse("analytics:model", args=["value.lifetime"])).content.decode()

    assert ("尚无训练过的模型" in listed, "ABC 分类" in listed, "预测年限" in value) == (True, True, True)
    assert reader.get(reverse("analytics:model", args=["nothing"])).status_code == 404
    assert reader.get(reverse("analytics:model-card", args=[KEY])).status_code == 403
    assert client_of("agent")[0].get(reverse("analytics:models")).status_code == 403
