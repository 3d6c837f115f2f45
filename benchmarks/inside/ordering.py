"""Two million work orders: pages of the queue, and taking the next one at many desks at once; deleted afterwards.

python -m benchmarks.inside.ordering [ORDERS]
"""

import random
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from benchmarks.books import Failed
from benchmarks.inside.django_ready import answer
from benchmarks.inside.plans import client_of
from keyuan.customers.models import CustomerSummary
from keyuan.organisation.models import LEVEL_COLUMNS, Post
from keyuan.organisation.selectors.actors import actor_of
from keyuan.platform import clock, statistics
from keyuan.platform.imports.bulk import Same, insert
from keyuan.service.models import Desk, DeskMember, OrderEntry, WorkOrder
from keyuan.service.services import claiming
from keyuan.service.services.setting_up import seed

OK = 200
ORDERS, CHUNK, OPEN_IN_A_THOUSAND, TAKERS, TIMES = 2_000_000, 5_000, 30, 50, 60
PEOPLE = {"10011": "representative of a branch", "10009": "director, the whole book"}
VIEWS = (
    "?sort=due", "?owner=me&sort=due", "?pool=me&sort=rank", "?mark=WARN&sort=due", "?mark=LATE&sort=due",
    "?state=WAITING&sort=due", "?kind=COMPLAINT&sort=due", "?sort=new",
)  # fmt: skip
STATES = ("DISPATCHED", "IN_PROGRESS", "IN_PROGRESS", "WAITING", "RESOLVED")


def make(count: int, desk: Desk, owners: list[int]) -> None:
    """Insert orders of a year by column: three in a hundred open, a third of those waiting to be taken."""
    dice, now = random.Random(7), clock.now()
    columns = ("pk", *LEVEL_COLUMNS, "sales_channel", "servicing_agent_id", "tier")
    people = list(CustomerSummary.objects.order_by("pk").values_list(*columns)[:200_000])
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        rows = [people[number * 7919 % len(people)] for number in numbers]
        is_open = [dice.randrange(1000) < OPEN_IN_A_THOUSAND for _number in numbers]
        states = [dice.choice(STATES) if one else "CLOSED" for one in is_open]
        waits = [state == "DISPATCHED" for state in states]
        came = [now - timedelta(minutes=dice.randrange(500_000)) for _number in numbers]
        places = {name: [row[1 + at] for row in rows] for at, name in enumerate((*LEVEL_COLUMNS, "sales_channel"))}
        with transaction.atomic():
            insert(
                WorkOrder,
                {
                    **places,
                    "number": [f"BENCH{number}" for number in numbers],
                    "kind": [dice.choice(("CONSULT", "REQUEST", "REQUEST", "COMPLAINT")) for _number in numbers],
                    "contact_channel": Same("PHONE"),
                    "customer_id": [row[0] for row in rows],
                    "servicing_agent_id": [row[-2] for row in rows],
                    "tier": [row[-1] for row in rows],
                    "title": Same("测量用工单"),
                    "rank": [dice.randrange(10, 41) for _number in numbers],
                    "status": states,
                    "is_open": is_open,
                    "desk_id": Same(desk.pk),
                    "pool_id": [desk.pk if one else None for one in waits],
                    "owner_id": [None if one else dice.choice(owners) for one in waits],
                    "due_at": [
                        now + timedelta(minutes=dice.randrange(-600, 9000)) if one and state != "WAITING" else None
                        for one, state in zip(is_open, states, strict=True)
                    ],
                    "mark": [dice.choice(("", "", "", "WARN", "LATE")) if one else "" for one in is_open],
                    "received_at": came,
                    "closed_on": [None if one else moment.date() for one, moment in zip(is_open, came, strict=True)],
                    "created_at": came,
                },
                len(rows),
            )


def timed(work: Any) -> float:
    """Return the milliseconds of a call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def pages() -> dict[str, float]:
    """Return the 95th percentile of every view of the queue for each person, in milliseconds.

    Raises Failed for an answer that is no queue: a redirect would be the quickest page of all.
    """
    found = {}
    for staff_no, who in PEOPLE.items():
        client = client_of(staff_no)
        for view in VIEWS:
            path = f"/service/orders/{view}"
            answered = client.get(path)
            if answered.status_code != OK or 'data-list="work-orders"' not in answered.content.decode():
                raise Failed(f"{path} for {staff_no} answered {answered.status_code} without a queue")
            times = sorted(timed(lambda path=path, client=client: client.get(path)) for _time in range(TIMES))
            found[f"{who} {view}"] = round(times[int(len(times) * 0.95)], 1)
    return found


def take(people: list[Any]) -> dict[str, Any]:
    """Let everybody take the next one at the same moment."""
    start, times, taken = threading.Barrier(len(people)), [], []

    def run(actor: Any) -> None:
        start.wait(60)
        began = time.perf_counter()
        order = claiming.take_next(actor=actor, now=clock.now())
        times.append((time.perf_counter() - began) * 1000)
        taken.append(order.pk if order else None)
        connection.close()

    threads = [threading.Thread(target=run, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    got = [pk for pk in taken if pk]
    return {
        "takers": len(people), "taken": len(got), "doubles": len(got) - len(set(got)),
        "take_p95_ms": round(sorted(times)[int(len(times) * 0.95)], 1),
    }  # fmt: skip


def sweep() -> None:
    """Take the orders out that a run made, also one that was killed."""
    made = WorkOrder.objects.filter(number__gte="BENCH", number__lt="BENCI")
    while ids := list(made.values_list("pk", flat=True)[:CHUNK]):
        OrderEntry.objects.filter(order_id__in=ids).delete()
        WorkOrder.objects.filter(pk__in=ids)._raw_delete("default")


def main() -> None:
    """Make the orders, measure, take them out."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    seed(clock.now())
    sweep()
    desk = Desk.objects.order_by("pk")[0]
    lines = OrderEntry.objects.aggregate(top=Max("pk"))["top"] or 0
    seats = set(DeskMember.objects.values_list("pk", flat=True))
    post = Post.objects.select_related("user", "role", "unit").filter(user__staff_no="10011")[0]
    # Fifty representatives of one branch: the same rights, fifty accounts.
    me = actor_of(post)
    people = [replace(me, id=900_400 + number, name=f"座席{number}") for number in range(TAKERS)]
    for person in [me, *people]:
        DeskMember.objects.get_or_create(desk=desk, user_id=person.id or 0)
    try:
        began = time.perf_counter()
        make(count, desk, [post.user_id, *range(900_001, 900_400)])
        # As the nightly job does: orders that came over a year were counted every night.
        statistics.refresh()
        loaded = time.perf_counter() - began
        views = pages()
        slowest = max(views, key=lambda key: views[key])
        answer(
            {
                "orders": count, "open": WorkOrder.objects.filter(is_open=True).count(), "load_seconds": round(loaded),
                "views": views, "p95_ms": views[slowest], "slowest": slowest, **take(people),
            }
        )  # fmt: skip
    finally:
        OrderEntry.objects.filter(pk__gt=lines).delete()
        DeskMember.objects.exclude(pk__in=seats).delete()
        sweep()


if __name__ == "__main__":
    main()
