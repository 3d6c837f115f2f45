"""Results follow their customers: to a new place, through a merge, out of the book (CUS-8, CUS-9, PLT-8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.analytics.models import GapNeed, GapResult, GapSheet
from keyuan.analytics.services.gap.working import PLACE
from keyuan.customers.models import CustomerSummary
from keyuan.platform.imports.bulk import update
from keyuan.platform.privacy import Table

CHUNK = 500


def follow_places(customer_ids: Sequence[int]) -> int:
    """Put results where their customers are served now; return how many moved. Done twice it changes nothing."""
    moved = 0
    for start in range(0, len(customer_ids), CHUNK):
        with transaction.atomic():
            moved += _follow(customer_ids[start : start + CHUNK])
    return moved


def _follow(ids: Sequence[int]) -> int:
    places = {row[0]: row[1:] for row in CustomerSummary.objects.filter(pk__in=ids).values_list("pk", *PLACE)}
    rows = GapResult.objects.select_for_update(of=("self",)).filter(customer_id__in=places).order_by("pk")
    wanted = {
        row[0]: places[row[1]]
        for row in rows.values_list("pk", "customer_id", *PLACE)
        if tuple(row[2:]) != tuple(places[row[1]])
    }
    if wanted:
        columns = {name: [place[at] for place in wanted.values()] for at, name in enumerate(PLACE)}
        update(GapResult, list(wanted), columns)
    return len(wanted)


def settle_latest(customer_ids: list[int], _now: datetime) -> None:
    """Let the newest result of each customer, and no other, be the present one (after a merge or its undo)."""
    for customer_id in customer_ids:
        rows = GapResult.objects.filter(customer_id=customer_id)
        newest = rows.order_by("-made_at", "-pk").values_list("pk", flat=True).first() or 0
        rows.filter(is_latest=True).exclude(pk=newest).update(is_latest=False)
        rows.filter(pk=newest, is_latest=False).update(is_latest=True)


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return what was answered and worked out, for a copy of a person's data (PIPL 45)."""
    sheets = GapSheet.objects.filter(customer_id=customer_id)
    results = GapResult.objects.filter(customer_id=customer_id).order_by("pk")
    needs = GapNeed.objects.filter(result__customer_id=customer_id).order_by("result_id", "position")
    answers: list[dict[str, Any]] = [
        {"question": key, "answer": one["v"], "on": one["on"]}
        for sheet in sheets
        for key, one in sorted(sheet.answers.items())
    ]
    return {
        "gap_answers": answers,
        "gap_results": [dict(row) for row in results.values("made_at", "life_stage", "total_gap", "budget", "edition")],
        "gap_needs": [dict(row) for row in needs.values("result_id", "kind", "method", "need", "cover", "gap")],
    }


def erase(customer_id: int, _whole: bool, _now: datetime) -> Mapping[str, int]:
    """Take out answers and results: no law asks for them, they served advice that is over."""
    GapNeed.objects.filter(result__customer_id=customer_id).delete()
    results, _by_table = GapResult.objects.filter(customer_id=customer_id).delete()
    sheets, _by_table = GapSheet.objects.filter(customer_id=customer_id).delete()
    return {"gap_result": results, "gap_sheet": sheets}
