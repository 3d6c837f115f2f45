"""A mail server for tests that receives for real, on this machine only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.ports import free_port

Answer = Callable[[str], str]


class Mailbox:
    """What arrived; ``recipient`` and ``data`` answer to the two steps of a letter with an SMTP line."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipient: Answer = lambda _address: "250 OK"
        self.data: Answer = lambda _address: "250 OK"
        self.port = 0

    async def handle_RCPT(  # noqa: N802 - the server asks for this name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer to a recipient."""
        answer = self.recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the server asks for this name
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Keep a letter, then answer."""
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return self.data(envelope.rcpt_tos[0])


def _sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"keyuan", b"right"))


@contextmanager
def mailbox(**more: Any) -> Iterator[Mailbox]:
    """Run a mail server; ``more`` goes to it (``require_starttls``, ``auth_required`` …)."""
    box = Mailbox()
    box.port = free_port()
    options = {"authenticator": _sign_in, "auth_require_tls": False, **more}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
