"""The token endpoint: client credentials (RFC 6749 4.4) and revocation (RFC 7009), on Authlib.

A scope is a permission key. What the client's post does not hold is not granted; asking for nothing asks for all.
"""

from typing import Any

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.integrations.django_oauth2.requests import DjangoOAuth2Payload, DjangoOAuth2Request
from authlib.oauth2.rfc6749 import ClientMixin, InvalidScopeError, OAuth2Request
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from django.http import HttpRequest, HttpResponse

from keyuan.api.kit.caller import origin_of
from keyuan.kernel.actor import Actor
from keyuan.organisation.rules.api_keys import is_within
from keyuan.organisation.selectors.api_clients import (
    actor_of_client,
    allowed_scopes,
    client_by_id,
    is_open,
    valid_secret,
)
from keyuan.organisation.services.api_clients import TOKEN_LIFE, issue_token, note_refusal, revoke_token
from keyuan.platform import clock

METHODS = ["client_secret_basic", "client_secret_post"]
LONGEST_ID = 40


class Client(ClientMixin):
    """A client of ours as Authlib asks for it; ``key`` is the secret it showed."""

    def __init__(self, record: Any, request: HttpRequest) -> None:
        self.record, self.request = record, request
        self.key: Any = None

    @property
    def actor(self) -> Actor:
        """The client as an actor, for the trail."""
        record = self.record
        return actor_of_client(record, frozenset(), locale=record.user.language, origin=origin_of(self.request))

    def check_client_secret(self, client_secret: str) -> bool:
        """Tell whether the secret is one of the client's, and the call comes from where it may."""
        if self.record is None:
            return False
        now = clock.wall()
        address = origin_of(self.request).address
        if is_open(self.record, clock.today()) and is_within(address, self.record.networks):
            self.key = valid_secret(self.record, client_secret, now=now)
        if self.key is None:
            note_refusal(actor=self.actor, client=self.record, code="invalid_client", now=clock.now())
        return self.key is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Secrets travel in the header or in the body."""
        del endpoint
        return method in METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        """Programs have no browser to send anywhere."""
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str) -> str:
        """Return the asked scopes that the post holds; all of them when none is asked for."""
        held = allowed_scopes(self.record)
        return " ".join(sorted(held & set(scope.split()) if scope else held))


class Message(DjangoOAuth2Request):
    """A request whose transport was secured by the proxy in front, which Authlib cannot see."""

    def __init__(self, request: HttpRequest) -> None:
        uri = request.build_absolute_uri().replace("http://", "https://", 1)
        OAuth2Request.__init__(self, method=request.method, uri=uri, headers=request.headers)
        self.payload = DjangoOAuth2Payload(request)
        self._request = request


class Server(AuthorizationServer):
    """Authlib's server for one request, over our clients and tokens."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(None, None)
        self._asking = request
        self.register_grant(Grant)
        self.register_endpoint(Revocation)

    def query_client(self, client_id: str) -> Client:
        """Return the client that calls itself so; an unknown one fails like a wrong secret."""
        known = client_id.isprintable() and len(client_id) <= LONGEST_ID
        return Client(client_by_id(client_id) if known else None, self._asking)

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Tokens are stored where they are made."""

    def create_oauth2_request(self, request: HttpRequest | Message) -> Message:
        """Return the request as Authlib reads it."""
        return request if isinstance(request, Message) else Message(request)


class Grant(ClientCredentialsGrant):
    """Client credentials."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_requested_scope(self) -> None:
        """Raise InvalidScopeError for a scope that the client's post does not hold."""
        asked = set((self.request.payload.scope or "").split())
        if asked - allowed_scopes(self.request.client.record):
            raise InvalidScopeError()

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Sell the token."""
        client: Client = self.request.client
        asked = frozenset((self.request.payload.scope or "").split())
        plain = issue_token(actor=client.actor, client=client.record, key=client.key, scopes=asked, now=clock.wall())
        body = {
            "access_token": plain,
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "scope": client.get_allowed_scope(" ".join(sorted(asked))),
        }
        return 200, body, self.TOKEN_RESPONSE_HEADER


class Revocation(RevocationEndpoint):
    """Ends a token; one that is unknown is no error."""

    CLIENT_AUTH_METHODS = METHODS

    def authenticate_token(self, request: OAuth2Request, client: Client) -> str:
        """Return the token as it was sent: only a client's own is ever found."""
        self.check_params(request, client)
        return str(request.form["token"])

    def revoke_token(self, token: str, request: OAuth2Request) -> None:
        """End it."""
        client: Client = request.client
        revoke_token(actor=client.actor, client=client.record, secret=token, now=clock.wall())


def sell_token(request: HttpRequest) -> HttpResponse:
    """Answer the token endpoint."""
    response: HttpResponse = Server(request).create_token_response(request)
    return response


def end_token(request: HttpRequest) -> HttpResponse:
    """Answer the revocation endpoint."""
    response: HttpResponse = Server(request).create_endpoint_response(Revocation.ENDPOINT_NAME, request)
    return response
