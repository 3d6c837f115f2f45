"""Reads of API clients: for the administrators' pages, and at the door of the API (PLT-14)."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q, QuerySet

from keyuan.kernel.actor import Actor, ActorKind, Origin
from keyuan.kernel.errors import NotFound
from keyuan.organisation import permissions as p
from keyuan.organisation.models import ApiClient, ApiKey, ApiToken, Post
from keyuan.organisation.rules.api_keys import digest_of
from keyuan.organisation.selectors.actors import actor_of
from keyuan.organisation.selectors.units import unit_q

#: What the door reads with a key or token, in one query.
PARTS = ("client__user", "client__post__user", "client__post__role", "client__post__unit")


@dataclass(frozen=True, slots=True)
class Credential:
    """What a caller showed: the client behind it, the key it stands on, and the permissions it is narrowed to."""

    client: ApiClient
    key: ApiKey
    scopes: frozenset[str]


def clients_visible_to(actor: Actor) -> QuerySet[ApiClient]:
    """Return the clients whose post lies in the actor's unit or below it."""
    if not actor.may(p.API_CLIENTS):
        return ApiClient.objects.none()
    return ApiClient.objects.filter(unit_q(actor, "post__unit__")).select_related("post__role", "post__unit")


def access_client(actor: Actor, client_id: int) -> ApiClient:
    """Return one client in reach. Raises NotFound otherwise."""
    found = clients_visible_to(actor).filter(pk=client_id).first()
    if found is None:
        raise NotFound("api_client.not_found")
    return found


def access_key(actor: Actor, key_id: int) -> ApiKey:
    """Return one key of a client in reach. Raises NotFound otherwise."""
    found = ApiKey.objects.select_related("client").filter(pk=key_id).first()
    if found is None:
        raise NotFound("api_client.not_found")
    access_client(actor, found.client_id)
    return found


def keys_of(client: ApiClient) -> list[ApiKey]:
    """Return the keys of a client whom the caller accessed, the newest first."""
    return list(ApiKey.objects.filter(client=client).order_by("-pk"))


def is_machine(user_id: int) -> bool:
    """Tell whether an account belongs to an API client: nobody signs in with it."""
    return ApiClient.objects.filter(user_id=user_id).exists()


def client_by_id(client_id: str) -> ApiClient | None:
    """Return the client that names itself ``client_id`` at the token endpoint, before there is an actor."""
    return ApiClient.objects.select_related("user", "post__user", "post__role", "post__unit").filter(
        client_id=client_id
    ).first()  # fmt: skip


def valid_secret(client: ApiClient, secret: str, *, now: datetime) -> ApiKey | None:
    """Return the client's own secret for buying tokens that ``secret`` is, unless it has ended."""
    keys = ApiKey.objects.filter(_alive(now), client=client, kind=ApiKey.Kind.OAUTH, digest=digest_of(secret))
    return keys.first()


def credential_of(secret: str, *, now: datetime, today: date) -> Credential | None:
    """Return what a bearer token or a key stands for; None for an unknown, ended or revoked one, or a closed client.

    ``now`` is the true time, by which secrets end; ``today`` is the book's day, by which posts do.
    """
    digest = digest_of(secret)
    if secret.startswith("kyt_"):
        tokens = ApiToken.objects.select_related("key", *PARTS)
        token = tokens.filter(digest=digest, expires_at__gt=now, revoked_at__isnull=True).first()
        # The token falls with the secret it was bought with.
        if token is None or not _is_alive(token.key, now):
            return None
        return _open(token.client, token.key, frozenset(token.scopes), today)
    keys = ApiKey.objects.select_related(*PARTS)
    key = keys.filter(_alive(now), digest=digest, kind=ApiKey.Kind.KEY).first()
    return _open(key.client, key, frozenset(), today) if key else None


def is_open(client: ApiClient, today: date) -> bool:
    """Tell whether a client may call at all: neither disabled nor locked, and its post in force."""
    post: Post = client.post
    in_force = post.valid_from <= today and (post.valid_until is None or post.valid_until >= today)
    return client.disabled_at is None and client.user.is_active and client.user.left_on is None and in_force


def allowed_scopes(client: ApiClient) -> frozenset[str]:
    """Return the permissions that a client's role holds, narrowed to its own list where it has one."""
    held = actor_of(client.post).permissions
    return held & frozenset(client.scopes) if client.scopes else held


def actor_of_client(client: ApiClient, scopes: frozenset[str], *, locale: str, origin: Origin) -> Actor:
    """Return a client as an actor: its post, with the permissions narrowed to ``scopes`` (empty: not narrowed)."""
    actor = actor_of(client.post, locale=locale, origin=origin)
    held = allowed_scopes(client)
    return replace(actor, kind=ActorKind.API_CLIENT, name=client.name, permissions=held & scopes if scopes else held)


def _open(client: ApiClient, key: ApiKey, scopes: frozenset[str], today: date) -> Credential | None:
    return Credential(client, key, scopes) if is_open(client, today) else None


def _alive(now: datetime) -> Q:
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def _is_alive(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
