"""A small made-up book of policies: poor payers surrender more, nothing else matters."""

from datetime import date

import numpy as np
import pandas as pd

from keyuan.analytics.rules.lapse.book import Book, build_book

UNTIL = date(2010, 5, 31)
YEARLY = {"monthly": 0.12, "yearly": 0.04}


def frame(count: int = 3000, seed: int = 1) -> pd.DataFrame:
    """Return policies issued 1998–2006, with surrenders by their frequency of payment and some deaths."""
    draw = np.random.default_rng(seed)
    issue = np.datetime64("1998-01-01") + draw.integers(0, 365 * 9, count).astype("timedelta64[D]")
    often = draw.choice(list(YEARLY), count)
    surrender = draw.exponential(365.25 / np.vectorize(YEARLY.get)(often))
    death = draw.exponential(365.25 / 0.01, count)
    running = (np.datetime64(UNTIL) - issue).astype(float)
    days = np.minimum(np.minimum(surrender, death), running)
    cause = np.where(days == running, "in-force", np.where(surrender < death, "surrender", "death"))
    return pd.DataFrame(
        {
            "issue": issue,
            "quarters": days / (365.25 / 4),
            "cause": cause,
            "frequency": often,
            "premium": draw.normal(size=count).round(2),
        },
        index=pd.RangeIndex(2, count + 2),
    )


def book(table: pd.DataFrame) -> Book:
    """Return the table as a book."""
    return build_book(
        table.drop(columns=["issue", "quarters"]),
        issue=table["issue"],
        duration=table["quarters"],
        unit="quarters",
        event="cause",
        value="surrender",
        until=UNTIL,
    )
