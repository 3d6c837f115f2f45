"""Groups of needs, labels and persistency by program: what stands, and bad input named (ANA-3, ANA-4, ANA-10)."""

from datetime import date

import pytest

from keyuan.analytics.models import Cluster, ClusterCell, ClusterFit, ModelVersion
from keyuan.analytics.selectors.clusters.fits import KEY
from keyuan.api.testing import Program
from keyuan.kernel.actor import Reach
from keyuan.platform import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups():
    """Two groups found and counted."""
    day = date(2026, 3, 1)
    version = ModelVersion.objects.create(
        key=KEY, number=1, status="CHAMPION", data_date=day, trained_at=clock.now(), folder="x"
    )
    trial = {"number": 2, "silhouette": 0.5, "silhouette_sd": 0.0, "stability": 0.9, "stability_sd": 0.0}
    ClusterFit.objects.create(
        version=version, day=day, seed=1, people=100, chosen=2, reason="steadiest", scaling={}, centres=[],
        trials=[{**trial, "smallest": 0.4}], made_at=clock.now(),
    )  # fmt: skip
    for code in ("C1", "C2"):
        Cluster.objects.create(code=code, since=day, suggestion=["young", "life", ""], profile={"age": 30.0})
    ClusterCell.objects.create(day=day, unit_id=0, cluster="C1", customers=60, premium=5, lifetime_value=7)


def test_programs_read_groups_and_labels_and_a_wrong_measure_is_named(groups):
    reader, stranger = Program("analyst", reach=Reach.ALL), Program("agent")

    found = reader.get("/api/v1/analytics/need-groups").json()
    wrong = reader.get("/api/v1/analytics/persistency?months=14")

    assert [(one["code"], one["customers"]) for one in found["groups"]] == [("C1", 60), ("C2", 0)]
    assert (found["number"], found["trials"][0]["stability"]) == (2, 0.9)
    assert reader.get("/api/v1/analytics/labels").json()["labels"] == []
    assert wrong.status_code == 422
    assert "months" in wrong.content.decode()
    assert reader.get("/api/v1/analytics/persistency?months=25").json()["months"] == 25
    assert stranger.get("/api/v1/analytics/need-groups").status_code == 403
