"""What a linkage leaves: the records with their groups, and the pairs with their weights (CUS-8)."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import xlsxwriter

from keyuan.customers.drivers.linkage import sql
from keyuan.customers.drivers.linkage.engine import Linkage
from keyuan.customers.drivers.linkage.session import Connection, columns_of
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.thresholds import log_odds
from keyuan.kernel.errors import Refused

#: What is put before the file's own columns; own columns of these names are written with a prefix.
GROUP, SIZE, FILE, ROW = "cluster_id", "cluster_size", "source_file", "source_row"
_OURS = (GROUP, SIZE, FILE, ROW)
_SUFFIXES = (".csv", ".parquet", ".xlsx")
_BLOCK = 10_000


def check_target(path: Path) -> None:
    """Raise Refused linkage.out_kind or .out_folder before hours are spent on what cannot be written."""
    if path.suffix.lower() not in _SUFFIXES:
        raise Refused("linkage.out_kind", file=path.name, suffixes=", ".join(_SUFFIXES))
    if not path.absolute().parent.is_dir():
        raise Refused("linkage.out_folder", folder=str(path.absolute().parent))


def write_groups(connection: Connection, linkage: Linkage, path: Path) -> int:
    """Write every record in the order of the files with its group, numbered from 1; return how many groups."""
    records = linkage.features.records
    rows = pa.array(range(records), pa.int32())
    homes = pa.array([linkage.groups.get(row, row) for row in range(records)], pa.int32())
    connection.register("homes", pa.table({"row": rows, "home": homes}))
    connection.execute(
        "create or replace table grouped as select row, dense_rank() over (order by home) as "
        f"{GROUP}, count(*) over (partition by home) as {SIZE} from homes"
    )
    connection.unregister("homes")
    start, parts = 0, []
    for number, count in enumerate(linkage.features.files, 1):
        own = ", ".join(
            f"{sql.name(column)} as {sql.name('input_' + column if column.lower() in _OURS else column)}"
            for column in columns_of(connection, f"file_{number}")
        )
        origin = f"{number} as {FILE}, row_number() over () as {ROW}, " if len(linkage.features.files) > 1 else ""
        parts.append(f"select {start} + row_number() over () - 1 as row, {origin}{own} from file_{number}")
        start += count
    files = " union all by name ".join(parts)
    query = (
        f"select grouped.{GROUP}, grouped.{SIZE}, files.* exclude (row) "
        f"from ({files}) files join grouped using (row) order by row"
    )
    _write(connection, query, path)
    row = connection.execute(f"select coalesce(max({GROUP}), 0) from grouped").fetchone()
    return int(row[0]) if row else 0


def write_pairs(connection: Connection, linkage: Linkage, path: Path) -> None:
    """Write the pairs worth a look, the heaviest first: both records, weight, probability, decision and each level."""
    link, review = log_odds(linkage.thresholds.link), log_odds(linkage.thresholds.review)
    records = _record_ids(linkage)
    levels = [f"{level_sql(linkage, each.name)} as level_{each.name}, round(w_{each.name}, 2) as weight_{each.name}"
              for each in linkage.comparisons]  # fmt: skip
    query = (
        f"select l.record as record_l, r.record as record_r, row_l, row_r, round(weight, 3) as match_weight, "
        f"round(1 / (1 + pow(2, -weight)), 6) as match_probability, "
        f"case when weight >= {link} then 'link' else 'review' end as decision, {', '.join(levels)} from scored "
        f"join ({records}) l on l.row = row_l join ({records}) r on r.row = row_r where weight >= {review} "
        "order by weight desc, row_l, row_r"
    )
    _write(connection, query, path)


def _record_ids(linkage: Linkage) -> str:
    """Return SQL for row and the record's own number, the number of its line where it has none."""
    parts, start = [], 0
    for number, (columns, count) in enumerate(zip(linkage.columns, linkage.features.files, strict=True), 1):
        own = next(
            (sql.name(column.name) for column in columns if column.kind is Kind.RECORD_ID), "row_number() over ()"
        )
        parts.append(
            f"select {start} + row_number() over () - 1 as row, cast({own} as varchar) as record from file_{number}"
        )
        start += count
    return " union all ".join(parts)


def level_sql(linkage: Linkage, name: str) -> str:
    """Return SQL for the label of a comparison's level, known by its weight."""
    trained = next(each for each in linkage.settings["comparisons"] if each["output_column_name"] == name)
    whens = []
    for level in trained["comparison_levels"]:
        weight = (
            "0.0"
            if level.get("is_null_level")
            else f"log2({level['m_probability']!r}::double / {level['u_probability']!r})"
        )
        whens.append(f"when abs(b_{name} - {weight}) < 1e-9 then {sql.value(level['label_for_charts'])}")
    return f"case {' '.join(whens)} end"


def _write(connection: Connection, query: str, path: Path) -> None:
    """Write the answer of ``query`` in the format of the file's name. Raises Refused linkage.out_failed."""
    try:
        if path.suffix.lower() == ".xlsx":
            _write_workbook(connection, query, path)
        else:
            form = (
                "format parquet, compression zstd" if path.suffix.lower() == ".parquet" else "format csv, header true"
            )
            connection.execute(f"copy ({query}) to {sql.value(str(path))} ({form})")
    except (duckdb.IOException, OSError) as error:
        raise Refused("linkage.out_failed", file=path.name, reason=str(error).split("\n", 1)[0][:200]) from None


def _write_workbook(connection: Connection, query: str, path: Path) -> None:
    answer = connection.execute(query)
    names: Sequence[str] = [str(column[0]) for column in answer.description or []]
    with xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, names)
        line = 1
        while rows := answer.fetchmany(_BLOCK):
            for row in rows:
                sheet.write_row(line, 0, ["" if cell is None else cell for cell in row])
                line += 1
