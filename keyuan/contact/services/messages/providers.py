"""Setting up providers, and what counts for all messages; secrets are named by file and never stored (PLT-11)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from keyuan.contact import permissions
from keyuan.contact.drivers.senders import ConfigError, check_config, open_sender
from keyuan.contact.drivers.senders.http import is_safe_url
from keyuan.contact.drivers.senders.opening import CHANNELS
from keyuan.contact.drivers.senders.secrets import SecretMissing
from keyuan.contact.models import MessagePolicy, MessageProvider
from keyuan.contact.rules.messages.outcomes import Outcome, Result
from keyuan.contact.rules.messages.sms import CLOSE, OPEN
from keyuan.contact.selectors.messages.providers import access_provider, policy
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record

KEY = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True)
class ProviderContents:
    """What a provider is to be; ``config`` holds what its kind asks for, secrets by name only."""

    name: str
    channel: str
    kind: str
    config: dict[str, Any] = field(default_factory=dict)
    is_active: bool = True
    order: int = 100
    per_minute: int = 600
    connections: int = 4


def add_provider(*, actor: Actor, key: str, contents: ProviderContents, now: datetime) -> MessageProvider:
    """Add a provider. Raises Refused ``provider.*`` naming the setting that is wrong."""
    actor.require(permissions.PROVIDERS)
    if not key or len(key) > 30 or not set(key) <= KEY:
        raise Refused("provider.key", field="key")
    _check(contents)
    try:
        with transaction.atomic():
            provider = MessageProvider.objects.create(key=key, created_at=now, **_columns(contents))
            record(actor, Action.CREATE, _subject(provider), after=_facts(contents), now=now)
    except IntegrityError:
        raise Refused("provider.key_taken", field="key") from None
    return provider


def edit_provider(
    *, actor: Actor, provider_id: int, version: int, contents: ProviderContents, now: datetime
) -> MessageProvider:
    """Change a provider; it stops resting, so that a mended setting is tried at once."""
    actor.require(permissions.PROVIDERS)
    _check(contents)
    with transaction.atomic():
        provider = access_provider(actor, provider_id, lock=True)
        if provider.version != version:
            raise Conflict("provider.moved_on")
        names = ("name", "channel", "kind", "config", "is_active", "order", "per_minute", "connections")
        before = _facts(ProviderContents(**{name: getattr(provider, name) for name in names}))
        for name, value in _columns(contents).items():
            setattr(provider, name, value)
        provider.outages, provider.rests_until, provider.last_error = 0, None, ""
        provider.version += 1
        provider.save()
        record(actor, Action.UPDATE, _subject(provider), before=before, after=_facts(contents), now=now)
    return provider


def _check(contents: ProviderContents) -> None:
    if contents.channel not in CHANNELS.get(contents.kind, ()):
        raise Refused("provider.channel", field="channel")
    if not 0 <= contents.per_minute <= 100_000 or not 1 <= contents.connections <= 16:
        raise Refused("provider.rate", field="per_minute")
    try:
        check_config(contents.kind, contents.config)
    except ConfigError as error:
        raise Refused(f"provider.config_{error.reason}", field=error.field, name=error.field) from None


def _columns(contents: ProviderContents) -> dict[str, Any]:
    return {
        "name": contents.name.strip(),
        "channel": contents.channel,
        "kind": contents.kind,
        "config": contents.config,
        "is_active": contents.is_active,
        "order": contents.order,
        "per_minute": contents.per_minute,
        "connections": contents.connections,
    }


def _facts(contents: ProviderContents) -> dict[str, Any]:
    return {name: value for name, value in _columns(contents).items() if name != "config"} | {
        f"config.{name}": value for name, value in contents.config.items() if isinstance(value, str | int | bool)
    }


def _subject(provider: MessageProvider) -> Subject:
    return Subject("message_provider", provider.pk)


def test_provider(*, actor: Actor, provider_id: int) -> Outcome:
    """Connect and sign in without sending anything, outside of any transaction; say what came of it."""
    actor.require(permissions.PROVIDERS)
    provider = access_provider(actor, provider_id)
    try:
        sender = open_sender(provider.kind, provider.config)
    except SecretMissing as error:
        return Outcome(Result.OUTAGE, code=f"secret {error.args[0]}"[:40])
    except ConfigError as error:
        return Outcome(Result.OUTAGE, code=f"config {error.field}"[:40])
    try:
        return sender.check()
    finally:
        sender.close()


def edit_policy(*, actor: Actor, version: int, now: datetime, **values: Any) -> MessagePolicy:
    """Change what counts for all messages. Raises Conflict when somebody was faster, Refused for a wrong value."""
    actor.require(permissions.PROVIDERS)
    sign = str(values.get("sign", "")).strip()
    if any(mark in sign for mark in (OPEN, CLOSE)) or not sign:
        raise Refused("messages.sign", field="sign")
    url = str(values.get("public_url", "")).strip()
    if url and not is_safe_url(url):
        raise Refused("messages.public_url", field="public_url")
    with transaction.atomic():
        policy().save() if not MessagePolicy.objects.exists() else None
        row = MessagePolicy.objects.select_for_update().get(pk=1)
        if row.version != version:
            raise Conflict("messages.moved_on")
        before = {name: getattr(row, name) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        record(actor, Action.UPDATE, Subject("message_policy", 1), before=before, after=values, now=now)
    return row
