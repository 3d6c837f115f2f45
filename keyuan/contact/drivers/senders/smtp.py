"""Mail by SMTP, step by step, so that it is known how far a broken conversation came (PLT-11).

Before the last line of the letter was sent a failure is safe to repeat; after it only the server's answer says whether
the letter went out.
"""

import hashlib
import re
import smtplib
import ssl
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, formataddr

from keyuan.contact.drivers.senders.parcel import Parcel
from keyuan.contact.rules.messages.outcomes import Outcome, Result

OK, GO_ON, CLOSING = 250, 354, 421
TEMPORARY, PERMANENT = 400, 500
#: Answers to a recipient that say: there is no such mailbox. The others say: not this letter, not from you, not now.
NO_MAILBOX = frozenset({550, 551, 553})
BAD_ADDRESS_STATUS = re.compile(rb"^5\.1\.[0-9]")
OTHER_STATUS = re.compile(rb"^5\.[0-9]")
#: Letters sent on one connection before it is opened anew, as servers want it.
PER_CONNECTION = 200


@dataclass(frozen=True, slots=True)
class SmtpConfig:
    """How to reach the mail server. ``security`` is tls, starttls or none; ``password`` is empty without sign-in."""

    host: str
    port: int
    security: str
    from_address: str
    from_name: str = ""
    reply_to: str = ""
    username: str = ""
    password: str = ""
    timeout: float = 15.0

    def __repr__(self) -> str:
        return f"<SmtpConfig {self.host}:{self.port}>"


class NotLetInError(Exception):
    """The server refused name and password; the text is a code."""


class SmtpSender:
    """One conversation with a mail server, opened when needed and kept."""

    repeats_safely = False

    def __init__(self, config: SmtpConfig, trust: ssl.SSLContext | None = None) -> None:
        self._config, self._trust = config, trust or ssl.create_default_context()
        self._smtp: smtplib.SMTP | None = None
        self._count = 0

    def send(self, parcel: Parcel) -> Outcome:
        """Hand one letter over; see `Sender`."""
        started = time.monotonic()
        letter = letter_of(self._config, parcel)
        try:
            smtp = self._ready()
        except NotLetInError as error:
            return self._broken(Result.OUTAGE, str(error), started)
        except (smtplib.SMTPException, OSError) as error:
            return self._broken(Result.OUTAGE, name_of(error), started)
        try:
            refused = self._announce(smtp, parcel, started)
        except (smtplib.SMTPException, OSError) as error:
            return self._broken(Result.LATER, name_of(error), started)
        return refused or self._deliver(smtp, letter, parcel, started)

    def check(self) -> Outcome:
        """Connect and sign in."""
        started = time.monotonic()
        try:
            self._ready().noop()
        except NotLetInError as error:
            return self._broken(Result.OUTAGE, str(error), started)
        except (smtplib.SMTPException, OSError) as error:
            return self._broken(Result.OUTAGE, name_of(error), started)
        return Outcome(Result.ACCEPTED, ms=since(started))

    def close(self) -> None:
        """End the conversation."""
        smtp, self._smtp, self._count = self._smtp, None, 0
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def _ready(self) -> smtplib.SMTP:
        if self._smtp is not None and self._count < PER_CONNECTION:
            return self._smtp
        self.close()
        config = self._config
        self._smtp = smtp = self._connect()
        if config.security == "starttls":
            smtp.starttls(context=self._trust)
        smtp.ehlo_or_helo_if_needed()
        if config.username:
            try:
                smtp.login(config.username, config.password)
            except smtplib.SMTPResponseException as error:
                raise NotLetInError(f"auth {error.smtp_code}") from None
            except smtplib.SMTPException:
                # Some servers hang up on a wrong password.
                raise NotLetInError("auth") from None
        return smtp

    def _connect(self) -> smtplib.SMTP:
        config = self._config
        if config.security == "tls":
            return smtplib.SMTP_SSL(config.host, config.port, timeout=config.timeout, context=self._trust)
        return smtplib.SMTP(config.host, config.port, timeout=config.timeout)

    def _announce(self, smtp: smtplib.SMTP, parcel: Parcel, started: float) -> Outcome | None:
        """Name sender and recipient and ask to go on; return what came of it when it ends here."""
        code, _text = smtp.mail(self._config.from_address)
        if code != OK:
            # Who may not send at all has a wrong setting; no letter is to blame.
            return self._ended(smtp, Result.LATER if code < PERMANENT else Result.OUTAGE, f"mail {code}", started)
        code, text = smtp.rcpt(parcel.address)
        if code not in (OK, OK + 1):
            return self._ended(smtp, of_recipient(code, text), str(code), started)
        code, text = smtp.docmd("DATA")
        if code != GO_ON:
            return self._ended(smtp, by_code(code), f"data {code}", started)
        return None

    def _deliver(self, smtp: smtplib.SMTP, letter: bytes, parcel: Parcel, started: float) -> Outcome:
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", letter) + b".\r\n")
            code, _text = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            return self._broken(Result.UNKNOWN, name_of(error), started)
        self._count += 1
        if code == OK:
            return Outcome(Result.ACCEPTED, message_id(self._config, parcel), str(code), since(started))
        return Outcome(by_code(code), code=str(code), ms=since(started))

    def _ended(self, smtp: smtplib.SMTP, result: Result, code: str, started: float) -> Outcome:
        """Give a letter up before it was sent and make the connection ready for the next."""
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self.close()
        return Outcome(result, code=code, ms=since(started))

    def _broken(self, result: Result, code: str, started: float) -> Outcome:
        self.close()
        return Outcome(result, code=code[:40], ms=since(started))


def of_recipient(code: int, text: bytes) -> Result:
    """Return what an answer to the recipient means; an extended status (5.1.1) says more than the code."""
    if code < PERMANENT:
        return Result.OUTAGE if code == CLOSING else Result.LATER
    if BAD_ADDRESS_STATUS.match(text):
        return Result.BAD_ADDRESS
    if OTHER_STATUS.match(text):
        return Result.REFUSED
    return Result.BAD_ADDRESS if code in NO_MAILBOX else Result.REFUSED


def by_code(code: int) -> Result:
    """Return what an answer to anything but a recipient means."""
    if code == CLOSING:
        return Result.OUTAGE
    return Result.LATER if TEMPORARY <= code < PERMANENT else Result.REFUSED


def message_id(config: SmtpConfig, parcel: Parcel) -> str:
    """Return the letter's name, the same in every try, so that a mailbox can notice a second one."""
    digest = hashlib.sha256(parcel.key.encode()).hexdigest()[:32]
    return f"<{digest}@{config.from_address.rpartition('@')[2]}>"


def letter_of(config: SmtpConfig, parcel: Parcel) -> bytes:
    """Return the letter as it goes over the wire, with a way out by one click for marketing (RFC 8058)."""
    letter = EmailMessage()
    letter["From"] = formataddr((config.from_name, config.from_address))
    letter["To"] = parcel.address
    letter["Subject"] = " ".join(parcel.subject.split())
    letter["Date"] = format_datetime(parcel.at)
    letter["Message-ID"] = message_id(config, parcel)
    letter["Content-Language"] = parcel.language
    letter["Auto-Submitted"] = "auto-generated"
    if config.reply_to:
        letter["Reply-To"] = config.reply_to
    if parcel.way_out_url:
        letter["List-Unsubscribe"] = f"<{parcel.way_out_url}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(parcel.body, cte="base64")
    return letter.as_bytes(policy=WIRE)


def name_of(error: Exception) -> str:
    """Name a failure without its text, which may repeat an address."""
    # smtplib hides what broke a connection behind its own error.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "closed"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"code {error.smtp_code}"
    return "connect" if isinstance(error, OSError) else "protocol"


def since(started: float) -> int:
    """Return the milliseconds since a moment of the monotonic clock."""
    return round((time.monotonic() - started) * 1000)
