"""Rows of an import that look like customers we have: found for the check, noted when created anyway (CUS-8)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from keyuan.customers.models import SourceKey
from keyuan.customers.rules.intake import Identity, kind_of
from keyuan.customers.selectors.likely_rows import PHONES, Rows, likely_customers
from keyuan.customers.services.merging.noticing import note_rows
from keyuan.platform.imports import Candidate, Chunk, ImportContext

Hidden = Callable[[Iterable[int], ImportContext], set[int]]
#: So many of a row's candidates are kept.
MOST = 3


def candidates_of_rows(
    chunk: Chunk,
    identities: Sequence[Identity | None],
    wanted: Sequence[int],
    context: ImportContext,
    hidden_of: Hidden,
) -> dict[int, list[Candidate]]:
    """Return for the rows at ``wanted`` the customers in reach that they may be, the strongest first.

    Customers whom this very import made are none: the file names them apart, and the comparison of the book looks at
    them later.
    """
    if not wanted:
        return {}
    phones = zip(*(chunk.get(name) for name in PHONES), strict=True)
    rows = Rows(
        kinds=[kind_of(stated, uscc) for stated, uscc in zip(chunk.get("kind"), chunk.get("uscc"), strict=True)],
        names=chunk.get("name"),
        births=chunk.get("birth_on"),
        identities=identities,
        phones=[tuple(dict.fromkeys(one for one in row if one)) for row in phones],
        emails=chunk.get("email"),
        codes=chunk.get("uscc"),
    )
    found = likely_customers(rows, wanted)
    met = {one.record_id for candidates in found.values() for one in candidates}
    left_out = hidden_of(met, context) | _made_by(met, context)
    kept = {index: [one for one in its if one.record_id not in left_out][:MOST] for index, its in found.items()}
    return {index: its for index, its in kept.items() if its}


def _made_by(ids: set[int], context: ImportContext) -> set[int]:
    if not ids or context.began is None:
        return set()
    made = SourceKey.objects.filter(customer_id__in=ids, source=context.source, customer__created_at__gte=context.began)
    return set(made.values_list("customer_id", flat=True))


def note_lookalikes(made: Mapping[int, int], lookalikes: Mapping[int, Sequence[Candidate]], *, now: datetime) -> None:
    """Put the customers made from rows (row → customer) beside those they look like into the queue of duplicates."""
    note_rows({made[index]: [(one.record_id, one.signs) for one in its] for index, its in lookalikes.items()}, now=now)
