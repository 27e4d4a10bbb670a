#!/usr/bin/env python3
"""A web application that signs people in through a Trục node. Python's standard library and Authlib; see README.md."""

import argparse
import html
import secrets
from http import cookies
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

SCOPES = "openid profile organisation roles"
ALGORITHMS = ["RS256", "ES256", "EdDSA"]


class Application:
    """What the application knows: the node, its own registration, and who is signed in."""

    def __init__(self, node, client, secret, port):
        self.node, self.client, self.secret = node, client, secret
        self.origin = f"http://localhost:{port}"
        self.waiting = {}   # state -> (verifier, nonce): browsers that we sent to the node
        self.people = {}    # our own session cookie -> what the node told us
        session = OAuth2Session()
        self.there = session.get(
            node + "/.well-known/openid-configuration", withhold_token=True, timeout=10).json()
        if self.there["issuer"] != node:
            raise SystemExit(f"{node} calls itself {self.there['issuer']}")

    def session(self):
        return OAuth2Session(
            self.client, self.secret, scope=SCOPES, redirect_uri=self.origin + "/callback",
            code_challenge_method="S256")

    def begin(self):
        """The address to which the browser goes to sign in. `state`, `nonce` and the verifier are new each time."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        address, state = self.session().create_authorization_url(
            self.there["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
        if len(self.waiting) > 1000:
            self.waiting.clear()
        self.waiting[state] = (verifier, nonce)
        return address

    def finish(self, query):
        """The browser is back: takes the code for tokens, checks them, and asks who it is."""
        verifier, nonce = self.waiting.pop(query.get("state", ""), (None, None))
        if verifier is None or query.get("iss") != self.there["issuer"] or "code" not in query:
            return None
        session = self.session()
        token = session.fetch_token(
            self.there["token_endpoint"], grant_type="authorization_code", code=query["code"], code_verifier=verifier)
        claims = self.claims(token["id_token"], nonce={"essential": True, "value": nonce})
        known = session.get(self.there["userinfo_endpoint"], timeout=10).json()
        if known["sub"] != claims["sub"]:
            return None
        cookie = secrets.token_urlsafe(32)
        self.people[cookie] = {**known, "sid": claims["sid"], "acr": claims["acr"], "id_token": token["id_token"]}
        return cookie

    def claims(self, token, **more):
        """Checks signature, issuer, audience and time. Keys are fetched anew: they rotate."""
        keys = KeySet.import_key_set(OAuth2Session().get(self.there["jwks_uri"], withhold_token=True, timeout=10).json())
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.there["issuer"]}, aud={"essential": True, "value": self.client},
            exp={"essential": True}, **more).validate(claims)
        return claims

    def told_of_logout(self, token):
        """Back-channel logout: the node says that a session ended, wherever the person ended it."""
        claims = self.claims(token)
        if "http://schemas.openid.net/event/backchannel-logout" not in claims.get("events", {}) or "nonce" in claims:
            raise ValueError("no logout token")
        self.people = {cookie: who for cookie, who in self.people.items() if who["sid"] != claims["sid"]}

    def leave(self, cookie):
        """Ends our own session; the address at which the node ends its own."""
        who = self.people.pop(cookie, None)
        hint = {"id_token_hint": who["id_token"]} if who else {}
        return self.there["end_session_endpoint"] + "?" + urlencode(
            {"post_logout_redirect_uri": self.origin + "/", **hint}) if who else self.origin + "/"


class Handler(BaseHTTPRequestHandler):
    app = None

    def cookie(self):
        found = cookies.SimpleCookie(self.headers.get("cookie", "")).get("sample-session")
        return found.value if found else ""

    def answer(self, status, body="", **headers):
        data = body.encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        parts = urlsplit(self.path)
        if parts.path == "/":
            return self.answer(200, page(self.app.people.get(self.cookie())))
        if parts.path == "/sign-in":
            return self.answer(303, location=self.app.begin())
        if parts.path == "/sign-out":
            return self.answer(303, location=self.app.leave(self.cookie()))
        if parts.path == "/callback":
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            cookie = self.app.finish(query)
            if not cookie:
                words = query.get("error_description", "?")
                return self.answer(400, f"<p>Không đăng nhập được / Not signed in: {html.escape(words)}</p>")
            return self.answer(
                303, location="/", set_cookie=f"sample-session={cookie}; Path=/; HttpOnly; SameSite=Lax")
        self.answer(404)

    def do_POST(self):
        if self.path != "/back-channel-logout":
            return self.answer(404)
        length = min(int(self.headers.get("content-length", "0")), 65_536)
        try:
            self.app.told_of_logout(parse_qs(self.rfile.read(length).decode())["logout_token"][0])
        except Exception:
            return self.answer(400)
        self.answer(200)

    def log_message(self, *_):
        pass


def page(who):
    if not who:
        return '<!doctype html><html lang="vi"><h1>Ứng dụng mẫu</h1><p><a href="/sign-in">Đăng nhập</a></p></html>'
    rows = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>"
        for name, value in who.items() if name != "id_token")
    return (f'<!doctype html><html lang="vi"><h1>Xin chào, {html.escape(who["name"])}</h1><table>{rows}</table>'
            '<p><a href="/sign-out">Đăng xuất</a></p></html>')


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--node", required=True, help="the address of the node, as http://localhost:8040")
    words.add_argument("--client", required=True, help="client_id")
    words.add_argument("--secret", required=True, help="client_secret")
    words.add_argument("--port", type=int, default=8050)
    given = words.parse_args()
    Handler.app = Application(given.node, given.client, given.secret, given.port)
    ThreadingHTTPServer(("127.0.0.1", given.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
