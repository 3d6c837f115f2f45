"""One linkage from files to groups: read, prepare, pair, train, weigh, choose thresholds, group (CUS-8)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from keyuan.customers.drivers.linkage.pairing import make_pairs
from keyuan.customers.drivers.linkage.preparing import Features, prepare
from keyuan.customers.drivers.linkage.reading import read_file
from keyuan.customers.drivers.linkage.scoring import score
from keyuan.customers.drivers.linkage.session import Connection, columns_of, one
from keyuan.customers.drivers.linkage.sparking import score_on_spark
from keyuan.customers.drivers.linkage.training import Settings, condition, train
from keyuan.customers.rules.linkage.clusters import group
from keyuan.customers.rules.linkage.config import Column, Options, map_columns
from keyuan.customers.rules.linkage.design import DEPENDENT, design, has_families, personal_against
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.levels import Comparison
from keyuan.customers.rules.linkage.thresholds import Thresholds, choose, fit_prior, log_odds

#: Doubles inside a file against doubles between files, below which each file is taken to hold nobody twice.
_FREE_OF_DOUBLES = 0.05
#: The weight to which a pair of relatives falls at least.
_RELATIVES = -8
#: Records of which the homes are looked at.
_HOMES = 100_000
#: What a family does not share has to speak for a pair by this weight, where the file holds families.
_LEAST_PERSONAL = 1


@dataclass(slots=True)
class Linkage:
    """What a linkage found; table ``scored`` of its connection holds the pairs with their final ``weight``."""

    columns: list[list[Column]]
    features: Features
    comparisons: list[Comparison]
    settings: Settings
    pairs: int
    possible: int
    thresholds: Thresholds
    shift: float
    one_to_one: bool
    groups: dict[int, int]
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Watch:
    """Seconds of each stage."""

    say: Callable[[str], None]
    stages: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.monotonic)

    def done(self, stage: str) -> None:
        now = time.monotonic()
        self.stages[stage] = round(now - self.last, 2)
        self.say(f"{stage}: {self.stages[stage]:.1f} s")
        self.last = now


def link_files(
    connection: Connection,
    paths: Sequence[Path],
    options: Options,
    *,
    truth: str = "",
    folder: Path,
    say: Callable[[str], None],
) -> Linkage:
    """Link the records of one file, or of two with each other, in ``connection``; ``say`` hears of progress.

    ``truth`` names the column of the truth, which is never compared. Raises Refused from reading and mapping.
    """
    watch = Watch(say)
    given = (options.columns, options.link_columns or options.columns)
    tables = []
    for number, path in enumerate(paths):
        names = read_file(connection, path, f"file_{number + 1}", options)
        chosen = given[number]
        if number and not options.link_columns:
            chosen = {name: kind for name, kind in chosen.items() if name in names}
        tables.append((f"file_{number + 1}", map_columns(names, chosen, guesses=options.guess, leave=truth)))
    watch.done("read")
    features = prepare(connection, tables)
    watch.done("prepared")
    return link_people(connection, features, options, [columns for _, columns in tables], folder=folder, watch=watch)


def link_people(
    connection: Connection,
    features: Features,
    options: Options,
    columns: list[list[Column]],
    *,
    folder: Path,
    watch: Watch,
) -> Linkage:
    """Link the records of table ``people``."""
    across = len(features.files) > 1
    possible = _possible(features)
    pairs = make_pairs(connection, features, budget=options.pair_budget, across=across)
    watch.done("paired")
    comparisons = design(
        features.of,
        has_given=features.has_given,
        has_surname=features.has_surname,
        has_tones=features.has_tones,
        joined_places=_joined_places(connection, features),
    )
    settings = train(connection, features, comparisons, seed=options.seed, across=across)
    settings["probability_two_random_records_match"] = first = min(0.1, max(1, features.records) * 0.2 / possible)
    watch.done("trained")
    if options.engine == "spark":
        score_on_spark(connection, settings, features, comparisons, folder=folder)
    else:
        score(connection, settings, features, comparisons)
    watch.done("weighed")
    thresholds, shift = _choose(connection, features, comparisons, options, possible=possible, first=first)
    one_to_one = across and (_is_one_to_one(connection, features) if options.one_to_one is None else options.one_to_one)
    groups = group(
        connection.execute("select row_l, row_r, weight from scored").fetchall(),
        threshold=log_odds(thresholds.link),
        ends=list(np.cumsum(features.files)),
        one_of_each=one_to_one,
    )
    watch.done("grouped")
    return Linkage(
        columns, features, comparisons, settings, pairs, possible, thresholds, shift, one_to_one, groups, watch.stages
    )


def _possible(features: Features) -> int:
    if len(features.files) > 1:
        return max(1, features.files[0] * features.files[1])
    return max(1, features.records * (features.records - 1) // 2)


def _joined_places(connection: Connection, features: Features) -> list[str]:
    """Return postcode and suburb where they say the same thing, asked of one record of each name."""
    places = [*features.of(Kind.POSTCODE)[:1], *features.of(Kind.SUBURB)[:1]]
    if len(places) < 2:
        return []
    names = [f"{part}_key" for part, has in (("given", features.has_given), ("surname", features.has_surname)) if has]
    people = f"(select distinct on ({', '.join(names)}) * from people order by row)" if names else "people"

    def agreeing(columns: Sequence[str]) -> int:
        known = " and ".join(f"{column} is not null" for column in places)
        return one(
            connection,
            f"select sum(n * (n - 1))::bigint from (select count(*) as n from {people} where {known} "
            f"group by {', '.join(columns)})",
        )

    both = agreeing(places)
    return places if any(both > DEPENDENT * agreeing([place]) for place in places) else []


def _has_families(connection: Connection, features: Features, comparisons: Sequence[Comparison]) -> bool:
    """Tell whether records of one surname and one home are relatives more often than one person."""
    homes = [*features.of(Kind.ADDRESS), *features.of(Kind.PHONE), *features.of(Kind.PHONE_TOKEN)]
    personal = [each for each in comparisons if each.is_personal]
    if not personal or not homes or not features.has_surname:
        return bool(personal)
    alike = [condition(level.sql, "duckdb") for each in personal for level in each.levels if each.name == "given"]
    alike += [f"{each.name}_l = {each.name}_r" for each in personal if each.name != "given"]
    sides = {side: ", ".join(f"{name} as {name}_{side}" for name in columns_of(connection, "people")) for side in "lr"}
    row = connection.execute(
        f"select count(*) filter (not coalesce({' or '.join(f'({each})' for each in alike)}, false)), count(*) from "
        f"(select {sides['l']} from people) join (select {sides['r']} from people) on surname_key_l = surname_key_r "
        f"and {homes[0]}_l = {homes[0]}_r and row_l < row_r where row_l % {1 + features.records // _HOMES} = 0"
    ).fetchone()
    against, pairs = row or (0, 0)
    return has_families(against, pairs, personal_against(comparisons))


def _choose(
    connection: Connection,
    features: Features,
    comparisons: Sequence[Comparison],
    options: Options,
    *,
    possible: int,
    first: float,
) -> tuple[Thresholds, float]:
    """Fit the prior to the weights, bring table ``scored`` to it, and choose the thresholds.

    Where the file holds families, a pair in which what a family does not share speaks against it is no candidate.
    """
    if options.family_rule and _has_families(connection, features, comparisons):
        connection.execute(f"update scored set weight = least(weight, {_RELATIVES}) where personal < {_LEAST_PERSONAL}")
    weights = connection.execute("select weight from scored").fetchnumpy()["weight"].astype(np.float64)
    evidence = weights - log_odds(first)
    prior = fit_prior(evidence, possible) if len(evidence) else first
    shift = log_odds(prior) - log_odds(first)
    connection.execute("update scored set weight = weight + ?", [shift])
    return choose(weights + shift, prior, link=options.threshold, review=options.review_threshold), shift


def _is_one_to_one(connection: Connection, features: Features) -> bool:
    """Tell whether each file holds everybody once: hardly any records share name and birth, or number, inside one."""
    keys = [*features.of(Kind.ID_NUMBER)[:1], *features.of(Kind.ID_TOKEN)[:1]][:1] or [
        *(["given_key"] if features.has_given else []),
        *(["surname_key"] if features.has_surname else []),
        *features.of(Kind.BIRTH_DATE)[:1],
    ]
    if len(keys) < 2 and not (features.of(Kind.ID_NUMBER) or features.of(Kind.ID_TOKEN)):
        return False
    known = " and ".join(f"{key} is not null" for key in keys)

    def twice(extra: str) -> int:
        groups = f"select count(*) as n from people where {known} group by {', '.join(keys)}{extra}"
        return one(connection, f"select coalesce(sum(n * (n - 1) / 2), 0)::bigint from ({groups})")

    inside, everywhere = twice(", file"), twice("")
    return inside <= _FREE_OF_DOUBLES * max(1, everywhere)
