"""The step that chooses offers: chances of everybody, what could be sold, its worth, and whom to approach (ANA-7)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.analytics.extensions import Done
from keyuan.analytics.rules.offers.cards import Card
from keyuan.analytics.rules.offers.choosing import (
    Chosen,
    People,
    Worth,
    chances_of,
    choose,
    held_back,
    reasons_of,
    without,
)
from keyuan.analytics.rules.offers.shelf import Ware, shelf_of
from keyuan.analytics.rules.offers.terms import FAMILIES, OLDEST, OfferTerms
from keyuan.analytics.selectors.objections import objecting_ids
from keyuan.analytics.selectors.offers.approach import Approach, approaches_of, opening_of, told_of
from keyuan.analytics.selectors.offers.standing import open_gaps, paused_pairs
from keyuan.analytics.selectors.terms import OFFERS, VALUE
from keyuan.analytics.services.night.valuing import FACTORS
from keyuan.analytics.services.night.work import Night
from keyuan.analytics.services.offers.kept import cards_in_force
from keyuan.analytics.services.offers.learning import FACTS, codes_of
from keyuan.contact.selectors.terms import purposes
from keyuan.kernel.codes import SalesChannel
from keyuan.products.models import Product
from keyuan.products.selectors.sale import terms_of_sale

CHANCES, CHOSEN = "offer_chances", "next_offers"
CHANNELS = ("", *SalesChannel)
#: What sold of late, and at which premium for how many years to come: contracts of a year are taken to be renewed, as
#: everywhere in value; long ones paid at once are left out, they would hide what the others pay.
_SOLD = """
SELECT product_id, product_kind AS family, annual_premium AS premium,
       CASE WHEN NOT is_long_term THEN $horizon
            WHEN pay_term_unit = 'Y' THEN greatest(pay_term - 1, 0) ELSE 0 END AS years
FROM policies WHERE issued_on > $since AND previous_policy_id IS NULL AND NOT is_group AND currency = 'CNY'
 AND annual_premium > 0 AND NOT (is_long_term AND coalesce(pay_mode, '') = '01')
"""
_WORTH = f"""
SELECT family, median(premium)::BIGINT, median(years)::BIGINT FROM ({_SOLD}) GROUP BY family
"""  # noqa: S608 - a text of our own
_COUNTED = f"SELECT product_id, count(*) FROM ({_SOLD}) GROUP BY product_id"  # noqa: S608 - a text of our own
SOLD_DAYS = 730


def choose_offers(night: Night) -> Done:
    """Make the table of offers, shown and held back, and that of everybody's chances."""
    with night.opened() as mart:
        people, channels = _people(mart, night)
        worths = _worths(mart, night, channels)
        agreed = _agreed(mart, night)
    in_force = cards_in_force()
    cards = {family: card for family, (card, _number) in in_force.items() if family in worths}
    chances = chances_of(people, cards)
    _keep_chances(night, people, chances)
    gaps = open_gaps()
    terms, _version = OFFERS.in_force()
    chosen = choose(people, cards, chances, worths, gaps, terms)
    numbers = {family: number for family, (_card, number) in in_force.items()}
    rows = _rows(people, cards, chosen, numbers)
    rows |= _approached(night, rows["customer_id"], agreed)
    rows |= _standing(night, rows, terms)
    path = night.made(CHOSEN)
    pq.write_table(pa.table(rows), path)
    path.chmod(0o600)
    return Done((FACTS, "policies", "consents", FACTORS), (CHOSEN, CHANCES), len(people.ids), night.rows(CHOSEN))


def _people(mart: Any, night: Night) -> tuple[People, Any]:
    """Return everybody to whom something may be offered, and the place of the channel of each in `CHANNELS`."""
    table = pq.read_table(night.path(FACTS)).sort_by("customer_id")
    ids = table.column("customer_id").to_numpy()
    channels = _places(table, "sales_channel", CHANNELS)
    wares = _wares(mart, night)
    # Where no product is bound to a region, regions make no difference.
    bound = any(ware.terms.regions for ware in wares)
    regions = sorted({code or "" for code in table.column("region_code").to_pylist()}) if bound else [""]
    region = _places(table, "region_code", regions)
    risk = _places(table, "risk_appetite", ("", "C1", "C2", "C3", "C4", "C5"))
    years = table.column("years").to_numpy()
    products = {
        family: shelf_of(wares, family, CHANNELS, regions, night.day)[channels, region, risk, years]
        for family in FAMILIES
    }
    people = People(ids, codes_of(table), products)
    objecting = objecting_ids()
    kept = ~np.isin(ids, np.fromiter(objecting, dtype=np.int64, count=len(objecting)))
    return without(people, objecting), channels[kept]


def _places(table: pa.Table, name: str, known: Any) -> Any:
    """Return the place of each value among ``known``; 0 for one that is not there."""
    column = table.column(name).combine_chunks().dictionary_encode()
    places = {code: at for at, code in enumerate(known)}
    found = np.array([*(places.get(code or "", 0) for code in column.dictionary.to_pylist()), 0])
    return found[column.indices.fill_null(len(found) - 1).to_numpy(zero_copy_only=False)]


def _wares(mart: Any, night: Night) -> list[Ware]:
    sold = dict(mart.execute(_COUNTED, _since(night, 0)).fetchall())
    products = Product.objects.filter(kind__in=FAMILIES, is_rider=False, is_group=False)
    return [
        Ware(
            one.pk, one.kind, one.issue_age_min or 0, one.issue_age_max or OLDEST, terms_of_sale(one), one.design,
            one.complexity, sold.get(one.pk, 0),
        )
        for one in products.order_by("code")
    ]  # fmt: skip


def _since(night: Night, horizon: int) -> dict[str, Any]:
    return {"since": night.day - timedelta(days=SOLD_DAYS), "horizon": horizon}


def _worths(mart: Any, night: Night, channels: Any) -> dict[str, Worth]:
    """Return the usual premium of each family and what its margin comes to, by the channel of each customer.

    The first premium and those to come, while the contract survives, by the assumptions of value in force (ANA-2).
    """
    terms, _version = VALUE.in_force()
    found = {}
    for family, premium, years in mart.execute(_WORTH, _since(night, terms.horizon)).fetchall():
        factors = mart.execute(
            f"SELECT sales_channel, worth, cost FROM {FACTORS} WHERE product_kind = ? AND age = 0 AND years = ?",  # noqa: S608 - a name of our own
            [family, min(years, terms.horizon)],
        ).fetchall()
        by_channel = {channel: worth * premium // 10_000 - cost for channel, worth, cost in factors}
        if family in FAMILIES and by_channel:
            first = premium * terms.margins.get(family, 0) // 10_000
            margins = np.array([first + by_channel.get(channel, by_channel[""]) for channel in CHANNELS])
            found[family] = Worth(premium, margins[channels])
    return {family: found[family] for family in FAMILIES if family in found}


def _agreed(mart: Any, night: Night) -> dict[int, set[str]]:
    """Return the channels by which each customer agreed to be sold to; an empty one stands for all."""
    rows = mart.execute(
        "SELECT customer_id, contact_channel FROM consents WHERE purpose = 'MARKETING' AND revoked_at IS NULL"
        " AND (expires_on IS NULL OR expires_on >= ?)",
        [night.day],
    ).fetchall()
    found: dict[int, set[str]] = {}
    for pk, channel in rows:
        found.setdefault(pk, set()).add(channel)
    return found


def _keep_chances(night: Night, people: People, chances: Mapping[str, Any]) -> None:
    """Keep everybody's chances: drift is watched by them (ANA-11)."""
    columns = {key.lower(): pa.array(said, pa.float32(), from_pandas=True) for key, said in chances.items()}
    path = night.made(CHANCES)
    pq.write_table(pa.table({"customer_id": people.ids, **columns}), path)
    path.chmod(0o600)


def _rows(people: People, cards: Mapping[str, Card], chosen: Chosen, numbers: Mapping[str, int]) -> dict[str, Any]:
    columns = asdict(chosen)
    at = columns.pop("at")
    reasons = np.empty(len(at), dtype=object)
    reasons[:] = "[]"
    for family, card in cards.items():
        own = np.flatnonzero(chosen.family == family)
        reasons[own] = [json.dumps(one) for one in reasons_of(card, people.codes[at[own]])]
    model = np.array([numbers.get(family, 0) for family in chosen.family], dtype=np.int64)
    renamed = {"product_id": columns.pop("product"), "family": columns.pop("family").astype(str)}
    return {"customer_id": people.ids[at], **renamed, **columns, "reasons": reasons, "model_number": model}


def _approached(night: Night, ids: Any, agreed: Mapping[int, set[str]]) -> dict[str, list[str]]:
    """Return block and ways of each row: those of whom only consents are known by these, all others by the judge."""
    at = opening_of(night.day, night.now)
    chosen = set(ids.tolist())
    judged = approaches_of(sorted(chosen & told_of(at=at)), at=at)
    terms = purposes()["MARKETING"]
    usual: dict[frozenset[str], Approach] = {}

    def of(pk: int) -> Approach:
        if pk in judged:
            return judged[pk]
        said = frozenset(agreed.get(pk, ())) if terms.needs_consent else frozenset({""})
        if said not in usual:
            open_ways = tuple(way for way in terms.channels if said & {"", way})
            usual[said] = Approach(open_ways, "" if open_ways else "no_consent")
        return usual[said]

    found = [of(pk) for pk in ids.tolist()]
    return {"block": [one.block for one in found], "ways": [" ".join(one.ways) for one in found]}


def _standing(night: Night, rows: Mapping[str, Any], terms: OfferTerms) -> dict[str, Any]:
    paused = paused_pairs(night.day)
    pairs = zip(rows["customer_id"].tolist(), rows["family"].tolist(), strict=True)
    return {
        "is_paused": [pair in paused for pair in pairs],
        "is_shown": ~held_back(rows["customer_id"], terms),
    }
