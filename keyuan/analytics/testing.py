"""Help for tests: tables of a few rows in, rows out, on either engine; an offer to a customer."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.models import Offer
from keyuan.analytics.services.following import PLACE
from keyuan.analytics.services.night.engines import DuckEngine, Engine, table_of
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
