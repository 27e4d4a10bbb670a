"""Passkeys with Chromium's own virtual authenticator, honest and not (WebAuthn L3 §11)."""

import base64
import json
import re
import urllib.request
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

from backend import Backend
from cluster import PASSWORD

WORDS = {
    "use": "Đăng nhập bằng khóa truy cập", "refused": "không được chấp nhận", "not-used": "Chưa dùng được khóa truy cập",
    "confirm": "Xác nhận bằng khóa truy cập",
}


# The virtual authenticator takes every offer at once; where the button is tried, none is made.
NO_OFFERS = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"


@contextmanager
def authenticator(visitor, **more):
    """A key in the visitor's browser that verifies its user: (session of the tools, its id)."""
    tools = visitor.context.new_cdp_session(visitor.page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True, **more}
    key = tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    yield tools, key


def add(visitor, name):
    visitor.go("/identity/account/passkeys")
    visitor.fill(name=name)
    visitor.send(visitor.page.locator("form[data-passkey=create] button"))


def press(visitor, waits=True):
    """Presses the passkey button of the sign-in page."""
    visitor.go("/sign-in")
    button = visitor.page.locator("form[data-passkey=get] button")
    if waits:
        visitor.send(button)
    else:
        button.click()


def test_a_passkey_signs_in_and_attacks_do_not(house):
    with house.visit("VNCERT") as visitor:
        visitor.go("/sign-in")
        visitor.sign_in("kiem-toan")
        visitor.page.add_init_script(NO_OFFERS)
        with authenticator(visitor) as (tools, key):
            add(visitor, "Máy tính mẫu")
            assert visitor.page.locator("main li code").count() == 10, visitor.page.locator("main").inner_text()[:300]
            visitor.go("/sign-in")
            visitor.send(visitor.page.locator("header").get_by_role("button", name="Đăng xuất").first)

            press(visitor)
            assert visitor.path == "/", visitor.page.locator("main").inner_text()[:300]
            assert "Kiểm toán mẫu" in visitor.page.locator("header").inner_text()
            visitor.go("/identity/account/passkeys")
            assert visitor.says("Máy tính mẫu")
            visitor.shot("passkeys")

            for lie in ["isBogusSignature", "isBadUV", "isBadUP"]:
                visitor.context.clear_cookies()
                bits = {"isBogusSignature": False, "isBadUV": False, "isBadUP": False, lie: True}
                tools.send("WebAuthn.setResponseOverrideBits", {"authenticatorId": key, **bits})
                press(visitor)
                assert visitor.path == "/identity/passkey" and visitor.says(WORDS["refused"]), lie
            tools.send("WebAuthn.setResponseOverrideBits", {
                "authenticatorId": key, "isBogusSignature": False, "isBadUV": False, "isBadUP": False})

            # A copy of the key whose counter stands behind.
            held = tools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"][0]
            tools.send("WebAuthn.removeCredential", {"authenticatorId": key, "credentialId": held["credentialId"]})
            tools.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": {**held, "signCount": 0}})
            press(visitor)
            assert visitor.says(WORDS["refused"]), "a copied key"
            tools.send("WebAuthn.removeCredential", {"authenticatorId": key, "credentialId": held["credentialId"]})
            tools.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": {**held, "signCount": 90}})
            press(visitor)
            assert visitor.path == "/", "the owner's own key still opens"

            # Removed here, still in the authenticator.
            visitor.go("/identity/account/passkeys")
            visitor.send(visitor.page.locator("main table form button").first)
            visitor.context.clear_cookies()
            press(visitor)
            assert visitor.says(WORDS["refused"]), "a removed key"


def test_a_key_that_does_not_verify_its_user_is_none(house):
    with house.visit("VNCERT") as visitor:
        with authenticator(visitor, isUserVerified=False):
            press(visitor, waits=False)
            visitor.page.locator("[data-trouble]:not([hidden])").wait_for()
            assert WORDS["not-used"] in visitor.page.locator("[data-trouble]").inner_text()
            assert visitor.page.locator("[name=password]").is_visible(), "the other way stays"


def test_without_scripts_the_page_is_name_and_password(house):
    with house.visit("VNCERT", javascript=False) as visitor:
        visitor.go("/sign-in")
        assert not visitor.page.locator("form[data-passkey]").is_visible()
        visitor.sign_in("xu-ly")
        assert visitor.path == "/"


def test_two_passkeys_and_a_fresh_proof(house):
    """A second key is added only after a proof with the first, which the confirmation page asks for."""
    with house.visit("VNCERT") as visitor:
        visitor.go("/sign-in")
        visitor.sign_in("can-bo")
        with authenticator(visitor) as (tools, key):
            add(visitor, "Khóa một")
            visitor.go("/identity/account/passkeys")
            assert visitor.path == "/identity/confirm", "the session knew a password alone"
            assert visitor.page.get_by_role("button", name=WORDS["confirm"]).is_visible()
            visitor.shot("confirm")
            visitor.send(visitor.page.locator("form[data-passkey=get] button"))
            assert visitor.path == "/identity/account/passkeys"
            tools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
        with authenticator(visitor):
            visitor.fill(name="Khóa hai")
            visitor.send(visitor.page.locator("form[data-passkey=create] button"))
            assert visitor.page.locator("main table tbody tr").count() == 2

            # The browser offers the key in the name field (conditional mediation); taken, it signs in.
            visitor.context.clear_cookies()
            visitor.go("/sign-in")
            visitor.page.wait_for_url(visitor.origin + "/")
            assert "Cán bộ mẫu" in visitor.page.locator("header").inner_text()


def redeem(origin, client, secret, code, verifier, redirect):
    """The claims of the ID token for which an application gives the code."""
    proof = base64.b64encode(f"{client}:{secret}".encode()).decode()
    ask = urllib.request.Request(
        f"http://127.0.0.1:{urlsplit(origin).port}/identity/oauth/token", urlencode({
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect,
            "code_verifier": verifier}).encode(), {"authorization": "Basic " + proof})
    with urllib.request.urlopen(ask, timeout=10) as answer:
        claims = json.load(answer)["id_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))


def test_a_passkey_is_the_second_factor_that_an_application_asks_for(house):
    """acr_values=2 of somebody who signed in with a password alone: the key lifts the session, and the token says so."""
    # RFC 7636 appendix B.
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    command, origin = house.cluster.command, house.cluster.origin("VNCERT")
    command("VNCERT", "person", "add", "len-bac", "Cán bộ mẫu", "--role", "officer", "--password", PASSWORD)
    with Backend() as application, house.visit("VNCERT") as visitor:
        redirect = application.address + "/cb"
        said = command("VNCERT", "client", "create", "Cổng thông tin (ví dụ)", "--redirect", redirect, "--no-consent")
        client, secret = (re.search(rf"^{it}\s+(\S+)$", said, re.M).group(1) for it in ("client_id", "client_secret"))
        visitor.welcome.append(application.address)
        visitor.page.add_init_script(NO_OFFERS)

        def ask(**more):
            visitor.go("/identity/oauth/authorize?" + urlencode({
                "response_type": "code", "client_id": client, "redirect_uri": redirect, "scope": "openid", "state": "s",
                "code_challenge": challenge, "code_challenge_method": "S256", **more}))

        def claims():
            visitor.page.wait_for_url(redirect + "**")
            answer = parse_qs(urlsplit(visitor.page.url).query)
            return redeem(origin, client, secret, answer["code"][0], verifier, redirect)

        visitor.go("/sign-in")
        visitor.sign_in("len-bac")
        ask(acr_values="2")
        low = claims()
        assert low["acr"] == "1" and low["amr"] == ["pwd"], "nothing better is set up"
        with authenticator(visitor):
            add(visitor, "Máy tính mẫu")
            ask()
            assert claims()["acr"] == "1", "who does not ask is not told more"
            ask(acr_values="2 1")
            assert visitor.path == "/identity/confirm", visitor.page.url
            visitor.page.locator("form[data-passkey=get] button").click()
            high = claims()
            assert high["acr"] == "2" and {"mfa", "user"} <= set(high["amr"]), high
            ask(acr_values="2")
            assert claims()["acr"] == "2", "and is not asked again"
