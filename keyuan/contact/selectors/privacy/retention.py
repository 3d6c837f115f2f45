"""Reads of terms: what has to stay, until when, and by which law (domain.md E.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from keyuan.contact.models import RetentionRule, RetentionRun
from keyuan.contact.rules.privacy.retention import Kept, kept_until
from keyuan.platform.privacy import RecordType, record_types


@dataclass(frozen=True, slots=True)
class Term:
    """The term of a record type as it is in force; ``is_active`` lets the nightly run take out what is over."""

    type: RecordType
    months: int
    is_active: bool
    row: RetentionRule | None = None

    @property
    def key(self) -> str:
        """The record type's key."""
        return self.type.key

    @property
    def takes_out(self) -> bool:
        """Tell whether records of this type can be taken out by the run."""
        return self.type.over is not None


def terms_in_force() -> list[Term]:
    """Return the terms of every record type, as changed or as they come."""
    changed = {row.key: row for row in RetentionRule.objects.all()}
    found = []
    for kind in record_types:
        row = changed.get(kind.key)
        found.append(Term(kind, row.months if row else kind.months, bool(row and row.is_active), row))
    return found


def kept_of(customer_ids: Sequence[int], today: date) -> dict[int, list[Kept]]:
    """Return for each customer what their records are kept for, by every term that matches."""
    found: dict[int, list[Kept]] = {pk: [] for pk in customer_ids}
    for term in terms_in_force():
        for pk, ended_on in term.type.ends(customer_ids, today).items():
            until = kept_until(ended_on, term.months)
            found[pk].append(Kept(term.key, until, term.type.law, term.type.locks))
    return found


def runs() -> list[RetentionRun]:
    """Return the latest runs, newest first."""
    return list(RetentionRun.objects.order_by("-pk")[:20])


def report_rows(run: RetentionRun | None) -> list[dict[str, Any]]:
    """Return a run's report by record type."""
    if run is None:
        return []
    labels = {kind.key: kind.label for kind in record_types}
    return [{"key": key, "label": labels.get(key, key), **counts} for key, counts in run.report.items()]
