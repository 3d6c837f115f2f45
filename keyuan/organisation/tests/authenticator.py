"""A device that holds passkeys, in software: answers both ceremonies of WebAuthn as a browser does."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


@dataclass
class Device:
    """One device with one passkey; ``verifies`` tells whether it checks who holds it."""

    origin: str = "https://testserver"
    verifies: bool = True
    counter: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""

    def flags(self):
        return FLAG.UP | (FLAG.UV if self.verifies else FLAG(0))

    def make(self, options):
        """Answer the making of a passkey."""
        wanted = options["publicKey"]
        self.handle = websafe_decode(wanted["user"]["id"])
        client = CollectedClientData.create("webauthn.create", wanted["challenge"], self.origin)
        public = ES256.from_cryptography_key(self.key.public_key())
        known = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        data = AuthenticatorData.create(
            hashlib.sha256(wanted["rp"]["id"].encode()).digest(), self.flags() | FLAG.AT, self.counter, known
        )
        response = {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self.spoken(response)

    def use(self, options, *, domain="testserver"):
        """Answer a sign-in."""
        self.counter += 1 if self.counter else 0
        client = CollectedClientData.create("webauthn.get", options["publicKey"]["challenge"], self.origin)
        data = AuthenticatorData.create(hashlib.sha256(domain.encode()).digest(), self.flags(), self.counter)
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(data + client.hash, ec.ECDSA(SHA256()))),
            "userHandle": websafe_encode(self.handle),
        }
        return self.spoken(response)

    def spoken(self, response):
        name = websafe_encode(self.credential_id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {}, "response": response}
        )
