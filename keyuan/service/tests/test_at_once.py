"""Under real parallel takers every order is taken once, and who loses is told (SRV-3)."""

import threading

import pytest
from django.db import connection

from keyuan.kernel.errors import Conflict
from keyuan.platform.clocks import Clock
from keyuan.service.models import OrderEntry, WorkOrder
from keyuan.service.services import claiming
from keyuan.service.testing import MORNING, clerk, make_order, open_desk

TAKERS, ORDERS = 50, 30
#: The private cluster of the tests takes 40 connections.
ROOM = threading.BoundedSemaphore(30)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(works):
    """Run every work in a thread of its own, all starting together; return what they returned."""
    start, answers, errors = threading.Barrier(len(works)), [None] * len(works), []

    def run(place, work):
        start.wait(30)
        with ROOM:
            try:
                answers[place] = work()
            except Exception as error:  # noqa: BLE001 - told to the test
                errors.append(error)
            finally:
                connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers, errors


def test_fifty_representatives_take_thirty_orders_without_a_double():
    people = [clerk() for _number in range(TAKERS)]
    open_desk(*people)
    orders = {make_order(people[0]).pk for _number in range(ORDERS)}

    answers, errors = at_once([lambda who=who: claiming.take_next(actor=who, now=MORNING) for who in people])

    taken = [order.pk for order in answers if order is not None]
    assert errors == []
    assert len(taken) == len(set(taken)) == ORDERS
    assert set(taken) == orders
    assert WorkOrder.objects.filter(owner_id__isnull=True).count() == 0
    assert OrderEntry.objects.filter(act="take").count() == ORDERS
    assert Clock.objects.count() == 2 * ORDERS


def test_one_order_has_one_taker():
    people = [clerk() for _number in range(8)]
    open_desk(*people)
    order = make_order(people[0])

    _answers, errors = at_once(
        [lambda who=who: claiming.take(actor=who, order_id=order.pk, now=MORNING) for who in people]
    )

    order.refresh_from_db()
    assert [type(error) for error in errors] == [Conflict] * 7
    assert {error.code for error in errors} == {"order.taken"}
    assert OrderEntry.objects.filter(act="take", staff_id=order.owner_id).count() == 1
