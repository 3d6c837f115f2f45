"""Cases of retention of the last years, so that the effect of the work can be looked at on the first day (ANA-6).

Contracts that lapsed were in danger some weeks before, as were others that stayed. Who was left alone is drawn as a
night draws it; in this made-up book calls help a little: of the lost ones fewer had been worked on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.db import transaction

from keyuan.analytics.rules.churn.outcomes import LAPSE
from keyuan.analytics.rules.churn.scoring import HIGH
from keyuan.analytics.rules.churn.terms import Terms
from keyuan.analytics.rules.churn.trial import is_control
from keyuan.analytics.services.churn.cases import OPEN_DAYS
from keyuan.analytics.services.following import PLACE, places_of
from keyuan.setup.demo.plan import Book

#: How far back cases lie, at most so many lost contracts, so many that stayed for each of them, and these at least.
BACK, MOST, STAYED, FEWEST = 900, 1_000, 4, 240
#: The part of the lost ones who had been worked on that calls kept: they are not among the cases.
HELPED = 0.3
#: Usual chance by which a premium is at stake.
AT_STAKE = 0.35


@dataclass(frozen=True, slots=True)
class InDanger:
    """A contract that was in danger: since when, and the day on which it went, if it did."""

    policy_id: int
    customer_id: int
    premium: int
    opened_on: date
    left_on: date | None


def open_churn(book: Book) -> None:
    """Write the cases, at most one a customer."""
    terms, draws = Terms(), Random(book.seed)
    found: dict[int, InDanger] = {}
    for one in (*_lost(book.as_of, draws), *_stayed(book.as_of, draws)):
        helped = one.left_on and not is_control(one.customer_id, terms.seed, terms.control_bp)
        if not (helped and draws.random() < HELPED):
            found.setdefault(one.customer_id, one)
    places = places_of(sorted(found))
    rows = [_case(one, places[pk], book.as_of, terms, draws) for pk, one in found.items() if pk in places]
    with transaction.atomic():
        _model("analytics.ChurnCase").bulk_create(rows, 2_000)


def _model(name: str) -> Any:
    return apps.get_model(name)._default_manager


def _lost(today: date, draws: Random) -> Iterable[InDanger]:
    """Yield contracts suspended within these years, by the index of that day."""
    rows = _model("policies.Policy").filter(suspended_on__gte=today - timedelta(days=BACK), holder__isnull=False)
    chosen = rows.order_by("suspended_on", "pk").values_list("pk", "holder_id", "annual_premium", "suspended_on")
    for pk, holder, premium, left_on in chosen[:MOST]:
        opened_on = left_on - timedelta(days=draws.randint(5, 85))
        yield InDanger(pk, holder, premium or 0, opened_on, left_on)


def _stayed(today: date, draws: Random) -> Iterable[InDanger]:
    """Yield contracts in force for longer than the cases go back."""
    before = today - timedelta(days=BACK + 90)
    rows = _model("policies.Policy").filter(
        status="IN_FORCE", effective_on__lt=before, holder__isnull=False, product__is_long_term=True
    )
    lost = _model("policies.Policy").filter(suspended_on__gte=today - timedelta(days=BACK)).count()
    chosen = rows.order_by("pk").values_list("pk", "holder_id", "annual_premium")
    for pk, holder, premium in chosen[: max(FEWEST, STAYED * min(MOST, lost))]:
        yield InDanger(pk, holder, premium or 0, today - timedelta(days=draws.randint(130, BACK)), None)


def _case(one: InDanger, place: tuple[Any, ...], today: date, terms: Terms, draws: Random) -> Any:
    over = one.opened_on + timedelta(days=OPEN_DAYS)
    chance = draws.randint(1_500, 6_500)
    return _model("analytics.ChurnCase").model(
        customer_id=one.customer_id, policy_id=one.policy_id, outcome=LAPSE.key, level=HIGH, chance=chance,
        at_stake=int(one.premium * AT_STAKE), is_control=is_control(one.customer_id, terms.seed, terms.control_bp),
        model=LAPSE.model_key(12), model_number=0, opened_on=one.opened_on,
        closed_on=over if over <= today else None, left_on=one.left_on,
        left_after=(one.left_on - one.opened_on).days if one.left_on else None,
        **dict(zip(PLACE, place, strict=True)),
    )  # fmt: skip
