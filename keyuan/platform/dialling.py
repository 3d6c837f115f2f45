"""Connections to servers that people name: resolved, checked and dialled here, so that a name leads nowhere else.

Addresses that are not public are dialled only where operators allow them (PLT-14, SRV-5).
"""

import socket
from ipaddress import ip_address

from keyuan.kernel.networks import Allowed, may_connect


class ClosedAddressError(OSError):
    """The name leads, at least once, to an address that is neither public nor allowed."""


class UnknownHostError(OSError):
    """The name has no address."""


def dial(host: str, port: int, timeout: float, allowed: Allowed) -> socket.socket:
    """Return a connection to ``host`` within ``timeout`` seconds.

    One bad address among several is enough to refuse all. Raises ClosedAddressError, UnknownHostError, or the OSError
    of the last try.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise UnknownHostError(host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(may_connect(host.lower(), ip_address(text.partition("%")[0]), allowed) for text in addresses):
        raise ClosedAddressError(host)
    failure: OSError = UnknownHostError(host)
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise failure
