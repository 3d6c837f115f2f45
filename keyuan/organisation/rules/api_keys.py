"""Secrets of API clients: how they look, how they are kept, from where they may be used (PLT-14)."""

import hashlib
import secrets
from ipaddress import ip_address, ip_network

from keyuan.kernel.errors import Refused

#: What a secret begins with, by its kind, so that a leaked one is recognised at sight.
PREFIXES = {"OAUTH": "kys_", "KEY": "kyk_", "TOKEN": "kyt_"}
SHOWN = 10
RANDOM_BYTES = 32
MOST_NETWORKS = 50


def new_secret(kind: str) -> str:
    """Return a new secret of ``kind``: 256 random bits behind its prefix."""
    return PREFIXES[kind] + secrets.token_urlsafe(RANDOM_BYTES)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: as random as the digest is long, it needs neither salt nor stretching."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def shown_part(secret: str) -> str:
    """Return the beginning of a secret, by which people tell their keys apart."""
    return secret[:SHOWN]


def read_networks(text: str) -> str:
    """Return networks in normal form, one a line. Raises Refused api_client.network with what cannot be read."""
    found = []
    for word in text.replace(",", " ").split():
        try:
            found.append(str(ip_network(word, strict=False)))
        except ValueError:
            raise Refused("api_client.network", field="networks", network=word[:60]) from None
    if len(found) > MOST_NETWORKS:
        raise Refused("api_client.networks", field="networks", most=MOST_NETWORKS)
    return "\n".join(dict.fromkeys(found))


def is_within(address: str, networks: str) -> bool:
    """Tell whether ``address`` lies in one of ``networks``; without any, every address does."""
    if not networks:
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(line) for line in networks.splitlines())
