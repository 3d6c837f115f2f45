"""Where other parts hang their steps and tables into the night."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, slots=True)
class Edition:
    """The rules by which a model without training judges now: number (0: as the system came), since when, by whom."""

    number: int
    since: date | None
    by: str
    reason: str
    facts: Sequence[tuple[Any, Any]]
    url: str = ""


@dataclass(frozen=True, slots=True)
class ModelKind:
    """A model of the register in words; ``key`` is a whole key, or its beginning (``churn`` for ``churn.life.12``).

    ``purpose`` says what is judged and what for, ``effect`` what follows for a customer, ``method`` how it reckons.
    ``table`` is the table of the night that holds tonight's features under their names of training, ``score_table``
    and ``score`` where tonight's scores stand: by these drift is watched. A model of rules gives its ``edition``.
    """

    key: str
    label: Any
    purpose: Any
    method: Any
    effect: Any
    table: str = ""
    score_table: str = ""
    score: str = "score"
    edition: Callable[[], Edition] | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """What a program says of one customer: the judgement in words, why, by which version, and when."""

    label: Any
    verdict: str
    reasons: Sequence[str]
    model: str
    version: str
    on: date | None
    effect: Any = ""


@dataclass(frozen=True, slots=True)
class Automated:
    """A part that judges customers by program (PIPL 24).

    ``explain`` returns what it says of a customer whom the caller was let see. ``drop`` takes away, in the caller's
    transaction, what is stored of customers who object now, and returns how many rows went.
    """

    key: str
    explain: Callable[[int], Sequence[Judged]]
    drop: Callable[[Sequence[int]], int]
    order: int = 0


model_kinds: Registry[ModelKind] = Registry()
automated: Registry[Automated] = Registry()
