"""Where the stream is: beside the pages on the next port, or wherever a proxy puts it."""

from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest

PATH = "/live/stream"
#: For visitors without an account.
GUEST_PATH = "/live/guest"


def stream_url(request: HttpRequest, path: str = PATH) -> str:
    """Return the address of the live stream for this page; empty where none is served."""
    if settings.LIVE_URL:
        return urljoin(str(settings.LIVE_URL), path.rpartition("/")[2])
    if not settings.LIVE_PORT:
        return ""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{shown}:{settings.LIVE_PORT}{path}"


def stream_origin(request: HttpRequest) -> str:
    """Return the origin that pages must be allowed to connect to; empty when it is their own."""
    url = urlsplit(stream_url(request))
    return f"{url.scheme}://{url.netloc}" if url.netloc else ""
