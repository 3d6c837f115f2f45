"""A snapshot for tests: read on the test's own connection, so that it sees what the test has not committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from keyuan.platform.mart.building import build
from keyuan.platform.mart.shelf import Snapshot


@contextmanager
def here() -> Iterator[Any]:
    """Give Django's own connection in place of one of its own."""
    connection.ensure_connection()
    yield connection.connection


def snapshot_here(now: datetime) -> Snapshot:
    """Build the snapshot of the day of ``now``; set ``settings.VAR_DIR`` to a folder of the test first."""
    return build(day=now.date(), now=now, moment=here)
