"""Slow statements: noted in the log and in a file, gathered into a table each minute, explained on demand (PLT-13)."""

import hashlib
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.db import DatabaseError, connections, transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.models.status_sample import SlowQuery
from keyuan.platform.operations import slots
from keyuan.platform.permissions import SYSTEM_VIEW

log = structlog.get_logger(__name__)
#: Statements noted by one process in a minute; a database in trouble must not fill the log as well.
MOST_A_MINUTE = 60
#: Kinds of statements kept; those not seen for longest give way.
KEPT = 500
LONGEST_TEXT = 6000
TEXTS = re.compile(r"'(?:[^']|'')*'")
LISTS = re.compile(r"\(\s*(?:%s|NULL|DEFAULT)(?:\s*,\s*(?:%s|NULL|DEFAULT))+\s*\)")
ROWS = re.compile(r"(VALUES\s*\(%s\))(?:\s*,\s*\(%s\))+")
SPACES = re.compile(r"\s+")


class _Pace:
    """How many were noted in the present minute."""

    minute = 0
    count = 0


def place() -> Path:
    """Return the file into which processes note slow statements."""
    return slots.folder() / "slow.jsonl"


def without_values(sql: str) -> str:
    """Return a statement with its places but none of its values: texts go, long lists become one place."""
    text = SPACES.sub(" ", TEXTS.sub("''", str(sql))).strip()
    return ROWS.sub(r"\1", LISTS.sub("(%s)", text))[:LONGEST_TEXT]


def digest_of(route: str, statement: str) -> str:
    """Return the name under which a statement of a route is gathered."""
    return hashlib.blake2b(f"{route}\0{statement}".encode(), digest_size=16).hexdigest()


def note(route: str, alias: str, sql: str, milliseconds: int) -> None:
    """Note a slow statement; costs a line in the log and one in a file."""
    minute = int(time.monotonic() // 60)
    if minute != _Pace.minute:
        _Pace.minute, _Pace.count = minute, 0
    _Pace.count += 1
    if _Pace.count > MOST_A_MINUTE:
        return
    statement = without_values(sql)
    digest = digest_of(route, statement)
    log.warning("slow_query", route=route, database=alias, ms=milliseconds, digest=digest, sql=statement[:600])
    line = {"digest": digest, "route": route, "alias": alias, "ms": milliseconds, "sql": statement}
    try:
        with place().open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError:
        # A full disk, or no folder yet: the line stands in the log.
        return


def gather(now: datetime) -> int:
    """Move what was noted on this machine into the table; return how many (a job, every minute)."""
    found = place()
    taken = found.with_name("slow.taken")
    if not taken.exists():
        if not found.exists():
            return 0
        found.replace(taken)
    sums = _summed(taken)
    with transaction.atomic():
        for digest, one in sums.items():
            _add(digest, one, now)
        _forget_oldest()
    taken.unlink()
    return len(sums)


@dataclass(slots=True)
class _Sum:
    route: str
    alias: str
    statement: str
    count: int = 0
    total: int = 0
    longest: int = 0


def _summed(file: Path) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = {}
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            # Half a line of a killed process.
            continue
        one = sums.setdefault(told["digest"], _Sum(told["route"][:120], told["alias"][:20], told["sql"]))
        one.count += 1
        one.total += int(told["ms"])
        one.longest = max(one.longest, int(told["ms"]))
    return sums


def _add(digest: str, one: _Sum, now: datetime) -> None:
    fresh = {"route": one.route, "alias": one.alias, "statement": one.statement, "first_at": now, "last_at": now}
    SlowQuery.objects.get_or_create(digest=digest, defaults=fresh)
    row = SlowQuery.objects.select_for_update().get(digest=digest)
    row.count += one.count
    row.total_ms += one.total
    row.longest_ms = max(row.longest_ms, one.longest)
    row.last_at = now
    row.save(update_fields=["count", "total_ms", "longest_ms", "last_at"])


def _forget_oldest() -> None:
    superfluous = SlowQuery.objects.order_by("-last_at").values_list("digest", flat=True)[KEPT:]
    SlowQuery.objects.filter(digest__in=list(superfluous)).delete()


def slow_queries(actor: Actor, most: int = 20) -> Sequence[SlowQuery]:
    """Return the statements that cost most time in all."""
    actor.require(SYSTEM_VIEW)
    return list(SlowQuery.objects.order_by("-total_ms")[:most])


def access_slow_query(actor: Actor, digest: str) -> SlowQuery:
    """Return one gathered statement. Raises NotFound."""
    actor.require(SYSTEM_VIEW)
    found = SlowQuery.objects.filter(digest=digest).first()
    if found is None:
        raise NotFound
    return found


def plan_of(query: SlowQuery) -> list[str]:
    """Return how the database would go about a statement now, whatever its values; empty when it cannot say."""
    if not query.statement.upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
        return []
    try:
        if connections[query.alias].vendor == "sqlite":
            return _plan_of_sqlite(query)
        return _plan_of_postgresql(query)
    except DatabaseError:
        return []


def _plan_of_sqlite(query: SlowQuery) -> list[str]:
    with connections[query.alias].cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + query.statement, [None] * query.statement.count("%s"))
        return [str(row[3]) for row in cursor.fetchall()]


def _plan_of_postgresql(query: SlowQuery) -> list[str]:
    """Plan the statement as a prepared one, whose generic plan needs no values."""
    parts = query.statement.split("%s")
    numbered = "".join(f"{part}${at}" for at, part in enumerate(parts[:-1], start=1)) + parts[-1]
    values = f"({', '.join(['NULL'] * (len(parts) - 1))})" if len(parts) > 1 else ""
    with transaction.atomic(using=query.alias), connections[query.alias].cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE keyuan_plan AS {numbered}".replace("%%", "%"))
        cursor.execute(f"EXPLAIN EXECUTE keyuan_plan{values}")
        lines = [str(row[0]) for row in cursor.fetchall()]
        cursor.execute("DEALLOCATE keyuan_plan")
    return lines
