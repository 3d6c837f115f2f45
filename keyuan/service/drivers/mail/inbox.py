"""A mailbox read by IMAP, without changing anything in it (SRV-5; RFC 3501, RFC 2177).

The folder is opened for reading only, and mails are peeked at: what colleagues see in their own programs stays unread.
"""

import base64
import imaplib
import re
import selectors
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from keyuan.kernel.networks import Allowed
from keyuan.platform.dialling import ClosedAddressError, UnknownHostError, dial

TIMEOUT = 20.0
#: Names the command that waits, so that its end is known among what the server tells meanwhile.
_IDLE = b"KYIDLE"
_NEWS = re.compile(rb"^\* \d+ EXISTS", re.IGNORECASE)
#: UIDs that one search spans; an answer line of a server must not grow without end.
SPAN = 5_000
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"UID (\d+)")


class InboxError(Exception):
    """Reading a mailbox failed; the only argument is a stable code."""

    @property
    def code(self) -> str:
        """name, address, connect, timeout, tls, auth, folder, broken or protocol."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class InboxConfig:
    """How to reach a mailbox. ``security`` is tls, starttls or none."""

    host: str
    port: int
    security: str
    username: str
    folder: str
    password: str = field(repr=False)
    allowed: Allowed = field(default_factory=Allowed, repr=False)
    timeout: float = TIMEOUT


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a folder stands: ``uid_validity`` changes when its UIDs no longer mean what they meant."""

    uid_validity: int
    uid_next: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as it was read; where ``is_whole`` is false it was too large, and only its head is here."""

    uid: int
    raw: bytes = field(repr=False)
    size: int
    at: datetime | None
    is_whole: bool = True


class _Plain(imaplib.IMAP4):
    def __init__(self, config: InboxConfig) -> None:
        self._config = config
        super().__init__(config.host, config.port, config.timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return dial(self._config.host, self._config.port, timeout or TIMEOUT, self._config.allowed)


class _Tls(_Plain):
    def __init__(self, config: InboxConfig, trust: ssl.SSLContext) -> None:
        self._trust = trust
        super().__init__(config)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._trust.wrap_socket(super()._create_socket(timeout), server_hostname=self._config.host)


@contextmanager
def _told(otherwise: str = "protocol") -> Iterator[None]:
    """Turn what a server or the network does into `InboxError`."""
    try:
        yield
    except ClosedAddressError:
        raise InboxError("address") from None
    except UnknownHostError:
        raise InboxError("name") from None
    except TimeoutError:
        raise InboxError("timeout") from None
    except ssl.SSLError:
        raise InboxError("tls") from None
    except imaplib.IMAP4.abort:
        raise InboxError("broken") from None
    except imaplib.IMAP4.error:
        raise InboxError(otherwise) from None
    except OSError:
        raise InboxError("connect") from None


class Inbox:
    """One open mailbox."""

    def __init__(self, config: InboxConfig, trust: ssl.SSLContext | None = None) -> None:
        self._config, self._trust = config, trust or ssl.create_default_context()
        self._imap: imaplib.IMAP4 | None = None

    def open(self) -> Standing:
        """Connect, sign in, open the folder. Raises InboxError."""
        config = self._config
        with _told():
            imap = _Tls(config, self._trust) if config.security == "tls" else _Plain(config)
            self._imap = imap
            if config.security == "starttls":
                imap.starttls(self._trust)
        with _told("auth"):
            imap.login(config.username, _quoted_secret(config.password))
        return self.standing()

    def standing(self) -> Standing:
        """Return where the folder stands now. Raises InboxError."""
        imap = self._ready()
        with _told("folder"):
            state, _data = imap.select(folder_name(self._config.folder), readonly=True)
            if state != "OK":
                raise InboxError("folder")
        return Standing(_number(imap.response("UIDVALIDITY")), _number(imap.response("UIDNEXT")))

    def can_wait(self) -> bool:
        """Tell whether the server says by itself that mail came (IDLE); some say so only after signing in."""
        with _told():
            _state, data = self._ready().capability()
        return any(b"IDLE" in line.upper().split() for line in data if line)

    def wait(self, seconds: float) -> bool:
        """Wait until the server tells of new mail, at most ``seconds``; tell whether it did. Raises InboxError.

        What it told between the last look and the beginning is read when the waiting ends.
        """
        imap = self._ready()
        with _told():
            imap.send(_IDLE + b" IDLE\r\n")
            line = _line(imap)
            while not line.startswith((b"+", _IDLE)):
                line = _line(imap)
            if line.startswith(_IDLE):
                return False
            _until_readable(imap.socket(), seconds)
            imap.send(b"DONE\r\n")
            came = False
            while not (line := _line(imap)).startswith(_IDLE):
                came = came or _NEWS.match(line) is not None
        return came

    def close(self) -> None:
        """Sign out; harmless when the connection is gone."""
        imap, self._imap = self._imap, None
        if imap is not None:
            try:
                imap.logout()
            except (imaplib.IMAP4.error, OSError):
                imap.shutdown()

    def after(self, uid: int, standing: Standing) -> list[int]:
        """Return UIDs above ``uid``, ascending, of the first span that holds any. Raises InboxError."""
        low = uid + 1
        while low < standing.uid_next:
            high = low + SPAN - 1
            found = [number for number in self._search(f"UID {low}:{high}") if low <= number <= high]
            if found:
                return sorted(found)
            low = high + 1
        return []

    def first_since(self, day: datetime, standing: Standing) -> int:
        """Return the UID before the first mail that came since ``day``; the last one where none did."""
        found = self._search(f"SINCE {imaplib.Time2Internaldate(day.timestamp())[1:12].strip()}")
        return min(found) - 1 if found else standing.uid_next - 1

    def _search(self, what: str) -> list[int]:
        with _told():
            state, data = self._ready().uid("SEARCH", what)
        if state != "OK":
            raise InboxError("protocol")
        return [int(text) for line in data if line for text in line.split() if text.isdigit()]

    def fetch(self, uid: int, most_bytes: int) -> Fetched | None:
        """Return one mail, its head alone where it is larger than ``most_bytes``; None when it is gone."""
        with _told():
            _state, data = self._ready().uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
        about = next((item if isinstance(item, bytes) else item[0] for item in data if item), b"")
        size = _SIZE.search(about)
        if size is None:
            return None
        is_whole = int(size.group(1)) <= most_bytes
        with _told():
            part = "(UID BODY.PEEK[])" if is_whole else "(UID BODY.PEEK[HEADER])"
            _state, data = self._ready().uid("FETCH", str(uid), part)
        raw = _literal(data, uid)
        return Fetched(uid, raw, int(size.group(1)), _moment(about), is_whole) if raw is not None else None

    def _ready(self) -> imaplib.IMAP4:
        if self._imap is None:
            raise InboxError("broken")
        return self._imap


def _line(imap: imaplib.IMAP4) -> bytes:
    """Return the next line of the server; an empty one means that it hung up."""
    line = imap.readline()
    if not line:
        raise imaplib.IMAP4.abort("gone")
    return line


def _until_readable(channel: socket.socket, seconds: float) -> None:
    """Wait for bytes: reading with a time limit instead would leave imaplib's stream unusable after the first pause."""
    with selectors.DefaultSelector() as selector:
        selector.register(channel, selectors.EVENT_READ)
        selector.select(seconds)


def _literal(data: list[Any], uid: int) -> bytes | None:
    """Return the literal that belongs to ``uid``; servers may tell of other mails in between."""
    for item in data:
        if isinstance(item, tuple):
            named = _UID.search(item[0])
            if named is None or int(named.group(1)) == uid:
                return bytes(item[1])
    return None


def _moment(about: bytes) -> datetime | None:
    found = imaplib.Internaldate2tuple(about)
    return datetime.fromtimestamp(time.mktime(found), UTC) if found else None


def _number(answer: tuple[str, list[Any]]) -> int:
    data = answer[1]
    return int(data[0]) if data and data[0] and bytes(data[0]).isdigit() else 0


def _quoted_secret(text: str) -> str:
    """Return a password as it may stand in a command; imaplib quotes it, but nothing may end the line."""
    return text.replace("\r", "").replace("\n", "")


def folder_name(name: str) -> str:
    """Return a folder's name as IMAP writes it: modified UTF-7, in quotes (RFC 3501, 5.1.3)."""
    found, waiting = "", ""

    def shift() -> str:
        if not waiting:
            return ""
        return "&" + base64.b64encode(waiting.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    for sign in name:
        if " " <= sign <= "~":
            found, waiting = found + shift() + ("&-" if sign == "&" else sign), ""
        else:
            waiting += sign
    found += shift()
    escaped = found.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
