"""Asking for permits: many at once, one by one, and by several processes; the ledger is as before afterwards.

python -m benchmarks.inside.permitting [ASKS]
"""

import multiprocessing
import sys
import time

from django.db import connections
from django.db.models import Max

from benchmarks.inside.django_ready import answer
from keyuan.contact.models import ContactBudget, Permit
from keyuan.contact.services.permits import Ask, permit, permit_many
from keyuan.customers.models import CustomerSummary
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock

ACTOR = system_actor("benchmark")
ASKS, SINGLE, WRITERS = 20_000, 400, 2


def asks_of(ids: list[int]) -> list[Ask]:
    """Return asks of every kind: three of four to sell, which reads and judges most."""
    kinds = (("PHONE", "MARKETING"), ("SMS", "MARKETING"), ("WECHAT", "MARKETING"), ("SMS", "CARE"))
    return [Ask(pk, *kinds[place % 4]) for place, pk in enumerate(ids)]


def many(ids: list[int]) -> tuple[float, float, int]:
    """Ask for all at once; return seconds by the wall and of the processor, and how many were granted."""
    began, worked = time.perf_counter(), time.process_time()
    answers = permit_many(actor=ACTOR, asks=asks_of(ids), now=clock.now())
    seconds, busy = time.perf_counter() - began, time.process_time() - worked
    return seconds, busy, sum(isinstance(found, Permit) for found in answers)


def singly(ids: list[int]) -> float:
    """Ask one by one; return the seconds."""
    began = time.perf_counter()
    for ask in asks_of(ids):
        permit(actor=ACTOR, customer_id=ask.customer_id, channel=ask.channel, purpose=ask.purpose, now=clock.now())
    return time.perf_counter() - began


def together(ids: list[int]) -> float:
    """Let several processes ask for shares of the customers at once; return the seconds until the last is done."""
    connections.close_all()
    shares = [ids[number::WRITERS] for number in range(WRITERS)]
    began = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(WRITERS) as pool:
        pool.map(many, shares)
    return time.perf_counter() - began


def main() -> None:
    """Answer with permits a second in each way."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else ASKS
    top = Permit.objects.aggregate(top=Max("pk"))["top"] or 0
    had = set(ContactBudget.objects.values_list("pk", flat=True))
    ids = list(CustomerSummary.objects.order_by("pk").values_list("pk", flat=True)[:size])
    try:
        seconds, busy, granted = many(ids)
        again, _busy, _granted = many(ids)
        alone = singly(ids[:SINGLE])
        beside = together(ids)
        answer(
            {
                "asks": len(ids), "granted": granted, "many_per_second": round(len(ids) / seconds),
                "per_processor_second": round(len(ids) / busy),
                "again_per_second": round(len(ids) / again), "one_per_second": round(SINGLE / alone),
                "one_ms": round(alone / SINGLE * 1000, 2), "writers": WRITERS,
                "writers_per_second": round(len(ids) / beside),
            }
        )  # fmt: skip
    finally:
        Permit.objects.filter(pk__gt=top).delete()
        ContactBudget.objects.exclude(pk__in=had).filter(pk__in=ids).delete()


if __name__ == "__main__":
    main()
