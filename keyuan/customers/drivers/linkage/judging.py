"""A linkage judged by a column that holds the truth (CUS-8)."""

import re

from keyuan.customers.drivers.linkage import sql
from keyuan.customers.drivers.linkage.engine import Linkage
from keyuan.customers.drivers.linkage.session import Connection, columns_of
from keyuan.customers.rules.linkage.truth import Score, compare
from keyuan.kernel.errors import Refused


def read_pattern(text: str) -> "re.Pattern[str] | None":
    """Return the pattern that takes the person out of a value of the truth. Raises Refused linkage.truth_pattern."""
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise Refused("linkage.truth_pattern", pattern=text, reason=str(error)) from None


def judge(connection: Connection, linkage: Linkage, column: str, pattern: "re.Pattern[str] | None") -> Score:
    """Return how the groups agree with ``column``; with a pattern its first group (or whole match) names the person.

    Raises Refused linkage.truth_missing when a file has no such column.
    """
    truth: list[str | None] = []
    files: list[int] = []
    for number, count in enumerate(linkage.features.files, 1):
        columns = columns_of(connection, f"file_{number}")
        if column not in columns:
            raise Refused("linkage.truth_missing", column=column, columns=", ".join(columns))
        rows = connection.execute(f"select trim(cast({sql.name(column)} as varchar)) from file_{number}").fetchall()
        truth += [_person(row[0], pattern) for row in rows]
        files += [number - 1] * count
    found = [linkage.groups.get(row, row) for row in range(linkage.features.records)]
    return compare(found, truth, files)


def _person(text: str | None, pattern: "re.Pattern[str] | None") -> str | None:
    if not text:
        return None
    if pattern is None:
        return text
    match = pattern.search(text)
    return None if match is None else match[1] if pattern.groups else match[0]
