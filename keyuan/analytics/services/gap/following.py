"""Results follow their customers through a merge and out of the book (CUS-9, PLT-8)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from keyuan.analytics.models import GapNeed, GapResult, GapSheet
from keyuan.platform.privacy import Table


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
