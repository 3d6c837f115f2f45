"""Who may read metrics and the details of readiness without signing in: named networks, or who knows the token."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from keyuan.platform.peers import client_address

#: Headers by which a proxy says for whom it speaks.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


def is_trusted(request: HttpRequest) -> bool:
    """Tell whether ``request`` may see what is not for strangers."""
    given = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if token and constant_time_compare(given, f"Bearer {token}"):
        return True
    return _is_near(request)


def _is_near(request: HttpRequest) -> bool:
    networks = settings.METRICS_NETWORKS
    if not networks:
        # Nothing said: this machine itself, unless a proxy on it may be speaking for anybody.
        if (
            settings.SESSION_COOKIE_SECURE
            or settings.TRUSTED_PROXIES
            or any(name in request.META for name in FORWARDED)
        ):
            return False
        networks = LOOPBACK
    peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and not settings.TRUSTED_PROXIES:
        return False
    try:
        address = ip_address(client_address(peer, forwarded, settings.TRUSTED_PROXIES))
    except ValueError:
        return False
    return any(address in network for network in networks)
