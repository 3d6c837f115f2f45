"""Every table of the night is the same on Spark, from a copy of the book with gaps in every column (ANA-1).

Exact values stand in the tests of each table, which run on both engines, too; this one finds what they do not think of.
"""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keyuan.analytics.rules.offers.facts import CHANNELS
from keyuan.analytics.rules.value.assumptions import Assumptions
from keyuan.analytics.rules.value.lifetime import factors
from keyuan.analytics.services.night.engines import DuckEngine, SparkEngine
from keyuan.analytics.testing import tables_of_night
from keyuan.platform.mart.extracts import extracts, statement_of
from keyuan.platform.mart.reading import schema_of

TODAY = date(2026, 3, 31)
#: Every so-many-th value is unknown, whatever the column.
GAP = 7
ROWS = {"customers": 400, "policies": 1500, "cohorts": 900, "payments": 3000, "later_premiums": 2500, "clusters": 300}
USUAL = 600
#: What is known of every row, and known once.
KEYS = {"customers": "customer_id", "policies": "policy_id", "cohorts": "policy_id", "clusters": "customer_id"}
IDS = {"customer_id": 450, "policy_id": 1600, "previous_policy_id": 1600}
WORDS = {
    "status": ("IN_FORCE", "IN_FORCE", "TERMINATED", "PENDING", "SUSPENDED"), "currency": ("CNY", "CNY", "USD"),
    "product_kind": ("LIFE", "ENDOWMENT", "CRITICAL_ILLNESS", "MEDICAL", "ANNUITY", "MOTOR"),
    "pay_mode": ("01", "02", "03", "04", "05"), "pay_term_unit": ("Y", "Y", "S", "A"), "kind": ("P", "P", "O"),
    "termination_reason": ("", "01", "03", "09"), "excluded": ("", "", "CLAIM"), "marriage": ("", "10", "20"),
    "prospect_source": ("REFERRAL", "EVENT"), "sales_channel": (*CHANNELS, ""), "sex": ("1", "2"),
}  # fmt: skip
#: Days on which something turns: ends of months, a leap day, the day itself and a year before.
TURNS = [date(2024, 2, 29), date(2025, 1, 31), date(2025, 3, 31), TODAY, TODAY - timedelta(days=365),
         date(2026, 3, 1), date(1961, 4, 1)]  # fmt: skip
#: The end of what has none.
NEVER = date(9999, 12, 31)


TABLES = tables_of_night(TODAY, one_in=2, part=40_000)


def column(random, table, field, rows):
    """Values of a column of the mart, by its name and type, a part of them unknown."""
    if KEYS.get(table) == field.name:
        return pa.array(np.arange(1, rows + 1), field.type)
    if pa.types.is_date(field.type) or pa.types.is_timestamp(field.type):
        near = TODAY.toordinal() - random.integers(-400, 2600, rows)
        turns = [*TURNS, NEVER] if field.name == "expires_on" else TURNS
        values = [random.choice(turns) if n % 3 == 0 else date.fromordinal(day) for n, day in enumerate(near)]
        if pa.types.is_timestamp(field.type):
            values = [min(day, TODAY) for day in values]
    elif pa.types.is_string(field.type):
        values = random.choice(WORDS.get(field.name, ("310000", "440300", "")), rows).tolist()
    elif pa.types.is_boolean(field.type):
        values = (random.random(rows) < 0.5).tolist()
    elif field.name.endswith("_id"):
        values = random.integers(1, IDS.get(field.name, 4), rows).tolist()
    elif pa.types.is_int64(field.type) or pa.types.is_floating(field.type):
        values = random.choice([0, 1, 99, 12_345, 500_000, 7_777_777_777], rows).tolist()
    else:
        values = random.integers(0, 7, rows).tolist()
    gone = random.integers(0, GAP, rows) == 0
    values = [None if absent else value for absent, value in zip(gone, values, strict=True)]
    return pa.array(values).cast(field.type)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The places of a made-up copy of the book, and of the tables that DuckDB makes of it."""
    folder, random = tmp_path_factory.mktemp("book"), np.random.default_rng(11)
    schemas = {one.key: schema_of(statement_of(one)) for one in extracts}
    schemas["clusters"] = pa.schema([("customer_id", pa.int64()), ("cluster", pa.string())])
    for name in {read for made in TABLES.values() for read in made.reads} & set(schemas):
        rows, fields = ROWS.get(name, USUAL), schemas[name]
        made = pa.table([column(random, name, field, rows) for field in fields], schema=fields)
        pq.write_table(made, folder / f"{name}.parquet")
    worth = [asdict(one) for one in factors(Assumptions(), {})]
    pq.write_table(pa.Table.from_pylist(worth), folder / "factors.parquet")
    places = {path.stem: path for path in folder.iterdir()}
    for name, table in TABLES.items():
        places[name] = folder / f"{name}.parquet"
        table.write(DuckEngine(), places, places[name])
    return places


@pytest.mark.spark
@pytest.mark.network
@pytest.mark.parametrize("name", TABLES)
def test_spark_makes_the_same_table_of_a_book_with_gaps(book, tmp_path, name):
    TABLES[name].write(SparkEngine(), book, tmp_path / "made.parquet")

    here, there = (pq.read_table(path) for path in (book[name], tmp_path / "made.parquet"))
    assert [(field.name, field.type) for field in there.schema] == [(field.name, field.type) for field in here.schema]
    assert here.num_rows > 2
    rows, same = (Counter(tuple(row.values()) for row in table.to_pylist()) for table in (here, there))
    assert same == rows
