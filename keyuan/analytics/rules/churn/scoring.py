"""The contracts of a night on the cards: chances, who is watched, and why (ANA-6)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from keyuan.analytics.rules.churn.cards import Card, as_text
from keyuan.analytics.rules.churn.outcomes import HORIZONS, OUTCOMES, Outcome, eligible
from keyuan.analytics.rules.lapse.book import Floats
from keyuan.analytics.rules.scorecards import strongest

#: In ten-thousandths: what is kept of a chance.
WHOLE = 10_000
NORMAL, RAISED, HIGH = 0, 1, 2
NO_REASONS = "[]"
#: Contracts that are put on the cards at once.
CHUNK = 200_000
#: Contracts that a customer's row names.
NAMED = 10
CHANCES = tuple(f"chance_{months}" for months in HORIZONS)
CONTRACTS = ("policy_id", "customer_id", "outcome", *CHANCES, "level", "reasons", "premium", "at_stake")
CUSTOMERS = (
    "customer_id",
    "policy_id",
    "outcome",
    "level",
    "reasons",
    *CHANCES,
    "at_stake",
    "premium",
    "contracts",
    "sign",
)

Cards = Mapping[tuple[str, int], Card]


def on_cards(frame: pd.DataFrame, cards: Cards) -> pd.DataFrame:
    """Return one row for each contract of ``frame`` (`facts` of one day) for which there is a card.

    A contract can go in several ways, one after another at most: its chance is their sum, and ``outcome`` is the way
    that stands out most. ``at_stake`` is the premium of a year times the chance within twelve months.
    """
    parts = [
        part
        for start in range(0, len(frame), CHUNK)
        for outcome in OUTCOMES
        if not (part := _of_outcome(frame.iloc[start : start + CHUNK], outcome, cards)).empty
    ]
    if not parts:
        return pd.DataFrame(columns=list(CONTRACTS))
    rows = pd.concat(parts, ignore_index=True)
    together = rows.groupby("policy_id", sort=True)[list(CHANCES)].sum().clip(upper=1.0)
    first = rows.sort_values(["policy_id", "level", "lift"], ascending=[True, False, False], kind="stable")
    found = first.drop_duplicates("policy_id").set_index("policy_id")
    for name in CHANCES:
        found[name] = (together[name] * WHOLE).round().astype("int64")
    found["at_stake"] = (found["premium"] * together[CHANCES[-1]]).round().astype("int64")
    return found.reset_index()[list(CONTRACTS)]


def _of_outcome(frame: pd.DataFrame, outcome: Outcome, cards: Cards) -> pd.DataFrame:
    """Return the chances of one way to go for the contracts of its line, and how far each stands out.

    ``level`` and ``reasons`` are those of the horizon at which a contract stands out most, the nearest of several.
    """
    rows = frame[eligible(frame, outcome, HORIZONS[-1])]
    found = rows[["policy_id", "customer_id"]].assign(outcome=outcome.key, level=NORMAL, lift=0.0, reasons=NO_REASONS)
    found["premium"] = rows["premium"].fillna(0).astype("int64")
    chance: Floats = np.zeros(len(rows))
    for months, name in zip(HORIZONS, CHANCES, strict=True):
        card = cards.get((outcome.key, months))
        if card is not None and len(rows):
            points = card.points(rows)
            here = np.where(eligible(rows, outcome, months), card.chance(points), 0.0)
            if months in outcome.watched_by:
                _stand_out(found, card, rows, points, here)
            # What may happen within three months may happen within six.
            chance = np.maximum(chance, here)
        found[name] = chance
    return found if any(key == outcome.key for key, _months in cards) else found.iloc[:0]


def _stand_out(found: pd.DataFrame, card: Card, rows: pd.DataFrame, points: Floats, chance: Floats) -> None:
    """Raise the level of the contracts that stand out by this card more than by nearer ones; say why."""
    raised, high = card.cuts
    level = np.where(chance >= high, HIGH, np.where(chance >= raised, RAISED, NORMAL))
    higher = level > found["level"].to_numpy()
    found["lift"] = np.maximum(found["lift"], chance / raised)
    found.loc[higher, "level"] = level[higher]
    found.loc[higher, "reasons"] = _reasons(card, rows[higher], points[higher])


def _reasons(card: Card, rows: pd.DataFrame, points: Floats) -> list[str]:
    """Return for each row its facts with the most points, and their values, as text."""
    names = [part.coder.name for part in card.parts]
    texts = [as_text(rows[name]).to_numpy() for name in names]
    return [json.dumps([[names[at], texts[at][row]] for at in places]) for row, places in enumerate(strongest(points))]


def of_customers(contracts: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each customer with a watched contract: the most endangered one, and what is at stake.

    A customer's chance is that of the contract most likely to go: the least that can be said of "any of them" without
    taking contracts to go independently of each other.
    """
    watched = contracts[contracts["level"] > NORMAL]["customer_id"].unique()
    if not len(watched):
        return pd.DataFrame(columns=list(CUSTOMERS))
    theirs = contracts[contracts["customer_id"].isin(watched)].sort_values(
        ["customer_id", "level", CHANCES[-1], "policy_id"], ascending=[True, False, False, True], kind="stable"
    )
    grouped = theirs.groupby("customer_id", sort=True)
    found = grouped.first()[["policy_id", "outcome", "level", "reasons"]]
    for name in CHANCES:
        found[name] = grouped[name].max()
    found["at_stake"] = grouped["at_stake"].sum()
    found["premium"] = grouped["premium"].sum()
    named = theirs[grouped.cumcount() < NAMED]
    told: dict[int, list[dict[str, Any]]] = {}
    for row in named[list(CONTRACTS)].itertuples(index=False):
        told.setdefault(int(row.customer_id), []).append(_contract(row))
    found["contracts"] = [json.dumps(told[pk], ensure_ascii=False) for pk in found.index]
    found["sign"] = [_sign(told[pk]) for pk in found.index]
    return found.reset_index()


def _contract(row: Any) -> dict[str, Any]:
    return {
        "policy": int(row.policy_id),
        "outcome": row.outcome,
        "chances": [int(getattr(row, name)) for name in CHANCES],
        "level": int(row.level),
        "reasons": json.loads(row.reasons) if row.reasons != NO_REASONS else [],
    }


def _sign(contracts: list[dict[str, Any]]) -> str:
    """Return a digest of what is said of contracts but for the chances, which move a little every night."""
    said = [[one[name] for name in ("policy", "outcome", "level", "reasons")] for one in contracts]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()
