"""From a provider's settings to an open way out; what is wrong in them is named by field (PLT-11)."""

from collections.abc import Callable, Mapping
from typing import Any

from keyuan.contact.drivers.senders.http import is_safe_url
from keyuan.contact.drivers.senders.outbox import OutboxSender
from keyuan.contact.drivers.senders.parcel import Sender
from keyuan.contact.drivers.senders.secrets import is_name, read_secret
from keyuan.contact.drivers.senders.sms_http import SIGNATURES, SmsConfig, SmsHttpSender
from keyuan.contact.drivers.senders.smtp import SmtpConfig, SmtpSender
from keyuan.contact.drivers.senders.wecom import HOST, WecomConfig, WecomSender

Config = Mapping[str, Any]
SECURITIES = ("tls", "starttls", "none")
MODES = ("app", "external")


class ConfigError(Exception):
    """A setting is missing or wrong; ``args`` hold the field's name and a stable reason."""

    @property
    def field(self) -> str:
        """Which setting."""
        return str(self.args[0])

    @property
    def reason(self) -> str:
        """What is wrong with it: missing, wrong, address, secret."""
        return str(self.args[1])


def _text(config: Config, name: str, *, default: str | None = None) -> str:
    value = str(config.get(name) or "").strip() or default
    if value is None:
        raise ConfigError(name, "missing")
    return value


def _choice(config: Config, name: str, allowed: tuple[str, ...]) -> str:
    value = _text(config, name, default=allowed[0])
    if value not in allowed:
        raise ConfigError(name, "wrong")
    return value


def _url(config: Config, name: str, default: str | None = None) -> str:
    url = _text(config, name, default=default)
    if not is_safe_url(url):
        raise ConfigError(name, "address")
    return url


def _secret(config: Config, name: str, *, needed: bool) -> str:
    secret = str(config.get(name) or "").strip()
    if not secret:
        if needed:
            raise ConfigError(name, "missing")
        return ""
    if not is_name(secret):
        raise ConfigError(name, "secret")
    return secret


def _texts(config: Config, name: str) -> dict[str, str]:
    found = config.get(name) or {}
    if not isinstance(found, Mapping) or not all(isinstance(value, str) for value in found.values()):
        raise ConfigError(name, "wrong")
    return {str(key): value for key, value in found.items()}


def _smtp(config: Config) -> Callable[[], Sender]:
    port = str(config.get("port") or "465")
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        raise ConfigError("port", "wrong")
    sender = _text(config, "from_address")
    if "@" not in sender or " " in sender:
        raise ConfigError("from_address", "wrong")
    username = str(config.get("username") or "")
    secret = _secret(config, "password_file", needed=bool(username))
    made: dict[str, Any] = {
        "host": _text(config, "host"),
        "port": int(port),
        "security": _choice(config, "security", SECURITIES),
        "from_address": sender,
        "from_name": str(config.get("from_name") or ""),
        "reply_to": str(config.get("reply_to") or ""),
        "username": username,
    }
    return lambda: SmtpSender(SmtpConfig(password=read_secret(secret) if secret else "", **made))


def _sms(config: Config) -> Callable[[], Sender]:
    signature = _choice(config, "signature", SIGNATURES)
    secret = _secret(config, "secret_file", needed=signature != "none")
    fields = _texts(config, "fields")
    if not any("{phone}" in text for text in fields.values()):
        raise ConfigError("fields", "missing")
    made: dict[str, Any] = {
        "url": _url(config, "url"),
        "account": str(config.get("account") or ""),
        "body": _choice(config, "body", ("json", "form")),
        "fields": fields,
        "headers": _texts(config, "headers"),
        "signature": signature,
        "signed": str(config.get("signed") or ""),
        "code_path": _text(config, "code_path", default="code"),
        "success": _text(config, "success", default="0"),
        "reference_path": str(config.get("reference_path") or ""),
        "bad_numbers": tuple(map(str, config.get("bad_numbers") or ())),
        "later": tuple(map(str, config.get("later") or ())),
        "is_idempotent": bool(config.get("is_idempotent")),
    }
    return lambda: SmsHttpSender(SmsConfig(secret=read_secret(secret) if secret else "", **made))


def _wecom(config: Config) -> Callable[[], Sender]:
    secret = _secret(config, "secret_file", needed=True)
    made: dict[str, Any] = {
        "corp_id": _text(config, "corp_id"),
        "agent_id": _text(config, "agent_id"),
        "mode": _choice(config, "mode", MODES),
        "host": _url(config, "host", HOST).rstrip("/"),
    }
    return lambda: WecomSender(WecomConfig(secret=read_secret(secret), **made))


def _outbox(_config: Config) -> Callable[[], Sender]:
    return OutboxSender


OPENERS: dict[str, Callable[[Config], Callable[[], Sender]]] = {
    "OUTBOX": _outbox,
    "SMTP": _smtp,
    "SMS_HTTP": _sms,
    "WECOM": _wecom,
}
#: The ways by which each kind reaches customers.
CHANNELS = {"OUTBOX": ("SMS", "EMAIL", "WECHAT"), "SMTP": ("EMAIL",), "SMS_HTTP": ("SMS",), "WECOM": ("WECHAT",)}
#: Settings that name a secret, by kind.
SECRET_FIELDS = {"SMTP": "password_file", "SMS_HTTP": "secret_file", "WECOM": "secret_file"}


def check_config(kind: str, config: Config) -> None:
    """Raise ConfigError for the first setting that is missing or wrong; opens nothing and reads no secret."""
    OPENERS[kind](config)


def open_sender(kind: str, config: Config) -> Sender:
    """Return the way out that ``config`` describes; it connects with the first message.

    Raises ConfigError, or SecretMissing (`keyuan.contact.drivers.senders.secrets`).
    """
    return OPENERS[kind](config)()
