"""Cases of retention work: opened when a customer comes to stand out, by lot worked on or left alone, and followed.

Which group a customer belongs to is fixed by seed and customer; what became of the contract is read from the book
(ANA-6).
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import ChurnCase
from keyuan.analytics.rules.churn.ends import ends
from keyuan.analytics.rules.churn.terms import Terms
from keyuan.analytics.rules.churn.trial import is_control
from keyuan.analytics.selectors.objections import objecting_among, open_objections
from keyuan.analytics.selectors.terms import CHURN
from keyuan.analytics.services.churn.scoring import CUSTOMERS
from keyuan.analytics.services.following import PLACE, places_of
from keyuan.analytics.services.night.work import WRITE, Night, in_parts
from keyuan.customers.models import Customer
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.platform.mart import Extract

ENDS, STANDING = "churn_ends", "standing_cases"
#: A case is open for so long; then the customer may come to stand out again.
OPEN_DAYS = 365
#: What became of a contract is looked for so long after the opening: a year, and what renewals may be late.
FOLLOWED_DAYS = 400
SAID = ("policy_id", "outcome", "level", "at_stake", "model", "model_number")
Columns = Mapping[str, Sequence[Any]]


def open_cases(night: Night) -> Done:
    """Close what is over, open a case for whoever came to stand out, and note what became of earlier ones."""
    if not night.made(CUSTOMERS).exists():
        return Done()
    closed = _close(night.day)
    terms, version = CHURN.in_force()
    standing = night.copied(_open_extract())
    opened = 0
    with night.opened() as mart:
        for part in in_parts(mart, _new(terms)):
            columns = part.to_pydict()
            opened += _open(columns.pop("customer_id"), columns, night.day, terms, version.number if version else 0)
    followed = _follow(night)
    changed = closed + opened + followed
    return Done((CUSTOMERS, STANDING, "policies"), (ENDS,), standing + night.rows(CUSTOMERS), opened, changed)


def _open_extract() -> Extract:
    return Extract(STANDING, lambda: ChurnCase.objects.filter(closed_on__isnull=True), {"customer_id": "customer_id"})


def _new(terms: Terms) -> str:
    names = ", ".join((*SAID, "chance_12"))
    return (
        f"SELECT customer_id, {names} FROM {CUSTOMERS} WHERE level >= {terms.from_level}"  # noqa: S608 - names of our own
        f" AND customer_id NOT IN (SELECT customer_id FROM {STANDING})"
    )


def _open(ids: Sequence[int], columns: Columns, day: date, terms: Terms, number: int) -> int:
    """Open cases for ``ids`` (≤ 2,000) in one transaction; who departed, objects or has one is left out."""
    with transaction.atomic():
        active = Customer.objects.filter(pk__in=ids, status=Customer.Status.ACTIVE).values_list("pk", flat=True)
        left_out = objecting_among(ids) | set(
            ChurnCase.objects.filter(customer_id__in=ids, closed_on__isnull=True).values_list("customer_id", flat=True)
        )
        places = places_of(sorted(set(active) - left_out))
        rows = [at for at, pk in enumerate(ids) if pk in places]
        pks = [ids[at] for at in rows]
        said: dict[str, Any] = {name: [columns[name][at] for at in rows] for name in SAID}
        said |= {name: [places[pk][place] for pk in pks] for place, name in enumerate(PLACE)}
        said |= {
            "customer_id": pks,
            "chance": [columns["chance_12"][at] for at in rows],
            "is_control": [is_control(pk, terms.seed, terms.control_bp) for pk in pks],
            "terms_number": Same(number),
            "opened_on": Same(day),
        }
        # One case a day and customer: a night that is done again opens none twice.
        insert(ChurnCase, said, len(pks), unless_exists=True)
    return len(pks)


def _close(day: date) -> int:
    """Close cases that were open for a year, and those of customers who object or departed."""
    waiting = ChurnCase.objects.filter(closed_on__isnull=True)
    over = set(waiting.filter(opened_on__lt=day - timedelta(days=OPEN_DAYS)).values_list("pk", flat=True))
    over |= set(waiting.exclude(customer__status=Customer.Status.ACTIVE).values_list("pk", flat=True))
    over |= set(waiting.filter(customer_id__in=open_objections().values("customer_id")).values_list("pk", flat=True))
    return close_cases(sorted(over), day)


def close_cases(case_ids: Sequence[int], day: date) -> int:
    """Close cases on ``day``; their tasks lose their reason. Return how many were open."""
    count = 0
    for start in range(0, len(case_ids), WRITE):
        with transaction.atomic():
            some = ChurnCase.objects.filter(pk__in=case_ids[start : start + WRITE], closed_on__isnull=True)
            count += some.update(closed_on=day)
    return count


def _follow(night: Night) -> int:
    """Note on which day the contract of a case went after all, or that it did not where the book was put right."""
    night.make(ENDS, ("policies",), ends, since=night.day - timedelta(days=FOLLOWED_DAYS), as_of=night.day)
    followed = ChurnCase.objects.filter(opened_on__gte=night.day - timedelta(days=FOLLOWED_DAYS))
    columns = {"case_id": "pk", "customer_id": "customer_id", "policy_id": "policy_id", "opened_on": "opened_on"}
    night.copied(Extract(STANDING, lambda: followed, {**columns, "left_on": "left_on"}))
    changed = 0
    with night.opened() as mart:
        for part in in_parts(mart, _MOVED):
            rows = part.to_pydict()
            days = [
                (left - opened).days if left else None
                for left, opened in zip(rows["left_on"], rows["opened_on"], strict=True)
            ]
            with transaction.atomic():
                update(ChurnCase, rows["case_id"], {"left_on": rows["left_on"], "left_after": days})
            changed += len(days)
    return changed


_MOVED = f"""
SELECT s.customer_id, s.case_id, s.opened_on, e.left_on
FROM {STANDING} AS s LEFT JOIN {ENDS} AS e ON e.policy_id = s.policy_id AND e.left_on >= s.opened_on
WHERE s.left_on IS DISTINCT FROM e.left_on
"""  # noqa: S608 - names of our own


def open_of(customer_ids: Sequence[int]) -> list[int]:
    """Return the open cases of customers."""
    rows = ChurnCase.objects.filter(customer_id__in=list(customer_ids), closed_on__isnull=True)
    return list(rows.order_by(F("pk")).values_list("pk", flat=True))
