"""The night run over the whole book: for the first time, and once more on the same copy.

python -m benchmarks.inside.night
"""

import resource
from typing import Any

from benchmarks.inside.django_ready import answer
from keyuan.analytics.models import NightRun
from keyuan.analytics.services.night.running import Ways, run_night
from keyuan.customers.models import CustomerScore
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock

ACTOR = system_actor("benchmark")


def run(*, again: bool) -> dict[str, Any]:
    """Run today's night; return the seconds of the whole and of each step, and the rows of the book changed."""
    ways = Ways(lambda _label, _done, _total: None, clock.now)
    night = run_night(actor=ACTOR, day=clock.today(), ways=ways, again=again)
    steps = list(night.steps.order_by("place"))
    return {
        # The sum of the steps: a copy of the book that was there counts with what taking it lasted.
        "seconds": round(sum(step.seconds for step in steps), 1),
        "status": night.status,
        "changed": sum(step.changed for step in steps),
        "steps": {step.key: {"seconds": step.seconds, "rows": step.rows_out} for step in steps},
    }


def main() -> None:
    """Answer with the figures; scores are derived, so the book keeps them."""
    NightRun.objects.filter(day=clock.today()).delete()
    CustomerScore.objects.all().delete()
    found: dict[str, Any] = {"first": run(again=False), "again": run(again=True)}
    found["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    answer(found)


if __name__ == "__main__":
    main()
