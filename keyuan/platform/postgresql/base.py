"""Django's backend for PostgreSQL with connections that give up: ``ENGINE = "keyuan.platform.postgresql"``."""

from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import errors

from keyuan.platform.postgresql import patience


class Connection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer within the patience of the caller."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server. Raises OperationalError when it took too long; the connection is of no use then."""
        limit = patience.get()
        if limit is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, limit)
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise psycopg.OperationalError("the server gave no answer") from None


class DatabaseWrapper(base.DatabaseWrapper):
    """Opens such connections."""

    # What Django asks the driver for is its errors and types, and this one function.
    Database: Any = SimpleNamespace(**{**vars(psycopg), "connect": Connection.connect})
