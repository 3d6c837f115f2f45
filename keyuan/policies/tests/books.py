"""Small books in the shape of the two real ones, made up for the tests, and the real ones where they are there."""

import gzip
from pathlib import Path

SAMPLES = Path(__file__).with_name("samples")
#: The real books lie beside the checkout where they are there at all.
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

MOTOR = (SAMPLES / "motor_policies.csv").read_bytes()
CLAIMS = (SAMPLES / "motor_claims.csv").read_bytes()
LIFE = (SAMPLES / "life_policies.csv").read_bytes()


def first_lines(path, count):
    """Return the header and the first ``count`` rows of a packed real book."""
    with gzip.open(path) as file:
        return b"".join(line for _number, line in zip(range(count + 1), file, strict=False))
