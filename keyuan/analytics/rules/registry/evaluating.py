"""How good a model was on rows it had not seen, in whole and for each group of people (ANA-11).

``evaluated`` makes the part of a version's ``metrics`` that the pages draw: calibration, lift, score, fairness.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from keyuan.analytics.rules.propensity.measures import area, calibration_error, calibration_table, lift_table
from keyuan.analytics.rules.registry.profiles import profile_of

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.str_]
#: Lower ends of the age bands in which the law and the trade look at people (GK).
AGES = (0, 18, 30, 40, 50, 60, 70)
UNKNOWN = "?"
#: Groups below so many rows, or with fewer events, are not shown: they would tell of single people, and of chance (GK).
LEAST_ROWS, LEAST_EVENTS = 50, 10
#: The part of the book that a model picks, for rates of selection.
PICKED = 0.1
#: The AUC of who tosses a coin.
COIN = 0.5
#: Four fifths (GK).
LEAST_RATIO = 0.8


def age_band(birth_on: date | None, day: date) -> str:
    """Return the band of an age on ``day``, such as ``30-39`` or ``70+``; ``?`` where the birth date is unknown."""
    if birth_on is None:
        return UNKNOWN
    return band_of(day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day)))


def band_of(years: int) -> str:
    """Return the band of an age in completed years."""
    place = max(at for at, low in enumerate(AGES) if years >= low or at == 0)
    return f"{AGES[place]}+" if place == len(AGES) - 1 else f"{AGES[place]}-{AGES[place + 1] - 1}"


def evaluated(score: Any, happened: Any, groups: Mapping[str, Any]) -> dict[str, Any]:
    """Return calibration, lift, score and fairness of probabilities ``score`` against what ``happened`` (0, 1).

    Rows must be unseen by the fit. ``groups`` gives, for each way of dividing people (``sex``, ``age``), the group of
    each row. Empty without rows.
    """
    chance, target = np.asarray(score, dtype=float), np.asarray(happened, dtype=float)
    if not target.size:
        return {}
    table = calibration_table(target, chance)
    return {
        "unseen_rows": int(target.size),
        "unseen_events": int(target.sum()),
        "calibration": [asdict(one) for one in table],
        "calibration_error": round(calibration_error(table), 6),
        "lift": [asdict(one) for one in lift_table(target, chance)],
        "score": profile_of(chance),
        "fairness": {key: fairness(chance, target, np.asarray(words, dtype=str)) for key, words in groups.items()},
    }


def fairness(chance: Floats, target: Floats, words: Words) -> list[dict[str, Any]]:
    """Return for each group rows, events, rate of selection, promised and observed rate, AUC; small ones masked.

    Selected is who stands among the best tenth of all. A masked group has ``rows`` None and no figures.
    """
    picked = chance >= np.quantile(chance, 1 - PICKED)
    return [_group(word, *(part[words == word] for part in (chance, target, picked))) for word in np.unique(words)]


def _group(word: str, chance: Floats, target: Floats, picked: npt.NDArray[np.bool_]) -> dict[str, Any]:
    rows, events = int(target.size), int(target.sum())
    if rows < LEAST_ROWS:
        return {"group": str(word), "rows": None}
    found = {"group": str(word), "rows": rows, "selected": round(float(picked.mean()), 4)}
    if min(events, rows - events) < LEAST_EVENTS:
        return {**found, "events": None}
    rates = {"promised": chance.mean(), "observed": target.mean(), "auc": area(target, chance)}
    return {**found, "events": events, **{name: round(float(value), 4) for name, value in rates.items()}}


def is_chance(metrics: Mapping[str, Any]) -> bool:
    """Tell whether the AUC on unseen rows cannot be told from tossing a coin: 0.5 lies within two spreads of it.

    Without a spread only 0.5 and less are called chance. Models that are not judged by an AUC never are.
    """
    area_found = metrics.get("auc")
    return area_found is not None and area_found - 2 * (metrics.get("auc_sd") or 0) <= COIN


def disparity(groups: Iterable[Mapping[str, Any]]) -> float | None:
    """Return the lowest rate of selection over the highest among the groups that are shown; None below two of them.

    Below `LEAST_RATIO` somebody has to look why: a difference in need is a reason, sex or age by itself is none.
    """
    known = (one for one in groups if one["group"] != UNKNOWN)
    rates: list[float] = [one["selected"] for one in known if one.get("selected") is not None]
    if len(rates) < 2 or not max(rates):
        return None
    return round(min(rates) / max(rates), 2)
