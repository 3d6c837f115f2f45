"""Background work of analytics."""

from contextlib import suppress

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.services.night.starting import PROGRAM, start_night
from keyuan.analytics.services.staffing import forecasting
from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Conflict
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, TrackedJob, tracked
from keyuan.platform.mart.followers import Follower, followers


def night_after_snapshot() -> None:
    """Start the night of the day whose copy was just taken, unless one is under way or through."""
    with suppress(Conflict):
        start_night(actor=system_actor(PROGRAM), day=clock.today(), now=clock.now())


followers.add(Follower("night", f"{__name__}.night_after_snapshot", 100))


def _forecast_of(job: TrackedJob) -> str:
    return reverse("analytics:staffing", args=[job.kwargs["forecast_id"]])


@tracked(forecasting.JOB, title=_("Forecast calls: %(title)s"), url=_forecast_of)
def forecast_calls(_job: Progress, forecast_id: int) -> None:
    """Reckon a forecast; done twice it says the same."""
    forecasting.reckon(forecast_id)
