"""Which table stands in which database: on SQLite the read events have a file of their own (decision 18)."""

from typing import Any

from django.conf import settings

#: Alias of the second file; absent on PostgreSQL.
READS = "reads"
READ_MODELS = frozenset({"readevent", "readseal"})


def only_app(alias: str) -> str | None:
    """Return the one app whose migrations the database of ``alias`` needs; None where it needs those of all.

    The file of read events holds tables of platform alone, and platform depends on nobody: working out the other
    contexts' migrations for it would change nothing and double the time a new book takes.
    """
    return "platform" if alias == READS else None


class ReadsRouter:
    """Send read events and their chain to ``reads``, so that looking never waits for the writer of the book."""

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        """Return the alias to read ``model`` from."""
        return self._alias(model._meta.app_label, model._meta.model_name)

    def db_for_write(self, model: Any, **_hints: Any) -> str | None:
        """Return the alias to write ``model`` to."""
        return self._alias(model._meta.app_label, model._meta.model_name)

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        """Keep each table in its own file; steps without a model run where ``hints["tables"]`` says, else in the book.

        ``tables`` is ``"reads"`` or ``"changes"``.
        """
        if READS not in settings.DATABASES:
            return None
        if model_name is None:
            return (db == READS) == (hints.get("tables") == READS)
        is_read = app_label == "platform" and model_name in READ_MODELS
        return (db == READS) == is_read

    def _alias(self, app_label: str, model_name: str | None) -> str | None:
        is_read = app_label == "platform" and model_name in READ_MODELS
        return READS if is_read and READS in settings.DATABASES else None
