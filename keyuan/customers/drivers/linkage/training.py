"""The model, trained by Splink on the file itself: chance agreement by sampling, true pairs by EM (CUS-8)."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from splink import DuckDBAPI, Linker
from splink.internals.exceptions import SplinkException

from keyuan.customers.drivers.linkage.preparing import Features
from keyuan.customers.drivers.linkage.session import Connection, one
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.levels import Comparison
from keyuan.customers.rules.linkage.smoothing import Learned, smooth

#: Pairs that are drawn for chance agreement, and pairs of one round of EM at most.
_CHANCE_PAIRS = 250_000
_EM_PAIRS = 200_000
_FEW_PAIRS = 20
_ROUNDS = 4
Settings = dict[str, Any]

logging.getLogger("splink").setLevel(logging.ERROR)


def condition(text: str, dialect: str) -> str:
    """Return a rule's condition in the words of an engine."""
    near = "jaro_winkler_similarity" if dialect == "duckdb" else "jaro_winkler"
    return text.replace("jw(", f"{near}(").replace("dl(", "damerau_levenshtein(")


def settings_of(comparisons: Sequence[Comparison], dialect: str) -> Settings:
    """Return Splink's settings for ``comparisons``, with their priors."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "row",
        "probability_two_random_records_match": 1e-4,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": False,
        "em_convergence": 0.001,
        "max_iterations": 20,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [
            {
                "output_column_name": comparison.name,
                "comparison_levels": [
                    {"sql_condition": comparison.missing, "label_for_charts": "missing", "is_null_level": True},
                    *(_level(level.label, condition(level.sql, dialect), level.prior, level.frequency)
                      for level in comparison.levels),
                    _level("differs", "ELSE", comparison.else_prior, ""),
                ],
            }
            for comparison in comparisons
        ],
    }  # fmt: skip


def _level(label: str, text: str, prior: float, frequency: str) -> dict[str, Any]:
    level: dict[str, Any] = {"sql_condition": text, "label_for_charts": label, "m_probability": prior}
    if frequency:
        level |= {
            "tf_adjustment_column": frequency,
            "tf_adjustment_weight": 1.0,
            "disable_tf_exact_match_detection": True,
        }
    return level


@dataclass(frozen=True, slots=True)
class Round:
    """One block on which EM learns: pairs that agree in ``columns``, and how many there are."""

    columns: tuple[str, ...]
    pairs: int


def rounds(connection: Connection, features: Features, comparisons: Sequence[Comparison]) -> list[Round]:
    """Return the blocks on which EM learns, the purest first: pairs that agree in something personal.

    Where a round holds a column fixed, another frees it. Families share surname, phone and address: what agrees in
    these alone would teach that one person has several given names, so it is the last resort.
    """
    numbers = [*features.of(Kind.ID_NUMBER), *features.of(Kind.ID_TOKEN)]
    births = features.of(Kind.BIRTH_DATE)
    names = [f"{part}_key" for part, has in (("given", features.has_given), ("surname", features.has_surname)) if has]
    kinds = (Kind.PHONE, Kind.PHONE_TOKEN, Kind.EMAIL, Kind.POSTCODE, Kind.ADDRESS, Kind.SUBURB)
    shared = [column for kind in kinds for column in features.of(kind)[:1]]
    tried = [[number] for number in numbers[:1]] + [names] * bool(names) + [[birth] for birth in births[:1]]
    tried += [[names[0], column] for column in shared if names]
    chosen: list[Round] = []
    for columns in [*tried, *([column] for column in shared)]:
        if chosen and columns[0] in shared:
            break
        if len(chosen) < _ROUNDS and len(_held(columns, comparisons)) < len(comparisons):
            pairs = _pairs_of(connection, columns)
            if pairs >= _FEW_PAIRS:
                chosen.append(Round(tuple(columns), pairs))
    return chosen


def _held(columns: Sequence[str], comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Return the comparisons that look at one of the columns, and so learn nothing where these agree."""
    marks = [f"{column}_l" for column in columns]
    return [each for each in comparisons if any(mark in level.sql for level in each.levels for mark in marks)]


def _pairs_of(connection: Connection, columns: Sequence[str]) -> int:
    known = " and ".join(f"{column} is not null" for column in columns)
    groups = f"select count(*) as n from people where {known} group by {', '.join(columns)}"
    return one(connection, f"select coalesce(sum(n * (n - 1) / 2), 0)::bigint from ({groups})")


def train(
    connection: Connection, features: Features, comparisons: Sequence[Comparison], *, seed: int, across: bool
) -> Settings:
    """Return Splink's settings with trained weights, smoothed; the same for the same data and seed."""
    api = DuckDBAPI(connection)
    apart = f" and (l.row < {features.files[0]}) <> (r.row < {features.files[0]})" if across else ""
    learned: list[Learned] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linker = Linker(api.register("people"), settings_of(comparisons, "duckdb"), log_level=logging.ERROR)
        linker.training.estimate_u_using_random_sampling(
            max_pairs=_CHANCE_PAIRS, seed=seed, num_chunks=1, min_count_per_level=None
        )
        chance = [
            [float(level.u_probability or 0.0) for level in each._comparison_levels_excluding_null]
            for each in linker._settings_obj.comparisons
        ]
        for each in rounds(connection, features, comparisons):
            learned += _learn(linker, each, apart, {comparison.name for comparison in _held(each.columns, comparisons)})
    return smooth(settings_of(comparisons, "duckdb"), comparisons, chance, learned)


def _learn(linker: Linker, each: Round, apart: str, held: set[str]) -> list[Learned]:
    """Run EM on one block and return what it learned; nothing where the block holds too few true pairs."""
    rule = " and ".join(f"l.{column} = r.{column}" for column in each.columns) + apart
    try:
        session = linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=_EM_PAIRS
        )
    except (SplinkException, ValueError, ZeroDivisionError):
        # Parameters ran against zero or one: without true pairs there is nothing to separate.
        return []
    model = session.core_model_settings
    true = float(model.probability_two_random_records_match) * min(each.pairs, _EM_PAIRS)
    return [
        Learned(
            comparison.output_column_name,
            tuple(float(level.m_probability or 0.0) for level in comparison._comparison_levels_excluding_null),
            true,
        )
        for comparison in model.comparisons
        if true >= _FEW_PAIRS and comparison.output_column_name not in held
    ]
