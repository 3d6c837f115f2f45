"""Looks into the database of the system under test, in a process of its own: ``python -m tests.faults.inspector``.

``facts`` prints what the writers need to begin, ``unnight`` takes the demo book's first night off the queue, ``quiet``
waits until nothing is under way, ``prove LEDGER`` compares the database with what was acknowledged. Each prints JSON.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "keyuan.config.settings"
django.setup()

# Models need the set-up above.
from django.db import DatabaseError, connection  # noqa: E402 - see above
from django.utils import timezone  # noqa: E402 - see above
from django_q.models import OrmQ  # noqa: E402 - see above

from keyuan.customers.models import Customer, CustomerSummary  # noqa: E402 - see above
from keyuan.customers.selectors import summaries_visible_to  # noqa: E402 - see above
from keyuan.organisation.models import Post  # noqa: E402 - see above
from keyuan.organisation.selectors.actors import actor_of  # noqa: E402 - see above
from keyuan.platform import clock  # noqa: E402 - see above
from keyuan.platform.models import ImportJob, OutboxEvent, TrackedJob  # noqa: E402 - see above
from tests.faults.proof import prove  # noqa: E402 - see above

#: An empty system is quiet so many times in a row before it counts.
ROUNDS = 4
#: The job that starts a night once a copy of the book was taken.
NIGHT = "night_after_snapshot"


def reach_of(staff_no: str) -> list[int]:
    """Return the living customers that a person of the demo book may see."""
    post = Post.objects.filter(user__staff_no=staff_no).first()
    found = summaries_visible_to(actor_of(post, locale="zh-hans"), now=clock.now())
    alive = found.filter(customer__kind="P", customer__death_on=None)
    return list(alive.order_by("pk").values_list("pk", flat=True))


def facts() -> dict[str, object]:
    """Return customers to edit, other customers to serve, and numbers to ask for."""
    edited = reach_of("10482")[:12]
    others = [pk for pk in reach_of("10006") if pk not in set(edited)]
    notes = dict(Customer.objects.filter(pk__in=edited).values_list("pk", "note"))
    numbers = CustomerSummary.objects.filter(pk__in=reach_of("10013")).values_list("customer__customer_no", flat=True)
    return {"edited": edited, "notes": notes, "others": others, "numbers": list(numbers)}


def unnight() -> dict[str, object]:
    """Let the night that follows a new book not begin; return how many waited."""
    waiting = [row for row in OrmQ.objects.all() if row.name().endswith(NIGHT)]
    for row in waiting:
        row.delete()
    return {"taken": len(waiting)}


def under_way() -> dict[str, int]:
    """Return how much of each kind of work is not over."""
    waiting = OrmQ.objects.filter(lock__lte=timezone.now()).count()
    return {
        "messages": waiting,
        "claimed": OrmQ.objects.filter(lock__gt=timezone.now()).count(),
        "jobs": TrackedJob.objects.filter(status__in=TrackedJob.OPEN).count(),
        "events": OutboxEvent.objects.filter(status=OutboxEvent.Status.PENDING).count(),
        "imports": ImportJob.objects.exclude(lock_key=None).count(),
    }


def quiet(seconds: float) -> dict[str, object]:
    """Wait until nothing is under way; return how long it took and what was left."""
    began, rounds, left = time.monotonic(), 0, {}
    while rounds < ROUNDS and time.monotonic() - began < seconds:
        try:
            left = {name: count for name, count in under_way().items() if count}
        except DatabaseError:
            connection.close()
            left = {"database": 1}
        rounds = 0 if left else rounds + 1
        time.sleep(0.5)
    return {"seconds": round(time.monotonic() - began, 1), "left": left}


def main() -> None:
    """Do what was asked for."""
    verb, *words = sys.argv[1:]
    if verb == "facts":
        found: object = facts()
    elif verb == "unnight":
        found = unnight()
    elif verb == "quiet":
        found = quiet(float(words[0]))
    else:
        found = prove(Path(words[0]))
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
