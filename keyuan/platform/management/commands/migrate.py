"""Django's ``migrate`` for every database of this installation: on SQLite the looks have a file of their own."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Without ``--database``, bring all of them up to this version."""

    help = "Bring the database up to this version."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's arguments; no ``--database`` means all."""
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """Check the databases that will be migrated."""
        chosen = options["database"]
        return super().get_check_kwargs(options) | {"databases": [chosen] if chosen else list(settings.DATABASES)}

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate the named database, or each of them in turn."""
        chosen = options["database"]
        for alias in [chosen] if chosen else settings.DATABASES:
            super().handle(*args, **options | {"database": alias})
