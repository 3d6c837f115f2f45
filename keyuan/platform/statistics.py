"""Statistics by which SQLite chooses among indexes; PostgreSQL keeps its own by autovacuum."""

from django.db import connections

#: Rows looked at of each index: enough to tell rare from frequent, a second or two at full size.
SAMPLE = 1000


def refresh() -> int:
    """Let every embedded database look at its tables anew; return how many did.

    New indexes and grown tables are weighed rightly from then on; without it the planner guesses.
    """
    done = 0
    for connection in connections.all():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA analysis_limit={SAMPLE}")
                cursor.execute("ANALYZE")
            done += 1
    return done
