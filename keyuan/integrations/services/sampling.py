"""A delivery for rehearsals, made of the book's own policies: numbers and amounts, no names (PLT-14)."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count, islice
from pathlib import Path
from typing import IO

from keyuan.integrations.rules.manifests import FORMAT, SUFFIX
from keyuan.kernel.errors import Refused
from keyuan.policies.models import Policy

SAMPLE, MAPPING = "sample", "sample_policies"
HEADINGS = (
    "保单标识",
    "保单号",
    "客户号",
    "险种代码",
    "保单状态",
    "交费方式",
    "期交保费",
    "保额",
    "生效日期",
    "满期日期",
)
COLUMNS = ("policy_no", "holder__customer_no", "product__code", "status", "pay_mode", "premium", "sum_insured",
           "effective_on", "expires_on")  # fmt: skip
READ, FLUSH = 5000, 64 * 1024
FIRST_YEAR, LAST_YEAR = 1, 9999


@dataclass(frozen=True, slots=True)
class Sample:
    """What was written."""

    folder: Path
    manifest: str
    rows: int
    premium: int


def write_sample(folder: Path, *, number: int, rows: int, business_date: date, extra_premium: int = 0) -> Sample:
    """Write delivery ``number`` of ``rows`` rows into ``folder``, the file first, the manifest last, each by renaming.

    A book smaller than ``rows`` is gone through again under further keys. ``extra_premium`` (minor units) is added to
    every premium, so that a second delivery changes what the first one brought. Raises Refused
    connector.nothing_to_sample for an empty book.
    """
    stem = f"sample-{number:06}"
    with _renamed(folder / f"{stem}.csv") as file:
        meter = _Meter(file)
        premium = _write_rows(meter, rows, extra_premium)
    described = {
        "name": f"{stem}.csv", "size": meter.size, "sha256": meter.digest.hexdigest(), "rows": rows,
        "encoding": "utf-8", "target": "policies", "mapping": MAPPING, "totals": {"期交保费": premium},
    }  # fmt: skip
    manifest = {"format": FORMAT, "delivery": f"SAMPLE-{number:06}", "sequence": number,
                "business_date": business_date.isoformat(), "files": [described]}  # fmt: skip
    with _renamed(folder / f"{stem}{SUFFIX}") as file:
        file.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return Sample(folder, f"{stem}{SUFFIX}", rows, premium)


class _Meter:
    """Counts and hashes what is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.size, self.digest = file, 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Write ``data``."""
        self._file.write(data)
        self.size += len(data)
        self.digest.update(data)


@contextmanager
def _renamed(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that gets its name when it is whole."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_rows(meter: _Meter, rows: int, extra_premium: int) -> int:
    buffer, total = io.StringIO(newline=""), 0
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    for cells, premium in islice(_rows(extra_premium), rows):
        writer.writerow(cells)
        total += premium
        if buffer.tell() > FLUSH:
            meter.write(buffer.getvalue().encode())
            buffer.seek(0)
            buffer.truncate()
    meter.write(buffer.getvalue().encode())
    return total


def _rows(extra_premium: int) -> Iterator[tuple[list[str], int]]:
    if not Policy.objects.exclude(source_name=SAMPLE).exists():
        raise Refused("connector.nothing_to_sample")
    for turn in count():
        # Every turn through the book makes other policies, of other customers.
        own = Policy.objects.exclude(source_name=SAMPLE).order_by("pk")
        for row in own.values_list("pk", *COLUMNS).iterator(READ):
            pk, number, holder, product, status, mode, premium, insured, start, end = row
            amount = (premium or 0) + extra_premium
            yield [
                f"S{turn}-{pk}", f"S{turn}{number}"[:40], f"S{turn}-{holder}" if holder else "", product, status, mode,
                _yuan(amount), _yuan(insured), _day(start), _day(end),
            ], amount  # fmt: skip


def _yuan(minor: int | None) -> str:
    if minor is None:
        return ""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None and FIRST_YEAR < day.year < LAST_YEAR else ""
