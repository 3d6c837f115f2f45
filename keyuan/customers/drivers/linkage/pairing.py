"""Candidate pairs: records that share a key, each pair once (CUS-8)."""

from keyuan.customers.drivers.linkage.preparing import Features
from keyuan.customers.drivers.linkage.session import Connection, one
from keyuan.customers.rules.linkage.blocking import LARGE, keys, largest_groups, pair_budget

#: Keys of a large file: the first ones, which are the most telling.
_KEYS_OF_LARGE = 16


def make_pairs(connection: Connection, features: Features, *, budget: int | None, across: bool) -> int:
    """Build table ``pairs`` (join_key_l < join_key_r by row, match_key the number of the first key); return its size.

    ``across`` pairs records of different files only.
    """
    chosen = keys(features.of, has_given=features.has_given, has_surname=features.has_surname)
    if features.records > LARGE:
        chosen = chosen[:_KEYS_OF_LARGE]
    connection.execute("create or replace table keys (rule utinyint, key ubigint, row integer, size integer)")
    sizes: list[dict[int, int]] = [{} for _ in chosen]
    for number, expression in enumerate(chosen):
        connection.execute(
            f"insert into keys select {number}, key, row, size from (select key, row, count(*) over (partition by key) "
            f"as size from (select hash({expression}) as key, row from people where {expression} is not null)) "
            "where size > 1"
        )
    counts = "select rule, size, count(*) // size from keys group by rule, size"
    for rule, size, count in connection.execute(counts).fetchall():
        sizes[rule][size] = count
    largest = largest_groups(sizes, budget or pair_budget(features.records))
    apart = " and (l.row < {0}) <> (r.row < {0})".format(features.files[0]) if across else ""
    connection.execute(
        "create or replace table pairs as select l.row as join_key_l, r.row as join_key_r, "
        "lpad(min(l.rule)::varchar, 2, '0') as match_key from keys l join keys r on l.rule = r.rule and l.key = r.key "
        f"and l.row < r.row{apart} where l.size <= {largest}[l.rule + 1] group by 1, 2 "
        f"having count(*) >= {2 if features.records > LARGE else 1} order by join_key_l, join_key_r"
    )
    connection.execute("drop table keys")
    return one(connection, "select count(*) from pairs")
