"""PyPI's idpyoidc as the client of every grant: code with PKCE, refresh, client credentials, and what becomes of tokens:
introspection, revocation, sign-out from the application and to it."""

import contextlib
import http.server
import os
import threading
import time
from urllib.parse import parse_qsl, urlsplit

import requests
from idpyoidc.client.oauth2 import Client
from idpyoidc.client.oauth2.stand_alone_client import backchannel_logout
from idpyoidc.client.rp_handler import RPHandler

from browser import arrive, fetch_code, person, sign_in
from node import free_port

REDIRECT = "http://localhost:1/authz_cb"
SERVICES = {
    "discovery": {"class": "idpyoidc.client.oidc.provider_info_discovery.ProviderInfoDiscovery"},
    "authorization": {"class": "idpyoidc.client.oidc.authorization.Authorization"},
    "accesstoken": {"class": "idpyoidc.client.oidc.access_token.AccessToken"},
    "refresh_token": {"class": "idpyoidc.client.oidc.refresh_access_token.RefreshAccessToken"},
    "userinfo": {"class": "idpyoidc.client.oidc.userinfo.UserInfo"},
    "end_session": {"class": "idpyoidc.client.oidc.end_session.EndSession"},
}
TOKENS = {
    "introspection": {"class": "idpyoidc.client.oauth2.introspection.Introspection"},
    "token_revocation": {"class": "idpyoidc.client.oauth2.token_revocation.TokenRevocation"},
}
PKCE = {"function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
        "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"}}


def relying_party(node, app, secret):
    # It keeps keys of its own in the folder in which it runs.
    os.chdir(node.folder)
    return RPHandler(base_url="http://localhost:1", client_configs={"node": {
        "issuer": node.origin, "client_id": app, "client_secret": secret, "client_type": "oidc",
        "redirect_uris": [REDIRECT], "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "roles", "offline_access"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"], "services": {**SERVICES, **TOKENS},
        "client_authn_methods": ["client_secret_basic"], "add_ons": {"pkce": PKCE},
    }})


def begun(handler, **more):
    """The address to which the browser is sent."""
    said = handler.begin("node", **more)
    return said if isinstance(said, str) else said["url"]


def finished(node, handler, address):
    """What the browser brought back, made into tokens and a person."""
    answer = dict(parse_qsl(urlsplit(address).query))
    done = handler.finalize(answer.get("iss", node.origin), answer)
    assert "error" not in done, done
    return done


def machine(node, app, secret, services):
    """A client that acts alone."""
    os.chdir(node.folder)
    there = requests.get(node.origin + "/.well-known/openid-configuration", timeout=10).json()
    client = Client(client_type="oauth2", config={
        "client_id": app, "client_secret": secret, "issuer": node.origin, "base_url": "http://localhost:1",
        "provider_info": there, "redirect_uris": [REDIRECT], "client_authn_methods": ["client_secret_basic"]},
        services=services)
    for service in client.get_services().values():
        service.endpoint = there[service.endpoint_name]
    return client


def ask_about(client, token):
    return client.do_request("introspection", request_args={"token": token}, authn_method="client_secret_basic")


def revoke(client, token):
    """Its own request; the answer has no body (RFC 7009 §2.2 has clients look at the status), which it calls faulty."""
    asked = client.get_service("token_revocation").get_request_parameters(
        request_args={"token": token}, authn_method="client_secret_basic")
    answer = client.httpc(asked["method"], asked["url"], data=asked["body"], headers=asked["headers"], timeout=10)
    assert answer.status_code == 200 and not answer.content, answer.text


def refresh(client, token, state):
    return client.do_request(
        "refresh_token", request_args={"refresh_token": token}, state=state, authn_method="client_secret_basic")


def test_code_refresh_and_user_info(node, chromium):
    app, secret = node.client("Ứng dụng idpyoidc", "--redirect", REDIRECT, "--no-consent")
    handler = relying_party(node, app, secret)
    asked = {"scope": ["openid", "profile", "roles", "offline_access"]}
    # With offline_access it asks for consent (prompt=consent), as Core §11 has it.
    done = finished(node, handler, fetch_code(chromium, begun(handler, req_args=asked), REDIRECT, is_asked=True))
    assert done["userinfo"]["preferred_username"] == "canbo.mau", done["userinfo"]
    assert done["userinfo"]["sub"] == done["id_token"]["sub"]

    client = handler.get_client_from_session_key(done["state"])
    first = client.get_context().cstate.get(done["state"])["refresh_token"]
    renewed = handler.refresh_access_token(done["state"])
    assert renewed["refresh_token"] != first and renewed["access_token"] != done["token"], renewed
    assert handler.get_user_info(done["state"], access_token=renewed["access_token"])["sub"] == done["userinfo"]["sub"]
    again = refresh(client, first, done["state"])
    assert again["error"] == "invalid_grant", again
    last = refresh(client, renewed["refresh_token"], done["state"])
    assert last["error"] == "invalid_grant", "a refresh token used twice ends the family"


def test_client_credentials_introspection_and_revocation(node, chromium):
    app, secret = node.client("Dịch vụ idpyoidc", "--acts-alone", "--scope", "records.read")
    client = machine(node, app, secret, {
        "client_credentials": {"class": "idpyoidc.client.oauth2.client_credentials.CCAccessTokenRequest"}, **TOKENS})
    token = client.do_request(
        "client_credentials", request_args={"grant_type": "client_credentials", "scope": "records.read"},
        state="own", authn_method="client_secret_basic")
    assert token["token_type"] == "Bearer" and token["scope"] == ["records.read"], token
    said = ask_about(client, token["access_token"])
    assert said["active"] and said["client_id"] == app, said
    revoke(client, token["access_token"])
    assert not ask_about(client, token["access_token"])["active"]


def test_revocation_ends_what_a_person_let_it_do(node, chromium):
    app, secret = node.client("Thu hồi idpyoidc", "--redirect", REDIRECT, "--no-consent")
    handler = relying_party(node, app, secret)
    asked = {"scope": ["openid", "offline_access"]}
    # With offline_access it asks for consent (prompt=consent), as Core §11 has it.
    done = finished(node, handler, fetch_code(chromium, begun(handler, req_args=asked), REDIRECT, is_asked=True))
    client = handler.get_client_from_session_key(done["state"])
    held = client.get_context().cstate.get(done["state"])

    assert ask_about(client, held["access_token"])["active"]
    revoke(client, held["refresh_token"])
    assert not ask_about(client, held["access_token"])["active"], "the grant is over, and its access token with it"
    again = refresh(client, held["refresh_token"], done["state"])
    assert again["error"] == "invalid_grant", again


@contextlib.contextmanager
def application():
    """Where it stands: it takes logout tokens and shows a page after signing out. Its address, the bodies that came."""
    came, port = [], free_port()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            came.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(200)
            self.end_headers()

        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"bye")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{port}", came
    finally:
        server.shutdown()


def test_signs_out_and_is_told_of_sign_outs(node, chromium):
    with application() as (origin, came):
        bye = origin + "/bye"
        app, secret = node.client(
            "Đăng xuất idpyoidc", "--redirect", REDIRECT, "--sign-out-redirect", bye, "--logout-uri",
            origin + "/backchannel", "--no-consent")
        handler = relying_party(node, app, secret)
        with person(chromium) as page:
            page.route(REDIRECT + "**", lambda route: route.fulfill(status=200, body="back"))
            page.goto(begun(handler, req_args={"scope": ["openid", "profile"]}))
            sign_in(page)
            done = finished(node, handler, arrive(page, REDIRECT))
            page.goto(handler.logout(done["state"], post_logout_redirect_uri=bye)["url"])
            assert dict(parse_qsl(urlsplit(arrive(page, bye)).query))["state"], "and the application knows which it was"
            page.goto(node.origin + "/identity/account")
            assert page.url.startswith(node.origin + "/sign-in"), "signed out at the node as well"
        deadline = time.monotonic() + 20
        while not came:
            assert time.monotonic() < deadline, "the application was not told"
            time.sleep(0.2)
        client = handler.get_client_from_session_key(done["state"])
        assert backchannel_logout(client, request=came[0]) == done["state"], "its logout token names the session"
