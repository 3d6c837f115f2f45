"""Background work of contacting: permits that run out, counts by day and by customer."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.contact.services import counting
from keyuan.contact.services.permits import expire_permits
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.jobs import Progress, ScheduleSpec, chunked, schedules, start_tracked

BUDGETS = "contact.budgets"
#: Chunks of permits that one run lets run out; what is left waits for the next.
ROUNDS = 20


def expire_and_count() -> int:
    """Let permits run out that nobody used, and count the asks of today and yesterday anew."""
    ended = 0
    for _round in range(ROUNDS):
        some = expire_permits(now=clock.now())
        ended += some
        if not some:
            break
    for day in (clock.today() - timedelta(days=1), clock.today()):
        counting.count_day(day)
    return ended


@chunked(BUDGETS, title=_("Count how often customers were contacted"))
def count_budgets(job: Progress, state: dict[str, Any]) -> None:
    """Count the contacts of the last 30 days, customer by customer."""
    while job.time_left():
        with job.step():
            ids = counting.next_budgets(state.get("after", 0))
            if not ids:
                job.finish()
                return
            counting.count_budgets(ids, now=clock.now())
            state["after"] = ids[-1]
            job.advance(len(ids))


def start_counting() -> None:
    """Start the nightly count."""
    start_tracked(system_actor("contact budgets"), BUDGETS)


schedules.add(
    ScheduleSpec(
        "contact.expire_and_count", _("End unused contact permits and count asks"), f"{__name__}.expire_and_count",
        "*/15 * * * *",
    )
)  # fmt: skip
schedules.add(
    ScheduleSpec(
        "contact.count_budgets", _("Count how often customers were contacted"), f"{__name__}.start_counting",
        "20 1 * * *",
    )
)  # fmt: skip
