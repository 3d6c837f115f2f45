"""The linkage of the whole book, run as a process of its own so that its memory goes when it ends (CUS-8, decision 21).

``python -m keyuan.customers.drivers.linkage.book FOLDER`` reads ``people-*.parquet`` and ``options.json`` of the folder
and leaves ``pairs.parquet`` and ``report.json``. What is sealed in the book comes as keyed tokens; names and birth
dates, which are not sealed, are deleted with the folder. A lock on the folder tells that it runs.
"""

import fcntl
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keyuan.customers.drivers.linkage import sql
from keyuan.customers.drivers.linkage.engine import Linkage, Watch, link_people
from keyuan.customers.drivers.linkage.preparing import prepare
from keyuan.customers.drivers.linkage.reporting import report_of
from keyuan.customers.drivers.linkage.session import Connection, session
from keyuan.customers.drivers.linkage.writing import level_sql
from keyuan.customers.rules.linkage.config import Column, read_options
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.thresholds import log_odds

PAIRS, REPORT, OPTIONS, LOCK = "pairs.parquet", "report.json", "options.json", "lock"
#: Columns of ``people-*.parquet``.
COLUMNS = (
    Column("customer_id", Kind.RECORD_ID, guessed=False),
    Column("name", Kind.NAME, guessed=False),
    Column("birth_on", Kind.BIRTH_DATE, guessed=False),
    Column("sex", Kind.SEX, guessed=False),
    Column("region_code", Kind.STATE, guessed=False),
    Column("identity", Kind.ID_TOKEN, guessed=False),
    Column("phone", Kind.PHONE_TOKEN, guessed=False),
    Column("other_phone", Kind.PHONE_TOKEN, guessed=False),
    Column("email", Kind.EMAIL_TOKEN, guessed=False),
)
#: The names under which the pages know a comparison.
SHOWN = {
    "birth_date": "birth_on", "sex": "sex", "state": "region_code", "id_token": "id_number", "phone_token": "phone",
    "email_token": "email",
}  # fmt: skip


@contextmanager
def only_one(folder: Path) -> Iterator[bool]:
    """Hold the folder's lock; False while another process does."""
    with (folder / LOCK).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def run(folder: Path) -> None:
    """Link the people of ``folder``; the report is written last and so says that the pairs are whole."""
    given = json.loads((folder / OPTIONS).read_text(encoding="utf-8"))
    sure = float(given.pop("sure"))
    options = read_options(given)
    with session(memory_limit=options.memory_limit, threads=options.threads, folder=folder) as connection:
        connection.execute(
            f"create table file_1 as select * from read_parquet({sql.value(str(folder / 'people-*.parquet'))}) "
            "order by customer_id"
        )
        features = prepare(connection, [("file_1", list(COLUMNS))])
        linkage = link_people(
            connection, features, options, [list(COLUMNS)], folder=folder, watch=Watch(lambda _: None)
        )
        _write_pairs(connection, linkage, folder, sure)
        report = report_of(linkage, linkage.features.records - _extra(linkage), None)
    (folder / f".{REPORT}").write_text(json.dumps(report), encoding="utf-8")
    (folder / f".{REPORT}").rename(folder / REPORT)


def _extra(linkage: Linkage) -> int:
    return len(linkage.groups) - len(set(linkage.groups.values()))


def _write_pairs(connection: Connection, linkage: Linkage, folder: Path, sure: float) -> None:
    """Write the pairs from the review threshold up: both customers, weight, probability, band and levels."""
    link, review, top = (log_odds(each) for each in (linkage.thresholds.link, linkage.thresholds.review, sure))
    connection.execute(
        "copy (select l.customer_id as a, r.customer_id as b, weight, 1 / (1 + pow(2, -weight)) as probability, "
        f"case when weight >= {max(top, link)} then 'SURE' when weight >= {link} then 'LIKELY' "
        "else 'POSSIBLE' end as band, "
        f"{_levels_sql(linkage)} as levels from scored join (select row, customer_id from numbered) l on l.row = row_l "
        f"join (select row, customer_id from numbered) r on r.row = row_r where weight >= {review} order by a, b) "
        f"to {sql.value(str(folder / PAIRS))} (format parquet)"
        .replace("numbered", "(select row_number() over () - 1 as row, customer_id from file_1)")
    )  # fmt: skip


def verdict_sql(linkage: Linkage, name: str) -> str:
    """Return SQL for what pages make of a comparison's level: same, close, differs, missing."""
    label = level_sql(linkage, name)
    kept = " ".join(f"when '{word}' then '{word}'" for word in ("same", "differs", "missing"))
    return f"case ({label}) {kept} else 'close' end"


def _levels_sql(linkage: Linkage) -> str:
    """Return SQL for the levels as JSON: {"birth_on": {"level": "same", "weight": 13.1}, …}; names count together."""
    parts = []
    names = [each.name for each in linkage.comparisons]
    own = [name for name in ("given", "surname") if name in names]
    if own:
        first = verdict_sql(linkage, own[0])
        both = " and ".join(f"({verdict_sql(linkage, name)}) = 'same'" for name in own)
        whole = f"case when {both} then 'same' when ({first}) = 'same' then 'close' else {first} end"
        parts.append(("name", whole, " + ".join(f"w_{name}" for name in own)))
    parts += [(SHOWN[name], verdict_sql(linkage, name), f"w_{name}") for name in names if name in SHOWN]
    fields = ", ".join(
        f"{sql.value(key)}, json_object('level', {level}, 'weight', round({weight}, 2))" for key, level, weight in parts
    )
    return f"json_object({fields})"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    with only_one(place) as mine:
        if mine and not (place / REPORT).exists():
            run(place)
