"""Text messages through any gateway that takes a signed HTTP request, told by configuration (PLT-11).

Places in braces are filled: ``{phone}``, ``{text}``, ``{key}``, ``{account}``, ``{timestamp}``, ``{secret}``. What is
signed and where the signature goes is told the same way.
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from keyuan.contact.drivers.senders.http import SERVER_ERRORS, TOO_MANY, Gateway, Reply
from keyuan.contact.drivers.senders.parcel import Parcel
from keyuan.contact.rules.messages.outcomes import Outcome, Result

PLACE = re.compile(r"\{(phone|text|key|account|timestamp|secret|sign)\}")
SIGNATURES = ("none", "hmac-sha256", "hmac-sha1", "sha256", "md5")


@dataclass(frozen=True, slots=True)
class SmsConfig:
    """How the gateway is spoken to; ``fields`` and ``headers`` map names to texts with places.

    ``signed`` is the text that is signed by ``signature`` (keyed kinds use the secret as key). ``success`` is the value
    at ``code_path`` that means taken; ``bad_numbers`` and ``later`` list other values. ``is_idempotent``: the gateway
    drops a second request of one ``{key}``.
    """

    url: str
    account: str = ""
    secret: str = field(default="", repr=False)
    body: str = "json"
    fields: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    signature: str = "none"
    signed: str = ""
    code_path: str = "code"
    success: str = "0"
    reference_path: str = ""
    bad_numbers: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    is_idempotent: bool = False


class SmsHttpSender:
    """One gateway of text messages."""

    def __init__(self, config: SmsConfig, gateway: Gateway | None = None) -> None:
        self._config, self._gateway = config, gateway or Gateway()
        self.repeats_safely = config.is_idempotent

    def send(self, parcel: Parcel) -> Outcome:
        """Hand one text message over; see `Sender`."""
        headers, body = request_of(self._config, parcel)
        return outcome_of(self._config, self._gateway.call("POST", self._config.url, headers, body))

    def check(self) -> Outcome:
        """Gateways have no request that sends nothing; whether one can be reached shows with the first message."""
        return Outcome(Result.ACCEPTED)

    def close(self) -> None:
        """Close the connections."""
        self._gateway.close()


def request_of(config: SmsConfig, parcel: Parcel) -> tuple[dict[str, str], bytes]:
    """Return headers and body of the request for one message."""
    places = {
        "phone": parcel.address,
        "text": parcel.body,
        "key": hashlib.sha256(parcel.key.encode()).hexdigest()[:32],
        "account": config.account,
        "timestamp": str(int(parcel.at.timestamp())),
        "secret": config.secret,
    }
    places["sign"] = sign(config, _filled(config.signed, places))
    fields = {name: _filled(text, places) for name, text in config.fields.items()}
    headers = {name: _filled(text, places) for name, text in config.headers.items()}
    if config.body == "form":
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        return headers, urlencode(fields).encode()
    headers.setdefault("Content-Type", "application/json; charset=utf-8")
    return headers, json.dumps(fields, ensure_ascii=False).encode()


def sign(config: SmsConfig, text: str) -> str:
    """Return the signature of ``text`` in hexadecimal; empty without one."""
    raw, key = text.encode(), config.secret.encode()
    if config.signature.startswith("hmac-"):
        return hmac.new(key, raw, config.signature.removeprefix("hmac-")).hexdigest()
    if config.signature in ("sha256", "md5"):
        return hashlib.new(config.signature, raw, usedforsecurity=False).hexdigest()
    return ""


def _filled(text: str, places: dict[str, str]) -> str:
    return PLACE.sub(lambda match: places.get(match[1], ""), text)


def outcome_of(config: SmsConfig, reply: Reply) -> Outcome:
    """Return what a gateway's answer means."""
    if reply.code is None:
        return Outcome(Result.UNKNOWN if reply.was_sent else Result.OUTAGE, code=reply.error, ms=reply.ms)
    if reply.code == TOO_MANY:
        return Outcome(Result.LATER, code="429", ms=reply.ms)
    if reply.code >= SERVER_ERRORS:
        # A gateway that fails may have taken the message before it did.
        return Outcome(Result.UNKNOWN, code=str(reply.code), ms=reply.ms)
    said = reply.at(config.code_path)
    code = "" if said is None else str(said)[:40]
    if not 200 <= reply.code < 300:
        return Outcome(Result.OUTAGE, code=f"{reply.code} {code}".strip()[:40], ms=reply.ms)
    if said is None:
        return Outcome(Result.UNKNOWN, code="answer", ms=reply.ms)
    if code == config.success:
        reference = reply.at(config.reference_path) if config.reference_path else None
        return Outcome(Result.ACCEPTED, str(reference or "")[:120], code, reply.ms)
    if code in config.bad_numbers:
        return Outcome(Result.BAD_ADDRESS, code=code, ms=reply.ms)
    return Outcome(Result.LATER if code in config.later else Result.REFUSED, code=code, ms=reply.ms)
