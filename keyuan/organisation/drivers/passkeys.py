"""The two ceremonies of WebAuthn, checked by the `fido2` library: making a passkey, and signing in with one (PLT-5).

What is offered to the browser and what it answers are the JSON forms of the standard. User verification (PIN, finger,
face) is always asked for, so that a passkey is two factors by itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from keyuan.kernel.errors import Refused

#: Longest answer of a browser that is read at all.
LONGEST = 16_000
REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Person:
    """For whom a passkey is made: ``handle`` is opaque and says nothing about them."""

    handle: bytes
    name: str
    shown: str


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey just made."""

    credential_id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Used:
    """A sign-in by passkey: which one, its counter, and for whom the device says it is."""

    credential_id: str
    sign_count: int
    handle: bytes


def _server(domain: str) -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(name="Keyuan", id=domain))


def begin_making(domain: str, person: Person, known: list[bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the browser needs to make a passkey, and what must be kept until it answers.

    ``known`` are the public keys that the person has: a device that holds one makes no second.
    """
    user = PublicKeyCredentialUserEntity(id=person.handle, name=person.name, display_name=person.shown)
    options, state = _server(domain).register_begin(
        user,
        [AttestedCredentialData(data) for data in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=REQUIRED,
    )
    return _plain(options), dict(state)


def complete_making(domain: str, state: Mapping[str, Any], answer: str) -> Made:
    """Check a browser's answer. Raises Refused passkey.invalid."""
    try:
        data = _server(domain).register_complete(state, _read(answer))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("passkey.invalid") from error
    made = data.credential_data
    if made is None:
        raise Refused("passkey.invalid")
    return Made(websafe_encode(made.credential_id), bytes(made), data.counter)


def begin_use(domain: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the browser needs to sign in with any passkey of ours, and what must be kept."""
    options, state = _server(domain).authenticate_begin(user_verification=REQUIRED)
    return _plain(options), dict(state)


def named_in(answer: str) -> str:
    """Return the id of the passkey that an answer claims to be of. Raises Refused passkey.invalid."""
    try:
        return websafe_encode(AuthenticationResponse.from_dict(_read(answer)).raw_id)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("passkey.invalid") from error


def complete_use(domain: str, state: Mapping[str, Any], answer: str, public_key: bytes) -> Used:
    """Check the signature of an answer by ``public_key``. Raises Refused passkey.invalid."""
    try:
        read = AuthenticationResponse.from_dict(_read(answer))
        _server(domain).authenticate_complete(state, [AttestedCredentialData(public_key)], read)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("passkey.invalid") from error
    counter = read.response.authenticator_data.counter
    return Used(websafe_encode(read.raw_id), counter, read.response.user_handle or b"")


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise ValueError("too long")
    found = json.loads(answer)
    if not isinstance(found, dict):
        raise TypeError("an object is expected")
    return found


def _plain(value: Any) -> Any:
    """Return the library's objects as what JSON knows."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
