"""WAPE of ``keyuan forecast calls`` on the calls of a bank, on days that chose nothing (ANA-14).

    python -m benchmarks.judges.call_volume --data calls_6min.csv.gz

The command forecasts fourteen days from each of several last days of training; what the file holds after them is seen
by no choice. Errors and calls are added up over these forecasts. The file does not come with Keyuan.
"""

import argparse
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.judges import commands

#: Last days of training, nine days apart so that every weekday comes first once, up to fourteen days before the end.
LAST, FORECASTS, APART, HORIZON = date(1999, 7, 29), 8, 9, 14
HORIZONS = (1, 7, 14)


def errors(calls: pd.DataFrame, until: date, told: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return |error| and calls by day ahead: of the forecast, of the same weekday a week ago, of eight such weeks.

    Reckoned here from the files, not taken from the command's own report.
    """
    table = calls.pivot_table(index="date", columns="bin6min", values="calls")
    table.index = pd.to_datetime(table.index)
    days = pd.date_range(until + timedelta(days=1), periods=HORIZON)
    came = table.loc[days].to_numpy()
    forecast = told.pivot_table(index="date", columns="interval", values="calls")[table.columns].to_numpy()
    back = [day - pd.Timedelta(days=7 * (ahead // 7 + 1)) for ahead, day in enumerate(days)]
    week = np.array([table.loc[day] for day in back])
    eight = np.array([table.loc[[day - pd.Timedelta(weeks=w) for w in range(8)]].mean() for day in back])
    ways = {"forecast": forecast, "last week": week, "eight weeks": eight}
    return {name: (np.abs(came - way).sum(1), came.sum(1)) for name, way in ways.items()}


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="calls_6min.csv.gz")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks/call_volume.json"))
    wanted = parser.parse_args()
    calls, cost = pd.read_csv(wanted.data), commands.Cost()
    found: list[dict[str, tuple[np.ndarray, np.ndarray]]] = []
    with tempfile.TemporaryDirectory(prefix="calls-") as folder:
        out = Path(folder) / "out.csv"
        for back in reversed(range(FORECASTS)):
            until = LAST - timedelta(days=APART * back)
            flags = ["--train-until", until, "--horizon", HORIZON, "--out", out]
            commands.keyuan("forecast", "calls", "--input", wanted.data.resolve(), *flags)
            found.append(errors(calls, until, pd.read_csv(out)))
        protocol = commands.read(out.with_name("out-report.json"))["protocol"]
    ways: dict[str, Any] = {
        name: {
            f"wape_{days}": float(
                sum(one[name][0][:days].sum() for one in found) / sum(one[name][1][:days].sum() for one in found)
            )
            for days in HORIZONS
        }
        for name in found[0]
    }
    commands.write(wanted.out, {**cost.figures(), "protocol": protocol, "forecasts": FORECASTS, "ways": ways})
    for name, figures in ways.items():
        print(f"{name:<12}", "  ".join(f"{key[5:]:>2} d {value:.4f}" for key, value in figures.items()))
    print(wanted.out)


if __name__ == "__main__":
    main()
