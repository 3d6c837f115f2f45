"""A real IMAP server for tests, on this machine only: pymap in a process of its own."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from uuid import uuid4

from tests.ports import free_port

#: The same as the SMTP server of the tests takes.
USER, SECRET = "keyuan", "right"
PROGRAM = "from pymap.main import main; main()"


class Postbox:
    """An IMAP server with one user; mails are put in by IMAP's own APPEND."""

    def __init__(self) -> None:
        self.port = free_port()
        given = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        user = ["dict", "--demo-user", USER, "--demo-password", SECRET]
        self._process = subprocess.Popen([sys.executable, "-c", PROGRAM, *given, *user], stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        """Wait until the server answers."""
        until = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End the server."""
        self._process.kill()
        self._process.wait(10)

    @contextmanager
    def open(self) -> Iterator[imaplib.IMAP4]:
        """Sign in as a person with a mail program of their own."""
        imap = imaplib.IMAP4("127.0.0.1", self.port, 5)
        imap.login(USER, SECRET)
        try:
            yield imap
        finally:
            imap.logout()

    def folder(self) -> str:
        """Make a folder of one's own and return its name."""
        name = f"box-{uuid4().hex[:8]}"
        with self.open() as imap:
            assert imap.create(name)[0] == "OK"
        return name

    def put(self, folder: str, *letters: bytes) -> None:
        """Put raw mails into a folder."""
        with self.open() as imap:
            for raw in letters:
                state, data = imap.append(folder, "", "", raw)
                assert state == "OK", data

    def make_anew(self, folder: str) -> None:
        """Throw a folder away and make it anew: its UIDs begin again under another validity."""
        with self.open() as imap:
            imap.delete(folder)
            assert imap.create(folder)[0] == "OK"

    def flags(self, folder: str) -> list[bytes]:
        """Return what the server says of the flags of all mails."""
        with self.open() as imap:
            imap.select(folder, readonly=True)
            return [line for line in imap.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]


def letter(text: str = "请问我的保单什么时候到期？", **headers: Any) -> bytes:
    """Return a mail as a customer's program writes it; ``headers`` with underscores for hyphens."""
    made = EmailMessage(policy=SMTP)
    values = {"From": "何女士 <he@example.org>", "To": "kefu@keyuan.example", "Subject": "保单查询"}
    values |= {"Message-ID": f"<{uuid4().hex}@example.org>"}
    for name, value in (values | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        if value:
            made[name] = value
    made.set_content(text)
    return made.as_bytes()
