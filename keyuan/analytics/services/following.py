"""Rows of analytics stand where their customers are served, and move with them (CUS-8, CUS-9)."""

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction

from keyuan.analytics.models import ChurnScore, GapResult, Offer
from keyuan.customers.models import CustomerSummary
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.imports.bulk import update

#: Where a row stands: it is the customer's.
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
FOLLOWING: tuple[type[models.Model], ...] = (ChurnScore, GapResult, Offer)
CHUNK = 500


def follow_places(customer_ids: Sequence[int]) -> int:
    """Put rows where their customers are served now; return how many moved. Done twice it changes nothing."""
    moved = 0
    for start in range(0, len(customer_ids), CHUNK):
        for model in FOLLOWING:
            with transaction.atomic():
                moved += _follow(model, customer_ids[start : start + CHUNK])
    return moved


def places_of(customer_ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return where each of these customers is served, in the order of `PLACE`."""
    rows = CustomerSummary.objects.filter(pk__in=customer_ids).values_list("pk", *PLACE)
    return {row[0]: row[1:] for row in rows}


def _follow(model: type[models.Model], ids: Sequence[int]) -> int:
    places = places_of(ids)
    rows = model._default_manager.select_for_update(of=("self",)).filter(customer_id__in=places).order_by("pk")
    wanted = {
        row[0]: places[row[1]]
        for row in rows.values_list("pk", "customer_id", *PLACE)
        if tuple(row[2:]) != tuple(places[row[1]])
    }
    if wanted:
        columns = {name: [place[at] for place in wanted.values()] for at, name in enumerate(PLACE)}
        update(model, list(wanted), columns)
    return len(wanted)
