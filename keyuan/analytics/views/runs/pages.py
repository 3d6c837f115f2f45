"""The page of a night: steps with lineage, rows and times, and what drifted; starting one by hand (ANA-1)."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keyuan.analytics import permissions
from keyuan.analytics.models import NightStep
from keyuan.analytics.selectors.runs import drift_of, drifted, run_before, run_of, steps_of
from keyuan.analytics.services.night.starting import start_night
from keyuan.analytics.views.runs.words import STATUSES, label_of, starter
from keyuan.kernel.errors import Conflict
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say


@require_GET
@allow(permissions.VIEW)
def run(request: StaffRequest, run_id: int) -> HttpResponse:
    """Show a night."""
    found = run_of(request.actor, run_id)
    before = run_before(found)
    steps = steps_of(found)
    moved = drift_of(steps, steps_of(before) if before else [])
    context = {
        "run": found,
        "by": starter(found.started_by),
        "status": STATUSES[found.status],
        "before": before,
        "steps": [_step(one) for one in steps],
        "seconds": sum(one.seconds for one in steps),
        "changed": sum(one.changed for one in steps),
        "moved": moved,
        "drifted": drifted(moved),
        "may_run": request.actor.may(permissions.RUN),
    }
    return page(request, "analytics/runs/run.html", context)


def _step(step: NightStep) -> dict[str, Any]:
    tables = [(name, facts["rows"], facts.get("digest", "")) for name, facts in sorted(step.tables.items())]
    return {"row": step, "label": label_of(step.key), "status": STATUSES[step.status], "tables": tables}


@require_POST
@allow(permissions.RUN)
def start(request: StaffRequest) -> HttpResponse:
    """Run today's night now; ``again`` does every step anew."""
    try:
        start_night(actor=request.actor, day=clock.today(), now=clock.now(), again="again" in request.POST)
    except Conflict as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The night run has begun; this page shows how far it is"))
    return HttpResponseRedirect(reverse("analytics:runs"))
