"""The same weights and groups by Spark as by DuckDB, on a sample with gaps (CUS-8)."""

from pathlib import Path

import pytest

from keyuan.customers.drivers.linkage.engine import link_files
from keyuan.customers.drivers.linkage.sample import write_sample
from keyuan.customers.drivers.linkage.session import session
from keyuan.customers.drivers.linkage.sparking import in_words_of_spark, score_on_spark
from keyuan.customers.rules.linkage.config import read_options
from keyuan.kernel.errors import Refused


def weights_by(engine, path, folder):
    options = read_options({"engine": engine, "memory_limit": "512MB", "threads": 1})
    with session(memory_limit="512MB", threads=1, folder=folder) as connection:
        linkage = link_files(connection, [path], options, truth="真实人", folder=folder, say=lambda _: None)
        rows = connection.execute("select row_l, row_r, weight from scored").fetchall()
    return {(left, right): weight for left, right, weight in rows}, linkage.groups


@pytest.mark.spark
@pytest.mark.network
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_weights_and_groups(tmp_path):
    path = tmp_path / "persons.csv"
    write_sample(path, records=400, seed=5)

    here, groups = weights_by("duckdb", path, tmp_path)
    there, same_groups = weights_by("spark", path, tmp_path)

    assert groups == same_groups
    assert here.keys() == there.keys()
    # Two implementations of one similarity may fall on different sides of a level's edge, hardly ever.
    differing = [pair for pair, weight in here.items() if abs(weight - there[pair]) > 1e-6]
    assert len(differing) <= len(here) / 100


def test_without_spark_the_engine_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr("keyuan.platform.mart.sparking.find_spec", lambda _: None)

    with pytest.raises(Refused) as caught:
        score_on_spark(None, {}, None, [], folder=Path(tmp_path))

    assert caught.value.code == "linkage.no_spark"


def test_settings_are_told_in_the_words_of_spark():
    assert in_words_of_spark({"a": "jaro_winkler_similarity(x_l, x_r) >= 0.9"}) == {
        "a": "jaro_winkler(x_l, x_r) >= 0.9"
    }
