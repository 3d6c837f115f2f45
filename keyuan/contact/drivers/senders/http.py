"""Calls to gateways over HTTP with an end to every step; answers are read as JSON up to a limit (PLT-11)."""

import json
import ssl
import time
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpcore

TIMEOUTS = {"connect": 5.0, "read": 15.0, "write": 15.0, "pool": 15.0}
MOST_READ = 64 * 1024
SERVER_ERRORS, TOO_MANY = 500, 429


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: code and JSON object, or the name of the failure. ``was_sent``: the request may have arrived."""

    code: int | None
    body: dict[str, Any] = field(default_factory=dict, repr=False)
    error: str = ""
    was_sent: bool = True
    ms: int = 0

    def at(self, path: str) -> Any:
        """Return the value at a dotted path of the answer, None where there is none."""
        found: Any = self.body
        for part in path.split("."):
            if isinstance(found, list) and part.isdecimal() and int(part) < len(found):
                found = found[int(part)]
            else:
                found = found.get(part) if isinstance(found, dict) else None
        return found


def is_safe_url(url: str) -> bool:
    """Tell whether ``url`` may be called: https, or plain http on this machine."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username:
        return False
    if parts.scheme == "https":
        return True
    try:
        return parts.scheme == "http" and ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


class Gateway:
    """Connections to one gateway."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust or ssl.create_default_context(), max_connections=2, keepalive_expiry=20.0
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def call(self, method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Reply:
        """Make one call; never raises for what the other side does."""
        started = time.monotonic()
        try:
            with self._pool.stream(
                method,
                url,
                headers=list((headers or {}).items()),
                content=body or None,
                extensions={"timeout": TIMEOUTS},
            ) as response:
                return Reply(response.status, _json_of(response), ms=_since(started))
        except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout):
            return Reply(None, error="connect", was_sent=False, ms=_since(started))
        except httpcore.TimeoutException:
            return Reply(None, error="timeout", ms=_since(started))
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
            return Reply(None, error="broken", ms=_since(started))


def _json_of(response: httpcore.Response) -> dict[str, Any]:
    read = b""
    for part in response.iter_stream():
        read += part
        if len(read) > MOST_READ:
            return {}
    try:
        found = json.loads(read)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
