"""Who was taken out, outside the book: a restored backup must not bring them back (PLT-8; PIPL 47).

A line says number, moment and how much; nothing in it tells who the person was. Lines are only ever added. The number
of a customer who came after the backup may be given again after the restore, so the moment of entry stands beside it.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from keyuan.contact.models import Erasure
from keyuan.customers.models import Customer

#: Customers looked up at once.
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure: of whom (number and moment of entry), when, and whether everything went."""

    customer_id: int
    entered_at: str
    at: datetime
    is_whole: bool


def write_line(erasure: Erasure) -> None:
    """Add an erasure to every ledger, on the disk before this returns; written twice it counts once."""
    entered_at = Customer.objects.values_list("created_at", flat=True).get(pk=erasure.customer_id)
    line = {
        "customer": erasure.customer_id,
        "entered": entered_at.isoformat(),
        "at": erasure.done_at.isoformat(),
        "whole": erasure.is_whole,
    }
    for path in settings.ERASURE_LEDGERS:
        _append(path, json.dumps(line) + "\n")


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def lines() -> list[Line]:
    """Return the last erasure of every customer, whole ones before others; a line cut short by a crash is passed by."""
    found: dict[tuple[int, str], Line] = {}
    for path in settings.ERASURE_LEDGERS:
        for text in path.read_text(encoding="ascii").splitlines() if path.is_file() else ():
            line = _line(text)
            if line is None:
                continue
            known = found.get((line.customer_id, line.entered_at))
            if known is None or (line.is_whole, line.at) > (known.is_whole, known.at):
                found[line.customer_id, line.entered_at] = line
    return list(found.values())


def _line(text: str) -> Line | None:
    try:
        row = json.loads(text)
        return Line(int(row["customer"]), str(row["entered"]), datetime.fromisoformat(row["at"]), bool(row["whole"]))
    except (ValueError, KeyError, TypeError):
        return None


def missing(among: Iterable[Line]) -> list[Line]:
    """Return the lines of customers who stand in this book as if nobody had taken them out."""
    known = {line.customer_id: line for line in among}
    ids, found = sorted(known), []
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        done = Erasure.objects.filter(customer_id__in=part).values_list("customer_id", "is_whole", "done_at")
        gone: dict[int, list[tuple[bool, datetime]]] = {}
        for pk, whole, at in done:
            gone.setdefault(pk, []).append((whole, at))
        rows = Customer.objects.filter(pk__in=part).values_list("pk", "created_at")
        for pk, entered_at in rows:
            line = known[pk]
            again = any(whole >= line.is_whole and at >= line.at for whole, at in gone.get(pk, []))
            if not again and entered_at.isoformat() == line.entered_at:
                found.append(line)
    return found
