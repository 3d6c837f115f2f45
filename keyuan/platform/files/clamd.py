"""Asking clamd whether a stream of bytes is harmless: its INSTREAM command over TCP or a Unix socket (PLT-16)."""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

#: Seconds to wait for a connection, and for an answer once everything was sent.
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 60.0
LONGEST_ANSWER = 4096
PIECE = 64 * 1024


class Unreachable(Exception):
    """clamd does not answer, or does not answer as clamd does; the text names the reason, never a file."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What clamd says; ``virus`` is empty for a harmless file."""

    virus: str = ""

    @property
    def is_infected(self) -> bool:
        """Tell whether something was found."""
        return bool(self.virus)


def examine(address: str, blocks: Iterable[bytes]) -> Verdict:
    """Stream ``blocks`` to clamd at ``address`` (``host:port`` or the path of a socket) and return its verdict.

    Raises `Unreachable` when there is no verdict: nobody listens, the connection breaks, or the stream is too long
    for clamd's ``StreamMaxLength``.
    """
    try:
        with _connected(address) as channel:
            _send(channel, blocks)
            return verdict_of(_answer(channel))
    except OSError as error:
        raise Unreachable(type(error).__name__) from error


def verdict_of(answer: str) -> Verdict:
    """Return what an answer such as ``stream: Eicar-Signature FOUND`` means. Raises `Unreachable` for any other."""
    said = answer.partition(": ")[2]
    if said == "OK":
        return Verdict()
    if said.endswith(" FOUND"):
        return Verdict(said.removesuffix(" FOUND")[:120])
    raise Unreachable("size limit" if "size limit" in answer else "unknown answer")


def _connected(address: str) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        channel = socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)
    else:
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        channel.settimeout(CONNECT_SECONDS)
        channel.connect(address)
    channel.settimeout(ANSWER_SECONDS)
    return channel


def _send(channel: socket.socket, blocks: Iterable[bytes]) -> None:
    channel.sendall(b"zINSTREAM\0")
    try:
        for block in blocks:
            for start in range(0, len(block), PIECE):
                piece = block[start : start + PIECE]
                channel.sendall(struct.pack("!L", len(piece)) + piece)
        channel.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It has heard enough, mostly because of its limit: what it said before it hung up tells.
        return


def _answer(channel: socket.socket) -> str:
    heard = b""
    while b"\0" not in heard and len(heard) < LONGEST_ANSWER:
        part = channel.recv(1024)
        if not part:
            break
        heard += part
    return heard.partition(b"\0")[0].decode("utf-8", "replace").strip()
