"""Which network addresses our own connections may go to: the public internet, and what operators allow besides."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Everything that is not the public internet: special-purpose blocks of IANA, with Azure's host service.
CLOSED = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip
#: Of IPv6 only this block is the public internet.
GLOBAL_UNICAST = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What operators allow beyond the public internet: names of hosts, and networks."""

    hosts: frozenset[str] = field(default_factory=frozenset)
    networks: tuple[Network, ...] = ()

    def has_host(self, host: str) -> bool:
        """Tell whether ``host``, a name or an address, is allowed by name or lies in an allowed network."""
        literal = as_address(host)
        return host in self.hosts or (literal is not None and self.has(literal))

    def has(self, address: Address) -> bool:
        """Tell whether ``address`` lies in an allowed network."""
        return any(address in network for network in self.networks)


def read_allowed(items: Iterable[str]) -> Allowed:
    """Read what operators wrote: addresses and networks such as 10.20.0.0/16, and names of hosts."""
    hosts, networks = set(), []
    for item in filter(None, (text.strip().lower() for text in items)):
        try:
            networks.append(ip_network(item, strict=False))
        except ValueError:
            hosts.add(item.rstrip("."))
    return Allowed(frozenset(hosts), tuple(networks))


def as_address(text: str) -> Address | None:
    """Return ``text`` as an address, or None when it is a name."""
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Tell whether an address is of the public internet; an IPv4 address in IPv6 dress counts as what it is."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in GLOBAL_UNICAST:
            return False
    return not any(address.version == network.version and address in network for network in CLOSED)


def may_connect(host: str, address: Address, allowed: Allowed) -> bool:
    """Tell whether a connection to ``host`` may go to ``address``, to which its name led."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) and address.ipv4_mapped else address
    return is_public(inner) or host in allowed.hosts or allowed.has(inner)
