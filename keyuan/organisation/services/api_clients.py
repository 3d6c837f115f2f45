"""Looking after API clients: making, narrowing, closing them, and their keys (PLT-14)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Agent, ApiClient, ApiKey, ApiToken, Role, Unit
from keyuan.organisation.rules.api_keys import digest_of, new_secret, read_networks, shown_part
from keyuan.organisation.selectors.api_clients import access_client, access_key
from keyuan.organisation.services.posts import appoint
from keyuan.organisation.services.provision import create_user
from keyuan.platform.audit import Action, record
from keyuan.platform.catalogue import catalogue
from keyuan.platform.subjects import Subject

TOKEN_LIFE = timedelta(minutes=15)
#: Last use is noted at most once in so long.
NOTED_EVERY = timedelta(minutes=1)
MOST_KEYS = 10
MOST_A_MINUTE = 60_000
#: Tokens deleted by one run of the tidying job.
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class ClientTerms:
    """What an administrator decides about a client besides its post."""

    name: str
    description: str = ""
    scopes: frozenset[str] = frozenset()
    networks: str = ""
    rate_per_minute: int = 600


@dataclass(frozen=True, slots=True)
class ClientPost:
    """Where a client stands: what people are appointed to."""

    role: Role
    unit: Unit
    reach: Reach
    sales_channel: str = ""
    agent: Agent | None = None


def create_client(*, actor: Actor, terms: ClientTerms, place: ClientPost, now: datetime) -> ApiClient:
    """Make a client with its technical account and post; it has no key yet.

    Raises Refused as appointing a person does, and for terms that cannot be (``name``, ``scopes``, ``networks``).
    """
    actor.require(p.API_CLIENTS)
    values = _checked(terms)
    with transaction.atomic():
        public = f"kyc-{secrets.token_hex(8)}"
        user = create_user(
            actor=actor, staff_no=f"API-{public[4:12]}", name=values["name"], must_change_password=False, now=now
        )
        post = appoint(
            actor=actor, user=user, valid_from=now.date(), is_primary=True, role=place.role, unit=place.unit,
            reach=place.reach, sales_channel=place.sales_channel, agent=place.agent,
        )  # fmt: skip
        client = ApiClient.objects.create(
            client_id=public, user=user, post=post, created_at=now, created_by_id=actor.id, **values
        )
        record(actor, Action.PERMISSION, _subject(client), after=_facts(client), now=now)
    return client


def edit_client(*, actor: Actor, client_id: int, version: int, terms: ClientTerms, now: datetime) -> ApiClient:
    """Change a client's terms. Raises Conflict when somebody saved in between, Refused as `create_client`."""
    actor.require(p.API_CLIENTS)
    values = _checked(terms)
    with transaction.atomic():
        client = _locked(actor, client_id)
        if client.version != version:
            raise Conflict("conflict", version=client.version)
        before = _facts(client)
        for name, value in values.items():
            setattr(client, name, value)
        client.version += 1
        client.save(update_fields=[*values, "version"])
        record(actor, Action.PERMISSION, _subject(client), before=before, after=_facts(client), now=now)
    return client


def set_disabled(*, actor: Actor, client_id: int, disabled: bool, reason: str, now: datetime) -> ApiClient:
    """Shut a client out from its next request on, or let it in again."""
    actor.require(p.API_CLIENTS)
    with transaction.atomic():
        client = _locked(actor, client_id)
        client.disabled_at = now if disabled else None
        client.version += 1
        client.save(update_fields=["disabled_at", "version"])
        detail = {"client": "disabled" if disabled else "enabled"}
        record(actor, Action.PERMISSION, _subject(client), reason=reason, detail=detail, now=now)
    return client


def issue_key(
    *, actor: Actor, client_id: int, kind: str, now: datetime, label: str = "", expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key and return it with its plain text, which is never seen again.

    Raises Refused api_client.too_many_keys, api_client.expires_in_past.
    """
    actor.require(p.API_CLIENTS)
    if kind not in ApiKey.Kind.values:
        raise Refused("api_client.kind", field="kind")
    if expires_at is not None and expires_at <= now:
        raise Refused("api_client.expires_in_past", field="expires_at")
    with transaction.atomic():
        client = _locked(actor, client_id)
        if ApiKey.objects.filter(client=client, revoked_at__isnull=True).count() >= MOST_KEYS:
            raise Refused("api_client.too_many_keys", most=MOST_KEYS)
        key, plain = _new_key(actor, client, kind, label, expires_at, now)
    return key, plain


def rotate_key(*, actor: Actor, key_id: int, overlap: timedelta, now: datetime) -> tuple[ApiKey, str]:
    """Make a key in the place of another, which goes on working for ``overlap``; return it with its plain text."""
    actor.require(p.API_CLIENTS)
    old = access_key(actor, key_id)
    with transaction.atomic():
        client = _locked(actor, old.client_id)
        old = ApiKey.objects.select_for_update().get(pk=key_id)
        if old.revoked_at is not None:
            raise Refused("api_client.key_revoked")
        lasting = None if old.expires_at is None else now + (old.expires_at - old.created_at)
        key, plain = _new_key(actor, client, old.kind, old.label, lasting, now)
        old.expires_at = min(now + overlap, old.expires_at or now + overlap)
        old.save(update_fields=["expires_at"])
        detail = {"key": old.prefix, "replaced_by": key.prefix, "ends": old.expires_at}
        record(actor, Action.PERMISSION, _subject(client), detail=detail, now=now)
    return key, plain


def revoke_key(*, actor: Actor, key_id: int, reason: str, now: datetime) -> ApiKey:
    """End a key at once, with every token bought with it."""
    actor.require(p.API_CLIENTS)
    key = access_key(actor, key_id)
    with transaction.atomic():
        key = ApiKey.objects.select_for_update().get(pk=key.pk)
        if key.revoked_at is None:
            key.revoked_at = now
            key.save(update_fields=["revoked_at"])
            ApiToken.objects.filter(key=key, revoked_at__isnull=True).update(revoked_at=now)
            detail = {"key": key.prefix, "state": "revoked"}
            record(
                actor, Action.PERMISSION, Subject("api_client", key.client_id), reason=reason, detail=detail, now=now
            )
    return key


def issue_token(*, actor: Actor, client: ApiClient, key: ApiKey, scopes: frozenset[str], now: datetime) -> str:
    """Sell a client a token for `TOKEN_LIFE`, narrowed to ``scopes``; return its plain text.

    ``now`` is the true time: tokens end even where the book's day stands still.
    """
    plain = new_secret("TOKEN")
    with transaction.atomic():
        ApiToken.objects.create(
            client=client, key=key, digest=digest_of(plain), scopes=sorted(scopes), issued_at=now,
            expires_at=now + TOKEN_LIFE,
        )  # fmt: skip
        record(actor, Action.SIGN_IN, _subject(client), detail={"key": key.prefix, "scopes": sorted(scopes)})
    note_use(client=client, key=key, address=actor.origin.address, now=now)
    return plain


def revoke_token(*, actor: Actor, client: ApiClient, secret: str, now: datetime) -> None:
    """End a token of ``client`` (RFC 7009); what is none is no error."""
    with transaction.atomic():
        tokens = ApiToken.objects.filter(client=client, digest=digest_of(secret), revoked_at__isnull=True)
        if tokens.update(revoked_at=now):
            record(actor, Action.SIGN_OUT, _subject(client), now=now)


def note_refusal(*, actor: Actor, client: ApiClient, code: str, now: datetime) -> None:
    """Put a refused attempt to buy a token on the trail."""
    with transaction.atomic():
        record(actor, Action.SIGN_IN_FAILED, _subject(client), reason=code, now=now)


def note_use(*, client: ApiClient, key: ApiKey, address: str, now: datetime) -> None:
    """Note that a client called, at most once a minute for each key."""
    if key.last_used_at is not None and now - key.last_used_at < NOTED_EVERY:
        return
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    ApiClient.objects.filter(pk=client.pk).update(last_used_at=now, last_used_address=address[:45])


def drop_ended_tokens(*, now: datetime) -> int:
    """Delete tokens that ended more than a day ago; return how many."""
    ended = ApiToken.objects.filter(expires_at__lt=now - timedelta(days=1)).order_by("expires_at")
    ids = list(ended.values_list("pk", flat=True)[:CHUNK])
    ApiToken.objects.filter(pk__in=ids).delete()
    return len(ids)


def _new_key(
    actor: Actor, client: ApiClient, kind: str, label: str, expires_at: datetime | None, now: datetime
) -> tuple[ApiKey, str]:
    plain = new_secret(kind)
    key = ApiKey.objects.create(
        client=client, kind=kind, label=label.strip()[:40], prefix=shown_part(plain), digest=digest_of(plain),
        created_at=now, created_by_id=actor.id, expires_at=expires_at,
    )  # fmt: skip
    detail = {"key": key.prefix, "kind": kind, "ends": expires_at}
    record(actor, Action.PERMISSION, _subject(client), detail=detail, now=now)
    return key, plain


def _checked(terms: ClientTerms) -> dict[str, Any]:
    name = terms.name.strip()
    if not name:
        raise Refused("api_client.name_missing", field="name")
    unknown = sorted(key for key in terms.scopes if key not in catalogue)
    if unknown:
        raise Refused("role.unknown_permission", field="scopes", names=", ".join(unknown))
    if not 1 <= terms.rate_per_minute <= MOST_A_MINUTE:
        raise Refused("api_client.rate", field="rate_per_minute", most=MOST_A_MINUTE)
    return {
        "name": name[:40],
        "description": terms.description.strip()[:200],
        "scopes": sorted(terms.scopes),
        "networks": read_networks(terms.networks),
        "rate_per_minute": terms.rate_per_minute,
    }


def _locked(actor: Actor, client_id: int) -> ApiClient:
    access_client(actor, client_id)
    return ApiClient.objects.select_for_update(of=("self",)).select_related("user", "post").get(pk=client_id)


def _subject(client: ApiClient) -> Subject:
    return Subject("api_client", client.pk)


def _facts(client: ApiClient) -> dict[str, Any]:
    return {
        "client_id": client.client_id,
        "label": client.name,
        "post_id": client.post_id,
        "scopes": list(client.scopes),
        "networks": client.networks,
        "rate_per_minute": client.rate_per_minute,
    }
