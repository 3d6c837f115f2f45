"""The trail names who asked, through trusted proxies only; nobody can invent an address for it (PLT-6)."""

from ipaddress import ip_network

import pytest

from keyuan.platform.peers import client_address

TRUSTED = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"))


@pytest.mark.parametrize("peer, forwarded, expected", [
    ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
    ("127.0.0.1", "203.0.113.9, 10.0.0.7", "203.0.113.9"),
    ("::ffff:127.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
    ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
    ("127.0.0.1", "10.0.0.8, 10.0.0.7", "10.0.0.8"),
    ("127.0.0.1", "", "127.0.0.1"),
])  # fmt: skip
def test_the_right_most_address_that_is_no_trusted_proxy_asked(peer, forwarded, expected):
    assert client_address(peer, forwarded, TRUSTED) == expected


@pytest.mark.parametrize("peer, forwarded, expected", [
    ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
    ("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
])  # fmt: skip
def test_what_a_stranger_writes_is_not_believed(peer, forwarded, expected):
    assert client_address(peer, forwarded, TRUSTED) == expected


def test_without_trusted_proxies_the_peer_asked():
    assert client_address("127.0.0.1", "203.0.113.9", ()) == "127.0.0.1"
