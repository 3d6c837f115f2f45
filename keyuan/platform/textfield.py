"""Text that sorts by code point on both databases, so that prefix searches and keyset pages use plain indexes."""

from typing import Any

from django.db import models


class CodePointField(models.CharField):
    """A CharField with ``COLLATE "C"`` on PostgreSQL; SQLite compares by code point anyway."""

    def db_parameters(self, connection: Any) -> Any:
        """Add the collation where the database would otherwise sort by locale."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
