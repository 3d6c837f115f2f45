"""The configuration of one linkage: columns, thresholds, limits, with a sentence for each mistake (CUS-8)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keyuan.customers.rules.linkage.kinds import Kind, guess
from keyuan.kernel.errors import Invalid, Refused

ENGINES = ("duckdb", "spark")
_MEMORY = re.compile(r"\d+(\.\d+)?\s*(MB|MiB|GB|GiB)", re.IGNORECASE)
_KNOWN = (
    "columns", "link_columns", "guess", "threshold", "review_threshold", "one_to_one", "family_rule", "seed",
    "memory_limit", "threads", "engine", "encoding", "delimiter", "sheet", "pair_budget",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How a linkage runs. Thresholds are probabilities; None leaves them to the fitted model.

    ``columns`` and ``link_columns`` name kinds by column, for the first and the second file. ``one_to_one`` None lets
    the data decide; ``pair_budget`` bounds the candidate pairs (None: by the number of records).
    """

    columns: dict[str, Kind] = field(default_factory=dict)
    link_columns: dict[str, Kind] = field(default_factory=dict)
    guess: bool = True
    threshold: float | None = None
    review_threshold: float | None = None
    one_to_one: bool | None = None
    family_rule: bool = True
    seed: int = 1
    memory_limit: str = "2500MB"
    threads: int = 0
    engine: str = "duckdb"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    pair_budget: int | None = None


def _columns(given: Any, key: str) -> dict[str, Kind]:
    """Read {column: kind}; {kind: column} and {kind: [columns]} are understood, too."""
    if not isinstance(given, Mapping):
        raise Refused("linkage.config_table", key=key)
    kinds = {kind.value for kind in Kind}
    found: dict[str, Kind] = {}
    for left, right in given.items():
        if isinstance(right, str) and right.lower() in kinds:
            found[str(left)] = Kind(right.lower())
        elif str(left).lower() in kinds and isinstance(right, str | list):
            found |= dict.fromkeys([right] if isinstance(right, str) else map(str, right), Kind(str(left).lower()))
        else:
            raise Refused("linkage.config_kind", column=str(left), kind=str(right), kinds=", ".join(sorted(kinds)))
    return found


def _share(given: Any, key: str) -> float | None:
    if given is None or given == "auto":
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1:
        raise Refused("linkage.config_threshold", key=key, value=str(given))
    return float(given)


def _flag(given: Any, key: str) -> bool | None:
    if given is None or given == "auto":
        return None
    if not isinstance(given, bool):
        raise Refused("linkage.config_flag", key=key, value=str(given))
    return given


def _whole(given: Any, key: str, least: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        raise Refused("linkage.config_number", key=key, value=str(given), least=least)
    return given


def _memory(given: Any) -> str:
    if not isinstance(given, str) or not _MEMORY.fullmatch(given.strip()):
        raise Refused("linkage.config_memory", value=str(given))
    return given.strip()


def _engine(given: Any) -> str:
    if given not in ENGINES:
        raise Refused("linkage.config_engine", value=str(given), engines=", ".join(ENGINES))
    return str(given)


_READERS: dict[str, Callable[[Any], Any]] = {
    "columns": lambda value: _columns(value, "columns"),
    "link_columns": lambda value: _columns(value, "link_columns"),
    "guess": lambda value: _flag(value, "guess") is not False,
    "threshold": lambda value: _share(value, "threshold"),
    "review_threshold": lambda value: _share(value, "review_threshold"),
    "one_to_one": lambda value: _flag(value, "one_to_one"),
    "family_rule": lambda value: _flag(value, "family_rule") is not False,
    "seed": lambda value: _whole(value, "seed", 0),
    "memory_limit": _memory,
    "threads": lambda value: _whole(value, "threads", 0),
    "engine": _engine,
    "encoding": str,
    "delimiter": str,
    "sheet": str,
    "pair_budget": lambda value: _whole(value, "pair_budget", 1),
}


def read_options(given: Any) -> Options:
    """Return the options of a configuration as parsed from TOML or JSON.

    Raises `Invalid` with one refusal for each mistake: linkage.config_table, .config_unknown, .config_kind,
    .config_threshold, .config_flag, .config_number, .config_memory and .config_engine.
    """
    if not isinstance(given, Mapping):
        raise Refused("linkage.config_table", key="-")
    wrong: list[Refused] = []
    found: dict[str, Any] = {}
    for key, value in given.items():
        if key not in _READERS:
            wrong.append(Refused("linkage.config_unknown", key=str(key), known=", ".join(_KNOWN)))
            continue
        try:
            found[key] = _READERS[key](value)
        except Refused as error:
            wrong.append(error)
    if wrong:
        raise Invalid(wrong)
    return Options(**found)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file with the kind that it was given, and whether that is a guess."""

    name: str
    kind: Kind
    guessed: bool


def map_columns(names: Sequence[str], given: Mapping[str, Kind], *, guesses: bool, leave: str = "") -> list[Column]:
    """Return what each column holds: as configured, otherwise by its name. ``leave`` is the truth, never compared.

    Raises Refused linkage.column_missing for a configured column that the file has not.
    """
    missing = [column for column in given if column not in names]
    if missing:
        raise Refused("linkage.column_missing", column=missing[0], columns=", ".join(names))
    found = []
    for name in names:
        kind = given.get(name) or (guess(name) if guesses else Kind.IGNORE)
        found.append(Column(name, Kind.IGNORE if name == leave else kind, name not in given))
    numbers = [column for column in found if column.kind is Kind.RECORD_ID]
    for column in numbers[1:]:
        found[found.index(column)] = Column(column.name, Kind.IGNORE, column.guessed)
    if all(column.kind in (Kind.IGNORE, Kind.RECORD_ID) for column in found):
        raise Refused("linkage.nothing_to_compare", columns=", ".join(names))
    return found
