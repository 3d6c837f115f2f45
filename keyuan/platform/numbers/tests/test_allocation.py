"""Numbers are given out once, whoever asks at the same time (decision 13)."""

import threading

import pytest
from django.db import connections, transaction

from keyuan.kernel.numbers import counter_of, is_valid
from keyuan.platform.numbers import NumberSeries, allocate, number_series

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def series(monkeypatch):
    monkeypatch.setitem(number_series._items, "test", NumberSeries("test", "KT", 4))


def test_numbers_follow_the_counter_and_carry_a_check_digit():
    first, second = allocate("test", 2), allocate("test", 1)

    assert [counter_of(number) for number in first + second] == [0, 1, 2]
    assert all(is_valid(number) and number.startswith("KT") for number in first + second)


@pytest.mark.django_db(transaction=True)
def test_numbers_of_a_rolled_back_transaction_return():
    with transaction.atomic():
        taken = allocate("test", 5)
        transaction.set_rollback(True)

    with transaction.atomic():
        assert allocate("test", 5) == taken


@pytest.mark.django_db(transaction=True)
def test_numbers_need_a_transaction():
    with pytest.raises(RuntimeError):
        allocate("test")


def test_a_used_up_series_says_so():
    allocate("test", 9_999)

    with pytest.raises(OverflowError):
        allocate("test", 2)


@pytest.mark.django_db(transaction=True)
def test_four_at_once_never_get_the_same_number():
    given = []

    def work():
        for _ in range(10):
            with transaction.atomic():
                given.extend(allocate("test", 3))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(given) == len(set(given)) == 120
