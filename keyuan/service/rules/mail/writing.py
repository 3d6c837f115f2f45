"""Mails that go out: who may be written to, what is quoted, and how they look on the wire (SRV-5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, formataddr

REPLY, REPLY_ALL, FORWARD, NEW, ACK, NOTICE = KINDS = ("REPLY", "REPLY_ALL", "FORWARD", "NEW", "ACK", "NOTICE")
#: Kinds that people write.
WRITTEN = (REPLY, REPLY_ALL, FORWARD, NEW, NOTICE)
MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail as it leaves."""

    message_id: str
    at: datetime
    from_name: str
    from_address: str = field(repr=False)
    reply_to: str = field(repr=False)
    to: Sequence[str] = field(repr=False)
    cc: Sequence[str] = field(repr=False)
    subject: str
    text: str = field(repr=False)
    language: str
    refers_to: Sequence[str] = ()
    is_automatic: bool = False
    enclosures: Sequence[Enclosure] = ()


def wire(mail: Outgoing) -> bytes:
    """Return a mail as bytes for the server."""
    letter = EmailMessage()
    letter["From"] = formataddr((" ".join(mail.from_name.split()), mail.from_address))
    letter["To"] = ", ".join(mail.to)
    if mail.cc:
        letter["Cc"] = ", ".join(mail.cc)
    letter["Reply-To"] = mail.reply_to
    letter["Subject"] = " ".join(mail.subject.split())
    letter["Date"] = format_datetime(mail.at)
    letter["Message-ID"] = mail.message_id
    letter["Content-Language"] = mail.language
    if mail.refers_to:
        letter["In-Reply-To"] = mail.refers_to[-1]
        letter["References"] = " ".join(mail.refers_to[-MOST_REFERENCES:])
    if mail.is_automatic:
        letter["Auto-Submitted"] = "auto-replied"
        letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(mail.text, cte="base64")
    for item in mail.enclosures:
        main, _slash, sub = item.content_type.partition("/")
        letter.add_attachment(item.data, maintype=main, subtype=sub or "octet-stream", filename=item.name)
    return letter.as_bytes(policy=WIRE)


def quoted(text: str, head: str, *, most: int = 20_000) -> str:
    """Return the text that is answered, each line behind a sign, under a line that says whose it is."""
    lines = text[:most].splitlines()
    return "\n".join([head, *(f"> {line}" for line in lines)])


def strangers(addresses: Collection[str], known: Collection[str], inside: Collection[str]) -> list[str]:
    """Return who of ``addresses`` may not be written to: neither in the thread or on record, nor of our own domains."""
    return [item for item in addresses if item not in known and item.rpartition("@")[2] not in inside]
