"""An OpenID Connect provider on loopback: discovery, keys, authorization, tokens. It can be made to lie."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey

from chalicelib import clock

CLIENT, SECRET = "iboo-client", "a secret of the provider's / with signs: &="


class Provider:
    """``person``: the claims of who signs in there; ``lie``: claims put in their place; ``wrong_key``: signs with
    another; ``broken``: what discovery says instead."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "u1", "email": "anne@lefevre.fr", "email_verified": True}
        self.lie: dict[str, Any] = {}
        self.wrong_key = False
        self.broken: dict[str, Any] | None = None
        self.seen: list[dict[str, str]] = []
        self.redeemed: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self._other = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
        self.issuer = ""

    def authorise(self, address: str) -> str:
        """What a browser does there: agrees, and is sent back. Returns the path and query of our own address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.seen.append(asked)
        code = f"code{len(self.seen)}"
        self._codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?code={code}&state={asked['state']}&iss={self.issuer}"

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            **(self.broken or {}),
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def token(self, fields: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A code works once, for who asked, with the verifier of the challenge."""
        self.redeemed.append(fields)
        asked = self._codes.pop(fields.get("code", ""), None)
        challenge = create_s256_code_challenge(fields.get("code_verifier", ""))  # type: ignore[no-untyped-call]
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != fields["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if not authorization.startswith("Basic ") or ":" not in base64.b64decode(authorization[6:]).decode():
            return 401, {"error": "invalid_client"}
        now = clock.now()
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.lie,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self._other if self.wrong_key else self._key)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@contextmanager
def provider() -> Iterator[Provider]:
    """One that listens until the end."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = {"/.well-known/openid-configuration": made.discovery, "/keys": made.keys}.get(path)
            self._answer(200 if found else 404, found() if found else {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*made.token(fields, self.headers.get("Authorization", "")))

        def _answer(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
