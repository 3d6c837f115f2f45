"""Writing back whom the night watches: what differs from the book, in short transactions, and nothing else (ANA-6)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import ChurnScore
from keyuan.analytics.selectors.objections import objecting_among
from keyuan.analytics.services.churn.scoring import CUSTOMERS
from keyuan.analytics.services.following import PLACE, places_of
from keyuan.analytics.services.night.work import Night, in_parts
from keyuan.customers.models import Customer
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.platform.mart import Extract

STANDING = "standing_churn"
#: What the night says; place and day are ours.
SAID = (
    "policy_id", "outcome", "level", "chance_3", "chance_6", "chance_12", "at_stake", "premium", "reasons", "contracts",
    "model", "model_number", "sign",
)  # fmt: skip
#: A chance that moved by less (ten-thousandths) tells nobody anything: its row stays as it is.
MOVED = 100
_COMPARED = ("sign", "chance_3", "chance_12", "premium", "model", "model_number")
_HERE = {f"here_{name}": f"customer__summary__{name}" for name in PLACE}
_STAND = Extract(
    STANDING,
    ChurnScore.objects.all,
    {"customer_id": "customer_id", **{name: name for name in (*_COMPARED, *PLACE)}, **_HERE},
)
#: A customer stands on the list where they are served, as long as they live.
_EXACT = " OR ".join(
    [f'made."{name}" IS DISTINCT FROM old."{name}"' for name in ("sign", "premium", "model", "model_number")]
    + [f'old."{name}" IS DISTINCT FROM old."here_{name}"' for name in PLACE]
)
_CHANGED = f"""
SELECT made.customer_id, {", ".join(f'made."{name}"' for name in SAID)}
FROM {CUSTOMERS} AS made LEFT JOIN {STANDING} AS old USING (customer_id)
WHERE old.customer_id IS NULL OR {_EXACT}
   OR abs(made.chance_3 - old.chance_3) > {MOVED} OR abs(made.chance_12 - old.chance_12) > {MOVED}
"""  # noqa: S608 - names of our own
_STRAYS = f"SELECT customer_id FROM {STANDING} WHERE customer_id NOT IN (SELECT customer_id FROM {CUSTOMERS})"  # noqa: S608 - names of our own


def write_churn(night: Night) -> Done:
    """Bring the watch list up to the night's; a second time nothing differs."""
    if not night.made(CUSTOMERS).exists():
        return Done()
    standing = night.copied(_STAND)
    changed = 0
    with night.opened() as mart:
        for part in in_parts(mart, _CHANGED):
            columns = part.to_pydict()
            changed += write_scores(columns.pop("customer_id"), columns, night.day)
        for part in in_parts(mart, _STRAYS):
            changed += drop_scores(part.column("customer_id").to_pylist())
    departed = ChurnScore.objects.exclude(customer__status=Customer.Status.ACTIVE)
    changed += drop_scores(list(departed.values_list("pk", flat=True)))
    return Done((CUSTOMERS, STANDING), (), standing + night.rows(CUSTOMERS), changed, changed)


def write_scores(ids: Sequence[int], columns: Mapping[str, Sequence[Any]], day: date) -> int:
    """Write what stands of ``ids`` (≤ 2,000) in one transaction; return how many rows.

    Who died, was merged or erased since the night's copy, or objects by now, is left out.
    """
    with transaction.atomic():
        active = set(Customer.objects.filter(pk__in=ids, status=Customer.Status.ACTIVE).values_list("pk", flat=True))
        places = places_of(sorted(active - objecting_among(ids)))
        known = set(ChurnScore.objects.filter(pk__in=ids).values_list("pk", flat=True))
        written = [at for at, pk in enumerate(ids) if pk in places]
        for rows in ([at for at in written if ids[at] not in known], [at for at in written if ids[at] in known]):
            pks = [ids[at] for at in rows]
            said: dict[str, Any] = {name: [columns[name][at] for at in rows] for name in SAID}
            said |= {name: [places[pk][number] for pk in pks] for number, name in enumerate(PLACE)}
            said["scored_on"] = Same(day)
            if pks and pks[0] in known:
                update(ChurnScore, pks, said)
            else:
                insert(ChurnScore, {"customer_id": pks, **said}, len(pks))
    return len(written)


def drop_scores(ids: Sequence[int]) -> int:
    """Take customers off the watch list; return how many were on it."""
    count, _by_model = ChurnScore.objects.filter(pk__in=list(ids)).delete()
    return count
