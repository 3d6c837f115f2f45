"""Keep what SQLite knows of this book for the test of query plans: how many rows there are, and behind each index.

    KEYUAN_VAR=FOLDER python -m benchmarks.inside.statistics [FILE]

Run it on a full-size book after a migration that adds or changes indexes; the file holds numbers and no person.
"""

import json
import sys
from pathlib import Path

from benchmarks.inside import django_ready  # noqa: F401 - Django must stand before a database is asked
from benchmarks.queryplans import sqlite_statistics

FILE = Path(__file__).resolve().parents[2] / "tests" / "plans" / "full_size.json"
#: Sessions, queues and migrations say nothing about a book.
OURS = ("claims_", "customers_", "organisation_", "platform_", "policies_", "products_", "api_", "integrations_")


def main(path: Path) -> None:
    """Write the file."""
    rows = [row for row in sqlite_statistics() if row[0].startswith(OURS)]
    lines = ",\n".join(" " + json.dumps(row) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="ascii")
    print(f"{len(rows)} rows of statistics in {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
