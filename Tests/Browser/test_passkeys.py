"""Passkeys with Chromium's own virtual authenticator, honest and not (WebAuthn L3 §11)."""

from contextlib import contextmanager

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
