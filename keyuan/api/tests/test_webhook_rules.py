"""Where webhooks may go, when they are tried again, how they are signed: by table (PLT-14)."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from standardwebhooks.webhooks import Webhook

from keyuan.api.rules import retrying
from keyuan.api.rules.destinations import Destination, read_destination
from keyuan.api.rules.retrying import Answer, Result, is_overloaded, next_try, rest_after, result_of, wish
from keyuan.api.rules.signing import as_secret, key_of, signature
from keyuan.kernel.errors import Refused
from keyuan.kernel.networks import is_public, may_connect, read_allowed

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
NOBODY = read_allowed([""])
INSIDE = read_allowed(["hooks.internal", " 10.20.0.0/16", "192.168.1.7", "fd12::/16"])


@pytest.mark.parametrize("address", [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.168.0.1", "198.18.0.1", "198.51.100.9", "203.0.113.1", "224.0.0.1",
    "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fec0::1",
])  # fmt: skip
def test_addresses_that_are_not_public_are_closed(address):
    assert not is_public(ip_address(address))
    assert not may_connect("receiver.example", ip_address(address), NOBODY)


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_addresses_are_open(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host, address, wanted", [
    ("hooks.internal", "10.1.1.1", True),
    ("other.internal", "10.1.1.1", False),
    ("other.internal", "10.20.9.9", True),
    ("other.internal", "::ffff:10.20.9.9", True),
    ("other.internal", "192.168.1.8", False),
    ("other.internal", "fd12::8", True),
])  # fmt: skip
def test_operators_open_hosts_and_networks(host, address, wanted):
    assert may_connect(host, ip_address(address), INSIDE) is wanted


@pytest.mark.parametrize("url, wanted", [
    ("https://erp.example.cn/keyuan?a=b", Destination("https", "erp.example.cn", 443, "/keyuan?a=b")),
    ("https://ERP.example.cn.:8443", Destination("https", "erp.example.cn", 8443, "/")),
    ("http://hooks.internal:8080/x", Destination("http", "hooks.internal", 8080, "/x")),
    ("http://10.20.1.1/x", Destination("http", "10.20.1.1", 80, "/x")),
    ("https://[fd12::1]:9000/", Destination("https", "fd12::1", 9000, "/")),
    ("https://[2400:3200::1]/", Destination("https", "2400:3200::1", 443, "/")),
])  # fmt: skip
def test_addresses_that_are_taken(url, wanted):
    assert read_destination(url, INSIDE) == wanted


@pytest.mark.parametrize("url, code", [
    ("", "webhook.url"),
    ("erp.example.cn/x", "webhook.url"),
    ("ftp://erp.example.cn/", "webhook.url"),
    ("https:///x", "webhook.url"),
    ("https://user@erp.example.cn/", "webhook.url"),
    ("https://user:pw@erp.example.cn/", "webhook.url"),
    ("https://erp.example.cn/#part", "webhook.url"),
    ("https://erp.example.cn:99999/", "webhook.url"),
    ("https://erp.example.cn/a b", "webhook.url"),
    ("https://erp.example.cn\\@127.0.0.1/", "webhook.url"),
    ("https://例子.cn/", "webhook.url"),
    ("https://erp.example.cn/" + "x" * 500, "webhook.url"),
    ("http://erp.example.cn/", "webhook.scheme"),
    ("https://erp.example.cn:22/", "webhook.port"),
    ("https://erp.example.cn:6379/", "webhook.port"),
    ("https://hooks.internal:22/", "webhook.port"),
    ("https://127.0.0.1/", "webhook.private"),
    ("https://[::1]/", "webhook.private"),
    ("https://169.254.169.254/latest/meta-data/", "webhook.private"),
    ("https://[::ffff:10.0.0.1]/", "webhook.private"),
])  # fmt: skip
def test_addresses_that_are_refused(url, code):
    with pytest.raises(Refused) as refusal:
        read_destination(url, INSIDE)

    assert (refusal.value.code, refusal.value.field) == (code, "url")


def test_twelve_tries_over_three_days():
    waits = [next_try(tries, NOW, luck=0) - NOW for tries in range(1, 12)]

    assert waits[0] == timedelta(seconds=10)
    assert waits == sorted(waits)
    assert timedelta(days=2, hours=20) < sum(waits, timedelta()) < timedelta(days=3, hours=12)
    assert next_try(12, NOW, luck=0) is None
    assert next_try(1, NOW, luck=1) - NOW == timedelta(seconds=12)
    assert next_try(1, NOW, luck=0, wait=600) - NOW == timedelta(seconds=600)


@pytest.mark.parametrize("code, result, overloaded", [
    (200, Result.TAKEN, False), (204, Result.TAKEN, False), (299, Result.TAKEN, False), (301, Result.FAILED, False),
    (400, Result.FAILED, False), (410, Result.GONE, False), (429, Result.FAILED, True), (500, Result.FAILED, True),
    (None, Result.FAILED, True),
])  # fmt: skip
def test_what_an_answer_means(code, result, overloaded):
    answer = Answer(code, 5)

    assert (result_of(answer), is_overloaded(answer)) == (result, overloaded)


def test_an_endpoint_rests_longer_and_longer():
    assert [rest_after(failures) for failures in range(1, 11)] == [0, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert rest_after(1, 900) == 900


@pytest.mark.parametrize("text, seconds", [
    ("120", 120), ("0", 0), ("999999999", retrying.LONGEST_WISH), ("Mon, 16 Mar 2026 02:10:00 GMT", 600),
    ("Mon, 16 Mar 2026 01:00:00 GMT", 0), ("soon", None), ("", None), ("-5", None),
])  # fmt: skip
def test_the_wish_of_a_receiver_is_read(text, seconds):
    assert wish(text, NOW) == seconds


def test_a_signature_is_the_one_of_the_specification():
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'

    ours = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)

    assert ours == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    moment = datetime.fromtimestamp(1614265330, UTC)
    assert ours == Webhook(secret).sign("msg_p5jXN8AQM9LWM0D4loKWxJek", moment, body.decode())


def test_a_secret_says_what_it_is():
    assert as_secret(b"\x00" * 24) == "whsec_" + "A" * 32
    assert key_of(as_secret(b"12345678" * 4)) == b"12345678" * 4
    with pytest.raises(ValueError):
        key_of("whsec_***")
