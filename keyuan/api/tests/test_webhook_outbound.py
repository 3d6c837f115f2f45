"""The driver against real sockets: checked addresses only, no redirect, no proxy, bounded time and size (PLT-14)."""

import datetime as dt
import gzip
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from keyuan.api.drivers import outbound as driver
from keyuan.api.drivers.outbound import Outbound
from keyuan.api.rules.destinations import Destination
from keyuan.api.tests.receiver import receiving
from keyuan.kernel.networks import read_allowed

pytestmark = pytest.mark.network
LOCAL = read_allowed(["127.0.0.0/8"])
NOBODY = read_allowed([])


@pytest.fixture
def receiver():
    with receiving() as running:
        yield running


def post(to_host, port, *, allowed=LOCAL, addresses=("127.0.0.1",), scheme="http", trust=None, seconds=3.0, body=b"{}"):
    asked = []

    def resolver(host, _port):
        asked.append(host)
        return addresses

    running = Outbound(allowed, resolver=resolver, trust=trust)
    try:
        answer = running.post(Destination(scheme, to_host, port, "/hook"), {"webhook-id": "m"}, body, seconds=seconds)
    finally:
        running.close()
    return answer, asked


def test_a_name_is_resolved_here_and_dialled_by_its_checked_address(receiver):
    answer, asked = post("receiver.example", receiver.port)

    assert (answer.code, asked) == (204, ["receiver.example"])
    assert receiver.received[0].headers["host"] == f"receiver.example:{receiver.port}"


@pytest.mark.parametrize("addresses", [
    ("127.0.0.1",), ("::1",), ("::ffff:127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("10.0.0.1",), ("169.254.169.254",),
    ("fe80::1%eth0",),
])  # fmt: skip
def test_a_name_that_leads_inside_is_not_dialled(receiver, addresses):
    answer, _asked = post("rebound.example", receiver.port, allowed=NOBODY, addresses=addresses)

    assert (answer.code, answer.error) == (None, "address")
    assert receiver.received == []


def test_the_address_is_asked_for_once_a_connection(receiver):
    """Whatever a name server says the second time is never dialled unchecked."""
    answers = iter([("127.0.0.1",), ("10.0.0.1",)])
    running = Outbound(LOCAL, resolver=lambda _host, _port: next(answers))
    to = Destination("http", "twice.example", receiver.port, "/hook")

    codes = [running.post(to, {}, b"{}").code for _ in range(2)]
    running.close()

    assert codes == [204, 204]


def test_an_unknown_name_is_named(receiver):
    def resolver(_host, _port):
        raise socket.gaierror

    running = Outbound(LOCAL, resolver=resolver)
    answer = running.post(Destination("http", "no.example", 80, "/"), {}, b"{}")
    running.close()

    assert (answer.code, answer.error) == (None, "name")


def test_redirects_and_proxies_are_left_alone(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    receiver.answer = lambda _request: (307, {"Location": "http://169.254.169.254/"}, b"")

    answer, asked = post("receiver.example", receiver.port)

    assert (answer.code, asked, len(receiver.received)) == (307, ["receiver.example"], 1)


def test_a_huge_answer_is_cut_off(receiver):
    receiver.answer = lambda _request: (200, {"Content-Length": str(10**9)}, b"x" * 200_000)

    answer, _asked = post("receiver.example", receiver.port)

    assert (answer.code, answer.head) == (200, "x" * 1024)


def test_a_packed_answer_is_never_unpacked(receiver):
    receiver.answer = lambda _request: (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 1_000_000))

    answer, _asked = post("receiver.example", receiver.port)

    assert (answer.code, answer.head) == (200, "")


def test_a_receiver_that_drips_bytes_is_given_up_in_time():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def drip():
            peer, _ = listening.accept()
            with peer:
                for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"." * 900:
                    try:
                        peer.sendall(bytes([byte]))
                    except OSError:
                        return
                    time.sleep(0.05)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        started = time.monotonic()
        answer, _asked = post("slow.example", listening.getsockname()[1], seconds=0.6)
        took = time.monotonic() - started
        thread.join()

    assert (answer.code, answer.error) == (None, "timeout")
    assert took < 2


def test_something_that_does_not_speak_http_is_named():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def speak():
            peer, _ = listening.accept()
            with peer:
                peer.recv(65536)
                peer.sendall(b"-ERR unknown command\r\n")

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        answer, _asked = post("redis.example", listening.getsockname()[1])
        thread.join()

    assert (answer.code, answer.error) == (None, "protocol")


def certificate(folder, name):
    """Make a key and a certificate of its own for ``name``; return both files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    no_password = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password))
    return files


def test_the_certificate_must_be_trusted_and_bear_the_name(tmp_path):
    chain, key = certificate(tmp_path, "receiver.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, key)
    trusting = ssl.create_default_context(cafile=str(chain))

    with receiving(tls=server) as receiver:
        good, _asked = post("receiver.example", receiver.port, scheme="https", trust=trusting)
        other, _asked = post("other.example", receiver.port, scheme="https", trust=trusting)
        unknown, _asked = post("receiver.example", receiver.port, scheme="https")

    assert (good.code, other.error, unknown.error) == (204, "tls", "tls")
    assert len(receiver.received) == 1


def test_every_failure_has_a_word():
    from keyuan.api.views.webhook_words import ERRORS

    assert set(driver.ERRORS.values()) <= set(ERRORS)
