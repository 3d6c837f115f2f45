"""Signing in through the company's identity provider: OpenID Connect, authorization code with PKCE (PLT-5).

We send the browser to the provider and get a code back; the code is changed for an identity token, whose signature,
issuer, audience, times and nonce are checked. No token is kept. Calls go to the configured issuer, with a timeout.
"""

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from keyuan.kernel.errors import Refused

#: Seconds that a call of the provider may take; that its description and keys are remembered; that clocks may differ.
TIMEOUT, REMEMBERED, LEEWAY = 5.0, 3600.0, 120
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: Ways of proof (RFC 8176) that are more than a password.
TWO_FACTORS = frozenset({"mfa", "hwk", "face", "fpt", "iris", "otp", "sc"})
#: Seconds before the keys are fetched anew for a logout token: anybody may send one, and each would cost a call.
PATIENCE = 10.0
#: The event that a logout token tells of.
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_known: dict[str, tuple[float, Any]] = {}


@dataclass(frozen=True, slots=True)
class Provider:
    """The company's provider: where, who we are there, and which claim carries the staff number.

    ``is_two_factor``: the provider asks everybody for two factors, even where its tokens do not say so.
    """

    issuer: str
    client_id: str
    client_secret: str
    claim: str = "preferred_username"
    is_two_factor: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for."""

    staff_no: str
    strong: bool
    subject: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """What the provider ended: one session of it, or all of a subject; ``at`` in seconds since 1970."""

    subject: str
    session: str
    at: int


def begin(provider: Provider, back: str) -> tuple[str, dict[str, str]]:
    """Return where to send the browser, and what must be kept until it comes back. Raises Refused sso.unreachable."""
    described = _described(provider.issuer)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    address = prepare_grant_uri(
        _endpoint(described, "authorization_endpoint"),
        provider.client_id,
        "code",
        redirect_uri=back,
        scope="openid profile",
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return str(address), {"state": state, "nonce": nonce, "verifier": verifier}


def complete(provider: Provider, kept: Mapping[str, str], back: str, answer: Mapping[str, str]) -> Identity:
    """Return whom the provider vouches for.

    Raises Refused sso.refused when it says no, sso.unreachable, and sso.invalid for anything that is not in order.
    """
    if not secrets.compare_digest(answer.get("state", "").encode(), kept["state"].encode()):
        raise Refused("sso.invalid")
    if answer.get("error"):
        raise Refused("sso.refused")
    described = _described(provider.issuer)
    token = _token(provider, _endpoint(described, "token_endpoint"), kept, back, answer.get("code", ""))
    claims = _claims(provider, _endpoint(described, "jwks_uri"), token, kept["nonce"])
    staff_no = str(claims.get(provider.claim, "")).strip().upper()
    if not staff_no:
        raise Refused("sso.invalid")
    ways = claims.get("amr", [])
    strong = provider.is_two_factor or bool(TWO_FACTORS.intersection(map(str, ways if isinstance(ways, list) else [])))
    return Identity(staff_no, strong, _name(provider, claims.get("sub")), _name(provider, claims.get("sid")))


def ended(provider: Provider, token: str) -> Ended:
    """Return what a logout token ends (OpenID Connect Back-Channel Logout 1.0, 2.6).

    Raises Refused sso.invalid for a token that is not in order, sso.unreachable where the keys cannot be read. Whether
    it was told before need not be remembered: it ends no session that began after it.
    """
    keys = _endpoint(_described(provider.issuer), "jwks_uri")
    known = {"iss": provider.issuer, "aud": provider.client_id}
    claims = _proved(keys, token, known, ("jti",), patience=PATIENCE)
    subject, session = claims.get("sub"), claims.get("sid")
    events = claims.get("events")
    said = isinstance(events, dict) and isinstance(events.get(LOGOUT), dict)
    if not said or "nonce" in claims or not (subject or session):
        raise Refused("sso.invalid")
    return Ended(_name(provider, subject), _name(provider, session), int(claims["iat"]))


def _name(provider: Provider, value: Any) -> str:
    """Return a name of the provider's as a digest of fixed length; empty for none."""
    return hashlib.sha256(f"{provider.issuer}\n{value}".encode()).hexdigest() if value else ""


def forget() -> None:
    """Forget what is remembered of providers."""
    _known.clear()


def _described(issuer: str) -> dict[str, Any]:
    found: dict[str, Any] = _remembered(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise Refused("sso.invalid")
    return found


def _endpoint(described: Mapping[str, Any], name: str) -> str:
    """Return an address of the provider; in the clear only on this machine."""
    address = str(described.get(name, ""))
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Refused("sso.invalid")
    return address


def _remembered(address: str, *, fresh: bool = False) -> Any:
    at, found = _known.get(address, (0.0, None))
    if fresh or found is None or time.monotonic() - at > REMEMBERED:
        found = _json(lambda client: client.get(address))
        _known[address] = time.monotonic(), found
    return found


def _json(call: Any) -> dict[str, Any]:
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
            response = call(client)
            response.raise_for_status()
            found = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise Refused("sso.unreachable") from error
    if not isinstance(found, dict):
        raise Refused("sso.unreachable")
    return found


def _token(provider: Provider, address: str, kept: Mapping[str, str], back: str, code: str) -> str:
    """Change the code for an identity token."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": kept["verifier"],
        "client_id": provider.client_id,
    }
    ours = httpx.BasicAuth(provider.client_id, provider.client_secret)
    return str(_json(lambda client: client.post(address, data=form, auth=ours)).get("id_token", ""))


def _claims(provider: Provider, keys: str, token: str, nonce: str) -> dict[str, Any]:
    """Return what an identity token says once it is proved."""
    claims = _proved(keys, token, {"iss": provider.issuer, "aud": provider.client_id, "nonce": nonce})
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise Refused("sso.invalid")
    return claims


def _proved(
    keys: str, token: str, known: Mapping[str, str], present: tuple[str, ...] = (), *, patience: float = 0.0
) -> dict[str, Any]:
    """Return the claims of a token that the provider signed, that is in time and says what is ``known``."""
    try:
        read = _read(keys, token, patience)
        asked: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in known.items()}
        asked |= {name: {"essential": True} for name in ("exp", "iat", *present)}
        jwt.JWTClaimsRegistry(leeway=LEEWAY, **asked).validate(read.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise Refused("sso.invalid") from error
    return dict(read.claims)


def _read(keys: str, token: str, patience: float) -> jwt.Token:
    """Check the signature. Keys that are not known yet are fetched anew, once, and not within ``patience`` seconds."""
    try:
        return jwt.decode(token, KeySet.import_key_set(_remembered(keys)), algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        if time.monotonic() - _known[keys][0] < patience:
            raise
        return jwt.decode(token, KeySet.import_key_set(_remembered(keys, fresh=True)), algorithms=ALGORITHMS)
