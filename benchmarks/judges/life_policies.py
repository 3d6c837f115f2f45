"""Rolling AUC of ``keyuan lapse backtest`` on the whole-life policies of tied agents, 2005 to 2009 (ANA-6).

    python -m benchmarks.judges.life_policies --data uslapseagent.csv.gz

The command is run as it stands in docs/analytics.md. The file does not come with Keyuan.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.judges import commands

COLUMNS = "--issue issue.date --duration duration --duration-unit quarters --event termination.cause"
YEARS = "--event-value surrender --observed-until 2010-05-31 --first 2005 --last 2009 --drop DJIA"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="uslapseagent.csv.gz")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks/life_policies.json"))
    wanted = parser.parse_args()
    cost = commands.Cost()
    with tempfile.TemporaryDirectory(prefix="life-") as folder:
        stem = Path(folder) / "report"
        flags = [*COLUMNS.split(), *YEARS.split(), "--seed", wanted.seed, "--report", stem]
        commands.keyuan("lapse", "backtest", "--input", wanted.data.resolve(), *flags)
        report = commands.read(stem.with_suffix(".json"))
    sections = report["sections"]
    found = {
        **cost.figures(),
        "protocol": report["protocol"],
        "seed": report["seed"],
        "facts": report["facts"],
        "warnings": report["warnings"],
        "years": sections["years"]["years"],
        "ways": sections["ways"]["ways"],
    }
    commands.write(wanted.out, found)
    facts = report["facts"]
    print(f"AUC {facts['auc_mean']:.4f} ± {facts['auc_sd']:.4f}, lift at 10 % {facts['lift10_mean']:.3f}; {wanted.out}")


if __name__ == "__main__":
    main()
