"""Where other parts hang their steps and tables into the night."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Done:
    """What a step did: names of the tables it read and made, and the rows of the book that it changed."""

    reads: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    rows_in: int = 0
    rows_out: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the night, in the order of ``order``.

    ``run`` takes the night (`services.night.work.Night`) and returns what it did. It is idempotent: a step that was
    killed is run again from its beginning, and one run twice changes nothing the second time.
    """

    key: str
    label: Any
    run: Callable[[Any], Done]
    order: int = 0


@dataclass(frozen=True, slots=True)
class Feature:
    """A table that the night makes of tables of the mart or of earlier features.

    ``make`` is a function of ``rules``: it takes Ibis tables in the order of ``reads`` and ``as_of`` (the day of the
    run), and returns an Ibis table. It runs on DuckDB and on Spark alike. The table's name is ``key``; one about
    customers has a column ``customer_id``, by which deletion reaches it.
    """

    key: str
    label: Any
    reads: tuple[str, ...]
    make: Callable[..., Any]
    order: int = 0


steps: Registry[Step] = Registry()
features: Registry[Feature] = Registry()
