"""Finding by the beginning of a word, by an index on both databases."""

from django.db import connection
from django.db.models import Q

#: Behind every character that stands in a name.
LAST = "\U0010ffff"


def begins(field: str, text: str) -> Q:
    """Return a filter for values of ``field`` that begin with ``text``, in the form that uses the index.

    SQLite's LIKE ignores case and with it the index; a range of values is the same and uses it.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST})
    return Q(**{f"{field}__startswith": text})
