"""PyPI's Authlib as the client of every grant."""

import sys
from pathlib import Path

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet

from browser import fetch_code
from node import CertificateNode

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Nodes"))

from tls import self_signed  # noqa: E402

REDIRECT = "http://localhost:1/cb"


def discovery(node, session):
    return session.get(node.origin + "/.well-known/openid-configuration", withhold_token=True).json()


def test_client_credentials(node, chromium):
    service, secret = node.client("Dịch vụ mẫu", "--acts-alone", "--scope", "records.read")
    for proof in ("client_secret_basic", "client_secret_post"):
        session = OAuth2Session(service, secret, token_endpoint_auth_method=proof)
        there = discovery(node, session)
        token = session.fetch_token(there["token_endpoint"], grant_type="client_credentials", scope="records.read")
        assert token["token_type"] == "Bearer" and token["scope"] == "records.read", token
        known = session.introspect_token(there["introspection_endpoint"], token["access_token"]).json()
        assert known["active"] and known["client_id"] == service, known
        session.revoke_token(there["revocation_endpoint"], token["access_token"])
        known = session.introspect_token(there["introspection_endpoint"], token["access_token"]).json()
        assert known == {"active": False}, known


def test_code_refresh_and_user_info(node, chromium):
    app, secret = node.client("Ứng dụng mẫu", "--redirect", REDIRECT, "--no-consent", "--signing", "ES256")
    session = OAuth2Session(
        app, secret, scope="openid profile roles offline_access", redirect_uri=REDIRECT, code_challenge_method="S256")
    there = discovery(node, session)
    verifier = "v" * 64
    address, state = session.create_authorization_url(
        there["authorization_endpoint"], code_verifier=verifier, nonce="n-0S6")
    answer = fetch_code(chromium, address, REDIRECT)
    token = session.fetch_token(
        there["token_endpoint"], authorization_response=answer, state=state, code_verifier=verifier)
    keys = KeySet.import_key_set(session.get(there["jwks_uri"], withhold_token=True).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": there["issuer"]}, aud={"essential": True, "value": app},
        nonce={"essential": True, "value": "n-0S6"}).validate(claims)
    known = session.get(there["userinfo_endpoint"]).json()
    assert known["sub"] == claims["sub"] and known["roles"] == ["officer"], known
    assert known["preferred_username"] == "canbo.mau", known
    first = token["refresh_token"]
    renewed = session.refresh_token(there["token_endpoint"], refresh_token=first)
    assert renewed["refresh_token"] != first
    again = session.post(
        there["token_endpoint"], withhold_token=True, auth=(app, secret),
        data={"grant_type": "refresh_token", "refresh_token": first})
    assert again.status_code == 400 and again.json()["error"] == "invalid_grant", again.text
    dead = session.get(there["userinfo_endpoint"], withhold_token=True,
                       headers={"authorization": "Bearer " + renewed["access_token"]})
    assert dead.status_code == 401, "a refresh token used twice ends the family"
    assert create_s256_code_challenge(verifier) in address


def test_public_client_with_consent(node, chromium):
    app, secret = node.client(
        "Điện thoại mẫu", "--redirect", REDIRECT, "--public", "--purpose", "Ví dụ", "--purpose-en", "An example")
    assert secret is None
    from browser import arrive, person, sign_in
    session = OAuth2Session(
        app, None, scope="openid profile", redirect_uri=REDIRECT, code_challenge_method="S256",
        token_endpoint_auth_method="none")
    there = discovery(node, session)
    address, _ = session.create_authorization_url(there["authorization_endpoint"], code_verifier="w" * 64)
    with person(chromium) as page:
        page.route(REDIRECT + "**", lambda route: route.fulfill(status=200, body="back"))
        page.goto(address)
        sign_in(page)
        arrive(page, node.origin + "/identity/oauth/consent")
        assert "Điện thoại mẫu" in page.locator("h1").inner_text()
        page.get_by_role("button", name="Đồng ý", exact=True).click()
        answer = arrive(page, REDIRECT)
    token = session.fetch_token(there["token_endpoint"], authorization_response=answer, code_verifier="w" * 64)
    assert token["id_token"] and "refresh_token" not in token, token


def test_tokens_that_are_bound_to_a_certificate(_, chromium):
    """RFC 8705: the client proves itself with its certificate, and what it gets is worth nothing without it."""
    with CertificateNode() as node:
        own, other = self_signed(node.folder, "app"), self_signed(node.folder, "other")
        app, secret = node.client(
            "Ứng dụng có chứng thư", "--redirect", REDIRECT, "--no-consent", "--certificate", own.thumbprint)
        service, _ = node.client(
            "Dịch vụ có chứng thư", "--acts-alone", "--scope", "records.read", "--certificate", own.thumbprint)
        assert secret is None

        def session(client, files, **more):
            # Authlib's "none" sends the name alone: who it is, the handshake says.
            it = OAuth2Session(client, token_endpoint_auth_method="none", **more)
            it.verify, it.trust_env = str(node.own.certificate), False
            it.cert = (str(files.certificate), str(files.key)) if files else None
            return it

        there = discovery(node, session(app, None))
        assert there["tls_client_certificate_bound_access_tokens"] is True
        for files in (other, None):
            try:
                session(service, files).fetch_token(there["token_endpoint"], grant_type="client_credentials")
                raise AssertionError("it got a token without its certificate")
            except OAuthError as refused:
                assert refused.error == "invalid_client", refused
        machine = session(service, own)
        token = machine.fetch_token(there["token_endpoint"], grant_type="client_credentials")["access_token"]
        known = machine.introspect_token(there["introspection_endpoint"], token).json()
        assert known["active"] and known["cnf"] == {"x5t#S256": own.thumbprint}, known

        mine = session(app, own, scope="openid profile offline_access", redirect_uri=REDIRECT,
                       code_challenge_method="S256")
        address, state = mine.create_authorization_url(there["authorization_endpoint"], code_verifier="c" * 64)
        answer = fetch_code(chromium, address, REDIRECT)
        held = mine.fetch_token(
            there["token_endpoint"], authorization_response=answer, state=state, code_verifier="c" * 64)
        assert mine.get(there["userinfo_endpoint"]).json()["preferred_username"] == "canbo.mau"
        for files in (other, None):
            asked = session(app, files).get(
                there["userinfo_endpoint"], withhold_token=True,
                headers={"authorization": "Bearer " + held["access_token"]})
            assert asked.status_code == 401, "somebody else's, or no, certificate"
            asked = session(app, files).post(
                there["token_endpoint"], withhold_token=True,
                data={"grant_type": "refresh_token", "refresh_token": held["refresh_token"], "client_id": app})
            assert asked.status_code == 401 and asked.json()["error"] == "invalid_client", asked.text
        renewed = mine.refresh_token(there["token_endpoint"], refresh_token=held["refresh_token"])
        assert renewed["refresh_token"] != held["refresh_token"]
