"""When certificates run out: of files, and of hosts asked once a day (``KEYUAN_CERTIFICATES``)."""

import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from cryptography import x509
from django.conf import settings

from keyuan.platform.models.status_sample import SystemFact

log = structlog.get_logger(__name__)
KEY = "certificates"
SECONDS = 5.0
#: Days before the end from which a certificate is told of.
SOON = 21


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its last day; None when it could not be read."""

    name: str
    until: datetime | None

    def days_left(self, now: datetime) -> int | None:
        """Return whole days to the end; negative afterwards."""
        return (self.until - now).days if self.until else None


def _of_file(path: Path) -> datetime:
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc


def _of_host(host: str, port: int) -> datetime:
    """Ask a host for its certificate, whatever it is worth: one that has run out must be read, too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout=SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"").not_valid_after_utc


def read_certificate(place: str) -> datetime | None:
    """Return the end of the certificate in a file or at ``host:port``; None, with a line in the log, when it fails."""
    try:
        if place.startswith("/"):
            return _of_file(Path(place))
        host, _colon, port = place.partition(":")
        return _of_host(host, int(port or 443))
    except (OSError, ValueError) as error:
        log.warning("certificate.unreadable", place=place, error=type(error).__name__)
        return None


def look(now: datetime) -> int:
    """Read every certificate of the setting and keep when they end; return how many (a job, once a day)."""
    ends = {place: read_certificate(place) for place in settings.CERTIFICATES}
    value = {place: end.isoformat() if end else "" for place, end in ends.items()}
    SystemFact.objects.update_or_create(key=KEY, defaults={"at": now, "value": value})
    return len(ends)


def known_certificates() -> Sequence[Certificate]:
    """Return what was read last, those of the present setting only."""
    fact = SystemFact.objects.filter(key=KEY).first()
    value = fact.value if fact else {}
    return [Certificate(place, _moment(value.get(place, ""))) for place in settings.CERTIFICATES]


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
