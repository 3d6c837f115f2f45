"""Talking to who started us: readiness to the supervisor or systemd (sd_notify), sockets that were opened for us."""

import os
import socket

#: The first descriptor that systemd hands down.
FIRST_DESCRIPTOR = 3


def notify(state: str) -> None:
    """Send ``state`` (``READY=1``, ``STOPPING=1``, ``WATCHDOG=1`` …) to systemd; elsewhere do nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        try:
            channel.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)
        except OSError:
            # The manager went away; it will find out by itself.
            return


def announce() -> None:
    """Tell the supervisor, which gave us a pipe for it, that this process can serve; without one do nothing."""
    descriptor = os.environ.get("KEYUAN_READY_FD")
    if descriptor:
        try:
            os.write(int(descriptor), b".")
        except OSError:
            # A worker that is started again later: nobody listens any more.
            return


def given_sockets() -> list[socket.socket]:
    """Return the listening sockets of a socket unit, in its order; none when we were started by other means."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = int(os.environ.get("LISTEN_FDS", "0"))
    return [hurry(socket.socket(fileno=FIRST_DESCRIPTOR + at)) for at in range(count)]


def hurry(opened: socket.socket) -> socket.socket:
    """Let every connection that ``opened`` accepts send at once, and return it.

    Head and body of an answer leave in two writes; on a kept connection the second would wait 40 ms for the browser's
    acknowledgement of the first. Accepted sockets inherit this from the listening one.
    """
    if opened.family in (socket.AF_INET, socket.AF_INET6):
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def listening_beside(host: str, port: int, backlog: int, count: int) -> list[socket.socket]:
    """Open ``count`` listening sockets on one port, between which the kernel spreads who connects.

    Raises OSError when the place is taken. On one socket for all, the process that was awake last takes nearly every
    connection, and the others idle.
    """
    # Sockets that share a port would also share it with another program of ours: one that does not share asks first.
    listening(host, port, backlog).close()
    opened: list[socket.socket] = []
    try:
        opened.extend(listening(host, port, backlog, beside=True) for _ in range(count))
    except OSError:
        for other in opened:
            other.close()
        raise
    return opened


def listening(host: str, port: int, backlog: int, *, beside: bool = False) -> socket.socket:
    """Open a listening socket, ``beside`` others on its port. Raises OSError when the place is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if beside:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        opened.bind((host, port))
        opened.listen(backlog)
        # The servers wait for it with epoll.
        opened.setblocking(False)
    except OSError:
        opened.close()
        raise
    return hurry(opened)
