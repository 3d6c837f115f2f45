"""A small provider of OpenID Connect on this machine, with the faults that a test asks for."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey


class IdentityProvider:
    """Knows one person, ``claims``; ``spoil`` replaces claims of the next tokens."""

    client_id, secret = "keyuan", "provider-secret"

    def __init__(self):
        self.keys = KeySet([RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})])
        self.claims = {"preferred_username": "10482"}
        self.spoil, self.codes, self.seen = {}, {}, []
        self.is_down, self.visits = False, 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def turn_keys(self):
        """Sign with a new key from now on."""
        self.keys = KeySet([RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})])

    def visit(self, address):
        """Be the browser at the provider: sign in there; return what it brings back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        self.visits += 1
        code = f"code-{self.visits}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form, authorization):
        ours = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        asked = self.codes.pop(form["code"], None)
        if asked is None or authorization != f"Basic {ours}":
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "s1",
            "sid": f"sid-{form['code']}",
            "iat": now,
            "exp": now + 300,
        }
        claims |= {"nonce": asked["nonce"], **self.claims, **self.spoil}
        key = self.keys.keys[0]
        return 200, {"id_token": jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key), "token_type": "Bearer"}

    def logout_token(self, **spoil):
        """Tell that a session ended; ``None`` takes a claim out."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.client_id, "sub": "s1", "iat": now, "exp": now + 120, "jti": "j1"}
        claims |= {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}, **spoil}
        key = self.keys.keys[0]
        header = {"alg": "RS256", "kid": key.kid, "typ": "logout+jwt"}
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, key)

    def handler(self):
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, status, found):
                body = json.dumps(found).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                provider.seen.append(self.path)
                if provider.is_down:
                    self.answer(503, {})
                elif self.path == "/keys":
                    self.answer(200, provider.keys.as_dict(private=False))
                else:
                    places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
                    found = {name: f"{provider.issuer}/{place}" for name, place in places.items()}
                    self.answer(200, {"issuer": provider.issuer, **found})

            def do_POST(self):
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(text).items()}
                self.answer(*provider.token(form, self.headers.get("Authorization", "")))

            def log_message(self, *_):
                """Stay quiet."""

        return Handler
