"""Django's ``migrate`` for every database of this installation: on SQLite the looks have a file of their own."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from keyuan.platform.rendering import sparingly
from keyuan.platform.routers import only_app

#: Seconds that a change of a table waits for those who use it; while it waits, everybody behind it waits, too.
LOCK_SECONDS = 5


class Command(migrate.Command):
    """Without ``--database``, bring all of them up to this version."""

    help = "Bring the database up to this version."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's arguments; no ``--database`` means all."""
        super().add_arguments(parser)
        parser.set_defaults(database=None)
        parser.add_argument(
            "--lock-timeout",
            type=int,
            default=LOCK_SECONDS,
            help="seconds that a change waits for a table in use (PostgreSQL; 0: for ever)",
        )

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """Check the databases that will be migrated."""
        chosen = options["database"]
        return super().get_check_kwargs(options) | {"databases": [chosen] if chosen else list(settings.DATABASES)}

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate the named database, or each of them in turn. Raises CommandError when a table stays in use."""
        chosen = options["database"]
        for alias in [chosen] if chosen else settings.DATABASES:
            limit_locks(alias, options.get("lock_timeout", LOCK_SECONDS))
            try:
                with sparingly():
                    super().handle(*args, **options | {"database": alias} | narrowed(alias, options))
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != "55P03":
                    raise
                raise CommandError("a table stayed in use; that migration changed nothing. Run it again.") from error


def narrowed(alias: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return what to change in ``options`` for a database that holds the tables of one app."""
    app = only_app(alias)
    return {} if app is None or options["app_label"] else {"app_label": app, "run_syncdb": False}


def limit_locks(alias: str, seconds: int) -> None:
    """Have this connection wait so long for locks and no longer; SQLite has its own patience."""
    if connections[alias].vendor == "postgresql":
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
