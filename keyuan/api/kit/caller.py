"""Who calls: a client behind a token or a key, as the Actor of its post (PLT-14)."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from keyuan.api.kit.problems import Problem
from keyuan.kernel.actor import Actor, Origin
from keyuan.organisation.rules.api_keys import is_within
from keyuan.organisation.selectors.api_clients import Credential, actor_of_client, credential_of
from keyuan.organisation.services.api_clients import note_use
from keyuan.platform import clock
from keyuan.platform.peers import client_address

LONGEST_SECRET = 200
LONGEST_DEVICE = 200
#: What a caller without a credential is told about getting one (RFC 6750).
CHALLENGE = 'Bearer realm="keyuan"'


class ApiRequest(HttpRequest):
    """A request whose caller is known."""

    actor: Actor
    #: Set by handlers of records with a version; it becomes part of the ETag.
    record_version: int
    #: Set by handlers whose answer no replay may keep.
    never_kept: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """What was shown, and the actor it stands for."""

    credential: Credential
    actor: Actor


def secret_in(request: HttpRequest) -> str:
    """Return the token or key that a request shows, empty without one."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    found = value if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "")
    return found.strip()[: LONGEST_SECRET + 1]


def origin_of(request: HttpRequest) -> Origin:
    """Return where a request comes from."""
    return Origin(
        address=address_of(request),
        device=request.headers.get("User-Agent", "")[:LONGEST_DEVICE],
        request_id=getattr(request, "request_id", ""),
    )


def address_of(request: HttpRequest) -> str:
    """Return the caller's address."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return client_address(request.META.get("REMOTE_ADDR", ""), forwarded, settings.TRUSTED_PROXIES)


def language_of(request: HttpRequest, own: str = "") -> str:
    """Return the language that a request asks for, else the caller's ``own``, else Chinese."""
    for name, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200].lower()):
        try:
            return get_supported_language_variant(name)
        except LookupError:
            continue
    return own or settings.LANGUAGE_CODE


def caller_of(request: HttpRequest) -> Caller | None:
    """Return who calls; None for a stranger.

    Raises Problem 401 for a credential that is not (or no longer) valid, 403 from a network that is not allowed.
    """
    secret = secret_in(request)
    if not secret:
        return None
    now = clock.wall()
    found = credential_of(secret, now=now, today=clock.today())
    if found is None:
        raise Problem(401, "api.credential", headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'})
    origin = origin_of(request)
    if not is_within(origin.address, found.client.networks):
        raise Problem(403, "api.network", address=origin.address)
    note_use(client=found.client, key=found.key, address=origin.address, now=now)
    locale = language_of(request, found.client.user.language)
    return Caller(found, actor_of_client(found.client, found.scopes, locale=locale, origin=origin))
