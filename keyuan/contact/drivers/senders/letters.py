"""Letters that are written already, to several recipients, by a server that people name (SRV-5).

What stands in `smtp` holds here too: a failure before the last line is safe to repeat, one after it leaves in doubt.
"""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from keyuan.contact.drivers.senders.smtp import (
    GO_ON,
    OK,
    PERMANENT,
    NotLetInError,
    SmtpConfig,
    SmtpSender,
    by_code,
    name_of,
    of_recipient,
    since,
)
from keyuan.contact.rules.messages.outcomes import Outcome, Result
from keyuan.kernel.networks import Allowed
from keyuan.platform.dialling import ClosedAddressError, dial


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of a letter, and who of its recipients the server refused (places in the list) with its answer."""

    outcome: Outcome
    refused: dict[int, Outcome] = field(default_factory=dict)


class _Plain(smtplib.SMTP):
    def __init__(self, config: SmtpConfig, allowed: Allowed) -> None:
        self._allowed = allowed
        super().__init__(config.host, config.port, timeout=config.timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return dial(host, port, timeout, self._allowed)


class _Tls(_Plain):
    def __init__(self, config: SmtpConfig, allowed: Allowed, trust: ssl.SSLContext) -> None:
        self._trust = trust
        super().__init__(config, allowed)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._trust.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


class LetterSender(SmtpSender):
    """One conversation with a mail server that carries whole letters."""

    def __init__(self, config: SmtpConfig, allowed: Allowed, trust: ssl.SSLContext | None = None) -> None:
        super().__init__(config, trust)
        self._allowed = allowed

    def _connect(self) -> smtplib.SMTP:
        if self._config.security == "tls":
            return _Tls(self._config, self._allowed, self._trust)
        return _Plain(self._config, self._allowed)

    def hand_over(self, sender: str, recipients: Sequence[str], letter: bytes) -> Handed:
        """Hand one letter over; never raises for what the other side does.

        ``sender`` is empty for what a program answers (RFC 3834).
        """
        started = time.monotonic()
        try:
            smtp = self._ready()
        except ClosedAddressError:
            return Handed(self._broken(Result.REFUSED, "address", started))
        except NotLetInError as error:
            return Handed(self._broken(Result.OUTAGE, str(error), started))
        except (smtplib.SMTPException, OSError) as error:
            return Handed(self._broken(Result.OUTAGE, name_of(error), started))
        try:
            refused, ended = self._envelope(smtp, sender, recipients, started)
        except (smtplib.SMTPException, OSError) as error:
            return Handed(self._broken(Result.LATER, name_of(error), started))
        return Handed(ended or self._data(smtp, letter, started), refused)

    def _envelope(
        self, smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], started: float
    ) -> tuple[dict[int, Outcome], Outcome | None]:
        code, _text = smtp.mail(sender)
        if code != OK:
            result = Result.LATER if code < PERMANENT else Result.REFUSED
            return {}, self._ended(smtp, result, f"mail {code}", started)
        refused: dict[int, Outcome] = {}
        for place, address in enumerate(recipients):
            code, text = smtp.rcpt(address)
            if code not in (OK, OK + 1):
                refused[place] = Outcome(of_recipient(code, text), code=str(code))
        if any(outcome.result in (Result.LATER, Result.OUTAGE) for outcome in refused.values()):
            # Nobody has it yet: all of them get it together, later.
            return {}, self._ended(smtp, Result.LATER, next(item.code for item in refused.values()), started)
        if len(refused) == len(recipients):
            first = next(iter(refused.values()))
            return refused, self._ended(smtp, first.result, first.code, started)
        code, _text = smtp.docmd("DATA")
        if code != GO_ON:
            return refused, self._ended(smtp, by_code(code), f"data {code}", started)
        return refused, None

    def _data(self, smtp: smtplib.SMTP, letter: bytes, started: float) -> Outcome:
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", letter) + b".\r\n")
            code, _text = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            return self._broken(Result.UNKNOWN, name_of(error), started)
        self._count += 1
        result = Result.ACCEPTED if code == OK else by_code(code)
        return Outcome(result, code=str(code), ms=since(started))
