"""Buyers found on CoIL 2000 by ``keyuan propensity``, from the training file alone (ANA-7).

    python -m benchmarks.judges.coil2000 --data ticdata2000.txt
    python -m benchmarks.judges.coil2000 --data ticdata2000.txt --nested

Without --nested: one fit with its own repeated grouped cross-validation. With --nested: the whole command, choice of
families and weights included, is run on four fifths and judged on the fifth that it never saw, five times over; copies
of a row stay on one side. The file is for research use and does not come with Keyuan.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.judges import commands
from keyuan.analytics.rules.propensity.columns import same_rows
from keyuan.analytics.rules.propensity.folds import splits
from keyuan.analytics.rules.propensity.measures import area, captured

TARGET, DEPTH = "c86", 0.2
#: Buyers in the challenge's own test file, what its winner found among the best 800 of 4,000, and what chance finds.
TEST_BUYERS, WINNER, CHANCE = 238, 121, 47.6
#: Fitted five times, the nested run draws its folds less often; the choice is a little less sure than in one fit.
NESTED_REPEATS = 3


def fit(train: Path, folder: Path, *options: object) -> dict[str, Any]:
    """Return the report of a fit on ``train``."""
    arguments = ("--train", train, "--target", TARGET, "--model", folder, "--no-header", "--group-duplicates")
    commands.keyuan("propensity", "fit", *arguments, *options)
    return commands.read(folder / "report.json")


def once(data: Path, folder: Path) -> dict[str, Any]:
    """Return the figures of one fit on the whole file."""
    cost = commands.Cost()
    report = fit(data, folder)
    facts = report["facts"]
    return {
        **cost.figures(),
        "protocol": report["protocol"],
        "seed": report["seed"],
        **{key: facts[key] for key in ("captured", "captured_sd", "auc", "auc_sd", "repeats")},
        "expected_of_238": round(facts["captured"] * TEST_BUYERS, 1),
        "families": report["sections"]["families"]["families"],
    }


def nested(data: Path, folder: Path, seed: int) -> dict[str, Any]:
    """Return the figures of the whole procedure on rows that none of it had seen."""
    rows = pd.read_csv(data, sep="\t", header=None)
    target = rows.iloc[:, -1].to_numpy()
    told = rows.iloc[:, :-1]
    shares, areas = [], []
    for split in splits(target, same_rows(told, list(told.columns)), repeats=1, seed=seed):
        train, test, out = folder / "train.tsv", folder / "test.tsv", folder / "scored.csv"
        rows.iloc[split.train].to_csv(train, sep="\t", header=False, index=False)
        told.iloc[split.test].to_csv(test, sep="\t", header=False, index=False)
        fit(train, folder / "model", "--repeats", NESTED_REPEATS)
        commands.keyuan(
            "propensity", "score", "--model", folder / "model", "--input", test, "--no-header", "--out", out
        )
        scores = pd.read_csv(out)["score"].to_numpy()
        shares.append(captured(target[split.test], scores, DEPTH))
        areas.append(area(target[split.test], scores))
        print(f"fold {split.fold}: {shares[-1]:.1%} of the buyers, AUC {areas[-1]:.4f}", flush=True)
    return {
        "seed": seed,
        "captured": float(np.mean(shares)),
        "captured_sd_over_folds": float(np.std(shares)),
        "auc": float(np.mean(areas)),
        "expected_of_238": round(float(np.mean(shares)) * TEST_BUYERS, 1),
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="ticdata2000.txt, tab separated, no header")
    parser.add_argument("--nested", action="store_true", help="judge the whole procedure, five times as long")
    parser.add_argument("--seed", type=int, default=1, help="seed of the outer folds of --nested")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks/coil2000.json"))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="coil2000-") as folder:
        found = nested(wanted.data, Path(folder), wanted.seed) if wanted.nested else once(wanted.data, Path(folder))
    commands.write(wanted.out, {"winner": WINNER, "chance": CHANCE, **found})
    expected = f"{found['expected_of_238']} of {TEST_BUYERS} expected"
    print(
        f"{found['captured']:.1%} of the buyers in the best {DEPTH:.0%}: {expected}"
        f" (winner {WINNER}, chance {CHANCE}); AUC {found['auc']:.4f}; {wanted.out}"
    )


if __name__ == "__main__":
    main()
