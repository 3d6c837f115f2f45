"""Operations for migrations that run while the system serves: they lock nobody out, and run on SQLite, too."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex, RemoveIndex

#: An index is built beside the traffic and waits for every transaction that began before it: no limit on that.
NO_LIMIT = "SET lock_timeout = 0"


def _beside(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    """Tell whether the database can build beside the traffic. Raises ValueError inside a transaction."""
    if schema_editor.connection.vendor != "postgresql":
        return False
    if schema_editor.connection.in_atomic_block:
        raise ValueError("a migration that builds an index beside the traffic has to say: atomic = False")
    schema_editor.execute(NO_LIMIT)
    return True


class AddIndexBeside(AddIndex):
    """Add an index to a large table without shutting writers out; the migration says ``atomic = False``.

    A build that was broken off leaves an invalid index behind, which is dropped before the next try.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Build the index."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if not _beside(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        editor: Any = schema_editor
        editor.remove_index(model, self.index, concurrently=True)
        editor.add_index(model, self.index, concurrently=True)


class RemoveIndexBeside(RemoveIndex):
    """Remove an index from a large table without shutting anybody out; the migration says ``atomic = False``."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Drop the index."""
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if not _beside(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        editor: Any = schema_editor
        index = from_state.models[app_label, self.model_name_lower].get_index_by_name(self.name)
        editor.remove_index(model, index, concurrently=True)
