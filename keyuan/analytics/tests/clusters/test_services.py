"""Groups of similar needs in the book: found once, kept over nights, named by people, shown in reach (ANA-4)."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.urls import reverse

from keyuan.analytics.models import AutomationObjection, Cluster, ClusterFit, ClusterNight, ModelVersion
from keyuan.analytics.rules.clusters.scaling import NAMES
from keyuan.analytics.selectors.clusters.fits import fit_in_force, open_wish
from keyuan.analytics.services.clusters.naming import name_cluster, wish_groups
from keyuan.analytics.services.clusters.placing import place_customers
from keyuan.analytics.services.night.engines import DuckEngine
from keyuan.analytics.services.night.work import Night
from keyuan.customers.extensions import segment_fields
from keyuan.customers.selectors.scores import cluster_words
from keyuan.customers.testing import make_customer
from keyuan.kernel.actor import Reach, Scope, system_actor
from keyuan.kernel.errors import Conflict, Forbidden, Refused
from keyuan.organisation.testing import client_of, make_actor
from keyuan.platform import clock
from keyuan.platform.mart.shelf import Snapshot

pytestmark = pytest.mark.django_db
ACTOR = system_actor("night run")
EACH = 40


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A mart of this test."""
    settings.VAR_DIR = tmp_path
    return tmp_path


def people(turn=0):
    """Three sorts of people, ``EACH`` of each: young without cover, settled with life cover, old with a pension."""
    rng = np.random.default_rng(5)
    rows = []
    for number in range(3 * EACH):
        sort = (number + turn) // EACH % 3
        zero = dict.fromkeys(NAMES, 0)
        age = (25, 45, 70)[sort] + int(rng.integers(3))
        cover = ({}, {"life": 500_000, "premium": 8_000}, {"pension": 90_000, "premium": 20_000})[sort]
        rows.append({"customer_id": number + 1, **zero, "age": age, "married": int(sort > 0), **cover})
    return rows


def night(folder, rows, day=None, before=()):
    """A night whose table of people is ``rows``; ``before`` pairs customers with the group they were written to."""
    home = folder / "mart" / (day or clock.today()).isoformat()
    home.mkdir(parents=True, exist_ok=True)
    old = {"customer_id": [one for one, _code in before], "cluster": [code for _one, code in before]}
    schema = pa.schema([("customer_id", pa.int64()), ("cluster", pa.string())])
    pq.write_table(pa.table(old, schema=schema), home / "customers.parquet")
    snapshot = Snapshot(home, day or clock.today(), clock.now(), {"customers": len(before)}, 0)
    made = Night(snapshot.day, snapshot, DuckEngine(), ACTOR, clock.now(), lambda done, total: None)
    types = [("customer_id", pa.int64()), *((name, pa.int64()) for name in NAMES)]
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(types)), made.made("protection"))
    return made


def placed(made):
    return dict(zip(*pq.read_table(made.made("clusters")).to_pydict().values(), strict=True))


def test_people_are_placed_by_the_champion_and_a_second_run_changes_nothing(folder):
    tonight = night(folder, people())

    first, again = place_customers(tonight), place_customers(tonight)

    found = placed(tonight)
    assert sorted(list(found.values()).count(code) for code in set(found.values())) == [EACH] * 3
    assert (first.changed, again.changed) == (4, 0)
    assert ModelVersion.objects.get().status == "CHAMPION"
    assert fit_in_force().trials[0]["number"] == 3
    assert sum(ClusterNight.objects.get().sizes.values()) == 3 * EACH
    assert set(Cluster.objects.values_list("suggestion__1", flat=True)) == {"nothing", "life", "pension"}


def test_whoever_objects_to_programs_stands_in_no_group_and_a_small_book_has_none(folder):
    customer = make_customer(make_actor("agent"))
    AutomationObjection.objects.create(customer=customer, said_on=clock.today(), recorded_at=clock.now())
    rows = people()
    rows[0]["customer_id"] = customer.pk
    small = night(folder, rows[:20], clock.today() - timedelta(days=1))

    place_customers(small)
    place_customers(night(folder, rows))

    assert placed(small) == {}
    assert customer.pk not in placed(night(folder, rows))
    assert ClusterFit.objects.count() == 1


def test_groups_found_anew_keep_code_and_name_wait_for_a_promotion_and_tell_who_stayed(folder):
    _client, analyst = client_of("analyst", reach=Reach.ALL)
    first = night(folder, people(), clock.today() - timedelta(days=3))
    place_customers(first)
    before = placed(first)
    code = before[1]
    name_cluster(actor=analyst, code=code, version=1, name="新人类", now=clock.now())
    wish_groups(actor=analyst, reason="产品调整", now=clock.now())
    wish_groups(actor=analyst, reason="产品调整", now=clock.now())
    later = night(folder, people(turn=2), before=list(before.items()))

    place_customers(later)

    assert open_wish() is None
    assert list(ModelVersion.objects.order_by("number").values_list("status", flat=True)) == ["CHAMPION", "CHALLENGER"]
    newest = ClusterFit.objects.order_by("-day").first()
    assert {one["code"] for one in newest.centres} == set(before.values())
    assert newest.agreement == 1
    assert Cluster.objects.get(pk=code).name == cluster_words()[code] == "新人类"
    told = ClusterNight.objects.get(day=clock.today())
    assert (told.seen, told.stayed, told.fit) == (3 * EACH, 3 * EACH - 6, fit_in_force())


def test_names_are_given_by_whoever_answers_for_the_whole_book(folder):
    place_customers(night(folder, people()))
    _client, analyst = client_of("analyst", reach=Reach.ALL)
    code, other = sorted(Cluster.objects.values_list("pk", flat=True))[:2]
    now, small = clock.now(), replace(analyst, scope=Scope(Reach.UNIT, 7, "branch"))
    name_cluster(actor=analyst, code=code, version=1, name=" 家庭支柱 ", now=now)

    assert Cluster.objects.get(pk=code).name == "家庭支柱"
    with pytest.raises(Conflict):
        name_cluster(actor=analyst, code=code, version=1, name="别名", now=now)
    with pytest.raises(Refused, match=r"cluster\.name_taken"):
        name_cluster(actor=analyst, code=other, version=1, name="家庭支柱", now=now)
    with pytest.raises(Refused, match=r"cluster\.reason"):
        wish_groups(actor=analyst, reason=" ", now=now)
    with pytest.raises(Forbidden):
        name_cluster(actor=small, code=code, version=2, name="别名", now=now)


def test_pages_show_the_reason_and_lead_to_list_and_segment(folder):
    client, _analyst = client_of("analyst", reach=Reach.ALL)
    url = reverse("analytics:clusters")
    empty = client.get(url).content.decode()
    place_customers(night(folder, people()))
    code = Cluster.objects.order_by("pk").first().pk
    naming = reverse("analytics:cluster-name", args=[code])

    shown = client.get(url).content.decode()
    named = client.post(naming, {"name": "高净值养老", "version": "1"})
    stale = client.post(naming, {"name": "别名", "version": "1"})
    silent = client.post(reverse("analytics:clusters-anew"), {"reason": ""})
    asked = client.post(reverse("analytics:clusters-anew"), {"reason": "季度复核"})

    assert "尚无聚类" in empty
    assert "轮廓系数" in shown
    assert f"{reverse('customers:scores')}?view=all&amp;cluster={code}" in shown
    assert (named.status_code, stale.status_code, silent.status_code, asked.status_code) == (302, 422, 422, 302)
    assert 'value="别名"' in stale.content.decode()
    assert (code, "高净值养老") in segment_fields["cluster"].choices()
    assert "季度复核" in client.get(url).content.decode()
    assert client_of("agent")[0].get(url).status_code == 403
    assert client.get(reverse("analytics:cluster-name", args=["C99"])).status_code == 404
