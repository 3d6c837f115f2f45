"""WeChat Work (企业微信): messages of an application, with its token kept until it ends (PLT-11)."""

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from keyuan.contact.drivers.senders.http import Gateway, Reply
from keyuan.contact.drivers.senders.parcel import Parcel
from keyuan.contact.rules.messages.outcomes import Outcome, Result

HOST = "https://qyapi.weixin.qq.com"
#: Codes of the interface: token invalid or over, too often, nobody there, busy.
TOKEN_OVER = frozenset({40014, 42001, 41001})
TOO_OFTEN = frozenset({45009, 45033, -1, 6000})
NOBODY = frozenset({40003, 60111, 81013, 84061, 40096})
#: Seconds before its end in which a token is fetched anew.
EARLY = 300


@dataclass(frozen=True, slots=True)
class WecomConfig:
    """The company's id, the application and its secret; ``mode`` is ``app`` (members) or ``external`` (customers)."""

    corp_id: str
    agent_id: str
    secret: str = field(repr=False)
    mode: str = "app"
    host: str = HOST


#: Tokens by company, application and host, with the monotonic moment of their end; one per process is enough.
_tokens: dict[tuple[str, str, str], tuple[str, float]] = {}
_lock = threading.Lock()


class WecomSender:
    """One application of WeChat Work."""

    repeats_safely = False

    def __init__(self, config: WecomConfig, gateway: Gateway | None = None) -> None:
        self._config, self._gateway = config, gateway or Gateway()

    def send(self, parcel: Parcel) -> Outcome:
        """Hand one message over; see `Sender`. A token that ended early is fetched once more."""
        for is_last in (False, True):
            token, failure = self._token()
            if failure is not None:
                return failure
            reply = self._post(token, parcel)
            if reply.at("errcode") in TOKEN_OVER and not is_last:
                forget_token(self._config)
                continue
            return outcome_of(reply)
        raise AssertionError("the second try returns")

    def check(self) -> Outcome:
        """Fetch a token."""
        _token, failure = self._token()
        return failure or Outcome(Result.ACCEPTED)

    def close(self) -> None:
        """Close the connections."""
        self._gateway.close()

    def _token(self) -> tuple[str, Outcome | None]:
        config = self._config
        with _lock:
            kept, until = _tokens.get(_key(config), ("", 0.0))
            if kept and until > time.monotonic():
                return kept, None
            query = urlencode({"corpid": config.corp_id, "corpsecret": config.secret})
            reply = self._gateway.call("GET", f"{config.host}/cgi-bin/gettoken?{query}")
            token = reply.at("access_token")
            if reply.at("errcode") != 0 or not token:
                code = reply.error or f"token {reply.at('errcode')}"
                return "", Outcome(Result.OUTAGE, code=code[:40], ms=reply.ms)
            seconds = max(int(reply.at("expires_in") or 0) - EARLY, 60)
            _tokens[_key(config)] = (str(token), time.monotonic() + seconds)
            return str(token), None

    def _post(self, token: str, parcel: Parcel) -> Reply:
        config = self._config
        text = {"content": parcel.body}
        if config.mode == "external":
            path = "externalcontact/add_msg_template"
            body: dict[str, Any] = {"chat_type": "single", "external_userid": [parcel.address], "text": text}
        else:
            path = "message/send"
            body = {
                "touser": parcel.address,
                "msgtype": "text",
                "agentid": int(config.agent_id) if config.agent_id.isdecimal() else config.agent_id,
                "text": text,
                "enable_duplicate_check": 1,
            }
        return self._gateway.call(
            "POST",
            f"{config.host}/cgi-bin/{path}?{urlencode({'access_token': token})}",
            {"Content-Type": "application/json; charset=utf-8"},
            json.dumps(body, ensure_ascii=False).encode(),
        )


def outcome_of(reply: Reply) -> Outcome:
    """Return what the interface's answer means."""
    if reply.code is None:
        return Outcome(Result.UNKNOWN if reply.was_sent else Result.OUTAGE, code=reply.error, ms=reply.ms)
    code = reply.at("errcode")
    if not isinstance(code, int):
        return Outcome(Result.UNKNOWN, code=f"http {reply.code}", ms=reply.ms)
    said = str(code)
    if code == 0:
        if reply.at("invaliduser") or reply.at("fail_list"):
            return Outcome(Result.BAD_ADDRESS, code="invaliduser", ms=reply.ms)
        return Outcome(Result.ACCEPTED, str(reply.at("msgid") or "")[:120], said, reply.ms)
    if code in NOBODY:
        return Outcome(Result.BAD_ADDRESS, code=said, ms=reply.ms)
    if code in TOKEN_OVER:
        return Outcome(Result.OUTAGE, code=said, ms=reply.ms)
    return Outcome(Result.LATER if code in TOO_OFTEN else Result.REFUSED, code=said, ms=reply.ms)


def forget_token(config: WecomConfig) -> None:
    """Fetch the application's token anew with the next message."""
    with _lock:
        _tokens.pop(_key(config), None)


def _key(config: WecomConfig) -> tuple[str, str, str]:
    return config.corp_id, config.agent_id, config.host
