"""Where a request comes from: the peer of the connection, or whom the proxies in front say they speak for."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _address(text: str) -> Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    # A proxy that listens on IPv6 writes 10.0.0.7 as ::ffff:10.0.0.7.
    return getattr(found, "ipv4_mapped", None) or found


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the address of who asks, given the connection's ``peer`` and its ``X-Forwarded-For``.

    Each trusted proxy appends whom it heard from, so the list is read from the right for as long as the one who wrote
    an entry is trusted: what lies further left may be invented. Without trusted proxies it is the peer.
    """
    found = _address(peer)
    chain = forwarded.split(",")
    while found is not None and chain and any(found in network for network in trusted):
        before = _address(chain.pop())
        if before is None:
            break
        found = before
    return peer if found is None else str(found)
