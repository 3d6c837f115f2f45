"""Where webhooks may go: to the public internet by TLS, and to what operators allow besides (PLT-14)."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from keyuan.kernel.errors import Refused
from keyuan.kernel.networks import Allowed, as_address, may_connect

LONGEST = 500
#: Ports of the public internet; an allowed host may listen elsewhere above the privileged ones.
PORTS = frozenset({443, 8443})
PLAIN_PORTS = frozenset({80, 443, 8443})
UNPRIVILEGED = 1024


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a checked address leads."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_tls(self) -> bool:
        """Tell whether the way is encrypted."""
        return self.scheme == "https"


def read_destination(url: str, allowed: Allowed) -> Destination:
    """Return where ``url`` leads, as far as its text tells.

    Raises Refused with field ``url``: webhook.url for what is no address of the web, .scheme for http to a host that
    is not allowed, .port for a port that is closed, .private for an address that is not public and not allowed.
    """
    parts, port = _split(url)
    host = _ascii(parts.hostname or "")
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password or parts.fragment:
        raise Refused("webhook.url", field="url")
    is_allowed = allowed.has_host(host)
    if parts.scheme == "http" and not is_allowed:
        raise Refused("webhook.scheme", field="url")
    port = port or (443 if parts.scheme == "https" else 80)
    if port not in PORTS and not (is_allowed and (port in PLAIN_PORTS or port >= UNPRIVILEGED)):
        raise Refused("webhook.port", field="url", port=port)
    literal = as_address(host)
    if literal is not None and not may_connect(host, literal, allowed):
        raise Refused("webhook.private", field="url")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, port, target)


def _split(url: str) -> tuple[SplitResult, int | None]:
    if len(url) > LONGEST or any(sign <= " " or sign == "\\" for sign in url) or not url.isascii():
        raise Refused("webhook.url", field="url")
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:
        raise Refused("webhook.url", field="url") from None


def _ascii(host: str) -> str:
    return host.lower().rstrip(".")
