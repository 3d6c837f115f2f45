"""A mail as it was read: who, what, which files, and what it says of itself (SRV-5)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Party:
    """An address in lower case, and the name beside it."""

    address: str = field(repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file in a mail; ``content_id`` names one that stands in the text."""

    name: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a mail says of its own making, in lower case."""

    auto_submitted: str = ""
    precedence: str = ""
    suppress: str = ""
    return_path: str | None = None
    is_list: bool = False
    spam_flag: str = ""
    authentication: tuple[str, ...] = ()
    report_type: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says of one recipient: failed or delayed, the status, and the mail it speaks of."""

    action: str
    status: str
    address: str = field(repr=False)
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail."""

    message_id: str
    refers_to: tuple[str, ...]
    sender: Party | None
    reply_to: tuple[Party, ...]
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    pieces: tuple[Piece, ...]
    signs: Signs
    bounces: tuple[Bounce, ...] = ()
