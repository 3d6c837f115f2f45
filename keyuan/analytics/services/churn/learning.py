"""The step that makes cards out of the book's own past, at most once a month, of a part of the book (ANA-6)."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import structlog

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import NightRun
from keyuan.analytics.rules.churn.cards import Card
from keyuan.analytics.rules.churn.facts import FACTS, KEYS, LIFE, YEARLY, facts
from keyuan.analytics.rules.churn.leaks import issued, leaks
from keyuan.analytics.rules.churn.learning import Judged, Split, made, protocol, split
from keyuan.analytics.rules.churn.outcomes import HORIZONS, OUTCOMES, Outcome, snapshot_days
from keyuan.analytics.rules.registry.evaluating import UNKNOWN, band_of, evaluated
from keyuan.analytics.rules.registry.profiles import departed, described
from keyuan.analytics.services.churn.kept import keep, last_learnt, versions_kept
from keyuan.analytics.services.night.work import Night
from keyuan.analytics.services.registry.recording import record_version

PAST, ISSUED, TONIGHT = "churn_past", "churn_issued", "churn_tonight"
SOURCES = ("policies", "customers", "payments", "interactions", "claims")
#: Cards are made anew after so many days at the earliest.
REFIT = timedelta(days=28)
#: Contracts that are looked at month by month: enough for seldom ends, and done within a minute.
CONTRACTS = 40_000

log = structlog.get_logger(__name__)


def learn_churn(night: Night) -> Done:
    """Make a card for each way and horizon that has losses enough, unless cards were made within the month.

    Those of the same day are made again, as they were: a night that was killed here goes on with all of them.
    """
    last = last_learnt()
    if last is not None and last[0] != night.day and night.now - last[1] < REFIT:
        return Done()
    before = versions_kept()
    one_in = max(1, night.rows("policies") // CONTRACTS)
    done = night.make(PAST, SOURCES, facts, days=snapshot_days(night.day), one_in=one_in)
    night.make(ISSUED, ("policies",), issued, as_of=night.day, one_in=one_in)
    night.make(TONIGHT, SOURCES, facts, days=[night.day], one_in=one_in)
    past = frame_of(night, PAST)
    left_out = _left_out(night) | _departed(past, frame_of(night, TONIGHT))
    for outcome in OUTCOMES:
        for months in HORIZONS:
            parts = split(past, outcome, months, night.day)
            if parts.is_enough:
                card, found = made(outcome, months, parts, night.day, tuple(left_out))
                _record(night, outcome, months, card, found, parts, left_out)
    return Done(SOURCES, (PAST, ISSUED, TONIGHT), done.rows_in, done.rows_out, versions_kept() - before)


def frame_of(night: Night, table: str) -> pd.DataFrame:
    """Return a table of the night, in one order whoever wrote it; days stay days, also the last one of time.

    Engines write rows as their threads come by. What is learnt of them must not depend on it: a second night of the
    same day changes nothing.
    """
    rows = pq.read_table(night.path(table)).to_pandas(date_as_object=False)
    return rows.sort_values([name for name in KEYS if name in rows.columns], ignore_index=True)


def _left_out(night: Night) -> dict[str, str]:
    """Return the terms of issue that were overwritten at the end of contracts, each with the sign of it."""
    rows = frame_of(night, ISSUED)
    found = {one.column: one.sign for line in (LIFE, YEARLY) for one in leaks(rows, line, night.day) if one.left_out}
    if found:
        log.warning("churn.known_only_at_exit", columns=sorted(found))
    return found


def _departed(past: pd.DataFrame, tonight: pd.DataFrame) -> dict[str, str]:
    """Return the measures that tonight look quite otherwise than in the past, each with its index of stability."""
    names = [one.name for one in FACTS if one.is_measure]
    far = departed(
        *({name: frame[name].to_numpy(dtype=float, na_value=np.nan) for name in names} for frame in (past, tonight))
    )
    return {name: f"stability {index:.2f}" for name, index in far.items()}


def _record(
    night: Night, outcome: Outcome, months: int, card: Card, found: Judged, parts: Split, left_out: dict[str, str]
) -> None:
    rows = parts.judged
    chance = card.chance(card.points(rows.frame))
    groups = {
        "sex": rows.frame["sex"].fillna("").astype(str).to_numpy(),
        "age": rows.frame["age"].map(lambda years: UNKNOWN if pd.isna(years) else band_of(int(years))).to_numpy(),
    }
    record_version(
        actor=night.actor,
        key=card.key,
        data_date=night.day,
        features=_features(card, found, parts.learnt.frame),
        metrics={**_plain(found), **evaluated(chance, rows.happened, groups)},
        protocol={**protocol(found, outcome, months), "left_out": ", ".join(sorted(left_out))},
        folder=keep(card, night.day),
        at=night.now,
        run_id=NightRun.objects.filter(day=night.day).values_list("pk", flat=True).first(),
    )


def _plain(found: Judged) -> dict[str, Any]:
    names = ("learnt", "learnt_lost", "count", "lost")
    shares = ("rate", "auc", "auc_sd", "baseline_auc", "lift10", "brier")
    return {name: getattr(found, name) for name in names} | {name: round(getattr(found, name), 4) for name in shares}


def _features(card: Card, found: Judged, learnt: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the facts of a card with the AUC that each carries; of measures also what they looked like."""
    measures = {
        part.coder.name: learnt[part.coder.name].to_numpy(dtype=float, na_value=float("nan"))
        for part in card.parts
        if pd.api.types.is_numeric_dtype(learnt[part.coder.name])
    }
    importance = {name: round(lost, 4) for name, lost in found.importance.items()}
    words = [{"name": name, "importance": importance[name]} for name in importance if name not in measures]
    return sorted([*described(measures, importance), *words], key=lambda one: -one["importance"])
