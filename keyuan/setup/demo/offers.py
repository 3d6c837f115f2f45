"""Offers of the demo book that stood months ago, for measuring their uptake, and answers of customers (ANA-7).

Spells are laid under purchases that the book has, and beside customers who bought nothing: those offered bought more
often than those held back, as one hopes.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.apps import apps

from keyuan.analytics.rules.offers.choosing import held_back
from keyuan.analytics.rules.offers.terms import FAMILIES, TERMS
from keyuan.setup.demo.plan import Book

#: Spells of a small book and of a large one; the days before today on which they began.
FEWEST, MOST, ONE_IN = 120, 4_000, 20
BEGUN = (TERMS.counted_days + 5, 330)
ANSWERED, PAUSED_DAYS = 30, 180


def open_offers(book: Book, now: datetime) -> None:
    """Keep spells that are over, and some answers whose families rest."""
    draws = Random(book.seed + 7)
    count = min(MOST, max(FEWEST, book.customers // ONE_IN))
    buyers, others = _buyers(book, count), _others(count)
    spells = {(pk, family): on for pk, family, on in [*buyers, *_drawn(book, others, draws)]}
    held = held_back([pk for pk, _family in spells], TERMS)
    _model("OfferSpell").bulk_create(
        [
            _model("OfferSpell").model(
                customer_id=pk, family=family, is_shown=not is_held, begun_on=on, ended_on=on + timedelta(days=60)
            )
            for ((pk, family), on), is_held in zip(spells.items(), held.tolist(), strict=True)
        ],
        2_000,
    )  # fmt: skip
    _answers(book, others[:ANSWERED], now, draws)


def _model(name: str) -> Any:
    return apps.get_model(f"analytics.{name}")._default_manager


def _buyers(book: Book, count: int) -> list[tuple[int, str, Any]]:
    """Return who bought what in the months in question, offered some weeks before."""
    policies = apps.get_model("policies.Policy")._default_manager.filter(
        issued_on__range=(book.as_of - timedelta(days=BEGUN[1]), book.as_of - timedelta(days=BEGUN[0])),
        is_group=False, previous_policy_id__isnull=True, kind__in=FAMILIES,
    )  # fmt: skip
    rows = policies.order_by("pk").values_list("holder_id", "kind", "issued_on")[: count // 6]
    return [(pk, family, on - timedelta(days=20)) for pk, family, on in rows if on]


def _others(count: int) -> list[int]:
    people = apps.get_model("customers.CustomerSummary")._default_manager.filter(
        customer__kind="P", customer__status="ACTIVE"
    )
    return list(people.order_by("pk").values_list("pk", flat=True)[: count * 3 : 3])


def _drawn(book: Book, ids: list[int], draws: Random) -> list[tuple[int, str, Any]]:
    return [(pk, draws.choice(FAMILIES), book.as_of - timedelta(days=draws.randint(*BEGUN))) for pk in ids]


def _answers(book: Book, ids: list[int], now: datetime, draws: Random) -> None:
    rows = [
        _model("OfferAnswer").model(
            customer_id=pk, family=draws.choice(FAMILIES), reason=draws.choice(("PRICE", "COVERED", "LATER")),
            until=book.as_of + timedelta(days=draws.choice((30, 90, PAUSED_DAYS))),
            made_at=now - timedelta(days=draws.randint(1, 20)), made_by_name="周建国",
        )
        for pk in ids
    ]  # fmt: skip
    _model("OfferAnswer").bulk_create(rows, 2_000)
