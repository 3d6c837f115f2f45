"""Seconds and memory of ``keyuan propensity`` on a long and wide file made up here (ANA-7).

    python -m benchmarks.judges.wide_file --rows 1000000 --columns 100

Codes, amounts, days and texts with gaps; eight columns tell who buys, two of them only together. The odds that made the
target are known, so the report says how much of what can be found at all was found.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from benchmarks.judges import commands
from keyuan.analytics.rules.propensity.measures import area, captured

SEED, PART, DEPTH = 2026, 50_000, 0.2
TARGET, KINDS = "bought", 4
#: One buyer in so many is what the target comes to, about.
LEVEL = -4.0


def parts(rows: int, columns: int) -> Iterator[tuple[pd.DataFrame, np.ndarray]]:
    """Yield the rows in parts, each with the log odds that its target was drawn by."""
    random = np.random.default_rng(SEED)
    for begun in range(0, rows, PART):
        count = min(PART, rows - begun)
        frame = pd.DataFrame({f"x{n}": _column(random, n, count) for n in range(columns)})
        odds = _odds(frame)
        frame[TARGET] = (random.random(count) < 1 / (1 + np.exp(-odds))).astype(int)
        yield frame, odds


def _column(random: np.random.Generator, number: int, count: int) -> Any:
    """Return a column: codes, amounts with a tenth unknown, days, or provinces, by turns."""
    kind = number % KINDS
    if kind == 0:
        return random.integers(0, 10, count)
    if kind == 1:
        return np.where(random.random(count) < 0.1, np.nan, random.lognormal(8, 1.2, count).round(2))
    if kind == 2:
        return random.integers(0, 20_000, count)
    return np.array([f"省{n}" for n in range(34)], dtype=object)[random.integers(0, 34, count)]


def _odds(frame: pd.DataFrame) -> np.ndarray:
    rich = np.log1p(frame["x1"].fillna(0).to_numpy()) / 4
    old = frame["x2"].to_numpy() / 20_000
    home = frame["x3"].isin(["省1", "省5", "省8"]).to_numpy()
    both = (frame["x4"].to_numpy() > 6) & (frame["x8"].to_numpy() > 6)
    told = 0.12 * frame["x0"].to_numpy() + 0.4 * rich - 1.2 * old + 0.8 * home + 1.5 * both
    return np.asarray(LEVEL + told + 0.3 * frame["x5"].isna().to_numpy() + 0.5 * (frame["x6"].to_numpy() > 15_000))


def write(path: Path, rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Write the file as CSV and return target and log odds of its rows."""
    targets, odds, writer = [], [], None
    for frame, told in parts(rows, columns):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or pcsv.CSVWriter(path, table.schema)
        writer.write_table(table)
        targets.append(frame[TARGET].to_numpy())
        odds.append(told)
    if writer:
        writer.close()
    return np.concatenate(targets), np.concatenate(odds)


def quality(target: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Return AUC and the share of buyers in the best fifth."""
    return {"auc": round(area(target, scores), 4), "captured": round(captured(target, scores, DEPTH), 4)}


def main() -> None:
    """Make the file, fit, score, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=100, help="at least 9")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks/wide_file.json"))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wide-") as folder:
        data, model, out = (Path(folder) / name for name in ("rows.csv", "model", "scored.parquet"))
        target, odds = write(data, wanted.rows, wanted.columns)
        size = data.stat().st_size
        fit = commands.measured("propensity", "fit", "--train", data, "--target", TARGET, "--model", model)
        score = commands.measured("propensity", "score", "--model", model, "--input", data, "--out", out)
        scores = pq.read_table(out, columns=["score"])["score"].to_numpy()
    found = {
        "rows": wanted.rows,
        "columns": wanted.columns,
        "mib": size >> 20,
        "seed": SEED,
        "buyers": int(target.sum()),
        "fit": fit,
        "score": score,
        "quality": quality(target, scores),
        "at_best": quality(target, odds),
    }
    commands.write(wanted.out, found)
    for act in ("fit", "score"):
        print(f"{act:<6}", "  ".join(f"{key} {value}" for key, value in found[act].items()))
    print(f"AUC {found['quality']['auc']} of {found['at_best']['auc']} that can be had; {wanted.out}")


if __name__ == "__main__":
    main()
