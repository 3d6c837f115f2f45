"""Free ports for servers of tests."""

import random
import socket

#: Below the range from which the system takes ports of outgoing connections: one of those might come in between.
RANGE = range(20_000, 30_000)


def is_free(port: int) -> bool:
    """Tell whether a server may listen on ``port`` of this machine."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that is free, as is the next one, which live streams take."""
    while True:
        port = random.SystemRandom().choice(RANGE)
        if is_free(port) and is_free(port + 1):
            return port
