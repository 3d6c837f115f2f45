"""Gaps by life stage for management, each figure leading to its list (ANA-5)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.analytics import permissions
from keyuan.analytics.forms.gap import words
from keyuan.analytics.selectors.gap.stages import NONE, StageFigures, stage_figures
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.policies.rules.gap.needs import KINDS
from keyuan.policies.rules.gap.stages import STAGES

#: The needs that stand on their own.
COLUMNS = KINDS[:5]
WAN = 1_000_000


@require_GET
@allow(permissions.VIEW)
def gap_board(request: StaffRequest) -> HttpResponse:
    """Average gap by life stage and need, over the present results in reach."""
    found = {row.stage: row for row in stage_figures(request.actor, now=clock.now())}
    rows = [found[stage] for stage in STAGES if stage in found]
    context = {
        "rows": [_shown(row, opens=request.actor.may(permissions.GAPS)) for row in rows],
        "heads": [words.KINDS[kind] for kind in COLUMNS],
        "customers": sum(row.customers for row in rows),
        "chart": _chart(rows) if rows else None,
    }
    return page(request, "analytics/gap/board.html", context)


def _shown(row: StageFigures, *, opens: bool) -> dict[str, Any]:
    """Return a stage with its figures; they open as lists where the reader may see the gaps of customers."""
    cells = [(row.kinds.get(kind, NONE), _list_url(row.stage, kind) if opens else "") for kind in COLUMNS]
    return {"row": row, "label": words.STAGES[row.stage], "url": _list_url(row.stage) if opens else "", "cells": cells}


def _list_url(stage: str, kind: str = "") -> str:
    wanted = {"latest": "1", "stage": stage} | ({"first": kind} if kind else {})
    return f"{reverse('analytics:gap-list')}?{urlencode(wanted)}"


def _chart(rows: list[StageFigures]) -> dict[str, Any]:
    return {
        "key": "gap-stages",
        "title": _("Average gap by life stage"),
        "unit": _("ten thousand yuan"),
        "kind": "stacked",
        "label": _("Life stage"),
        "series": [{"name": words.KINDS[kind]} for kind in COLUMNS],
        "rows": [
            {
                "label": words.STAGES[row.stage],
                "values": [round(row.kinds.get(kind, NONE).average / WAN, 2) for kind in COLUMNS],
            }
            for row in rows
        ],
    }
