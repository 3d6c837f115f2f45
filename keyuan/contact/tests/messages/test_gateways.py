"""Text messages and WeChat Work over real HTTP: what is asked, what each answer means (PLT-11)."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from keyuan.contact.drivers.senders import ConfigError, Parcel, check_config
from keyuan.contact.drivers.senders.http import is_safe_url
from keyuan.contact.drivers.senders.sms_http import SmsConfig, SmsHttpSender
from keyuan.contact.drivers.senders.wecom import WecomConfig, WecomSender, forget_token
from keyuan.contact.rules.messages.outcomes import Result
from tests.ports import free_port

pytestmark = pytest.mark.network
AT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
PARCEL = Parcel("key-1", AT, "13812345678", "", "【客源保险】您好")


class Gateway:
    """A gateway that answers as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.url = ""

    def answer(self, path: str) -> tuple[int, Any]:
        """Return the next answer of a path; the last one for ever."""
        offered = self.answers[path]
        return offered.pop(0) if len(offered) > 1 else offered[0]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    box = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            box.asked.append((self.path, dict(self.headers), body))
            code, said = box.answer(path)
            data = json.dumps(said).encode() if not isinstance(said, bytes) else said
            self.send_response(code)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST  # noqa: N815 - the server asks for this name

        def log_message(self, *_parts: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    box.url = f"http://127.0.0.1:{server.server_port}"
    yield box
    server.shutdown()
    server.server_close()


def sms(url, **more):
    fields = {
        "to": "{phone}",
        "text": "{text}",
        "id": "{key}",
        "user": "{account}",
        "ts": "{timestamp}",
        "sign": "{sign}",
    }
    values = {
        "url": f"{url}/send",
        "account": "keyuan",
        "secret": "hush",
        "fields": fields,
        "signature": "hmac-sha256",
        "signed": "{account}{timestamp}{key}",
        "reference_path": "data.0.id",
        "bad_numbers": ("21",),
        "later": ("30",),
    }
    return SmsHttpSender(SmsConfig(**values | more))


def test_a_signed_request_is_taken(gateway):
    gateway.answers["/send"] = [(200, {"code": 0, "data": [{"id": "m-1"}]})]

    outcome = sms(gateway.url).send(PARCEL)

    body = json.loads(gateway.asked[0][2])
    key = hashlib.sha256(b"key-1").hexdigest()[:32]
    sign = hmac.new(b"hush", f"keyuan{int(AT.timestamp())}{key}".encode(), "sha256").hexdigest()
    assert (outcome.result, outcome.reference) == (Result.ACCEPTED, "m-1")
    assert (body["to"], body["text"], body["id"], body["sign"]) == ("13812345678", "【客源保险】您好", key, sign)


@pytest.mark.parametrize(
    "_case, code, said, result",
    [
        ("number dead", 200, {"code": "21"}, Result.BAD_ADDRESS),
        ("too often", 200, {"code": "30"}, Result.LATER),
        ("text refused", 200, {"code": "40"}, Result.REFUSED),
        ("slow down", 429, {}, Result.LATER),
        ("failed inside", 500, {}, Result.UNKNOWN),
        ("not let in", 403, {"code": "1"}, Result.OUTAGE),
        ("no answer to read", 200, b"<html>", Result.UNKNOWN),
    ],
)
def test_what_a_gateways_answer_means(gateway, _case, code, said, result):
    gateway.answers["/send"] = [(code, said)]

    assert sms(gateway.url).send(PARCEL).result is result


def test_forms_are_sent_as_forms(gateway):
    gateway.answers["/send"] = [(200, {"code": 0})]

    sms(gateway.url, body="form", fields={"mobile": "{phone}"}).send(PARCEL)

    assert gateway.asked[0][2] == b"mobile=13812345678"
    assert gateway.asked[0][1]["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_nobody_there_is_an_outage():
    assert sms(f"http://127.0.0.1:{free_port()}").send(PARCEL).result is Result.OUTAGE


def test_a_gateway_that_knows_keys_may_be_asked_twice():
    assert sms("http://127.0.0.1:1", is_idempotent=True).repeats_safely
    assert not sms("http://127.0.0.1:1").repeats_safely


@pytest.fixture
def wecom(gateway):
    config = WecomConfig("corp", "1000002", "hush", host=gateway.url)
    gateway.answers["/cgi-bin/gettoken"] = [(200, {"errcode": 0, "access_token": "t1", "expires_in": 7200})]
    gateway.answers["/cgi-bin/message/send"] = [(200, {"errcode": 0, "msgid": "m-1"})]
    yield WecomSender(config)
    forget_token(config)


def test_a_token_is_fetched_once_and_kept(gateway, wecom):
    first, second = wecom.send(PARCEL), wecom.send(PARCEL)

    paths = [path.partition("?")[0] for path, _headers, _body in gateway.asked]
    body = json.loads(gateway.asked[1][2])
    assert (first.result, first.reference, second.result) == (Result.ACCEPTED, "m-1", Result.ACCEPTED)
    assert paths == ["/cgi-bin/gettoken", "/cgi-bin/message/send", "/cgi-bin/message/send"]
    assert (body["touser"], body["agentid"], body["text"]) == ("13812345678", 1000002, {"content": "【客源保险】您好"})


def test_a_token_that_ended_early_is_fetched_anew(gateway, wecom):
    gateway.answers["/cgi-bin/message/send"] = [(200, {"errcode": 42001}), (200, {"errcode": 0})]

    assert wecom.send(PARCEL).result is Result.ACCEPTED
    assert [path.partition("?")[0] for path, _h, _b in gateway.asked].count("/cgi-bin/gettoken") == 2


@pytest.mark.parametrize(
    "said, result",
    [
        ({"errcode": 0, "invaliduser": "x"}, Result.BAD_ADDRESS),
        ({"errcode": 60111}, Result.BAD_ADDRESS),
        ({"errcode": 45009}, Result.LATER),
        ({"errcode": 301002}, Result.REFUSED),
        ({}, Result.UNKNOWN),
    ],
)
def test_what_the_interface_says(gateway, wecom, said, result):
    gateway.answers["/cgi-bin/message/send"] = [(200, said)]

    assert wecom.send(PARCEL).result is result


def test_a_wrong_secret_is_the_settings_fault(gateway, wecom):
    gateway.answers["/cgi-bin/gettoken"] = [(200, {"errcode": 40001})]

    outcome = wecom.check()

    assert (outcome.result, outcome.code) == (Result.OUTAGE, "token 40001")


@pytest.mark.parametrize(
    "kind, config, field",
    [
        ("SMS_HTTP", {"url": "http://sms.example/", "fields": {"to": "{phone}"}}, "url"),
        ("SMS_HTTP", {"url": "https://sms.example/", "fields": {"to": "x"}}, "fields"),
        ("SMS_HTTP", {"url": "https://s.example/", "fields": {"to": "{phone}"}, "signature": "md5"}, "secret_file"),
        ("WECOM", {"corp_id": "c", "agent_id": "1"}, "secret_file"),
        ("WECOM", {"corp_id": "c", "secret_file": "s"}, "agent_id"),
    ],
)
def test_a_wrong_setting_is_named(kind, config, field):
    with pytest.raises(ConfigError) as error:
        check_config(kind, config)

    assert error.value.field == field


def test_only_safe_addresses_are_called():
    assert is_safe_url("https://sms.example/send")
    assert is_safe_url("http://127.0.0.1:8000/send")
    assert not is_safe_url("http://sms.example/send")
    assert not is_safe_url("https://user@sms.example/send")
