"""The step that fits cards, at most once a month, on a part of the book (ANA-7)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import NightRun
from keyuan.analytics.rules.offers.cards import NAMES, SEED, Fitted, Seen, fit_cards, to_json
from keyuan.analytics.rules.offers.facts import PARTS, Window, learning, windows_before
from keyuan.analytics.rules.offers.terms import FAMILIES
from keyuan.analytics.rules.registry.evaluating import band_of, evaluated
from keyuan.analytics.rules.registry.profiles import departed, described
from keyuan.analytics.selectors.terms import OFFERS
from keyuan.analytics.services.night.work import Night
from keyuan.analytics.services.offers.kept import FILE, key_of, last_fitted_at
from keyuan.analytics.services.registry.recording import record_version

FACTS, LEARNING = "offer_facts", "offer_learning"
SOURCES = ("customers", "policies", "interactions")
#: Customers looked at in each window: enough for rare purchases, and done within a minute.
DRAWN = 60_000


def learn_cards(night: Night) -> Done:
    """Fit a card for each family from the book's own purchases, unless cards were fitted within the month."""
    last, (terms, _version) = last_fitted_at(), OFFERS.in_force()
    if last is not None and night.now - last < timedelta(days=terms.refit_days):
        return Done()
    return fit_on(night, windows_before(night.day), LEARNING)


def fit_on(
    night: Night, windows: tuple[Window, ...], into: str, families: Sequence[str] = FAMILIES, *, mark: str = ""
) -> Done:
    """Fit a card for each of ``families`` on ``windows`` and record it; the rows learnt from stand in table ``into``.

    ``mark`` sets the folders of an additional fit of the same day apart.
    """
    part = min(PARTS, max(1, DRAWN * PARTS // max(1, night.rows("customers"))))
    done = night.make(into, SOURCES, learning, windows=windows, part=part)
    # In one order whoever wrote it: what is learned must not depend on how threads came by.
    table = pq.read_table(night.path(into)).sort_by([(name, "ascending") for name in ("customer_id", "window")])
    left_out = _left_out(table, pq.read_table(night.path(FACTS), columns=list(NAMES)))
    fitted = fit_cards(replace(seen_of(table, families), left_out=tuple(left_out)))
    for family, found in fitted.items():
        _record(night, family, found, table, windows, left_out, mark)
    return Done(done.reads, done.tables, done.rows_in, done.rows_out, len(fitted))


def _left_out(then: pa.Table, tonight: pa.Table) -> dict[str, float]:
    """Return the facts that tonight look quite otherwise than in the windows learned from, with their stability."""
    return departed(*({name: table.column(name).to_numpy() for name in NAMES} for table in (then, tonight)))


def seen_of(table: pa.Table, families: Sequence[str] = FAMILIES) -> Seen:
    """Return the rows of the table of learning as cards are fitted to them."""
    bought = {family: table.column(f"bought_{family}").to_numpy() for family in families}
    return Seen(codes_of(table), table.column("window").to_numpy(), bought)


def codes_of(table: pa.Table) -> Any:
    """Return rows × facts, in the order of `NAMES`."""
    return np.column_stack([table.column(name).to_numpy().astype(np.int16) for name in NAMES])


def _record(
    night: Night,
    family: str,
    found: Fitted,
    table: pa.Table,
    windows: tuple[Window, ...],
    left_out: Mapping[str, float],
    mark: str,
) -> None:
    days = Path(settings.VAR_DIR) / "analytics" / "models" / "offers" / night.day.isoformat()
    folder = days / f"{family.lower()}{mark}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(to_json({family: found.card})[family], ensure_ascii=False, indent=1)
    (folder / FILE).write_text(f"{text}\n", encoding="utf-8")
    measured = found.card.measured
    groups = {
        "sex": np.asarray(table.column("sex").fill_null("").to_pylist())[found.places],
        "age": np.asarray([band_of(years) for years in table.column("years").to_pylist()])[found.places],
    }
    record_version(
        actor=night.actor,
        key=key_of(family),
        data_date=night.day,
        features=[one for one in _features(found, table) if one["name"] not in left_out],
        metrics={
            "auc": measured.area,
            "captured": measured.captured,
            "boosting_auc": measured.boosting_area,
            "rows": measured.rows,
            "buyers": measured.buyers,
            "expected": measured.expected,
            **evaluated(found.said, found.target, groups),
        },
        protocol={
            "seed": SEED,
            "strength": measured.strength,
            "drawn": table.num_rows,
            "left_out": ", ".join(left_out),
            "windows": [f"{window.on.isoformat()}/{window.until.isoformat()}" for window in windows],
        },
        folder=folder,
        at=night.now,
        run_id=NightRun.objects.filter(day=night.day).values_list("pk", flat=True).first(),
    )


def _features(found: Fitted, table: pa.Table) -> list[dict[str, Any]]:
    """Return the facts with how far each sets customers apart, and what they looked like in training."""
    codes = codes_of(table)
    spread = found.card.parts(codes).std(axis=0)
    columns = {name: codes[:, n] for n, name in enumerate(NAMES)}
    return described(columns, {name: round(float(spread[n]), 4) for n, name in enumerate(NAMES)})
