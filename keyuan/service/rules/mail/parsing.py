"""Reading a mail whatever its maker did to it (SRV-5; RFC 5322, 2045, 3464)."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.utils import getaddresses, parseaddr
from typing import Any

from keyuan.service.rules.mail.charsets import header_text, text_of
from keyuan.service.rules.mail.letter import Bounce, Letter, Party, Piece, Signs
from keyuan.service.rules.mail.markup import as_text, cleaned

#: What reading a broken mail may raise; anything of it puts the mail into quarantine.
UNREADABLE = (
    MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError,
    NotImplementedError,
)  # fmt: skip
DEEPEST, MOST_PARTS, MOST_PARTIES, MOST_REFERENCES = 20, 200, 100, 50
LONGEST_TEXT, LONGEST_SUBJECT = 200_000, 300
#: Printable ASCII alone: raw bytes of strangers must reach no column.
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9.-]{1,190}")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_REPORT_PARTS = ("message/delivery-status", "message/rfc822", "text/rfc822-headers")


def parse(raw: bytes) -> Letter:
    """Return what ``raw`` says. Raises one of `UNREADABLE` where nothing can be read at all."""
    message: Any = message_from_bytes(raw, policy=policy.default)
    leaves = list(_leaves(message, 0))[:MOST_PARTS]
    plain, html = _bodies(leaves)
    words = as_text(html) if html and not plain.strip() else plain
    report = _parameter(message, "report-type")
    return Letter(
        message_id=_first_id(_raw(message, "message-id")),
        refers_to=_references(message),
        sender=_sender(message),
        reply_to=_parties(message, "reply-to"),
        to=_parties(message, "to"),
        cc=_parties(message, "cc"),
        subject=header_text(_raw(message, "subject"))[:LONGEST_SUBJECT],
        text=words.replace("\x00", "")[:LONGEST_TEXT],
        html=cleaned(html).replace("\x00", "") if html else "",
        pieces=tuple(_pieces(leaves)),
        signs=_signs(message, report),
        bounces=tuple(_bounces(message)) if report == "delivery-status" else (),
    )


def _raw(message: Message, name: str) -> str:
    """Return the first header of a name as it stands, unparsed: parsed ones of strangers may raise."""
    return next((str(value) for key, value in message.raw_items() if key.lower() == name), "")


def _all_raw(message: Message, name: str) -> list[str]:
    return [str(value) for key, value in message.raw_items() if key.lower() == name]


def _first_id(raw: str) -> str:
    found = _ID.search(raw)
    return found.group() if found else ""


def _references(message: Message) -> tuple[str, ...]:
    found = [*_ID.findall(_raw(message, "references")), *_ID.findall(_raw(message, "in-reply-to"))]
    return tuple(dict.fromkeys(found))[-MOST_REFERENCES:]


def _parties(message: Message, name: str) -> tuple[Party, ...]:
    found = [
        Party(address.lower(), header_text(called)[:100])
        for called, address in getaddresses(_all_raw(message, name))
        if _ADDRESS.fullmatch(address.lower())
    ]
    return tuple({party.address: party for party in found}.values())[:MOST_PARTIES]


def _sender(message: Message) -> Party | None:
    """Return who wrote; a name that was not quoted as it should be does not hide the address."""
    found = _parties(message, "from")
    if found:
        return found[0]
    raw = header_text(_raw(message, "from"))
    hit = _ADDRESS.search(raw.lower())
    return Party(hit.group(), raw.split("<")[0].strip(" \"'")[:100]) if hit else None


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    """Yield the parts that are no containers; a mail within a mail is one of them."""
    below = _below(part)
    if depth < DEEPEST and below and not part.get_content_type().startswith("message/"):
        for child in below:
            yield from _leaves(child, depth + 1)
    else:
        yield part


def _below(part: Message) -> list[Message]:
    found: Any = part.get_payload()
    return [child for child in found if isinstance(child, Message)] if isinstance(found, list) else []


def _is_file(part: Message) -> bool:
    return bool(_name(part)) or "attachment" in _raw(part, "content-disposition").lower()[:20]


def _bodies(leaves: list[Message]) -> tuple[str, str]:
    plain: list[str] = []
    html: list[str] = []
    for part in leaves:
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_file(part):
            (plain if kind == "text/plain" else html).append(text_of(_data(part), _parameter(part, "charset")))
    return "\n".join(plain).replace("\r\n", "\n").strip(), "\n".join(html)


def _data(part: Message) -> bytes:
    if part.get_content_type().startswith("message/"):
        below = _below(part)
        return below[0].as_bytes(policy=policy.compat32) if below else b""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _parameter(part: Message, name: str) -> str:
    hit = re.search(rf"{name}\s*=\s*\"?([^\";\s]+)", _raw(part, "content-type"), re.IGNORECASE)
    return hit.group(1).lower() if hit else ""


def _name(part: Message) -> str:
    try:
        return header_text(part.get_filename() or "")
    except UNREADABLE:
        return "file"


def _pieces(leaves: list[Message]) -> Iterator[Piece]:
    for number, part in enumerate(leaves):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_file(part):
            continue
        if kind in ("message/delivery-status", "text/rfc822-headers"):
            continue
        content_id = _raw(part, "content-id").strip(" <>")[:200]
        data = _data(part)
        if data:
            yield Piece(_name(part) or _default_name(kind, number), kind, data, content_id)


def _default_name(kind: str, number: int) -> str:
    endings = {
        "message/rfc822": "eml", "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "application/pdf": "pdf",
        "application/ms-tnef": "dat", "text/csv": "csv", "text/plain": "txt",
    }  # fmt: skip
    return f"file-{number}.{endings.get(kind, 'bin')}"


def _signs(message: Message, report: str) -> Signs:
    paths = _all_raw(message, "return-path")
    return Signs(
        auto_submitted=_raw(message, "auto-submitted").split(";")[0].strip().lower(),
        precedence=_raw(message, "precedence").strip().lower(),
        suppress=_raw(message, "x-auto-response-suppress").strip().lower(),
        return_path=parseaddr(paths[0])[1].lower() if paths else None,
        is_list=any(_raw(message, name) for name in ("list-id", "list-unsubscribe", "list-post")),
        spam_flag=_raw(message, "x-spam-flag").strip().lower(),
        authentication=tuple(_raw_line(line) for line in _all_raw(message, "authentication-results")),
        report_type=report,
    )


def _raw_line(text: str) -> str:
    return " ".join(text.split()).lower()


def _bounces(message: Message) -> Iterator[Bounce]:
    """Yield what a report says of each recipient, with the name of the mail that it speaks of."""
    parts = [part for part in _walk(message) if part.get_content_type() in _REPORT_PARTS]
    original = ""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            below = _below(part)
            original = _first_id(_raw(below[0], "message-id")) if below else original
        elif kind == "text/rfc822-headers":
            original = _first_id(_raw(_headers_of(part), "message-id"))
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            yield from _recipients(part, original)


def _headers_of(part: Message) -> Message:
    found: Any = message_from_bytes(_data(part), policy=policy.default)
    return found  # type: ignore[no-any-return]  # its type depends on the policy


def _walk(part: Message, depth: int = 0) -> Iterator[Message]:
    yield part
    if depth < DEEPEST and part.get_content_type() != "message/rfc822":
        for child in _below(part):
            yield from _walk(child, depth + 1)


def _recipients(part: Message, original: str) -> Iterator[Bounce]:
    for block in _below(part):
        recipient = _raw(block, "final-recipient") or _raw(block, "original-recipient")
        action, status = _raw(block, "action").strip().lower(), _raw(block, "status").strip()
        address = _ADDRESS.search(recipient.partition(";")[2].lower())
        if address is not None and action:
            known = _STATUS.match(status)
            yield Bounce(action, known.group() if known else "", address.group(), original)
