"""``keyuan propensity`` from file to file: CSV, TSV, Parquet, with and without names and target (ANA-7)."""

import json
import pickle
import shutil

import numpy as np
import pandas as pd
import pytest
from django.core.management import call_command
from threadpoolctl import threadpool_limits

from keyuan.analytics.management.commands import propensity
from keyuan.analytics.rules.propensity import fitting, storing
from keyuan.analytics.rules.propensity.candidates import CANDIDATES
from keyuan.analytics.rules.propensity.columns import learn
from keyuan.kernel.errors import Refused
from keyuan.platform.wording import say

ROWS = 700


@pytest.fixture(scope="module")
def people():
    """Customers of whom those with a car and a young household buy; the first hundred stand twice."""
    random = np.random.default_rng(5)
    frame = pd.DataFrame({
        "age": random.integers(20, 70, ROWS), "car": random.integers(0, 3, ROWS),
        "bought": 0, "city": random.choice(["上海", "北京", "广州"], ROWS),
        "premium": random.normal(1000, 300, ROWS).round(2),
    })  # fmt: skip
    odds = -2.6 + 1.4 * frame["car"] - 0.05 * (frame["age"] - 45)
    frame["bought"] = (random.random(ROWS) < 1 / (1 + np.exp(-odds))).astype(int)
    return pd.concat([frame, frame.head(100)], ignore_index=True)


@pytest.fixture(scope="module")
def fitted(people, tmp_path_factory):
    """The folder of a model of few families, fitted once on a TSV without names."""
    folder = tmp_path_factory.mktemp("propensity")
    people.to_csv(folder / "train.tsv", sep="\t", header=False, index=False)
    few = [one for one in CANDIDATES if one.key in {"naive_bayes", "lasso_0.2", "lasso_pairs_0.2", "kernel"}]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(propensity, "Settings", lambda *given: fitting.Settings(*given[:2], 2, few))
        run("fit", "--train", folder / "train.tsv", "--target", "c3", "--model", folder / "model", "--no-header",
            "--group-duplicates")  # fmt: skip
    return folder / "model"


def run(*arguments):
    call_command("propensity", *map(str, arguments))


def test_the_report_tells_protocol_seed_and_honest_figures(fitted):
    told = json.loads((fitted / "report.json").read_text(encoding="utf-8"))
    page = (fitted / "report.html").read_text(encoding="utf-8")

    facts, families = told["facts"], {row["family"]: row for row in told["sections"]["families"]["families"]}
    assert (told["seed"], facts["rows"], facts["copies"], facts["groups"], facts["repeats"]) == (1, 800, 100, 700, 2)
    assert facts["captured"] > 0.35
    assert len(families) == 5
    assert told["sections"]["importance"]["importance"][0]["column"] in {"c1", "c2"}
    assert len(told["sections"]["lift"]["lift"]) == 20
    assert "购买倾向模型" in page


@pytest.mark.parametrize("drop", [[], ["bought"]])
@pytest.mark.parametrize("ending", [".tsv", ".parquet"])
def test_scores_stand_beside_the_rows_in_their_order(fitted, people, tmp_path, ending, drop):
    rows = people.head(60).drop(columns=drop)
    given, out = tmp_path / "rows.txt", tmp_path / f"scored{ending}"
    rows.to_csv(given, sep="\t", header=False, index=False)

    run("score", "--model", fitted, "--input", given, "--no-header", "--out", out)

    scored = pd.read_parquet(out) if ending == ".parquet" else pd.read_csv(out, sep="\t")
    assert list(scored.columns) == [*(f"c{n}" for n in range(1, len(rows.columns) + 1)), "score"]
    assert scored["c1"].astype(int).tolist() == rows["age"].tolist()
    assert scored["score"].between(0, 1).all()
    assert scored["score"].corr(people["car"].head(60)) > 0.5
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_row_scores_the_same_whatever_stands_beside_it(fitted, people):
    model = storing.load(fitted).model
    rows = people.set_axis([f"c{n}" for n in range(1, 6)], axis=1)

    whole = model.probability(rows)
    parts = np.concatenate([model.probability(rows.iloc[start : start + 97]) for start in range(0, len(rows), 97)])

    assert whole == pytest.approx(parts, abs=1e-8)


def test_parquet_with_names_trains_and_scores(people, tmp_path, monkeypatch):
    people.to_parquet(tmp_path / "train.bin")
    few = [one for one in CANDIDATES if one.key in {"lasso_0.2", "ridge_evidence"}]
    monkeypatch.setattr(propensity, "Settings", lambda *given: fitting.Settings(*given[:2], 1, few))

    run("fit", "--train", tmp_path / "train.bin", "--target", "bought", "--model", tmp_path / "m", "--drop", "premium",
        "--language", "en")  # fmt: skip
    run("score", "--model", tmp_path / "m", "--input", tmp_path / "train.bin", "--out", tmp_path / "out.parquet")

    told = json.loads((tmp_path / "m" / "report.json").read_text(encoding="utf-8"))
    assert "--group-duplicates" in told["warnings"][0]
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == 800
    assert "premium" not in [one.name for one in storing.load(tmp_path / "m").model.columns.readings]


def test_a_column_known_only_after_the_sale_is_named(people):
    planted = people.assign(contract_no=np.where(people["bought"] == 1, people.index, 0))
    sample = fitting.Sample(
        learn(planted.drop(columns="bought")), learn(planted.drop(columns="bought")).read(planted),
        planted["bought"].to_numpy(), np.arange(800), 800, 0, "1",
    )  # fmt: skip

    assert list(fitting.suspects(sample)) == ["contract_no"]


@pytest.mark.parametrize("arguments, code", [
    (("fit", "--train", "absent.csv", "--target", "y", "--model", "m"), "table.missing"),
    (("fit", "--train", "rows.csv", "--target", "z", "--model", "m"), "table.column_missing"),
    (("fit", "--train", "rows.csv", "--target", "y", "--model", "m"), "propensity.few_buyers"),
    (("fit", "--train", "rows.csv", "--target", "y", "--model", "m", "--depth", "2"), "propensity.depth"),
    (("fit", "--train", "rows.csv", "--target", "y", "--model", "m", "--max-rows", "3"), "propensity.most_rows"),
    (("fit", "--train", "rows.csv", "--target", "y", "--model", "rows.csv"), "propensity.out_unwritable"),
    (("score", "--model", "m", "--input", "rows.csv", "--out", "o.csv"), "propensity.model_missing"),
])  # fmt: skip
def test_a_wrong_call_is_answered_with_a_sentence(arguments, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text("a,y\n1,0\n2,1\n3,0\n", encoding="utf-8")

    with pytest.raises(Refused) as refused:
        run(*arguments)

    assert refused.value.code == code
    assert "%(" not in say(refused.value)


@pytest.mark.parametrize("rows, code", [
    ("a,y\n1,0\n2\n", "table.ragged"), ("a,a,y\n1,2,0\n", "table.columns_twice"),
    ("a,b\n1,2\n", "table.column_missing"),
    ("a,y\n1,1\n2,1\n", "propensity.target_values"), ("a,y\n1,1\n2,\n", "propensity.target_absent"),
    ("y,void\n" + "0,\n1,\n" * 30, "propensity.no_columns"),
])  # fmt: skip
def test_a_file_from_which_nothing_can_be_learnt_is_refused_by_name(rows, code, tmp_path):
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        run("fit", "--train", tmp_path / "rows.csv", "--target", "y", "--model", tmp_path / "m")

    assert refused.value.code == code
    assert "%(" not in say(refused.value)
    assert not (tmp_path / "m" / "model.bin").exists()


@pytest.mark.parametrize("rows, flag, code", [
    ("age,car\n30,1\n", [], "propensity.columns_missing"), ("1\t2\t3\n", ["--no-header"], "propensity.width"),
    ("x\t2\t上海\t3\n", ["--no-header"], "propensity.not_numbers"),
    ("c1,c2,c4,c5,score\n30,1,上海,3,4\n", [], "propensity.score_exists"),
])  # fmt: skip
def test_rows_that_do_not_fit_the_model_leave_no_file(fitted, tmp_path, rows, flag, code):
    (tmp_path / "rows.txt").write_text(rows, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        run("score", "--model", fitted, "--input", tmp_path / "rows.txt", "--out", tmp_path / "out.csv", *flag)

    assert refused.value.code == code
    assert [path.name for path in tmp_path.iterdir()] == ["rows.txt"]


class Planted:
    """A pickle that would run a program."""

    def __reduce__(self):
        return (shutil.rmtree, ("/nonexistent/keyuan",))


@pytest.mark.parametrize("change, code", [
    ("cut", "propensity.model_damaged"), ("planted", "propensity.model_foreign"), ("older", "propensity.model_version"),
    ("other", "propensity.model_foreign"),
])  # fmt: skip
def test_a_folder_that_is_no_model_of_ours_is_not_opened(fitted, tmp_path, change, code):
    folder = shutil.copytree(fitted, tmp_path / "model")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    blob = (folder / "model.bin").read_bytes()
    if change == "cut":
        blob = blob[:-1]
    if change in {"planted", "other"}:
        blob = pickle.dumps(Planted() if change == "planted" else [1])
        manifest["sha256"] = storing.hashlib.sha256(blob).hexdigest()
    if change == "older":
        manifest["versions"]["scikit-learn"] = "0.1"
    (folder / "model.bin").write_bytes(blob)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(Refused) as refused:
        storing.load(folder)

    assert refused.value.code == code


def test_every_family_can_be_kept_and_opened_again(people, tmp_path):
    told = people.drop(columns="bought")
    columns = learn(told)
    binned, target = columns.read(told)[:300], people["bought"].to_numpy()[:300]
    with threadpool_limits(limits=1):
        members = tuple(
            fitting.Member(one.key, 0.1, fitting.Scale(0.0, 1.0), (one.make(columns, 1).fit(binned, target),))
            for one in CANDIDATES
        )
    model = fitting.Model(columns, members, fitting.calibrating.Calibrator(1.0, 0.0))

    storing.prepare(tmp_path / "m")
    storing.save(storing.Kept(model, list(people.columns), "bought", True), tmp_path / "m", {})
    again = storing.load(tmp_path / "m").model

    assert (again.probability(people) == model.probability(people)).all()
