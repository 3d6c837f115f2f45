"""Help for tests: tables of a few rows in, rows out, on either engine; an offer to a customer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.extensions import features
from keyuan.analytics.models import Offer
from keyuan.analytics.rules.churn.ends import ends
from keyuan.analytics.rules.churn.facts import facts
from keyuan.analytics.rules.churn.leaks import issued
from keyuan.analytics.rules.churn.outcomes import snapshot_days
from keyuan.analytics.rules.clusters.features import scores_with_clusters
from keyuan.analytics.rules.offers.facts import PARTS, learning, windows_before
from keyuan.analytics.rules.value.assumptions import Assumptions
from keyuan.analytics.rules.value.lifetime import lifetime
from keyuan.analytics.services.churn.learning import SOURCES as CHURN_SOURCES
from keyuan.analytics.services.following import PLACE
from keyuan.analytics.services.night.engines import DuckEngine, Engine, table_of
from keyuan.analytics.services.offers.learning import SOURCES as OFFER_SOURCES
from keyuan.customers.models import Customer
from keyuan.policies.testing import make_product
from keyuan.products.models import Product

#: An offer of a day in spring, to a customer who may be called.
OFFER: dict[str, Any] = {
    "family": "LIFE", "place": 1, "probability": 240, "average": 80, "premium": 800_000, "value": 50_000,
    "reasons": ["age:5", "held_MEDICAL:2"], "model_number": 1, "ways": "PHONE", "written_on": date(2026, 4, 1),
}  # fmt: skip
Rows = list[dict[str, Any]]


def make_offer(customer: Customer, **more: Any) -> Offer:
    """Return an offer to a customer, standing where the customer is served."""
    place = {name: getattr(customer.summary, name) for name in PLACE}
    product = more.pop("product", None) or Product.objects.filter(kind="LIFE").first() or make_product(kind="LIFE")
    return Offer.objects.create(customer=customer, product=product, **place, **{**OFFER, **more})


def computed(
    make: Callable[..., Any],
    tables: Mapping[str, tuple[pa.Schema, Rows]],
    folder: Path,
    *,
    engine: Engine | None = None,
    **more: Any,
) -> Rows:
    """Return the rows that ``make`` gives of ``tables`` (name → types and rows), ordered by their first columns."""
    sources = {name: folder / f"{name}.parquet" for name in tables}
    for name, (schema, rows) in tables.items():
        pq.write_table(pa.Table.from_pylist(rows, schema), sources[name])
    expression = make(*(table_of(name, path) for name, path in sources.items()), **more)
    target = folder / "made.parquet"
    (engine or DuckEngine()).write(expression, sources, target)
    found: Rows = pq.read_table(target).to_pylist()
    return sorted(found, key=lambda row: [(value is None, str(value)) for value in row.values()])


@dataclass(frozen=True, slots=True)
class Made:
    """A table that a step of the night makes through the engine: of which tables, and by what."""

    reads: tuple[str, ...]
    expression: Callable[..., Any]

    def write(self, engine: Engine, places: Mapping[str, Path], target: Path) -> None:
        """Let ``engine`` make it of the files at ``places``, by the names of their tables."""
        sources = {name: places[name] for name in self.reads}
        engine.write(self.expression(*(table_of(*pair) for pair in sources.items())), sources, target)


def tables_of_night(day: date, *, one_in: int = 1, part: int = PARTS) -> dict[str, Made]:
    """Return every table that a night of ``day`` makes through the engine, each behind those that it reads.

    Beside the extracts they read ``factors`` and ``clusters``. ``one_in`` and ``part`` are what cards are learnt from.
    """
    terms = Assumptions()
    made = {
        one.key: Made(one.reads, partial(one.make, as_of=day)) for one in sorted(features, key=lambda one: one.order)
    }
    learnt = partial(learning, windows=windows_before(day), part=part)
    return made | {
        "lifetime": Made(("policies", "factors"), partial(lifetime, as_of=day, terms=terms)),
        "scores": Made(("behaviour", "lifetime", "clusters"), partial(scores_with_clusters, as_of=day, terms=terms)),
        "offer_learning": Made(OFFER_SOURCES, learnt),
        "churn_past": Made(CHURN_SOURCES, partial(facts, days=snapshot_days(day), one_in=one_in)),
        "churn_facts": Made(CHURN_SOURCES, partial(facts, days=[day])),
        "churn_issued": Made(("policies",), partial(issued, as_of=day, one_in=one_in)),
        "churn_ends": Made(("policies",), partial(ends, since=day.replace(year=day.year - 1), as_of=day)),
    }
