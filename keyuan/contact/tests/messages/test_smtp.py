"""Mail over real connections: what arrives, what each answer means, how doubt arises (PLT-11)."""

import socket
import ssl
import threading
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from keyuan.contact.drivers.senders import ConfigError, Parcel, check_config
from keyuan.contact.drivers.senders.smtp import SmtpConfig, SmtpSender, message_id
from keyuan.contact.rules.messages.outcomes import Result
from keyuan.contact.tests.messages.mailbox import mailbox
from tests.ports import free_port

pytestmark = pytest.mark.network
AT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
PARCEL = Parcel(
    "key-1", AT, "zhou@example.org", "续期提醒", "尊敬的周先生：\n.\n您好。", way_out_url="https://k.example/l/1/"
)


def sender(port, trust=None, **more):
    values = {"host": "127.0.0.1", "port": port, "security": "none", "from_address": "service@keyuan.example"}
    return SmtpSender(SmtpConfig(**values | {"from_name": "客源保险", "timeout": 2.0} | more), trust)


def test_a_letter_arrives_whole():
    with mailbox() as box:
        way = sender(box.port)
        first, second = way.send(PARCEL), way.send(PARCEL)
        way.close()

    letter = box.letters[0]
    assert (first.result, first.code) == (Result.ACCEPTED, "250")
    assert letter["Subject"] == "续期提醒"
    assert letter["From"].addresses[0].display_name == "客源保险"
    assert letter["To"] == "zhou@example.org"
    assert letter.get_content() == "尊敬的周先生：\n.\n您好。\n"
    assert letter["List-Unsubscribe"] == "<https://k.example/l/1/>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Message-ID"] == first.reference == second.reference


def test_a_subject_cannot_bring_headers():
    evil = Parcel("key-2", AT, "zhou@example.org", "Hi\r\nBcc: all@example.org", "text")

    with mailbox() as box:
        sender(box.port).send(evil)

    assert box.letters[0]["Bcc"] is None


@pytest.mark.parametrize(
    "_case, step, answer, result",
    [
        ("no mailbox", "recipient", "550 5.1.1 no such user", Result.BAD_ADDRESS),
        ("no mailbox, no status", "recipient", "550 unknown", Result.BAD_ADDRESS),
        ("full", "recipient", "552 5.2.2 full", Result.REFUSED),
        ("not from you", "recipient", "550 5.7.1 blocked", Result.REFUSED),
        ("grey list", "recipient", "450 4.7.1 later", Result.LATER),
        ("going down", "recipient", "421 closing", Result.OUTAGE),
        ("spam", "data", "554 5.7.1 spam", Result.REFUSED),
        ("busy after the letter", "data", "451 later", Result.LATER),
    ],
)
def test_what_an_answer_means(_case, step, answer, result):
    with mailbox() as box:
        setattr(box, step, lambda _address: answer)
        way = sender(box.port)

        assert way.send(PARCEL).result is result
        setattr(box, step, lambda _address: "250 OK")
        assert way.send(PARCEL).result is Result.ACCEPTED


def test_nobody_there_is_an_outage():
    assert sender(free_port()).send(PARCEL).result is Result.OUTAGE


def test_a_server_that_falls_silent_after_the_letter_leaves_doubt():
    release = threading.Event()
    with mailbox() as box:
        box.data = lambda _address: (release.wait(5) and "250 OK") or "250 OK"

        outcome = sender(box.port, timeout=0.5).send(PARCEL)
        release.set()

    assert (outcome.result, outcome.code) == (Result.UNKNOWN, "timeout")


def test_a_server_that_hangs_up_before_the_letter_leaves_none():
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _address = listening.accept()
        connection.sendall(b"220 hello\r\n")
        for reply in (b"250 keyuan\r\n", b"250 OK\r\n"):
            connection.recv(1000)
            connection.sendall(reply)
        connection.recv(1000)
        connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    outcome = sender(listening.getsockname()[1]).send(PARCEL)
    thread.join(5)
    listening.close()

    assert outcome.result is Result.LATER


# The server of the test warns of what only tests do: signing in without encryption.
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_is_the_settings_fault():
    with mailbox(auth_required=True) as box:
        wrong = sender(box.port, username="keyuan", password="wrong").send(PARCEL)
        right = sender(box.port, username="keyuan", password="right").send(PARCEL)

    assert (wrong.result, wrong.code) == (Result.OUTAGE, "auth")
    assert right.result is Result.ACCEPTED


def certificate(folder):
    """Write a certificate of this machine with its key; return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    built = built.not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = folder / "server.pem"
    signed = built.add_extension(here, critical=False).sign(key, hashes.SHA256())
    path.write_bytes(key.private_bytes(pem, *plain) + signed.public_bytes(pem))
    return path


def test_starttls_checks_the_certificate(tmp_path):
    path = certificate(tmp_path)
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    server.load_cert_chain(path)
    with mailbox(tls_context=server, require_starttls=True) as box:
        strange = sender(box.port, security="starttls").send(PARCEL)
        client.load_verify_locations(path)
        known = sender(box.port, client, security="starttls").send(PARCEL)

    assert (strange.result, strange.code) == (Result.OUTAGE, "tls")
    assert known.result is Result.ACCEPTED


def test_nothing_of_a_person_or_a_password_is_printed():
    config = SmtpConfig("mail.example", 465, "tls", "a@b.example", password="hush")

    assert "hush" not in repr(config)
    assert "zhou" not in repr(PARCEL)
    assert "尊敬" not in repr(PARCEL)
    assert message_id(config, PARCEL).endswith("@b.example>")


@pytest.mark.parametrize(
    "config, field, reason",
    [
        ({}, "from_address", "missing"),
        ({"from_address": "a@b.example"}, "host", "missing"),
        ({"from_address": "a@b.example", "host": "m", "port": "70000"}, "port", "wrong"),
        ({"from_address": "a@b.example", "host": "m", "security": "ssl"}, "security", "wrong"),
        ({"from_address": "a@b.example", "host": "m", "username": "u"}, "password_file", "missing"),
        (
            {"from_address": "a@b.example", "host": "m", "username": "u", "password_file": "../x"},
            "password_file",
            "secret",
        ),
    ],
)
def test_a_wrong_setting_is_named(config, field, reason):
    with pytest.raises(ConfigError) as error:
        check_config("SMTP", config)

    assert (error.value.field, error.value.reason) == (field, reason)
