"""Features: the columns of the files brought to one form and taken apart, set by set in DuckDB (CUS-8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from keyuan.customers.drivers.linkage import sql
from keyuan.customers.drivers.linkage.session import Connection, one
from keyuan.customers.drivers.linkage.shapes import EXPRESSIONS, birth_sql, is_day_first, number_sql, split_name_sql
from keyuan.customers.rules.linkage.config import Column
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.names import name_keys
from keyuan.customers.rules.linkage.texts import NOTHING, fold
from keyuan.kernel.errors import Refused

#: Rows that are folded at a time.
_BLOCK = 200_000
_UNUSED = (Kind.RECORD_ID, Kind.IGNORE)
#: Kinds of which a second column stands in a feature of its own; names are joined instead.
_NAMES = (Kind.NAME, Kind.GIVEN_NAME, Kind.SURNAME)


@dataclass(slots=True)
class Features:
    """What table ``people`` holds: features by kind, in the order of the columns; names and tones by flag."""

    records: int
    files: tuple[int, ...]
    columns: dict[Kind, list[str]] = field(default_factory=dict)
    has_given: bool = False
    has_surname: bool = False
    has_tones: bool = False

    def of(self, kind: Kind) -> list[str]:
        """Return the features of a kind."""
        return self.columns.get(kind, [])


def prepare(connection: Connection, tables: Sequence[tuple[str, list[Column]]]) -> Features:
    """Build table ``people`` from one or two tables of texts: row (from 0, through all files), file, features.

    The files' columns meet by kind, the first of a kind with the first. Raises Refused linkage.nothing_shared when
    they have none in common.
    """
    features = _features(tables)
    _gather(connection, tables, features)
    _fold(connection, features)
    _shape(connection, features)
    _names(connection, features)
    for table in ("gathered", "folded", "shaped"):
        connection.execute(f"drop table if exists {table}")
    return features


def _features(tables: Sequence[tuple[str, list[Column]]]) -> Features:
    features = Features(records=0, files=())
    for kind in Kind:
        counts = [sum(column.kind is kind for column in columns) for _, columns in tables]
        # What only one of two files has cannot be compared.
        most = min(counts)
        if kind not in _UNUSED and most:
            single = kind in _NAMES
            features.columns[kind] = [
                kind.value if n == 0 else f"{kind.value}_{n + 1}" for n in range(1 if single else most)
            ]
    if not features.columns:
        raise Refused("linkage.nothing_shared")
    return features


def _source(columns: list[Column], kind: Kind, place: int) -> str:
    """Return the SQL of a feature's raw text; several columns of a name belong together."""
    own = [f"trim(cast({sql.name(column.name)} as varchar))" for column in columns if column.kind is kind]
    return f"concat_ws(' ', {', '.join(own)})" if kind in _NAMES and len(own) > 1 else own[place]


def _gather(connection: Connection, tables: Sequence[tuple[str, list[Column]]], features: Features) -> None:
    """Put all files into one table of texts, empty ones as NULL."""
    parts, counts = [], []
    for file, (table, columns) in enumerate(tables):
        chosen = [
            f"case when lower({text}) in ('', {sql.values(NOTHING)}) then null else {text} end as {name}"
            for kind, names in features.columns.items()
            for place, name in enumerate(names)
            for text in [_source(columns, kind, place)]
        ]
        parts.append(f"select {file} as file, {', '.join(chosen)} from {sql.name(table)}")
        counts.append(one(connection, f"select count(*) from {sql.name(table)}"))
    connection.execute(
        "create table gathered as select (row_number() over () - 1)::integer as row, * "
        f"from ({' union all '.join(parts)})"
    )
    features.files, features.records = tuple(counts), sum(counts)


def _fold(connection: Connection, features: Features) -> None:
    """Fold every text: plain ASCII in SQL, all else value by value."""
    names = [name for group in features.columns.values() for name in group]
    wide = [
        name for name in names
        if one(connection, f"select count(*) from gathered where not regexp_full_match({name}, '[ -~]*')")
    ]  # fmt: skip
    kept = ", ".join(name if name in wide else f"lower({sql.replaced(name, ' +', ' ')}) as {name}" for name in names)
    connection.execute(f"create table folded as select row, file, {kept} from gathered")
    for name in wide:
        _fold_column(connection, name)


def _fold_column(connection: Connection, name: str) -> None:
    cursor = connection.cursor().execute(f"select distinct {name} from gathered where {name} is not null")
    connection.execute("create or replace table folding (old varchar, new varchar)")
    while texts := [row[0] for row in cursor.fetchmany(_BLOCK)]:
        connection.register("block", pa.table({"old": texts, "new": fold(texts)}))
        connection.execute("insert into folding select * from block")
        connection.unregister("block")
    connection.execute(f"update folded set {name} = folding.new from folding where folded.{name} = folding.old")
    connection.execute("drop table folding")


def _shape(connection: Connection, features: Features) -> None:
    """Bring each kind to its form and take addresses and mail addresses apart."""
    chosen = ["row", "file"]
    for kind, names in features.columns.items():
        for name in names:
            if kind is Kind.BIRTH_DATE:
                chosen.append(f"{birth_sql(name, day_first=is_day_first(connection, name))} as {name}")
            elif kind is Kind.ID_NUMBER:
                chosen.append(f"{number_sql(connection, name)} as {name}")
            elif kind in EXPRESSIONS:
                chosen += [f"{text} as {alias}" for alias, text in EXPRESSIONS[kind](name).items()]
            else:
                chosen.append(name)
    connection.execute(f"create table shaped as select {', '.join(chosen)} from folded")
    connection.execute("drop table folded")


def _names(connection: Connection, features: Features) -> None:
    """Divide whole names, give the parts their keys, and leave table ``people`` behind."""
    given, family = _parts(features)
    features.has_given, features.has_surname = bool(given), bool(family)
    if not given and not family:
        connection.execute("create table people as select * from shaped order by row")
        return
    for part, text, is_surname in (("given", given, False), ("surname", family, True)):
        if text:
            _key_table(connection, part, text, is_surname=is_surname)
    chosen, joins = [f"shaped.* exclude ({', '.join(n for k in _NAMES for n in features.of(k))})"], []
    for part, text in (("given", given), ("surname", family)):
        if text:
            chosen += [f"{part}_keys.old as {part}"] + [f"{part}_keys.{part}_{key}" for key in ("key", "tone", "near")]
            joins.append(f"left join {part}_keys on {text} = {part}_keys.old")
    connection.execute(
        f"create table people as select {', '.join(chosen)} "
        f"from (select *{_split_columns(features)} from shaped) shaped "
        f"{' '.join(joins)} order by shaped.row"
    )
    features.has_tones = bool(given) and one(connection, "select count(*) from people where given_tone is not null") > 0


def _parts(features: Features) -> tuple[str, str]:
    """Return the columns of given name and surname, from their own columns or divided from the whole name."""
    if features.of(Kind.GIVEN_NAME) or features.of(Kind.SURNAME):
        return ("given_name" if features.of(Kind.GIVEN_NAME) else "", "surname" if features.of(Kind.SURNAME) else "")
    return ("split_given", "split_surname") if features.of(Kind.NAME) else ("", "")


def _split_columns(features: Features) -> str:
    if features.of(Kind.GIVEN_NAME) or features.of(Kind.SURNAME) or not features.of(Kind.NAME):
        return ""
    given, family = split_name_sql("name")
    return f", {given} as split_given, {family} as split_surname"


def _key_table(connection: Connection, part: str, text: str, *, is_surname: bool) -> None:
    """Ask for the keys of each distinct part once."""
    source = text if not text.startswith("split_") else split_name_sql("name")[text == "split_surname"]
    found = connection.execute(
        f"select distinct {source} as old from shaped where old is not null order by old"
    ).fetchall()
    keys = [(row[0], *name_keys(row[0], is_surname=is_surname)) for row in found]
    columns = list(zip(*keys, strict=True)) if keys else [()] * 4
    table = pa.table(
        {name: pa.array(column, pa.string())
         for name, column in zip(("old", f"{part}_key", f"{part}_tone", f"{part}_near"), columns, strict=True)}
    )  # fmt: skip
    connection.register("keys_block", table)
    connection.execute(
        f"create or replace table {part}_keys as select old, nullif({part}_key, '') as {part}_key, "
        f"nullif({part}_tone, '') as {part}_tone, nullif({part}_near, '') as {part}_near from keys_block"
    )
    connection.unregister("keys_block")
