"""Web processes share what arrives: sockets beside each other, and no connection stays with a drowned process (SCL)."""

import socket
import threading

import pytest

from keyuan.config.service import listening, listening_beside
from keyuan.config.web import gently
from tests.ports import free_port


def test_connections_are_spread_over_the_sockets_of_one_port():
    port = free_port()
    one, other = listening_beside("127.0.0.1", port, 64, 2)

    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(64)]
    arrived = [accepted_by(one), accepted_by(other)]

    assert sum(arrived) == len(clients)
    # Each falls to either side like a coin: fewer than 8 of 64 happens once in a thousand million runs.
    assert min(arrived) >= 8
    for each in (*clients, one, other):
        each.close()


def accepted_by(server):
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_a_port_that_another_server_shares_among_its_own_is_taken():
    port = free_port()
    mine = listening_beside("127.0.0.1", port, 5, 2)

    with pytest.raises(OSError, match="in use"):
        listening_beside("127.0.0.1", port, 5, 2)

    for each in mine:
        each.close()


def test_nothing_stays_open_when_a_port_is_taken():
    with listening("127.0.0.1", 0, 5) as other:
        port = other.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            listening_beside("127.0.0.1", port, 5, 2)

    with listening("127.0.0.1", port, 5) as again:
        assert again.getsockname()[1] == port


@pytest.mark.parametrize(
    "_case, threads, closes", [("every thread works", 2, True), ("one is free", 3, False), ("no neighbour", 0, False)]
)
def test_a_drowned_process_sends_a_connection_to_its_neighbour(_case, threads, closes):
    entered, leave = threading.Event(), threading.Event()
    headers_sent = []

    def application(environ, start):
        if environ["slow"]:
            entered.set()
            leave.wait(10)
        start("200 OK", [("X-Kept", "1")])
        return [b"answer"]

    answered = gently(application, threads)
    slow = threading.Thread(target=answered, args=({"slow": True}, lambda *_: None))
    slow.start()
    entered.wait(10)

    answered({"slow": False}, lambda _status, headers: headers_sent.append(headers))
    leave.set()
    slow.join()

    assert (("Connection", "close") in headers_sent[0]) is closes
    assert ("X-Kept", "1") in headers_sent[0]


def test_a_failed_request_leaves_no_trace_in_the_count():
    def application(_environ, start):
        start("200 OK", [])
        raise RuntimeError

    answered = gently(application, 2)
    headers_sent = []
    for _ in range(3):
        with pytest.raises(RuntimeError):
            answered({}, lambda _status, headers: headers_sent.append(headers))

    assert headers_sent == [[], [], []]
