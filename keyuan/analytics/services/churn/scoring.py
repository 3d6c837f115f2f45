"""The step that puts tonight's contracts on the cards (ANA-6)."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.extensions import Done
from keyuan.analytics.rules.churn.facts import FACTS, facts
from keyuan.analytics.rules.churn.outcomes import OUTCOMES, eligible
from keyuan.analytics.rules.churn.scoring import CHANCES, of_customers, on_cards
from keyuan.analytics.selectors.churn.contracts import TABLE
from keyuan.analytics.selectors.objections import objecting_ids
from keyuan.analytics.services.churn.kept import Kept, cards_in_force
from keyuan.analytics.services.churn.learning import SOURCES, frame_of
from keyuan.analytics.services.night.work import Night

TONIGHT, CONTRACTS, CUSTOMERS, SEEN = "churn_facts", TABLE, "churn_customers", "churn_seen"
#: Rows of each model that the register compares with training.
WATCHED_ROWS = 20_000
#: Rows that a reader of one contract has to look through: tables stand in order of their keys.
GROUP_ROWS = 20_000
INT, TEXT = pa.int64(), pa.string()
_NUMBERS = ("policy_id", "customer_id", *CHANCES, "level", "premium", "at_stake")
CONTRACT_ROWS = pa.schema([*((name, INT) for name in _NUMBERS), ("outcome", TEXT), ("reasons", TEXT)])
CUSTOMER_ROWS = pa.schema([
    *((name, INT) for name in (*_NUMBERS, "model_number")),
    *((name, TEXT) for name in ("outcome", "reasons", "contracts", "sign", "model")),
])  # fmt: skip


def score_churn(night: Night) -> Done:
    """Make the chances of every contract in force, and the customers who stand out.

    Who objects to automated decisions has no chance at all (PIPL 24).
    """
    kept = cards_in_force()
    if not kept:
        return Done()
    done = night.make(TONIGHT, SOURCES, facts, days=[night.day])
    rows = frame_of(night, TONIGHT)
    rows = rows[~rows["customer_id"].isin(objecting_ids())]
    contracts = on_cards(rows, {key: card for key, (card, _version) in kept.items()})
    customers = of_customers(contracts)
    customers = _named(customers, kept)
    _put(night, CONTRACTS, pa.Table.from_pandas(contracts, CONTRACT_ROWS, preserve_index=False))
    _put(night, CUSTOMERS, pa.Table.from_pandas(customers, CUSTOMER_ROWS, preserve_index=False))
    _put(night, SEEN, pa.Table.from_pandas(_seen(rows, kept), preserve_index=False))
    made = (CONTRACTS, CUSTOMERS, SEEN)
    return Done((TONIGHT,), (TONIGHT, *made), done.rows_in, night.rows(*made))


def _named(customers: pd.DataFrame, kept: Kept) -> pd.DataFrame:
    """Name the version whose horizon is the longest of the way that stands out: the register explains it."""
    newest = {outcome: version for (outcome, _months), (_card, version) in sorted(kept.items())}
    return customers.assign(
        model=customers["outcome"].map(lambda outcome: newest[outcome].key),
        model_number=customers["outcome"].map(lambda outcome: newest[outcome].number),
    )


def _seen(rows: pd.DataFrame, kept: Kept) -> pd.DataFrame:
    """Return, for each model, a part of tonight's rows with facts and score, by which drift is watched."""
    names = [one.name for one in FACTS if one.is_measure]
    outcomes = {outcome.key: outcome for outcome in OUTCOMES}
    parts = []
    for (key, months), (card, _version) in sorted(kept.items()):
        mine = rows[eligible(rows, outcomes[key], months)]
        mine = mine.iloc[:: max(1, len(mine) // WATCHED_ROWS)]
        if len(mine):
            found = mine[["customer_id", *names]].assign(model=card.key)
            parts.append(found.assign(score=card.chance(card.points(mine))))
    return pd.concat(parts, ignore_index=True) if parts else rows.iloc[:0][["customer_id"]]


def _put(night: Night, table: str, rows: pa.Table) -> None:
    path = night.made(table)
    pq.write_table(rows, path, row_group_size=GROUP_ROWS)
    path.chmod(0o600)
