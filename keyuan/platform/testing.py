"""Doing the same thing by several people at one moment, for tests with a database that commits."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

#: How long the slowest may take, in seconds.
PATIENCE = 120


def at_once(*works: Callable[[], Any]) -> tuple[list[Any], list[Exception]]:
    """Run every work in a thread and on a connection of its own, all starting together; return answers and errors."""
    start = threading.Barrier(len(works))
    answers: list[Any] = [None] * len(works)
    errors: list[Exception] = []

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(PATIENCE)
            answers[place] = work()
        except Exception as error:  # noqa: BLE001 - told to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers, errors
