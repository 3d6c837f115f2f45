"""Writing verdicts: new ones are inserted, changed ones written, those on nobody any more taken away (CUS-11)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from keyuan.customers.models import HAS, Customer, RecordQuality
from keyuan.customers.rules.quality import DIMENSIONS, Column, Verdict, Weights, judge
from keyuan.customers.rules.quality.findings import BITS
from keyuan.customers.selectors.quality.facts import NONE, PLACE, Stretch, stretch_of
from keyuan.customers.selectors.quality.others import Others, clashes, others_of
from keyuan.customers.services.quality.finishing import finish_cleansed
from keyuan.platform.imports.bulk import Same, insert, update

#: Columns that follow the verdict; those of the place follow the customer.
VERDICT = ("score", "level", "findings", *DIMENSIONS, *HAS.values(), "supplier", "clash")


def requalify(customer_ids: Sequence[int], weights: Weights, now: datetime, *, others: Others | None = None) -> int:
    """Judge ``customer_ids`` (≤ 2,000) anew in the caller's transaction; return how many changed.

    Done twice it changes nothing. Cleansing tasks whose findings are gone are done with it. A run over the whole book
    gives what it read of ``others`` once: pairs, shared numbers and failed calls change seldom and lie far apart.
    """
    ids = sorted(set(customer_ids))
    # The rows are locked first, in one order, so that two of us do not write over each other.
    known_rows = RecordQuality.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    there = set(known_rows.values_list("pk", flat=True))
    stretch = stretch_of(ids, others or others_of(ids, weights, now))
    gone = there - set(stretch.ids.tolist())
    if gone:
        RecordQuality.objects.filter(pk__in=gone).delete()
    if not len(stretch):
        return len(gone)
    compare_numbers(stretch, stretch.ids.tolist())
    verdict = judge(stretch.facts, weights, now.date())
    known = np.isin(stretch.ids, list(there))
    write_new(stretch, verdict, np.flatnonzero(~known), now.date())
    changed = np.flatnonzero(known & differs(stretch, verdict))
    write_changed(stretch, verdict, changed, now.date())
    finish_cleansed(_improved(stretch, verdict), now)
    return len(gone) + len(changed) + int((~known).sum())


def compare_numbers(stretch: Stretch, ids: Sequence[int]) -> None:
    """Compare the identity numbers of ``ids`` with birthday and sex, and lay the answer beside the facts."""
    found = clashes(ids)
    places = np.flatnonzero(np.isin(stretch.ids, list(ids)))
    for place in places.tolist():
        stretch.facts["clash"][place] = int(found.get(int(stretch.ids[place]), False))


def differs(stretch: Stretch, verdict: Verdict) -> Column:
    """Tell which records stand otherwise in the book than they should: verdict, supplier or place."""
    facts = stretch.facts
    found: Column = facts["old_findings"] != verdict.masks
    found |= facts["old_score"] != verdict.scores
    found |= facts["old_level"] != verdict.levels
    found |= facts["old_supplier"] != stretch.suppliers
    found |= facts["old_clash"] != facts["clash"]
    for name in PLACE:
        found |= facts[f"old_{name}"] != facts[name]
    return found


def is_new(stretch: Stretch) -> Column:
    """Tell which customers have no verdict yet."""
    found: Column = stretch.facts["old_findings"] == NONE
    return found


def _improved(stretch: Stretch, verdict: Verdict) -> dict[int, int]:
    """Return the findings that still stand of those who lost some."""
    old = stretch.facts["old_findings"]
    places = np.flatnonzero((old != NONE) & ((old & ~verdict.masks) != 0))
    return {int(stretch.ids[place]): int(verdict.masks[place]) for place in places.tolist()}


def write_new(stretch: Stretch, verdict: Verdict, places: Column, today: date) -> None:
    """Insert records; one that an event of the same second inserted stands."""
    columns = _columns(stretch, verdict, places)
    columns |= {"customer_id": stretch.ids[places].tolist(), "changed_on": Same(today)}
    columns["entered_by_id"] = _nullable(stretch.facts["entered_by"][places])
    insert(RecordQuality, columns, len(places), unless_exists=True)


def write_changed(stretch: Stretch, verdict: Verdict, places: Column, today: date) -> None:
    """Write records that changed; those that merely moved elsewhere keep the day of their verdict."""
    facts = stretch.facts
    judged = (facts["old_findings"] != verdict.masks) | (facts["old_score"] != verdict.scores)
    for some, more in ((places[judged[places]], {"changed_on": Same(today)}), (places[~judged[places]], {})):
        ids = stretch.ids[some].tolist()
        update(RecordQuality, ids, {**_columns(stretch, verdict, some), **more})


def _columns(stretch: Stretch, verdict: Verdict, places: Column) -> dict[str, Any]:
    facts, masks = stretch.facts, verdict.masks[places]
    columns: dict[str, Any] = {
        "score": verdict.scores[places].tolist(),
        "level": verdict.levels[places].tolist(),
        "findings": masks.tolist(),
        "supplier": stretch.suppliers[places].tolist(),
        "clash": [None if value == NONE else bool(value) for value in facts["clash"][places].tolist()],
        "sales_channel": facts["sales_channel"][places].tolist(),
    }
    columns |= {name: verdict.dimensions[name][places].tolist() for name in DIMENSIONS}
    columns |= {column: ((masks & BITS[code]) != 0).tolist() for code, column in HAS.items()}
    return columns | {name: _nullable(facts[name][places]) for name in PLACE if name != "sales_channel"}


def _nullable(values: Column) -> list[int | None]:
    return [None if value == NONE else value for value in values.tolist()]


def drop_unjudged() -> int:
    """Take away the verdicts on customers who died or were merged, in the caller's transaction; return how many."""
    rows = RecordQuality.objects.exclude(customer__status=Customer.Status.ACTIVE)
    count, _by_model = rows.delete()
    return count
